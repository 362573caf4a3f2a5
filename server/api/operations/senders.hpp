#pragma once

#include "db/outbox/senders.hpp"
#include "server/http/router.hpp"
#include "server/sending/dispatcher.hpp"

#include <boost/asio/awaitable.hpp>

#include <string>

namespace waybill::api
{

namespace asio = boost::asio;

// GET /api/senders and POST /api/senders/{sender}/resume, in whose path the Messaging Service is `messaging-service`.
class SenderRoutes
{
public:
    SenderRoutes(db::Senders senders, sending::Dispatcher& dispatcher, std::string default_sender,
                 sending::SenderRates rates)
        : senders_(senders), dispatcher_(dispatcher), default_sender_(std::move(default_sender)), rates_(rates)
    {
    }

    asio::awaitable<http::Response> list(http::Request request);
    asio::awaitable<http::Response> resume(http::Request request);

private:
    db::Senders senders_;
    sending::Dispatcher& dispatcher_;
    std::string default_sender_;
    sending::SenderRates rates_;
};

} // namespace waybill::api
