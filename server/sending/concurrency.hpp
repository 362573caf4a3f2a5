#pragma once

#include <chrono>

namespace waybill::sending
{

// How many requests may be under way: the limit of the account at Twilio is not published, so it is learned from the
// replies. Halved when one is throttled, one more after as many successes as it allows. Pure.
class Concurrency
{
public:
    using Time = std::chrono::steady_clock::time_point;

    explicit Concurrency(int most) : most_(most), limit_(most) {} // 1 or more

    void succeeded();
    void throttled(Time now); // those that were under way together count once

    int limit() const { return limit_; }

private:
    int most_;
    int limit_;
    int successes_ = 0;
    Time halved_at_{};
};

} // namespace waybill::sending
