#pragma once

#include "db/journal/journal.hpp"
#include "db/journal/recent_commits.hpp"
#include "db/messages/message_search.hpp"
#include "db/messages/messages.hpp"
#include "db/messages/opt_outs.hpp"
#include "db/upkeep/erasure.hpp"
#include "server/access/limits.hpp"
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

// The list of those who are not to be texted: read, add, lift.
class OptOutRoutes
{
public:
    OptOutRoutes(db::OptOuts opt_outs, std::string default_country_code, access::Shares searches)
        : opt_outs_(opt_outs), default_country_code_(std::move(default_country_code)), searches_(std::move(searches))
    {
    }

    asio::awaitable<http::Response> list(http::Request request);
    asio::awaitable<http::Response> one(http::Request request);
    asio::awaitable<http::Response> add(http::Request request);
    asio::awaitable<http::Response> lift(http::Request request);

private:
    std::string phone_of(const http::Request& request) const;

    db::OptOuts opt_outs_;
    std::string default_country_code_;
    access::Shares searches_; // those that no index serves
};

// For administrators: what is stored about a person, and its erasure.
class PeopleRoutes
{
public:
    PeopleRoutes(db::Erasure erasure, db::Journal& journal, db::RecentCommits& recent, std::string default_country_code)
        : erasure_(erasure), journal_(journal), recent_(recent), default_country_code_(std::move(default_country_code))
    {
    }

    asio::awaitable<http::Response> one(http::Request request);
    asio::awaitable<http::Response> erase(http::Request request);

private:
    std::string number_of(const http::Request& request) const;
    asio::awaitable<bool> end_messages(std::string number); // false: one is still in flight

    db::Erasure erasure_;
    db::Journal& journal_;
    db::RecentCommits& recent_;
    std::string default_country_code_;
};

} // namespace waybill::api
