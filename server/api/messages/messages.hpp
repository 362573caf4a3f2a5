#pragma once

#include "db/messages/message_search.hpp"
#include "db/messages/messages.hpp"
#include "server/api/campaigns/campaign_intake.hpp"
#include "server/http/message.hpp"
#include "server/http/router.hpp"
#include "server/sending/dispatcher.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/json/value.hpp>

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace waybill::api
{

namespace asio = boost::asio;

// A single message as another service asks for it, parsed and checked.
struct MessageRequest
{
    std::string recipient; // E.164
    std::string body;
    std::string sender; // E.164, or empty when the Messaging Service picks
    int segments = 1;
    std::optional<db::Time> send_at;
    std::optional<db::QuietHours> quiet_hours; // whose time zone is still to be looked up; empty: the recipient's own
    db::Labels labels;
    std::map<std::string, std::string, std::less<>> fields; // as received
};

// Of the JSON {"to", "body", "from"?, "sendAt"?, "quietHours"?, "timeZone"?, "reference"?, "metadata"?}; null counts as
// absent. Throws http::Refusal: a 422 that names every faulty field, or a 400 when the text is no JSON object.
MessageRequest read_message_request(std::string_view text, const CampaignRules& rules, db::Time now);
MessageRequest message_request_of(const boost::json::value& value, const CampaignRules& rules, db::Time now);

// The reply that says where the message is: 201.
http::Response created_message(db::CreatedMessage created);

// Throws http::Refusal when something kept the message from being made.
void refuse_message(const db::CreateMessageResult& result);

// Single messages for other services, alone and by the batch; all messages, found and one by one with their history.
class MessageRoutes
{
public:
    MessageRoutes(db::Campaigns campaigns, db::Database& database, db::Database& bulk, sending::Dispatcher& dispatcher,
                  CampaignRules rules)
        : campaigns_(campaigns),
          single_messages_(database),
          bulk_messages_(bulk),
          messages_(database),
          search_(database),
          dispatcher_(dispatcher),
          rules_(std::move(rules))
    {
    }

    asio::awaitable<http::Response> create(http::Request request);
    asio::awaitable<http::Response> create_batch(http::Request request);
    asio::awaitable<http::Response> list(http::Request request);
    asio::awaitable<http::Response> one(http::Request request);

private:
    db::NewMessage new_message(MessageRequest request, std::string idempotency_key) const;
    asio::awaitable<http::Response> show_known(db::MessageId id);
    asio::awaitable<std::optional<std::string>> unknown_zone(std::vector<MessageRequest> requests);

    db::Campaigns campaigns_;
    db::SingleMessages single_messages_, bulk_messages_;
    db::Messages messages_;
    db::SearchMessages search_;
    sending::Dispatcher& dispatcher_;
    CampaignRules rules_;
};

} // namespace waybill::api
