#pragma once

#include "db/journal/journal.hpp"
#include "db/postgres/watch.hpp"
#include "db/receipts/reconciliation.hpp"
#include "server/api/campaigns/campaign_feed.hpp"
#include "server/api/operations/completeness_meter.hpp"
#include "server/http/router.hpp"
#include "server/http/server/server.hpp"
#include "server/sending/dispatcher.hpp"
#include "server/tracking/alarm.hpp"
#include "server/tracking/campaign_guard.hpp"
#include "server/tracking/receipt_keeper.hpp"
#include "server/tracking/reconciler.hpp"
#include "webhooks/receiver.hpp"

#include <boost/asio/awaitable.hpp>

namespace waybill::api
{

namespace asio = boost::asio;

// What an operator asks: is it alive, is it ready, what is it doing.
class OperationRoutes
{
public:
    struct Parts
    {
        const db::DatabaseWatch& watch;
        const tracking::ReceiptKeeper& receipts;
        const db::Journal& journal;
        const webhooks::Receiver& receiver;
        const sending::Dispatcher& sender;
        const tracking::CampaignGuard& guard;
        const tracking::Reconciler& reconciler;
        const tracking::ReceiptAlarm& alarm;
        const db::Reconciliation& reconciliation;
        const CampaignFeed& feed;
        const http::Server& server;
        const bool& takes_receipts; // the journal is open
    };

    OperationRoutes(Parts parts, bool simulated)
        : parts_(parts), completeness_(parts.reconciliation), simulated_(simulated)
    {
    }

    asio::awaitable<http::Response> alive(http::Request request);
    asio::awaitable<http::Response> ready(http::Request request);
    asio::awaitable<http::Response> health(http::Request request);
    asio::awaitable<http::Response> metrics(http::Request request);

private:
    Parts parts_;
    CompletenessMeter completeness_;
    bool simulated_;
};

} // namespace waybill::api
