#pragma once

#include "config/background_task.hpp"
#include "config/settings.hpp"
#include "db/campaigns/campaigns.hpp"
#include "db/journal/journal.hpp"
#include "db/journal/recent_commits.hpp"
#include "db/journal/tickets.hpp"
#include "db/messages/inbound.hpp"
#include "db/postgres/database.hpp"
#include "db/postgres/replica.hpp"
#include "db/postgres/watch.hpp"
#include "db/receipts/reconciliation.hpp"
#include "db/reports/reports.hpp"
#include "db/upkeep/maintenance.hpp"
#include "db/upkeep/retention.hpp"
#include "server/api/routes.hpp"
#include "server/app/options.hpp"
#include "server/app/supervisor.hpp"
#include "server/events/deliverer.hpp"
#include "server/http/server/server.hpp"
#include "server/notify/notifier.hpp"
#include "server/sending/dispatcher.hpp"
#include "server/simulator/simulator.hpp"
#include "server/tracking/campaign_guard.hpp"
#include "server/tracking/history_recovery.hpp"
#include "server/tracking/receipt_alarm.hpp"
#include "server/tracking/receipt_keeper.hpp"
#include "server/tracking/reconciler.hpp"
#include "server/twilio/client.hpp"
#include "webhooks/receiver.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace waybill
{

namespace asio = boost::asio;

// The composition root: every part of a running Waybill, members in the order in which they need each other.
class App
{
public:
    // Binds the port; throws when it cannot. `simulation` is used when the settings hold no credentials.
    App(asio::any_io_executor executor, config::Settings settings,
        simulator::SimulatorOptions simulation = default_simulation());
    ~App();

    void start(); // serves; migrates when PostgreSQL answers, then sends; returns immediately

    // Announces the end for DRAIN_SECONDS, stops claiming, lets the sends in flight be recorded while receipts are
    // still received, then closes the server. Completes when no work is left.
    asio::awaitable<void> drain();

    std::string origin() const; // http://ADDRESS:PORT, where it listens
    const std::string& public_base_url() const { return public_base_url_; }
    twilio::Client& twilio_client() { return client_; }

private:
    std::vector<config::BackgroundTask> background_tasks();
    config::BackgroundTask once_ready(config::BackgroundTask task); // it starts when the schema exists
    config::BackgroundTask with_right_key(config::BackgroundTask task);
    asio::awaitable<void> run_with_right_key(std::function<asio::awaitable<void>()> run);
    asio::awaitable<void> run_once_ready(std::function<asio::awaitable<void>()> run);
    asio::awaitable<void> migrate();
    asio::awaitable<void> end_waiting_for_budget();
    asio::awaitable<void> open_journal_then_listen();
    asio::awaitable<void> announce_end();
    tracking::ReceiptFlow receipt_flow() const;
    tracking::HistoryRecovery::Parts recovery_parts();
    notify::Alarms alarms() const;
    config::TwilioSettings simulate(simulator::SimulatorOptions simulation);
    api::Parts api_parts();
    asio::awaitable<void> offer_setup_link();
    asio::awaitable<void> write_refusals();

    asio::any_io_executor executor_;
    config::Settings settings_;
    http::Server server_; // bound first: the simulator's callbacks need its port; listens once the journal is open
    std::string public_base_url_;
    std::optional<simulator::Simulator> simulator_;
    config::TwilioSettings twilio_;
    db::Database database_;
    db::Database bulk_database_;
    db::Database receipt_database_;
    db::Database outcome_database_;
    db::Database owner_database_; // connects only to remove what its owner alone may remove
    db::Database inbound_database_;
    std::optional<db::Replica> replica_;
    db::DatabaseWatch watch_;
    access::Gate gate_;
    access::PasswordWorker passwords_;
    access::RefusalLog refusals_;
    db::Journal journal_;
    db::Tickets tickets_;
    db::RecentCommits recent_;
    tracking::ReceiptKeeper keeper_;
    db::Inbound inbound_; // as Twilio brings them
    db::Inbound replies_; // as the API reads them
    webhooks::Receiver receiver_;
    twilio::Client client_;
    sending::Dispatcher dispatcher_;
    tracking::CampaignGuard guard_;
    db::Maintenance maintenance_;
    db::Retention retention_;
    db::SingleFigures single_figures_;
    db::Reconciliation reconciliation_;
    tracking::Reconciler reconciler_;
    tracking::HistoryRecovery recovery_;
    tracking::ReceiptAlarm alarm_;
    api::CampaignFeed feed_;
    events::Deliverer deliverer_;
    notify::Notifier notifier_;
    bool journal_open_ = false;
    config::BackgroundTasks tasks_;
    Supervisor supervisor_;
};

} // namespace waybill
