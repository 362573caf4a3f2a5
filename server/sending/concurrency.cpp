#include "server/sending/concurrency.hpp"

#include <algorithm>

namespace waybill::sending
{

namespace
{

constexpr std::chrono::seconds effect_time{1}; // until a lower limit can have had an effect

} // namespace

void Concurrency::succeeded()
{
    if (limit_ == max_ || ++successes_ < limit_) return;
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

void Places::give_back()
{
    --taken_;
    if (wakes_for_each_ || (is_awaited_ && are_enough())) wakeup_.wake();
}

bool Places::are_worth_a_claim()
{
    is_awaited_ = !are_enough();
    return !is_awaited_;
}

// One claim should serve several messages.
bool Places::are_enough() const
{
    return free() >= std::max(1, concurrency_.limit() / 8);
}

} // namespace waybill::sending
