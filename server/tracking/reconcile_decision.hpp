#pragma once

#include "db/receipts/reconciliation.hpp"
#include "server/twilio/client.hpp"

#include <chrono>
#include <optional>
#include <string>

// What Twilio's answer means for a message that was looked up: pure functions.
namespace waybill::tracking
{

// Twilio keeps a message in its queue for ten hours at most, and a carrier that has not reported in two weeks will not.
inline constexpr std::chrono::days max_reconciliation{14};

enum class LookResult
{
    settled,   // it has a final state now
    open,      // Twilio has it, without a final state so far
    not_found, // Twilio does not have it, or it is not clear which of its messages it is
    unanswered // Twilio gave no answer about it
};

struct LookDecision
{
    LookResult result = LookResult::unanswered;
    db::LookupOutcome outcome;
    std::string reason;                        // for the log, unless it was found
    std::optional<std::chrono::seconds> pause; // as long as Twilio asks for
};

// For a message whose SID is known. A message that Twilio does not know stays as it is.
LookDecision decide_fetched(const db::Lookup& lookup, const twilio::FetchResult& result, db::Time now);

// For a message whose reply was lost, from Twilio's messages to its recipient. It is found when exactly one of them has
// its sender and text, was created between its claim and the loss of its reply, and belongs to no other message of
// ours. Otherwise it stays as it is: it is never sent again.
LookDecision decide_listed(const db::Lookup& lookup, const twilio::ListResult& result, const db::Rivals& rivals,
                           db::Time now);

// When the message will be twice as old, at least a minute from now; empty at the end of the reconciliation.
std::optional<db::Time> next_look(const db::Lookup& lookup, db::Time now);

} // namespace waybill::tracking
