#pragma once

#include "server/http/server/server.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>

#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <thread>

namespace waybill::test
{

// An http::Server on its own loop and thread, so that a test can talk to it with blocking sockets.
class RunningServer
{
public:
    explicit RunningServer(http::Router router, http::ServerOptions options = {});
    ~RunningServer(); // drains, and waits until the loop has run dry

    std::uint16_t port() const { return port_; }
    std::uint16_t webhook_port() const { return server_->webhook_port(); } // fixed before the loop runs
    std::future<void> drain(std::chrono::seconds patience);
    http::ServerCounters counters();                   // as the loop's thread sees them
    void on_loop(const std::function<void()>& action); // runs it there and waits
    void wait_until(const std::function<bool(const http::ServerCounters&)>& condition);

private:
    boost::asio::io_context io_{1};
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_{io_.get_executor()};
    std::optional<http::Server> server_;
    std::uint16_t port_;
    bool drained_ = false;
    std::thread thread_;
};

} // namespace waybill::test
