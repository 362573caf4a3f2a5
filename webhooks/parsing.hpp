#pragma once

#include "db/types/types.hpp"
#include "webhooks/form.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace waybill::webhooks
{

bool is_message_sid(std::string_view text); // SM or MM and 32 hexadecimal digits

// Whether a signed form can only be what Twilio sent. The signed text has no separators, so one signature fits several
// forms: the bytes of a captured request, divided differently, could name another message. In the form that Twilio
// wrote, every SID of the message is the same, the account is named once, and no other text contains a SID's name.
bool names_one_message(const Form& form);

struct Malformed
{
    std::string reason; // one plain sentence
};

// What the route and the headers add to a status callback's form.
struct CallbackContext
{
    std::string_view message_id;        // last segment of the StatusCallback URL
    std::string_view idempotency_token; // I-Twilio-Idempotency-Token; a hint, not signed
    std::chrono::system_clock::time_point received_at;
};

// A status callback needs MessageSid (SmsSid) and MessageStatus (SmsStatus) and a numeric message id; all else is
// optional, and no column takes more than 64 bytes. Text that PostgreSQL cannot hold (NUL, broken UTF-8) is replaced by
// U+FFFD. The account of a receipt whose SIDs disagree stays among its other parameters. Unknown statuses pass; an
// idempotency token that is too long is left out.
std::variant<db::Receipt, Malformed> parse_status_callback(const Form& form, const CallbackContext& context);

// An inbound message needs MessageSid (SmsSid, SmsMessageSid), From and To, of at most 64, 256 and 256 bytes; From need
// not be a phone number. Text that PostgreSQL cannot hold (NUL, broken UTF-8) is replaced by U+FFFD.
std::variant<db::InboundMessage, Malformed> parse_inbound_message(const Form& form, db::Time received_at);

} // namespace waybill::webhooks
