#include "server/http/server/server.hpp"

#include "config/log.hpp"
#include "server/http/server/serving.hpp"
#include "server/http/server/session.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <exception>
#include <stdexcept>
#include <utility>

namespace waybill::http
{

using asio::ip::tcp;
using Clock = std::chrono::steady_clock;

namespace
{

constexpr auto as_result = asio::as_tuple(asio::use_awaitable);
constexpr std::chrono::milliseconds pause_after_failed_accept{100};
constexpr std::chrono::seconds patience_after_cut{1};
constexpr std::size_t max_turned_away = 256; // further ones are closed without a word

// A deadline is kept to within a quarter of the shortest.
Clock::duration sweep_interval(const ServerOptions& options)
{
    const auto shortest =
        std::min({options.header_deadline, options.idle_deadline, options.body_deadline, options.write_deadline});
    return std::clamp<Clock::duration>(shortest / 4, std::chrono::milliseconds(10), std::chrono::seconds(1));
}

tcp::acceptor listening(const asio::any_io_executor& executor, const ServerOptions& options, std::uint16_t port)
{
    try {
        return {executor, tcp::endpoint(asio::ip::make_address(options.address), port)};
    }
    catch (const boost::system::system_error& fault) {
        const std::string place = options.address + ":" + std::to_string(port);
        throw boost::system::system_error(fault.code(), "cannot listen on " + place);
    }
}

asio::awaitable<void> serve(std::shared_ptr<Session> session)
{
    co_await session->serve();
}

void log_fault(std::exception_ptr fault)
{
    if (!fault) return;
    try {
        std::rethrow_exception(fault);
    }
    catch (const std::exception& error) {
        config::log(config::LogLevel::error, "http.session_failed", {{"reason", error.what()}});
    }
}

} // namespace

struct Server::State
{
    State(asio::any_io_executor on, ServerOptions options);

    void admit(tcp::socket socket, Door door);
    tcp::acceptor& acceptor_at(bool webhook_port) { return webhook_port ? *webhook_acceptor : acceptor; }
    void stop_accepting();
    void stop();

    asio::any_io_executor executor;
    std::shared_ptr<Serving> serving;
    tcp::acceptor acceptor;
    std::optional<tcp::acceptor> webhook_acceptor;
    std::uint16_t port;
    asio::steady_timer accept_pause;
    asio::steady_timer sweep_timer;
    bool stopped = false;
};

Server::State::State(asio::any_io_executor on, ServerOptions options)
    : executor(on),
      serving(std::make_shared<Serving>(on, std::move(options))),
      acceptor(listening(on, serving->options, serving->options.port)),
      port(acceptor.local_endpoint().port()),
      accept_pause(on),
      sweep_timer(on)
{
    if (serving->options.proxy_protocol && serving->tls)
        throw std::invalid_argument("the PROXY protocol is read on plain connections alone");
    if (const auto own = serving->options.webhook_port) webhook_acceptor.emplace(listening(on, serving->options, *own));
}

void Server::State::admit(tcp::socket socket, Door door)
{
    if (serving->draining) return;
    const std::size_t limit = serving->options.max_connections;
    if (serving->sessions.size() >= limit + max_turned_away) {
        ++serving->counters.connections_refused;
        return;
    }
    const bool welcome = serving->counters.connections_open < limit || serving->make_room();
    auto session = std::make_shared<Session>(serving, std::move(socket), welcome, door);
    asio::co_spawn(executor, serve(std::move(session)), log_fault);
}

void Server::State::stop_accepting()
{
    boost::system::error_code ignored;
    acceptor.close(ignored);
    if (webhook_acceptor) webhook_acceptor->close(ignored);
    accept_pause.cancel();
}

void Server::State::stop()
{
    stopped = true;
    stop_accepting();
    sweep_timer.cancel();
    for (Session* session : serving->sessions)
        session->close();
}

Server::Server(asio::any_io_executor executor, ServerOptions options)
    : state_(std::make_shared<State>(std::move(executor), std::move(options)))
{
}

Server::~Server()
{
    state_->stop();
}

std::uint16_t Server::port() const
{
    return state_->port;
}

std::uint16_t Server::webhook_port() const
{
    return state_->webhook_acceptor ? state_->webhook_acceptor->local_endpoint().port() : state_->port;
}

const ServerCounters& Server::counters() const
{
    return state_->serving->counters;
}

asio::awaitable<void> Server::accept(std::shared_ptr<State> state, bool at_webhook_port)
{
    tcp::acceptor& acceptor = state->acceptor_at(at_webhook_port);
    const Door door = at_webhook_port ? Door::webhooks : state->webhook_acceptor ? Door::all_but_webhooks : Door::all;
    while (acceptor.is_open()) {
        tcp::socket socket(state->executor);
        const auto [error] = co_await acceptor.async_accept(socket, as_result);
        if (!error) {
            state->admit(std::move(socket), door);
            continue;
        }
        if (!acceptor.is_open()) break;
        config::log(config::LogLevel::warning, "http.accept_failed", {{"reason", error.message()}});
        state->accept_pause.expires_after(pause_after_failed_accept);
        co_await state->accept_pause.async_wait(as_result);
    }
}

asio::awaitable<void> Server::sweep(std::shared_ptr<State> state)
{
    const auto interval = sweep_interval(state->serving->options);
    while (!state->stopped) {
        state->sweep_timer.expires_after(interval);
        co_await state->sweep_timer.async_wait(as_result);
        const auto now = Clock::now();
        for (Session* session : state->serving->sessions)
            session->look(now);
    }
}

void Server::start(Router router)
{
    state_->serving->router = std::move(router);
    asio::co_spawn(state_->executor, accept(state_, false), log_fault);
    if (state_->webhook_acceptor) asio::co_spawn(state_->executor, accept(state_, true), log_fault);
    asio::co_spawn(state_->executor, sweep(state_), log_fault);
}

asio::awaitable<void> Server::drain(std::chrono::seconds patience)
{
    const auto state = state_;
    Serving& serving = *state->serving;
    state->stop_accepting();
    serving.draining = true;
    for (Session* session : serving.sessions)
        session->drain();
    co_await serving.wait_until_empty(patience);
    state->stop();
    co_await serving.wait_until_empty(patience_after_cut);
}

} // namespace waybill::http
