#include "server/sending/rate_limit.hpp"

#include <algorithm>
#include <cassert>

namespace waybill::sending
{

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

} // namespace waybill::sending
