#pragma once

#include "db/upkeep/erasure.hpp"
#include "server/api/contract/json.hpp"

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

// All that is known of a person, as the HTTP contract shows it. Texts are those of the values that are shown.
namespace waybill::api
{

struct ShownText
{
    Decimal message_id;
    std::optional<std::string_view> campaign_id;
    std::string_view customer_name, body, status;
    db::Time created_at;
};
BOOST_DESCRIBE_STRUCT(ShownText, (), (message_id, campaign_id, customer_name, body, status, created_at))

struct ShownAnswer
{
    std::string_view sid, body;
    db::Time received_at;
};
BOOST_DESCRIBE_STRUCT(ShownAnswer, (), (sid, body, received_at))

struct ShownOptOutEvent
{
    std::string_view event, source, by, message_sid;
    db::Time at;
};
BOOST_DESCRIBE_STRUCT(ShownOptOutEvent, (), (event, source, by, message_sid, at))

struct ShownPerson
{
    std::string_view phone;
    bool opted_out = false;
    std::vector<ShownOptOutEvent> opt_out_history;
    std::vector<ShownText> messages;
    std::vector<ShownAnswer> replies;
};
BOOST_DESCRIBE_STRUCT(ShownPerson, (), (phone, opted_out, opt_out_history, messages, replies))

struct ShownErasure
{
    std::int64_t erased_messages = 0, erased_replies = 0;
    bool opted_out = false;
};
BOOST_DESCRIBE_STRUCT(ShownErasure, (), (erased_messages, erased_replies, opted_out))

} // namespace waybill::api
