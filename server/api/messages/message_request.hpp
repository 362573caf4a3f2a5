#pragma once

#include "db/messages/messages.hpp"
#include "server/api/campaigns/campaign_intake.hpp"
#include "server/http/message.hpp"

#include <boost/json/value.hpp>

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace waybill::api
{

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

} // namespace waybill::api
