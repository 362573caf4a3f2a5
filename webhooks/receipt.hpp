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

} // namespace waybill::webhooks
