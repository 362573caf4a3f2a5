#include "server/sending/rate_limit.hpp"

#include <algorithm>
#include <cassert>

namespace waybill::sending
{

namespace
{

constexpr std::chrono::milliseconds tolerance{5}; // timers and the loop are not more exact

} // namespace

RateLimit::RateLimit(double per_second) : slot_(1 / per_second)
{
    assert(per_second > 0);
}

RateLimit::Time RateLimit::reserve(Time now, int segments)
{
    Time leaves = std::max(now, next_);
    next_ = leaves + std::chrono::duration_cast<Time::duration>(slot_ * segments);
    return leaves;
}

RateLimit::Time RateLimit::turn(Time slot) const
{
    return std::max(slot, next_);
}

void RateLimit::left(Time turn, Time now, int segments)
{
    reserve(std::max(turn, now - tolerance), segments);
}

} // namespace waybill::sending
