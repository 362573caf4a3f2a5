#include "server/http/server/server.hpp"

#include "config/repeated_lines.hpp"
#include "server/http/server/listener.hpp"
#include "server/http/server/serving.hpp"
#include "server/http/server/session.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
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
constexpr int accepted_at_a_time = 64;

// A deadline is kept to within a quarter of the shortest.
Clock::duration sweep_interval(const ServerOptions& options)
{
    const auto shortest =
        std::min({options.header_deadline, options.idle_deadline, options.body_deadline, options.write_deadline});
    return std::clamp<Clock::duration>(shortest / 4, std::chrono::milliseconds(10), std::chrono::seconds(1));
}

int socket_at(const ServerOptions& options, std::size_t place)
{
    return place < options.listening_sockets.size() ? options.listening_sockets[place] : -1;
}

bool lacks_descriptors(const boost::system::error_code& error)
{
    return error == boost::system::errc::too_many_files_open ||
           error == boost::system::errc::too_many_files_open_in_system;
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

    void admit(AcceptedSocket accepted, Door door);
    void admit_more(Listener& from, Door door);
    void admit_waiting();
    Listener& listener_at(bool webhook_port) { return webhook_port ? *webhooks : listener; }
    Door door_at(bool webhook_port) const;
    void stop_accepting();
    void stop();

    asio::any_io_executor executor;
    std::shared_ptr<Serving> serving;
    Listener listener;
    std::optional<Listener> webhooks; // with a port of their own
    asio::steady_timer accept_pause;
    asio::steady_timer sweep_timer;
    bool stopped = false;
};

Server::State::State(asio::any_io_executor on, ServerOptions options)
    : executor(on),
      serving(std::make_shared<Serving>(on, std::move(options))),
      listener(on, serving->options.address, serving->options.port, socket_at(serving->options, 0)),
      accept_pause(on),
      sweep_timer(on)
{
    if (serving->options.proxy_protocol && serving->tls)
        throw std::invalid_argument("the PROXY protocol is read on plain connections alone");
    const ServerOptions& given = serving->options;
    if (given.webhook_port) webhooks.emplace(on, given.address, *given.webhook_port, socket_at(given, 1));
}

void Server::State::admit(AcceptedSocket accepted, Door door)
{
    if (stopped) return;
    const std::size_t limit = serving->options.max_connections;
    if (serving->sessions.size() >= limit + max_turned_away) {
        ++serving->counters.connections_refused;
        return;
    }
    const bool welcome = serving->counters.connections_open < limit || serving->make_room();
    auto session = std::make_shared<Session>(serving, std::move(accepted), welcome, door);
    asio::co_spawn(executor, serve(std::move(session)), log_fault);
}

Door Server::State::door_at(bool webhook_port) const
{
    if (webhook_port) return Door::webhooks;
    return webhooks ? Door::all_but_webhooks : Door::all;
}

// A turn of the event loop may be long: a receipt behind a flood of connections should not wait for many.
void Server::State::admit_more(Listener& from, Door door)
{
    for (int i = 1; i < accepted_at_a_time; ++i) {
        auto accepted = from.take_next();
        if (!accepted) return;
        admit(std::move(*accepted), door);
    }
}

void Server::State::admit_waiting()
{
    for (AcceptedSocket& accepted : listener.take_waiting())
        admit(std::move(accepted), door_at(false));
    if (!webhooks) return;
    for (AcceptedSocket& accepted : webhooks->take_waiting())
        admit(std::move(accepted), door_at(true));
}

void Server::State::stop_accepting()
{
    listener.close();
    if (webhooks) webhooks->close();
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
    return state_->listener.port();
}

std::uint16_t Server::webhook_port() const
{
    return state_->listener_at(state_->webhooks.has_value()).port();
}

const ServerCounters& Server::counters() const
{
    return state_->serving->counters;
}

std::vector<RouteTimes> Server::route_times() const
{
    return state_->serving->router.times();
}

asio::awaitable<void> Server::accept(std::shared_ptr<State> state, bool at_webhook_port)
{
    Listener& listener = state->listener_at(at_webhook_port);
    tcp::acceptor& acceptor = listener.acceptor();
    const Door door = state->door_at(at_webhook_port);
    while (acceptor.is_open()) {
        AcceptedSocket accepted = listener.nothing_accepted();
        const auto [error] = co_await acceptor.async_accept(accepted.socket, accepted.peer, as_result);
        if (!error) {
            state->admit(std::move(accepted), door);
            state->admit_more(listener, door);
            continue;
        }
        if (!acceptor.is_open()) break;
        config::log_repeated(config::LogLevel::warning, "http.accept_failed", {{"reason", error.message()}});
        if (lacks_descriptors(error) && state->serving->make_room()) continue;
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
    state_->listener.listen();
    asio::co_spawn(state_->executor, accept(state_, false), log_fault);
    if (state_->webhooks) {
        state_->webhooks->listen();
        asio::co_spawn(state_->executor, accept(state_, true), log_fault);
    }
    asio::co_spawn(state_->executor, sweep(state_), log_fault);
}

bool Server::is_ending() const
{
    return state_->serving->ending;
}

void Server::announce_end()
{
    state_->serving->ending = true;
}

asio::awaitable<void> Server::drain(std::chrono::seconds patience)
{
    const auto state = state_;
    Serving& serving = *state->serving;
    state->admit_waiting();
    state->stop_accepting();
    serving.ending = true;
    serving.draining = true;
    co_await asio::post(state->executor, asio::use_awaitable); // connections that were just accepted are admitted
    for (Session* session : serving.sessions)
        session->drain();
    co_await serving.wait_until_empty(patience);
    state->stop();
    co_await serving.wait_until_empty(patience_after_cut);
}

} // namespace waybill::http
