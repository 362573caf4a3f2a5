#pragma once

#include "db/outbox/outbox.hpp"
#include "server/twilio/client.hpp"

#include <chrono>
#include <optional>

namespace waybill::sending
{

// What Twilio's answer means for the message: an entry of its history, or another attempt. `chance` is drawn from [0,
// 1) for the jitter. A lost reply makes the message `unknown`, and it is never resent automatically; only requests that
// Twilio definitely did not process are retried. The segments that Twilio did not accept, or counts less than we do, go
// back to the campaign's budget.
db::SendOutcome decide(const db::ClaimedMessage& message, const twilio::SendResult& result, db::Time now,
                       double chance);

// For a claimed message that must not be sent: its recipient has opted out, its outcome is known already, or it has to
// wait.
db::SendOutcome decide_unsent(const db::ClaimedMessage& message, db::Permit permit, db::Time now);

// For a claimed message that was not sent, or was refused for a fault that is not its own: it can be claimed again from
// `when` on.
db::SendOutcome give_back(const db::ClaimedMessage& message, db::Time when);

// How long a message waits after an attempt that created no message at Twilio: Throttled (Twilio did not process it) or
// NotSent (nothing left this machine). Exponential backoff with full jitter: up to 500 ms after the first attempt,
// doubling to up to 30 s. A Retry-After (of at most a day) is added, so that no wait is shorter and messages that were
// throttled together do not return together. `attempt` counts from 1; `random` is in [0, 1).
//
// Attempts are not limited: another attempt texts no recipient twice, and a customer left out because of a busy account
// or a network that is down for an hour is the greater harm. Pausing or cancelling the campaign ends such waits.
std::chrono::milliseconds retry_delay(int attempt, std::optional<std::chrono::seconds> retry_after, double random);

} // namespace waybill::sending
