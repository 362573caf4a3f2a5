#include "tests/support/running_server.hpp"

#include <boost/asio/post.hpp>

#include <stdexcept>

namespace waybill::test
{

namespace asio = boost::asio;

RunningServer::RunningServer(http::Router router, http::ServerOptions options)
    : server_(std::in_place, io_.get_executor(), std::move(options)), port_(server_->port())
{
    server_->start(std::move(router));
    thread_ = std::thread([this] { io_.run(); });
}

RunningServer::~RunningServer()
{
    if (!drained_) drain(std::chrono::seconds(10)).wait();
    work_.reset();
    thread_.join();
}

std::future<void> RunningServer::drain(std::chrono::seconds patience)
{
    drained_ = true;
    return asio::co_spawn(io_, server_->drain(patience), asio::use_future);
}

http::ServerCounters RunningServer::counters()
{
    http::ServerCounters now;
    on_loop([&] { now = server_->counters(); });
    return now;
}

void RunningServer::on_loop(const std::function<void()>& action)
{
    std::promise<void> done;
    asio::post(io_, [&] {
        action();
        done.set_value();
    });
    done.get_future().wait();
}

void RunningServer::wait_until(const std::function<bool(const http::ServerCounters&)>& condition)
{
    const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (!condition(counters())) {
        if (std::chrono::steady_clock::now() > give_up) throw std::runtime_error("the server never came to that state");
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
}

} // namespace waybill::test
