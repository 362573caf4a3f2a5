#pragma once

#include "db/messages/messages.hpp"
#include "server/api/campaigns/campaign_intake.hpp"
#include "server/api/messages/message_request.hpp"
#include "server/http/router.hpp"
#include "server/sending/dispatcher.hpp"

#include <boost/asio/awaitable.hpp>

#include <string>

namespace waybill::api
{

namespace asio = boost::asio;

// The reply that says where the message is: 201.
http::Response created_message(db::CreatedMessage created);

// Throws http::Refusal when something kept the message from being made.
void refuse_message(const db::CreateMessageResult& result);

// Messages one by one: POST /api/messages for other services, GET /api/messages/{id} with what was said of it.
class MessageRoutes
{
public:
    MessageRoutes(db::Campaigns campaigns, db::SingleMessages single_messages, db::Messages messages,
                  sending::Dispatcher& dispatcher, CampaignRules rules)
        : campaigns_(campaigns),
          single_messages_(single_messages),
          messages_(messages),
          dispatcher_(dispatcher),
          rules_(std::move(rules))
    {
    }

    asio::awaitable<http::Response> create(http::Request request);
    asio::awaitable<http::Response> one(http::Request request);

private:
    db::NewMessage new_message(MessageRequest request, std::string idempotency_key) const;

    db::Campaigns campaigns_;
    db::SingleMessages single_messages_;
    db::Messages messages_;
    sending::Dispatcher& dispatcher_;
    CampaignRules rules_;
};

} // namespace waybill::api
