#pragma once

#include "db/types/types.hpp"
#include "webhooks/form.hpp"
#include "webhooks/receipt.hpp"

#include <variant>

namespace waybill::webhooks
{

// An inbound message needs MessageSid (SmsSid, SmsMessageSid), From and To, of at most 64, 256 and 256 bytes; From need
// not be a phone number. Text that PostgreSQL cannot hold (NUL, broken UTF-8) is replaced by U+FFFD.
std::variant<db::InboundMessage, Malformed> parse_inbound_message(const Form& form, db::Time received_at);

} // namespace waybill::webhooks
