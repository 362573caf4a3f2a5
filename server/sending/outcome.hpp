#pragma once

#include "db/outbox/outbox.hpp"
#include "server/twilio/client.hpp"

#include <chrono>

namespace waybill::sending
{

// What an answer of Twilio means for the message: an entry to keep, or another try. `chance` is drawn from [0, 1) for
// the jitter. A lost reply becomes `unknown` and is never tried again; only what Twilio surely did not process is.
// What Twilio did not take goes back to the campaign's budget, and so does what it counts less than we.
db::SendOutcome decide(const db::ClaimedMessage& message, const twilio::SendResult& result, db::Time now,
                       double chance);

// For a claimed message that must not be sent: its recipient has opted out, something is known about it already, or it
// has to wait.
db::SendOutcome decide_unsent(const db::ClaimedMessage& message, db::Permit permit, db::Time now);

// For a claimed message that was not sent, or refused without a fault of its own: free for the next claim from then on.
db::SendOutcome give_back(const db::ClaimedMessage& message, db::Time when);

} // namespace waybill::sending
