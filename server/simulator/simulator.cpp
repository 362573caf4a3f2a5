#include "server/simulator/simulator.hpp"

#include "server/http/server/server.hpp"
#include "server/simulator/account.hpp"
#include "server/simulator/carrier.hpp"
#include "server/simulator/controls.hpp"
#include "server/simulator/messages_api.hpp"

#include <algorithm>
#include <array>
#include <charconv>
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

namespace
{

using Options = SimulatorOptions;

constexpr std::array settings{
    Setting{"api-latency", "milliseconds before a create is answered", &Options::api_latency},
    Setting{"callback-latency", "mean milliseconds between two statuses of a message", &Options::callback_latency},
    Setting{"undelivered-share", "end as undelivered: 30003, 30005, 30006 or 30007", &Options::undelivered_share},
    Setting{"failed-share", "are accepted, then fail with 30008", &Options::failed_share},
    Setting{"duplicate-share", "of the callbacks are posted twice", &Options::duplicate_share},
    Setting{"reorder-share", "post `sent` after the final status", &Options::reorder_share},
    Setting{"loss-share", "of the callbacks are never posted", &Options::loss_share},
    Setting{"early-share", "post the first callback before the create is answered", &Options::early_share},
    Setting{"throttle-share", "of the creates are answered 429", &Options::throttle_share},
    Setting{"error-before-share", "of the creates are answered 500, nothing accepted", &Options::error_before_share},
    Setting{"error-after-share", "of the creates are accepted, yet answered 503", &Options::error_after_share},
    Setting{"cut-before-share", "of the creates get no reply, nothing accepted", &Options::cut_before_share},
    Setting{"cut-after-share", "of the creates are accepted and get no reply", &Options::cut_after_share},
    Setting{"messaging-service-statuses", "true: accepted -> queued -> ... when a MessagingServiceSid is given",
            &Options::use_messaging_service_statuses},
    Setting{"advanced-opt-out", "true: with a service, a stopped number fails later with 21610",
            &Options::advanced_opt_out},
    Setting{"keep-alive", "true: callbacks keep their connections", &Options::keep_alive},
    Setting{"price-per-segment-micros", "in 1/1000000 USD", &Options::price_per_segment_micros},
    Setting{"inbound-url", "where inbound messages are posted to", &Options::inbound_url},
};

template <class Number>
bool read_number(const std::string& text, Number& number)
{
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc{} && end == text.data() + text.size();
}

std::optional<std::string> read(const std::string& text, double& share)
{
    if (read_number(text, share) && share >= 0 && share <= 1) return std::nullopt;
    return "takes a share from 0 to 1";
}

std::optional<std::string> read(const std::string& text, std::chrono::milliseconds& time)
{
    std::int32_t count = 0;
    if (!read_number(text, count) || count < 0) return "takes a number of milliseconds";
    time = std::chrono::milliseconds(count);
    return std::nullopt;
}

std::optional<std::string> read(const std::string& text, bool& flag)
{
    if (text != "true" && text != "false") return "takes true or false";
    flag = text == "true";
    return std::nullopt;
}

std::optional<std::string> read(const std::string& text, std::int64_t& micros)
{
    std::int32_t count = 0;
    if (!read_number(text, count) || count < 0) return "takes a whole number";
    micros = count;
    return std::nullopt;
}

std::optional<std::string> read(const std::string& text, std::string& value)
{
    value = text;
    return std::nullopt;
}

} // namespace

std::span<const Setting> all_settings()
{
    return settings;
}

std::optional<std::string> assign(SimulatorOptions& options, std::string_view name, const std::string& value)
{
    const auto setting =
        std::find_if(settings.begin(), settings.end(), [name](const Setting& each) { return each.name == name; });
    if (setting == settings.end()) return "There is no setting `" + std::string(name) + "`.";
    const auto fault = std::visit([&](auto target) { return read(value, options.*target); }, setting->target);
    if (!fault) return std::nullopt;
    return "`" + std::string(name) + "` " + *fault + ", not `" + value + "`.";
}

std::variant<SimulatorOptions, std::string> with_settings(SimulatorOptions options, const webhooks::Form& form)
{
    for (const auto& [name, value] : form.parameters)
        if (auto fault = assign(options, name, value)) return *std::move(fault);
    return options;
}

} // namespace waybill::simulator
