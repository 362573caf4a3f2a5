#pragma once

#include "db/messages/inbound.hpp"
#include "db/messages/message_search.hpp"
#include "db/messages/messages.hpp"
#include "db/messages/opt_outs.hpp"
#include "db/upkeep/erasure.hpp"
#include "server/api/contract/json.hpp"
#include "server/api/contract/labels.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// Messages, replies, opt-outs, and all that is stored about a person, as the HTTP contract shows them. Texts are those
// of the values that are shown.
namespace waybill::api
{

std::optional<std::string_view> text_or_null(std::string_view text); // empty: null

struct ShownMessage
{
    Decimal id;
    std::int64_t row = 0;
    std::string_view to, name, body, status;
    std::optional<std::string_view> sid;
    std::optional<int> error_code;
    std::optional<std::string> error_meaning;
    int segments = 0;
    Dollars cost;
    db::Time created_at;
    std::optional<db::Time> claimed_at, accepted_at, sent_at, completed_at, read_at;
};
BOOST_DESCRIBE_STRUCT(ShownMessage, (),
                      (id, row, to, name, body, status, sid, error_code, error_meaning, segments, cost, created_at,
                       claimed_at, accepted_at, sent_at, completed_at, read_at))

// An entry of a message's history.
struct ShownEntry
{
    db::Time at;
    std::string_view source, status;
    std::optional<int> error_code;
    std::optional<std::string> error_meaning;
    std::optional<std::string_view> sid, carrier_time;
    std::optional<RawJson> extra;
};
BOOST_DESCRIBE_STRUCT(ShownEntry, (), (at, source, status, error_code, error_meaning, sid, carrier_time, extra))

// What lists show of a message, where it came from, and its history unless it was just made.
struct ShownHistory
{
    Inline<ShownMessage> message;
    std::optional<std::string_view> campaign_id, from;
    std::optional<db::Time> send_at;
    Dollars estimated_cost;
    std::optional<Dollars> price;
    std::optional<std::string_view> conflicting;
    bool test = false; // sent to a number of its sender, outside all campaigns
    Inline<ShownLabels> labels;
    Omissible<std::vector<ShownEntry>> events;
};
BOOST_DESCRIBE_STRUCT(ShownHistory, (),
                      (message, campaign_id, from, send_at, estimated_cost, price, conflicting, test, labels, events))

struct ShownTest
{
    bool success = true;
    std::string message; // a sentence
    Inline<ShownHistory> sent;
};
BOOST_DESCRIBE_STRUCT(ShownTest, (), (success, message, sent))

struct ShownCampaignMessage
{
    Inline<ShownMessage> message;
    Inline<ShownLabels> labels;
};
BOOST_DESCRIBE_STRUCT(ShownCampaignMessage, (), (message, labels))

struct ShownMessages
{
    std::vector<ShownCampaignMessage> messages;
    std::optional<Decimal> next_cursor;
};
BOOST_DESCRIBE_STRUCT(ShownMessages, (), (messages, next_cursor))

// As a search finds it.
struct ShownFound
{
    Inline<ShownMessage> message;
    std::optional<std::string_view> campaign_id, from;
    Inline<ShownLabels> labels;
};
BOOST_DESCRIBE_STRUCT(ShownFound, (), (message, campaign_id, from, labels))

struct ShownFoundMessages
{
    std::vector<ShownFound> messages;
    std::optional<Decimal> next_cursor;
};
BOOST_DESCRIBE_STRUCT(ShownFoundMessages, (), (messages, next_cursor))

struct ShownReply
{
    std::string_view sid, from, body;
    std::optional<std::string_view> keyword;
    db::Time received_at;
    std::optional<Decimal> message_id;
    bool looks_like_opt_out = false; // in other words than a keyword
    bool opted_out = false;          // its author, by now
};
BOOST_DESCRIBE_STRUCT(ShownReply, (),
                      (sid, from, body, keyword, received_at, message_id, looks_like_opt_out, opted_out))

struct ShownReplies
{
    std::vector<ShownReply> replies;
    std::optional<Decimal> next_cursor;
};
BOOST_DESCRIBE_STRUCT(ShownReplies, (), (replies, next_cursor))

struct ShownOptOut
{
    std::string_view phone, source;
    db::Time created_at;
    std::optional<std::string_view> campaign_id;
};
BOOST_DESCRIBE_STRUCT(ShownOptOut, (), (phone, source, created_at, campaign_id))

struct ShownOptOuts
{
    std::vector<ShownOptOut> opt_outs;
    std::optional<std::string_view> next_cursor;
};
BOOST_DESCRIBE_STRUCT(ShownOptOuts, (), (opt_outs, next_cursor))

struct Resent
{
    std::int64_t resent = 0;
};
BOOST_DESCRIBE_STRUCT(Resent, (), (resent))

struct Unconfirmed
{
    std::int64_t unknown = 0;
};
BOOST_DESCRIBE_STRUCT(Unconfirmed, (), (unknown))

std::optional<Decimal> cursor(const std::optional<std::int64_t>& next);

ShownMessages show(const db::MessagePage& page, std::int64_t price_per_segment);

ShownFoundMessages show(const db::FoundMessages& page, std::int64_t price_per_segment); // without one of its own

// `price_per_segment` counts when the message has no price of its own.
ShownHistory show(const db::MessageHistory& history, std::int64_t price_per_segment);
ShownHistory show_new(const db::MessageHistory& history, std::int64_t price_per_segment); // without `events`

ShownReplies show(const db::ReplyPage& page);
ShownOptOut show(const db::OptOut& opt_out);
ShownOptOuts show(const db::OptOutPage& page);

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
