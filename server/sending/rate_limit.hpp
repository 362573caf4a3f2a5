#pragma once

#include <chrono>

namespace waybill::sending
{

// Evenly spaced sending (GCRA without a burst): a message of n segments takes n slots of 1/per_second. Idle time earns
// nothing but an immediate next slot. Pure: the caller passes the time and does the waiting.
class RateLimit
{
public:
    using Time = std::chrono::steady_clock::time_point;

    explicit RateLimit(double per_second); // above 0

    // Takes the next slots; returns when the message may leave, not before now.
    Time reserve(Time now, int segments);

    // The same in two steps, for a message that has a slot of its own: when it may leave, and that it has left. A late
    // sender does not catch up by sending faster.
    Time turn(Time slot) const;
    void left(Time turn, Time now, int segments);

    Time next() const { return next_; } // free slot

private:
    std::chrono::duration<double> slot_;
    Time next_;
};

} // namespace waybill::sending
