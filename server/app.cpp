#include "server/app.hpp"

#include "config/log.hpp"
#include "db/connection_string.hpp"
#include "db/migrations.hpp"
#include "server/sending/segments.hpp"

#include <boost/algorithm/hex.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <random>
#include <utility>

namespace waybill
{

using config::log;
using config::LogLevel;

namespace
{

constexpr std::chrono::seconds connection_patience{10};
constexpr int bulk_threads = 2; // uploads that are read at the same time; further ones wait their turn
constexpr std::chrono::minutes longest_bulk_statement{5};
constexpr double simulated_undelivered_share = 0.05;

std::string random_hex(std::size_t bytes)
{
    std::random_device random;
    std::string text(bytes, '\0');
    for (char& byte : text)
        byte = static_cast<char>(random());
    return boost::algorithm::hex_lower(text);
}

http::ServerOptions server_options(const config::Settings& settings)
{
    http::ServerOptions options;
    options.address = settings.listen_address;
    options.port = settings.port;
    options.cors_allow_origin = settings.cors_allow_origin;
    return options;
}

db::DatabaseOptions database_options(const config::Settings& settings)
{
    db::DatabaseOptions options;
    options.url = settings.database_url;
    options.threads = settings.db_threads;
    return options;
}

db::DatabaseOptions bulk_options(const config::Settings& settings)
{
    db::DatabaseOptions options = database_options(settings);
    options.threads = bulk_threads;
    options.max_waiting = 20;
    options.statement_timeout = longest_bulk_statement;
    return options;
}

std::string loopback_origin(const config::Settings& settings, std::uint16_t port)
{
    const bool any = settings.listen_address == "0.0.0.0" || settings.listen_address == "::";
    const std::string host = any ? "127.0.0.1" : settings.listen_address;
    const bool v6 = host.find(':') != std::string::npos;
    return "http://" + (v6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

// The built-in simulator only calls back on loopback, so a configured public URL has no say while it stands in.
std::string choose_public_base_url(const config::Settings& settings, std::uint16_t port)
{
    if (settings.twilio && !settings.public_base_url.empty()) return settings.public_base_url;
    return loopback_origin(settings, port);
}

twilio::SimulatorOptions simulator_options(twilio::SimulatorOptions options)
{
    options.seed = std::random_device{}();
    options.account_sid = "AC" + random_hex(16);
    options.auth_token = random_hex(16);
    options.count_segments = [](std::string_view body) { return static_cast<int>(sending::segment(body).segments); };
    return options;
}

config::TwilioSettings account_of(const twilio::SimulatorOptions& options, const twilio::Simulator& simulator)
{
    config::TwilioSettings settings;
    settings.account_sid = options.account_sid;
    settings.auth_tokens = {options.auth_token};
    settings.phone_number = "+15005550006"; // the number that Twilio's test credentials accept
    settings.api_base_url = simulator.origin();
    return settings;
}

http::ClientOptions client_options(const config::Settings& settings)
{
    http::ClientOptions options;
    options.max_connections = static_cast<std::size_t>(settings.max_in_flight);
    return options;
}

sending::SenderOptions sender_options(const config::Settings& settings, const std::string& public_base_url)
{
    sending::SenderOptions options;
    options.public_base_url = public_base_url;
    options.callback_overrides = settings.status_callback_overrides;
    options.messages_per_second = settings.messages_per_second;
    options.max_in_flight = settings.max_in_flight;
    return options;
}

sending::ReconcilerOptions reconciler_options(const config::Settings& settings)
{
    sending::ReconcilerOptions options;
    options.after = settings.reconcile_after;
    options.per_second = settings.reconcile_per_second;
    return options;
}

api::CampaignRules campaign_rules(const config::Settings& settings, const config::TwilioSettings& twilio)
{
    api::CampaignRules rules;
    rules.default_sender = twilio.phone_number;
    rules.simulated = settings.simulated();
    rules.default_country_code = settings.default_country_code;
    rules.price_per_segment = settings.price_per_segment;
    rules.messages_per_second = settings.messages_per_second;
    rules.create_wait = settings.create_wait;
    rules.max_upload_bytes = settings.max_upload_bytes;
    return rules;
}

} // namespace

twilio::SimulatorOptions default_simulation()
{
    twilio::SimulatorOptions options;
    options.undelivered_share = simulated_undelivered_share;
    options.callback_latency = std::chrono::milliseconds(500);
    return options;
}

App::App(asio::any_io_executor executor, config::Settings settings, twilio::SimulatorOptions simulation)
    : executor_(executor),
      settings_(std::move(settings)),
      server_(executor, server_options(settings_)),
      public_base_url_(choose_public_base_url(settings_, server_.port())),
      twilio_(settings_.twilio ? *settings_.twilio : simulate(std::move(simulation))),
      database_(database_options(settings_)),
      bulk_database_(bulk_options(settings_)),
      watch_(executor, database_, db::describe_connection(settings_.database_url), [this] { return migrate(); }),
      journal_(settings_.journal_dir, settings_.journal_max_bytes),
      receipts_(executor, db::Callbacks(database_, twilio_.account_sid), journal_, settings_.receipt_deadline),
      receiver_(public_base_url_, twilio_.auth_tokens,
                [this](db::StatusCallback receipt) { return receipts_.write(std::move(receipt)); }),
      client_(executor, twilio_, client_options(settings_)),
      sender_(executor, db::Outbox(database_), client_, sender_options(settings_, public_base_url_)),
      maintenance_(executor, bulk_database_, settings_.retention_days),
      reconciliation_(database_),
      reconciler_(executor, reconciliation_, db::OverdueWalk(database_), client_, reconciler_options(settings_)),
      alarm_(executor, settings_.receipt_alarm, public_base_url_, [this] { return receipt_flow(); }),
      campaigns_(db::Campaigns(database_, bulk_database_), sender_, campaign_rules(settings_, twilio_)),
      preview_(db::Campaigns(database_, bulk_database_), campaign_rules(settings_, twilio_)),
      queries_(db::Campaigns(database_, bulk_database_), db::Messages(database_)),
      webhooks_(receiver_),
      operations_({watch_, receipts_, journal_, receiver_, sender_, reconciler_, alarm_, reconciliation_, server_,
                   journal_open_},
                  settings_.simulated()),
      ended_(executor)
{
}

App::~App() = default;

config::TwilioSettings App::simulate(twilio::SimulatorOptions simulation)
{
    simulation = simulator_options(std::move(simulation));
    simulator_.emplace(executor_, simulation);
    return account_of(simulation, *simulator_);
}

void App::start()
{
    if (simulator_) simulator_->start();
    server_.start(routes());
    spawn(watch_.run());
    spawn(replay());
    spawn(once_ready(sender_.run()));
    spawn(once_ready(reconciler_.run()));
    spawn(once_ready(maintenance_.run()));
    spawn(alarm_.run());
}

asio::awaitable<void> App::drain()
{
    log(LogLevel::info, "app.draining", {{"sends_in_flight", sender_.counters().in_flight}});
    sender_.stop();
    reconciler_.stop();
    maintenance_.stop();
    alarm_.stop();
    watch_.stop();
    receipts_.stop();
    while (running_ > 0) {
        ended_.expires_at(std::chrono::steady_clock::time_point::max());
        boost::system::error_code cancelled;
        co_await ended_.async_wait(asio::redirect_error(asio::use_awaitable, cancelled));
    }
    if (simulator_) co_await simulator_->stop();
    client_.close();
    co_await server_.drain(connection_patience);
    log(LogLevel::info, "app.drained");
}

std::string App::origin() const
{
    return loopback_origin(settings_, server_.port());
}

// Counts the coroutine until it ends, so that drain() can wait for it.
void App::spawn(asio::awaitable<void> coroutine)
{
    ++running_;
    asio::co_spawn(executor_, std::move(coroutine), [this](std::exception_ptr error) {
        --running_;
        ended_.cancel();
        if (error) std::rethrow_exception(error); // ends io_context::run() in main: a bug, not an outcome
    });
}

// The months ahead as well: before the first event that may need one.
asio::awaitable<void> App::migrate()
{
    std::function<void()> migrate = [url = settings_.database_url] { db::migrate(url); };
    co_await bulk_database_.run_blocking(std::move(migrate));
    co_await maintenance_.make_partitions(std::chrono::system_clock::now());
}

asio::awaitable<void> App::once_ready(asio::awaitable<void> work)
{
    co_await watch_.wait_until_ready();
    co_await std::move(work);
}

sending::ReceiptFlow App::receipt_flow() const
{
    const webhooks::ReceiverCounters& receipts = receiver_.counters();
    return {sender_.counters().accepted, receipts.wrong_signature, receipts.last_acknowledged};
}

asio::awaitable<void> App::replay()
{
    co_await journal_.open();
    journal_open_ = true;
    co_await watch_.wait_until_ready();
    co_await receipts_.replay();
}

http::Router App::routes()
{
    http::Router router;
    webhooks_.add_to(router, journal_open_); // receipts are taken before PostgreSQL is there
    campaigns_.add_to(router, watch_.ready());
    preview_.add_to(router, watch_.ready());
    queries_.add_to(router, watch_.ready());
    operations_.add_to(router);
    return router;
}

} // namespace waybill
