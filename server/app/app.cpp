#include "server/app/app.hpp"

#include "config/log.hpp"
#include "config/repeated_lines.hpp"
#include "db/postgres/database.hpp"
#include "db/requests/budgets.hpp"
#include "db/requests/users.hpp"
#include "db/upkeep/erasure.hpp"
#include "db/upkeep/roles.hpp"
#include "server/access/setup_link.hpp"
#include "server/access/token.hpp"
#include "server/tracking/inbound_numbers.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <exception>
#include <stdexcept>
#include <utility>

namespace waybill
{

using config::log;
using config::LogLevel;

namespace
{

constexpr std::chrono::seconds connection_patience{10};
constexpr std::chrono::seconds max_restart_pause{5}; // of a task that fails again and again
constexpr std::chrono::seconds inbound_patience{10}; // Twilio waits 15 s for an answer
constexpr std::chrono::seconds max_ending{60}; // after DRAIN_SECONDS; the watchdog of `serve` ends the process earlier

} // namespace

App::App(asio::any_io_executor executor, config::Settings settings, simulator::SimulatorOptions simulation)
    : executor_(executor),
      settings_(std::move(settings)),
      server_(executor, server_options(settings_)),
      public_base_url_(choose_public_base_url(settings_, server_.webhook_port())),
      twilio_(settings_.twilio ? *settings_.twilio : simulate(std::move(simulation))),
      database_(database_options(settings_)),
      bulk_database_(bulk_options(settings_)),
      receipt_database_(receipt_options(settings_)),
      outcome_database_(outcome_options(settings_)),
      owner_database_(owner_options(settings_)),
      inbound_database_(inbound_options(settings_)),
      watch_(executor, database_, db::describe_connection(settings_.database_url), [this] { return migrate(); }),
      gate_(executor, database_, watch_, gate_options(settings_)),
      refusals_(executor, database_),
      journal_(settings_.journal_dir, settings_.journal_max_bytes),
      tickets_(settings_.journal_dir),
      recent_(settings_.journal_dir, settings_.journal_keep, settings_.journal_max_bytes),
      keeper_(executor, db::ReceiptStore(receipt_database_, twilio_.account_sid, &tickets_, &recent_), journal_,
              settings_.receipt_deadline),
      inbound_(executor, inbound_database_, inbound_patience, &tickets_, &recent_),
      replies_(executor, database_, inbound_patience),
      receiver_(
          public_base_url_, webhooks::SignedBy{twilio_.account_sid, twilio_.auth_tokens},
          [this](db::Receipt receipt) { return keeper_.keep(std::move(receipt)); },
          [this](db::InboundMessage message) { return inbound_.keep(tracking::with_numbers(std::move(message))); }),
      client_(executor, twilio_, client_options(settings_)),
      dispatcher_(executor, db::Outbox(database_, outcome_database_, &tickets_, &recent_), db::Senders(database_),
                  client_, sender_options(settings_, public_base_url_)),
      guard_(executor, db::CampaignControl(database_), guard_limits(settings_)),
      maintenance_(executor, bulk_database_, settings_.retention_days),
      retention_(executor, bulk_database_, owner_database_, retention_limits(settings_)),
      single_figures_(executor, database_),
      reconciliation_(database_),
      reconciler_(executor, reconciliation_, db::OverdueWalk(database_), client_, reconciler_options(settings_)),
      recovery_(executor, recovery_parts()),
      alarm_(executor, settings_.receipt_alarm, public_base_url_, [this] { return receipt_flow(); }),
      feed_(executor, db::Changes(database_), sender_rates(settings_)),
      deliverer_(executor, database_, delivery_options(settings_)),
      notifier_(executor, database_, notifier_options(settings_), [this] { return alarms(); }),
      tasks_(executor, {.max = max_restart_pause}),
      supervisor_(executor, inherited_supervision())
{
    if (!settings_.read_database_url.empty())
        replica_.emplace(executor, database_, replica_options(settings_),
                         db::describe_connection(settings_.read_database_url));
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
    asio::co_spawn(executor_, open_journal_then_listen(), [](std::exception_ptr error) {
        if (error) std::rethrow_exception(error); // ends io_context::run(): no sending while receipts may be lost
    });
    tasks_.start(background_tasks());
}

// In the order in which they start.
std::vector<config::BackgroundTask> App::background_tasks()
{
    config::BackgroundTask gate{"access", [this] { return gate_.run(); }, [this] { gate_.stop(); }};
    config::BackgroundTask setup{"setup link", [this] { return offer_setup_link(); }, [] {}};
    config::BackgroundTask budget{"daily budget", [this] { return end_waiting_for_budget(); }, [] {}};
    std::vector<config::BackgroundTask> tasks{watch_.task(),
                                              once_ready(std::move(gate)),
                                              once_ready(std::move(setup)),
                                              once_ready(std::move(budget)),
                                              once_ready(refusals_.task()),
                                              once_ready(tickets_.task(executor_)),
                                              once_ready(recent_.task(executor_)),
                                              once_ready(recovery_.task()),
                                              once_ready(keeper_.replay_task()),
                                              once_ready(with_right_key(dispatcher_.task())),
                                              once_ready(guard_.task()),
                                              once_ready(reconciler_.task()),
                                              once_ready(maintenance_.task()),
                                              once_ready(retention_.task()),
                                              once_ready(single_figures_.task()),
                                              once_ready(deliverer_.numbering_task()),
                                              once_ready(deliverer_.task()),
                                              once_ready(notifier_.task()),
                                              notifier_.probing_task(),
                                              alarm_.task(),
                                              feed_.task(),
                                              config::repeated_lines_task(executor_)};
    if (replica_) tasks.push_back(once_ready(replica_->task()));
    return tasks;
}

config::BackgroundTask App::once_ready(config::BackgroundTask task)
{
    task.run = [this, run = std::move(task.run)] { return run_once_ready(run); };
    return task;
}

// Opt-outs of erased people are only recognised with the key that hashed them. Checked again after a pause.
config::BackgroundTask App::with_right_key(config::BackgroundTask task)
{
    task.run = [this, run = std::move(task.run)] { return run_with_right_key(run); };
    return task;
}

asio::awaitable<void> App::run_with_right_key(std::function<asio::awaitable<void>()> run)
{
    db::Erasure erasure(database_);
    const bool matches = co_await erasure.key_matches();
    if (!matches)
        throw std::runtime_error("nothing is sent: PRIVACY_KEY is not the key with which people of this database were "
                                 "erased");
    co_await run();
}

asio::awaitable<void> App::run_once_ready(std::function<asio::awaitable<void>()> run)
{
    co_await watch_.wait_until_ready();
    co_await run();
}

asio::awaitable<void> App::drain()
{
    log(LogLevel::info, "app.draining",
        {{"sends_in_flight", dispatcher_.counters().in_flight}, {"drain_seconds", settings_.drain.count()}});
    supervisor_.ending(settings_.drain + max_ending);
    co_await announce_end();
    co_await tasks_.stop();
    co_await write_refusals(); // those of the minute that has not ended
    if (watch_.reachable()) co_await recovery_.leave();
    if (simulator_) co_await simulator_->stop();
    client_.close();
    co_await server_.drain(connection_patience);
    supervisor_.stop();
    log(LogLevel::info, "app.drained");
}

asio::awaitable<void> App::write_refusals()
{
    try {
        co_await refusals_.write();
    }
    catch (const std::exception& fault) {
        log(LogLevel::warning, "audit.refusals_lost", {{"reason", fault.what()}});
    }
}

// Requests are still served meanwhile, so that none fails that a load balancer sends here.
asio::awaitable<void> App::announce_end()
{
    server_.announce_end();
    if (settings_.drain.count() == 0) co_return;
    asio::steady_timer pause(executor_, settings_.drain);
    co_await pause.async_wait(asio::use_awaitable);
}

std::string App::origin() const
{
    return loopback_origin(settings_, server_.port());
}

// Creates the partitions as well, before the first event needs one.
asio::awaitable<void> App::migrate()
{
    std::function<void()> migrate = [url = settings_.database_url, owner = settings_.migrate_database_url,
                                     pooler = pooler_of(settings_)] { db::prepare_database(url, owner, pooler); };
    co_await bulk_database_.run_blocking(std::move(migrate));
    co_await maintenance_.make_partitions(std::chrono::system_clock::now());
    co_await tickets_.begin(bulk_database_);
    db::TicketGap gap = tickets_.gap();
    auto opening = recent_.open(std::move(gap.process), std::move(gap.confirmed));
    co_await std::move(opening);
}

// A process before this one may have had a daily budget.
asio::awaitable<void> App::end_waiting_for_budget()
{
    if (settings_.daily_budget) co_return;
    db::BudgetDays days(bulk_database_);
    co_await days.stop_waiting();
}

// Without users and without local access, the first administrator needs a link to sign in.
asio::awaitable<void> App::offer_setup_link()
{
    if (!watch_.ready()) co_return; // it ends before the schema is there
    co_await gate_.look();
    const bool is_open = !access::why_settings_forbid_local(settings_) && !gate_.state()->has_principals;
    if (is_open || gate_.state()->has_users) co_return;
    db::Users users(database_);
    const std::string token = access::random_words(32);
    co_await users.offer_link(access::hex_of(access::hash_of(token)));
    const std::string at = settings_.public_base_url.empty() ? origin() : settings_.public_base_url;
    access::hand_out_link(access::setup_link(at, token), settings_.journal_dir);
}

tracking::HistoryRecovery::Parts App::recovery_parts()
{
    return {.database = database_,
            .tickets = tickets_,
            .recent = recent_,
            .receipts = db::ReceiptStore(receipt_database_, twilio_.account_sid),
            .replies = replies_,
            .is_sending = [this] { return dispatcher_.counters().in_flight > 0; },
            .has_look_ups = [this] { reconciler_.wake(); }};
}

tracking::ReceiptFlow App::receipt_flow() const
{
    const webhooks::ReceiverCounters& receipts = receiver_.counters();
    return {dispatcher_.counters().accepted, receipts.wrong_signature, receipts.last_acknowledged};
}

notify::Alarms App::alarms() const
{
    return {alarm_.silent(), journal_open_ ? journal_.records() : 0};
}

asio::awaitable<void> App::open_journal_then_listen()
{
    co_await journal_.open();
    journal_open_ = true;
    if (server_.is_ending()) co_return;
    server_.start(api::make_router(api_parts()));
    supervisor_.ready(origin());
}

api::Parts App::api_parts()
{
    return {.database = database_,
            .bulk_database = bulk_database_,
            .replica = replica_ ? &*replica_ : nullptr,
            .watch = watch_,
            .journal = journal_,
            .journal_open = journal_open_,
            .tickets = tickets_,
            .recent = recent_,
            .inbound = replies_,
            .reconciliation = reconciliation_,
            .receiver = receiver_,
            .dispatcher = dispatcher_,
            .receipts = keeper_,
            .tasks = tasks_,
            .guard = guard_,
            .reconciler = reconciler_,
            .alarm = alarm_,
            .feed = feed_,
            .deliverer = deliverer_,
            .notifier = notifier_,
            .server = server_,
            .gate = gate_,
            .passwords = passwords_,
            .refusals = refusals_,
            .rules = campaign_rules(settings_, twilio_)};
}

} // namespace waybill
