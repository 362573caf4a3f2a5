#pragma once

#include "db/journal.hpp"
#include "db/receipts.hpp"
#include "db/watch.hpp"
#include "server/http/router.hpp"
#include "server/http/server.hpp"
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
        const http::Server& server;
    };

    OperationRoutes(Parts parts, bool simulated) : parts_(parts), simulated_(simulated) {}

    void add_to(http::Router& router);

private:
    asio::awaitable<http::Response> alive(http::Request request);
    asio::awaitable<http::Response> ready(http::Request request);
    asio::awaitable<http::Response> health(http::Request request);
    asio::awaitable<http::Response> metrics(http::Request request);

    Parts parts_;
    bool simulated_;
};

} // namespace waybill::api
