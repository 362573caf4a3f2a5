#include "server/app/app.hpp"

#include "config/log.hpp"
#include "db/postgres/database.hpp"
#include "db/postgres/migrations.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <utility>

namespace waybill
{

using config::log;
using config::LogLevel;

namespace
{

constexpr std::chrono::seconds connection_patience{10};
constexpr std::chrono::seconds inbound_patience{10}; // Twilio waits 15 s for an answer

} // namespace

App::App(asio::any_io_executor executor, config::Settings settings, simulator::SimulatorOptions simulation)
    : executor_(executor),
      settings_(std::move(settings)),
      server_(executor, server_options(settings_)),
      public_base_url_(choose_public_base_url(settings_, server_.port())),
      twilio_(settings_.twilio ? *settings_.twilio : simulate(std::move(simulation))),
      database_(database_options(settings_)),
      bulk_database_(bulk_options(settings_)),
      receipt_database_(receipt_options(settings_)),
      watch_(executor, database_, db::describe_connection(settings_.database_url), [this] { return migrate(); }),
      journal_(settings_.journal_dir, settings_.journal_max_bytes),
      receipts_(executor, db::ReceiptStore(receipt_database_, twilio_.account_sid), journal_,
                settings_.receipt_deadline),
      inbound_(executor, database_, inbound_patience),
      receiver_(
          public_base_url_, twilio_.auth_tokens,
          [this](db::Receipt receipt) { return receipts_.write(std::move(receipt)); },
          [this](db::InboundMessage message) { return inbound_.keep(std::move(message)); }),
      client_(executor, twilio_, client_options(settings_)),
      sender_(executor, db::Outbox(database_), db::Senders(database_), client_,
              sender_options(settings_, public_base_url_)),
      guard_(executor, db::CampaignControl(database_), guard_limits(settings_)),
      maintenance_(executor, bulk_database_, settings_.retention_days),
      single_figures_(executor, database_),
      reconciliation_(database_),
      reconciler_(executor, reconciliation_, db::OverdueWalk(database_), client_, reconciler_options(settings_)),
      alarm_(executor, settings_.receipt_alarm, public_base_url_, [this] { return receipt_flow(); }),
      feed_(executor, db::Changes(database_), sender_rates(settings_)),
      ended_(executor)
{
}

App::~App() = default;

config::TwilioSettings App::simulate(simulator::SimulatorOptions simulation)
{
    simulation = simulator_options(std::move(simulation));
    simulator_.emplace(executor_, simulation);
    return account_of(simulation, *simulator_);
}

void App::start()
{
    if (simulator_) simulator_->start();
    server_.start(api::make_router(api_parts()));
    spawn(watch_.run());
    spawn(replay());
    spawn(once_ready(sender_.run()));
    spawn(once_ready(guard_.run()));
    spawn(once_ready(reconciler_.run()));
    spawn(once_ready(maintenance_.run()));
    spawn(once_ready(single_figures_.run()));
    spawn(alarm_.run());
    spawn(feed_.run());
}

asio::awaitable<void> App::drain()
{
    log(LogLevel::info, "app.draining", {{"sends_in_flight", sender_.counters().in_flight}});
    sender_.stop();
    guard_.stop();
    reconciler_.stop();
    maintenance_.stop();
    single_figures_.stop();
    alarm_.stop();
    feed_.stop();
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

tracking::ReceiptFlow App::receipt_flow() const
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

api::Parts App::api_parts()
{
    return {.database = database_,
            .bulk_database = bulk_database_,
            .watch = watch_,
            .journal = journal_,
            .journal_open = journal_open_,
            .inbound = inbound_,
            .reconciliation = reconciliation_,
            .receiver = receiver_,
            .dispatcher = sender_,
            .receipts = receipts_,
            .guard = guard_,
            .reconciler = reconciler_,
            .alarm = alarm_,
            .feed = feed_,
            .server = server_,
            .rules = campaign_rules(settings_, twilio_)};
}

} // namespace waybill
