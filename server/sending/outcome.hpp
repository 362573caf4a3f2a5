#pragma once

#include "db/outbox.hpp"
#include "server/twilio/client.hpp"

#include <chrono>

namespace waybill::sending
{

// What an answer of Twilio means for the message: an event to keep, or another try. `chance` is drawn from [0, 1) for the jitter.
// A lost reply becomes `unknown` and is never tried again; only what Twilio surely did not process is.
db::SendOutcome decide(const db::ClaimedMessage& message, const twilio::SendResult& result, db::Time now, double chance);

// For a message that was claimed but must not be sent: its recipient has opted out, or something is known about it already.
db::SendOutcome decide_unsent(const db::ClaimedMessage& message, db::Time now);

// For a message that was claimed and not started: free for the next claim.
db::SendOutcome give_back(const db::ClaimedMessage& message, db::Time now);

} // namespace waybill::sending
