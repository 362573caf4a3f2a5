#pragma once

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
    OperationRoutes(const db::DatabaseWatch& watch, const sending::Sender& sender, const webhooks::Receiver& receiver,
                    const http::Server& server, bool simulated)
        : watch_(watch), sender_(sender), receiver_(receiver), server_(server), simulated_(simulated)
    {
    }

    void add_to(http::Router& router);

private:
    asio::awaitable<http::Response> alive(http::Request request);
    asio::awaitable<http::Response> ready(http::Request request);
    asio::awaitable<http::Response> health(http::Request request);
    asio::awaitable<http::Response> metrics(http::Request request);

    const db::DatabaseWatch& watch_;
    const sending::Sender& sender_;
    const webhooks::Receiver& receiver_;
    const http::Server& server_;
    bool simulated_;
};

} // namespace waybill::api
