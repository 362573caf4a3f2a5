#include "server/sending/circuit_breaker.hpp"

#include "server/twilio/errors.hpp"

#include <algorithm>
#include <string>

namespace waybill::sending
{

namespace
{

using twilio::Pauses;

constexpr std::size_t unclear_in_a_row = 10;
constexpr int own_refusals = 3; // after so many, a code that may concern the message alone is taken to do so

bool is_at_first(Pauses pauses)
{
    return pauses == Pauses::sender_at_first || pauses == Pauses::account_at_first;
}

// Refusals that concern one message have a code; a refusal without a code would meet every request.
db::SenderFault refusal_without_code(const twilio::Rejected& rejected)
{
    db::SenderFault fault;
    fault.sender = db::whole_account;
    fault.reason = "Twilio refused a message with HTTP status " + std::to_string(rejected.http_status) +
                   " and no error code. Check TWILIO_API_BASE_URL and any proxy between this server and Twilio.";
    return fault;
}

db::SenderFault storm(const std::string& last)
{
    db::SenderFault fault;
    fault.sender = db::whole_account;
    fault.reason = "Twilio does not answer as it should (" + last +
                   "). Sending resumes automatically when a message gets through again; see status.twilio.com.";
    return fault;
}

} // namespace

std::optional<db::SenderFault> fault_of(const db::ClaimedMessage& message, const twilio::Rejected& rejected)
{
    if (rejected.code == 0) return refusal_without_code(rejected);
    const Pauses pauses = twilio::describe_error(rejected.code).pauses;
    const bool at_first = is_at_first(pauses);
    const bool is_probe = message.probes_account || message.probes_sender;
    if (pauses == Pauses::nothing || (at_first && !is_probe && message.attempt >= own_refusals)) return std::nullopt;
    const bool whole_account = pauses == Pauses::account || pauses == Pauses::account_at_first;
    db::SenderFault fault;
    fault.sender = whole_account ? db::whole_account : message.sender;
    fault.code = rejected.code;
    fault.reason = twilio::explain_error(rejected.code);
    fault.from_probe = whole_account ? message.probes_account : message.probes_sender;
    return fault;
}

bool may_be_its_own(const db::SenderFault& fault)
{
    return is_at_first(twilio::describe_error(fault.code.value_or(0)).pauses);
}

bool proves_fixed(const twilio::SendResult& result)
{
    return std::holds_alternative<twilio::Accepted>(result) || std::holds_alternative<twilio::Rejected>(result);
}

std::optional<db::SenderFault> CircuitBreaker::observe(const db::ClaimedMessage& message,
                                                       const twilio::SendResult& result)
{
    if (const auto* rejected = std::get_if<twilio::Rejected>(&result))
        if (auto fault = fault_of(message, *rejected)) return fault;
    if (std::holds_alternative<twilio::Throttled>(result) || std::holds_alternative<twilio::NotSent>(result))
        return std::nullopt;
    const auto* unknown = std::get_if<twilio::Unknown>(&result);
    unclear_ = unclear_ << 1 | std::bitset<window>(unknown != nullptr ? 1 : 0);
    answers_ = std::min(answers_ + 1, window);
    if (unknown == nullptr || !(is_storm() || message.probes_account)) return std::nullopt;
    unclear_.reset();
    answers_ = 0;
    db::SenderFault fault = storm(unknown->reason);
    fault.from_probe = message.probes_account;
    return fault;
}

bool CircuitBreaker::is_storm() const
{
    const std::bitset<window> row((1U << unclear_in_a_row) - 1);
    return (unclear_ & row) == row || (answers_ == window && unclear_.count() > window / 2);
}

} // namespace waybill::sending
