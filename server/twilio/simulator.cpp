#include "server/twilio/simulator.hpp"

#include "server/http/server.hpp"
#include "server/twilio/simulator/account.hpp"
#include "server/twilio/simulator/carrier.hpp"
#include "server/twilio/simulator/controls.hpp"
#include "server/twilio/simulator/messages_api.hpp"

#include <utility>

namespace waybill::twilio
{

namespace
{

constexpr std::chrono::seconds drain_patience{5};

http::ServerOptions server_options(const SimulatorOptions& options)
{
    http::ServerOptions server;
    server.address = options.address;
    server.port = options.port;
    return server;
}

http::Router make_router(const std::shared_ptr<simulator::Account>& account,
                         const std::shared_ptr<simulator::Carrier>& carrier)
{
    http::Router router;
    std::make_shared<simulator::MessagesApi>(account, carrier)->add_routes(router);
    std::make_shared<simulator::Controls>(account)->add_routes(router);
    return router;
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
    return "http://" + host + ':' + std::to_string(state_->server.port());
}

void Simulator::start()
{
    state_->server.start(make_router(state_->account, state_->carrier));
}

asio::awaitable<void> Simulator::stop()
{
    return State::stop(state_);
}

Simulator::Counters Simulator::counters() const
{
    return state_->account->counters;
}

} // namespace waybill::twilio
