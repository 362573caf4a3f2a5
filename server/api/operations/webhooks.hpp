#pragma once

#include "server/http/router.hpp"
#include "webhooks/receiver.hpp"

#include <boost/asio/awaitable.hpp>

namespace waybill::api
{

namespace asio = boost::asio;

// What Twilio calls: POST /webhooks/twilio/status/{messageId} with delivery receipts, POST /webhooks/twilio/inbound
// with messages of recipients.
class WebhookRoutes
{
public:
    explicit WebhookRoutes(webhooks::Receiver& receiver) : receiver_(receiver) {}

    asio::awaitable<http::Response> status(http::Request request);
    asio::awaitable<http::Response> inbound(http::Request request);

private:
    webhooks::Receiver& receiver_;
};

} // namespace waybill::api
