#include "server/sending/concurrency.hpp"

#include <algorithm>

namespace waybill::sending
{

namespace
{

constexpr std::chrono::seconds effect_time{1}; // until fewer requests can have had an effect

} // namespace

void Concurrency::succeeded()
{
    if (limit_ == most_ || ++successes_ < limit_) return;
    ++limit_;
    successes_ = 0;
}

void Concurrency::throttled(Time now)
{
    successes_ = 0;
    if (halved_at_ != Time{} && now - halved_at_ < effect_time) return;
    limit_ = std::max(1, limit_ / 2);
    halved_at_ = now;
}

} // namespace waybill::sending
