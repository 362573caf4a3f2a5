#include "server/simulator/simulator.hpp"

#include "server/http/server/server.hpp"
#include "server/simulator/account.hpp"
#include "server/simulator/carrier.hpp"
#include "server/simulator/controls.hpp"
#include "server/simulator/messages_api.hpp"

#include <utility>

namespace waybill::simulator
{

namespace
{

constexpr std::chrono::seconds drain_patience{5};

http::ServerOptions server_options(const SimulatorOptions& options)
{
    http::ServerOptions server;
    server.address = options.address;
    server.port = options.port;
    server.tls_certificate_file = options.tls_certificate_file;
    server.tls_key_file = options.tls_key_file;
    return server;
}

} // namespace

struct Simulator::State
{
    State(asio::any_io_executor executor, SimulatorOptions options)
        : account(std::make_shared<simulator::Account>(executor, std::move(options))),
          carrier(std::make_shared<simulator::Carrier>(executor, account)),
          server(executor, server_options(account->options))
    {
    }

    Counters counters() const
    {
        Counters now = account->counters;
        now.connections = server.counters().connections_accepted;
        now.tls_sessions_resumed = server.counters().tls_sessions_resumed;
        return now;
    }

    // A request that is answered after the end finds the last counters of the account.
    static http::Router make_router(const std::shared_ptr<State>& self)
    {
        http::Router router;
        std::make_shared<simulator::MessagesApi>(self->account, self->carrier)->add_routes(router);
        auto counters_now = [weak = std::weak_ptr(self), account = self->account] {
            const auto state = weak.lock();
            return state ? state->counters() : account->counters;
        };
        std::make_shared<simulator::Controls>(self->account, std::move(counters_now))->add_routes(router);
        return router;
    }

    static asio::awaitable<void> stop(std::shared_ptr<State> self)
    {
        self->carrier->stop();
        co_await self->server.drain(drain_patience);
        co_await self->carrier->ended();
        self->account->webhooks.close();
    }

    std::shared_ptr<simulator::Account> account;
    std::shared_ptr<simulator::Carrier> carrier;
    http::Server server;
};

Simulator::Simulator(asio::any_io_executor executor, SimulatorOptions options)
    : state_(std::make_shared<State>(std::move(executor), std::move(options)))
{
}

Simulator::~Simulator() = default;

std::string Simulator::origin() const
{
    const std::string& address = state_->account->options.address;
    const std::string host = address.find(':') == std::string::npos ? address : '[' + address + ']';
    const bool tls = !state_->account->options.tls_certificate_file.empty();
    return (tls ? "https://" : "http://") + host + ':' + std::to_string(state_->server.port());
}

void Simulator::start()
{
    state_->server.start(State::make_router(state_));
}

asio::awaitable<void> Simulator::stop()
{
    return State::stop(state_);
}

Simulator::Counters Simulator::counters() const
{
    return state_->counters();
}

} // namespace waybill::simulator
