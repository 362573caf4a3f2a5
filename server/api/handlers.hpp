#pragma once

#include "db/journal/journal.hpp"
#include "db/messages/inbound.hpp"
#include "db/postgres/database.hpp"
#include "db/postgres/watch.hpp"
#include "db/receipts/reconciliation.hpp"
#include "server/api/campaigns/campaign_control.hpp"
#include "server/api/campaigns/campaign_feed.hpp"
#include "server/api/campaigns/campaign_queries.hpp"
#include "server/api/campaigns/campaigns.hpp"
#include "server/api/campaigns/exports.hpp"
#include "server/api/campaigns/live.hpp"
#include "server/api/campaigns/preview.hpp"
#include "server/api/messages/messages.hpp"
#include "server/api/messages/opt_outs.hpp"
#include "server/api/messages/replies.hpp"
#include "server/api/operations/dashboard.hpp"
#include "server/api/operations/operations.hpp"
#include "server/api/operations/senders.hpp"
#include "server/api/operations/system.hpp"
#include "server/api/operations/webhooks.hpp"
#include "server/api/reports/reports.hpp"
#include "server/http/server/server.hpp"
#include "server/sending/dispatcher.hpp"
#include "server/tracking/alarm.hpp"
#include "server/tracking/campaign_guard.hpp"
#include "server/tracking/receipt_keeper.hpp"
#include "server/tracking/reconciler.hpp"
#include "webhooks/receiver.hpp"

#include <tuple>

namespace waybill::api
{

// Everything that the handlers use.
struct Parts
{
    db::Database& database;
    db::Database& bulk_database; // for what takes long
    const db::DatabaseWatch& watch;
    const db::Journal& journal;
    const bool& journal_open;
    db::Inbound& inbound;
    const db::Reconciliation& reconciliation;
    webhooks::Receiver& receiver;
    sending::Dispatcher& dispatcher;
    const tracking::ReceiptKeeper& receipts;
    const tracking::CampaignGuard& guard;
    const tracking::Reconciler& reconciler;
    const tracking::ReceiptAlarm& alarm;
    const CampaignFeed& feed;
    const http::Server& server;
    CampaignRules rules;
};

// The objects whose member functions stand in the table of routes, made from the parts.
struct Handlers
{
    explicit Handlers(const Parts& parts);

    template <class Handler>
    Handler& get()
    {
        return std::get<Handler>(all);
    }

    Parts parts;
    std::tuple<CampaignRoutes, PreviewRoute, CampaignQueryRoutes, CampaignControlRoutes, MessageRoutes, OptOutRoutes,
               ReplyRoutes, SenderRoutes, ReportRoutes, ExportRoutes, EventRoutes, SystemRoute, OperationRoutes,
               WebhookRoutes>
        all;
};

} // namespace waybill::api
