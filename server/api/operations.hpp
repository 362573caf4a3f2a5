#pragma once

#include "db/journal.hpp"
#include "db/receipts.hpp"
#include "db/reconciliation.hpp"
#include "db/watch.hpp"
#include "server/api/campaign_feed.hpp"
#include "server/api/completeness_meter.hpp"
#include "server/http/router.hpp"
#include "server/http/server.hpp"
#include "server/sending/campaign_guard.hpp"
#include "server/sending/receipt_alarm.hpp"
#include "server/sending/reconciler.hpp"
#include "server/sending/sender.hpp"
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
        const db::Receipts& receipts;
        const db::Journal& journal;
        const webhooks::Receiver& receiver;
        const sending::Sender& sender;
        const sending::CampaignGuard& guard;
        const sending::Reconciler& reconciler;
        const sending::ReceiptAlarm& alarm;
        const db::Reconciliation& reconciliation;
        const CampaignFeed& feed;
        const http::Server& server;
        const bool& takes_receipts; // the journal is open
    };

    OperationRoutes(Parts parts, bool simulated)
        : parts_(parts), completeness_(parts.reconciliation), simulated_(simulated)
    {
    }

    void add_to(http::Router& router);

private:
    asio::awaitable<http::Response> alive(http::Request request);
    asio::awaitable<http::Response> ready(http::Request request);
    asio::awaitable<http::Response> health(http::Request request);
    asio::awaitable<http::Response> metrics(http::Request request);

    Parts parts_;
    CompletenessMeter completeness_;
    bool simulated_;
};

} // namespace waybill::api
