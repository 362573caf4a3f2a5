#pragma once

#include "config/background_task.hpp"
#include "db/journal/journal.hpp"
#include "db/journal/recent_commits.hpp"
#include "db/journal/tickets.hpp"
#include "db/messages/inbound.hpp"
#include "db/postgres/database.hpp"
#include "db/postgres/replica.hpp"
#include "db/postgres/watch.hpp"
#include "db/receipts/reconciliation.hpp"
#include "server/access/gate.hpp"
#include "server/access/password.hpp"
#include "server/access/refusals.hpp"
#include "server/api/campaigns/campaign_intake.hpp"
#include "server/api/campaigns/live.hpp"
#include "server/events/deliverer.hpp"
#include "server/http/server/server.hpp"
#include "server/notify/notifier.hpp"
#include "server/sending/dispatcher.hpp"
#include "server/tracking/campaign_guard.hpp"
#include "server/tracking/receipt_alarm.hpp"
#include "server/tracking/receipt_keeper.hpp"
#include "server/tracking/reconciler.hpp"
#include "webhooks/receiver.hpp"

namespace waybill::api
{

// Everything that the handlers use; it outlives them.
struct Parts
{
    db::Database& database;
    db::Database& bulk_database; // for what takes long
    db::Replica* replica;        // for reports and exports; null: there is none
    const db::DatabaseWatch& watch;
    db::Journal& journal;
    const bool& journal_open;
    const db::Tickets& tickets;
    db::RecentCommits& recent;
    db::Inbound& inbound; // for reading: what Twilio brings has a connection of its own
    const db::Reconciliation& reconciliation;
    webhooks::Receiver& receiver;
    sending::Dispatcher& dispatcher;
    const tracking::ReceiptKeeper& receipts;
    const config::BackgroundTasks& tasks;
    const tracking::CampaignGuard& guard;
    const tracking::Reconciler& reconciler;
    const tracking::ReceiptAlarm& alarm;
    const CampaignFeed& feed;
    events::Deliverer& deliverer;
    notify::Notifier& notifier;
    const http::Server& server;
    access::Gate& gate;
    access::PasswordWorker& passwords;
    access::RefusalLog& refusals;
    CampaignRules rules;
};

} // namespace waybill::api
