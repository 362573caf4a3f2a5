#pragma once

#include <chrono>
#include <optional>

namespace waybill::sending
{

// How long a message waits after an attempt that made no message: Throttled (Twilio never processed it) or NotSent
// (nothing left this machine). Exponential backoff with full jitter: up to 500 ms after the first attempt, doubling to
// up to 30 s; a Retry-After (of at most a day) comes on top, so that no wait is shorter than it and those that were
// throttled together do not return together. `attempt` counts from 1; `random` is in [0, 1).
//
// There is no giving up: another attempt can text nobody twice, and a customer left out because of a busy account or a
// network that is down for an hour is the greater harm. Campaigns end such waits by pause or cancel; 30 s costs
// nothing.
std::chrono::milliseconds retry_delay(int attempt, std::optional<std::chrono::seconds> retry_after, double random);

} // namespace waybill::sending
