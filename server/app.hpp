#pragma once

#include "config/settings.hpp"
#include "db/campaigns.hpp"
#include "db/database.hpp"
#include "db/inbound.hpp"
#include "db/journal.hpp"
#include "db/maintenance.hpp"
#include "db/receipts.hpp"
#include "db/reconciliation.hpp"
#include "db/single_figures.hpp"
#include "db/watch.hpp"
#include "server/api/campaign_control.hpp"
#include "server/api/campaign_feed.hpp"
#include "server/api/campaign_queries.hpp"
#include "server/api/campaigns.hpp"
#include "server/api/dashboard.hpp"
#include "server/api/events.hpp"
#include "server/api/exports.hpp"
#include "server/api/messages.hpp"
#include "server/api/operations.hpp"
#include "server/api/opt_outs.hpp"
#include "server/api/preview.hpp"
#include "server/api/replies.hpp"
#include "server/api/reports.hpp"
#include "server/api/senders.hpp"
#include "server/api/system.hpp"
#include "server/api/webhooks.hpp"
#include "server/app_options.hpp"
#include "server/http/server.hpp"
#include "server/sending/campaign_guard.hpp"
#include "server/sending/receipt_alarm.hpp"
#include "server/sending/reconciler.hpp"
#include "server/sending/sender.hpp"
#include "server/twilio/client.hpp"
#include "server/twilio/simulator.hpp"
#include "webhooks/receiver.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <optional>
#include <string>

namespace waybill
{

namespace asio = boost::asio;

// The composition root: every part of a running Waybill, members in the order in which they need each other.
class App
{
public:
    // Binds the port; throws when it cannot. `simulation` is used when the settings hold no credentials.
    App(asio::any_io_executor executor, config::Settings settings,
        twilio::SimulatorOptions simulation = default_simulation());
    ~App();

    void start(); // migrates when PostgreSQL answers, then serves and sends; returns at once

    // Stops claiming, lets the sends in flight be recorded while receipts are still received, then closes the server.
    // Completes when nothing is left to do.
    asio::awaitable<void> drain();

    std::string origin() const; // http://ADDRESS:PORT, where it listens
    const std::string& public_base_url() const { return public_base_url_; }
    twilio::Client& twilio_client() { return client_; }

private:
    asio::awaitable<void> migrate();
    asio::awaitable<void> once_ready(asio::awaitable<void> work); // with the schema there
    sending::ReceiptFlow receipt_flow() const;
    asio::awaitable<void> replay(); // what the journal holds from before
    config::TwilioSettings simulate(twilio::SimulatorOptions simulation);
    http::Router routes();
    void spawn(asio::awaitable<void> coroutine);

    asio::any_io_executor executor_;
    config::Settings settings_;
    http::Server server_; // bound first: the simulator's callbacks need its port
    std::string public_base_url_;
    std::optional<twilio::Simulator> simulator_;
    config::TwilioSettings twilio_;
    db::Database database_;
    db::Database bulk_database_;
    db::Database receipt_database_;
    db::DatabaseWatch watch_;
    db::Journal journal_;
    db::Receipts receipts_;
    db::Inbound inbound_;
    webhooks::Receiver receiver_;
    twilio::Client client_;
    sending::Sender sender_;
    sending::CampaignGuard guard_;
    db::Maintenance maintenance_;
    db::SingleFigures single_figures_;
    db::Reconciliation reconciliation_;
    sending::Reconciler reconciler_;
    sending::ReceiptAlarm alarm_;
    api::CampaignRoutes campaigns_;
    api::PreviewRoute preview_;
    api::CampaignQueryRoutes queries_;
    api::CampaignControlRoutes control_;
    api::MessageRoutes messages_;
    api::OptOutRoutes opt_outs_;
    api::ReplyRoutes replies_;
    api::SenderRoutes senders_;
    api::ReportRoutes reports_;
    api::ExportRoutes exports_;
    api::CampaignFeed feed_;
    api::EventRoutes events_;
    api::SystemRoute system_;
    api::WebhookRoutes webhooks_;
    api::OperationRoutes operations_;
    api::DashboardRoutes dashboard_;
    bool journal_open_ = false;
    int running_ = 0; // coroutines of ours that have not ended
    asio::steady_timer ended_;
};

} // namespace waybill
