#pragma once

#include "server/http/router.hpp"
#include "webhooks/receiver.hpp"

#include <boost/asio/awaitable.hpp>

namespace waybill::api
{

namespace asio = boost::asio;

// POST /webhooks/twilio/status/{messageId}: Twilio's delivery receipts.
class WebhookRoutes
{
public:
    explicit WebhookRoutes(webhooks::Receiver& receiver) : receiver_(receiver) {}

    void add_to(http::Router& router, const bool& ready);

private:
    asio::awaitable<http::Response> status(http::Request request);

    webhooks::Receiver& receiver_;
};

} // namespace waybill::api
