#pragma once

#include "config/wakeup.hpp"

#include <chrono>

namespace waybill::sending
{

// How many requests may be under way. Twilio does not publish an account's limit, so it is learned from the replies:
// halved when a request is throttled, raised by one after as many successes as it allows. Pure.
class Concurrency
{
public:
    using Time = std::chrono::steady_clock::time_point;

    explicit Concurrency(int max) : max_(max), limit_(max) {} // 1 or more

    void succeeded();
    void throttled(Time now); // requests that were under way together count once

    int limit() const { return limit_; }

private:
    int max_;
    int limit_;
    int successes_ = 0;
    Time halved_at_{};
};

// A place for each claimed message whose outcome is not recorded yet.
class Places
{
public:
    Places(int max, config::Wakeup& wakeup) : concurrency_(max), wakeup_(wakeup) {}

    void take() { ++taken_; }
    void give_back();

    // False when a claim would find room for too few messages; the wakeup then wakes when that changes.
    bool are_worth_a_claim();
    void wake_for_each() { wakes_for_each_ = true; } // from now on, for each place given back

    int taken() const { return taken_; }
    int free() const { return concurrency_.limit() - taken_; }
    Concurrency& concurrency() { return concurrency_; }
    const Concurrency& concurrency() const { return concurrency_; }

private:
    bool are_enough() const;

    Concurrency concurrency_;
    config::Wakeup& wakeup_;
    int taken_ = 0;
    bool is_awaited_ = false; // that there are enough
    bool wakes_for_each_ = false;
};

} // namespace waybill::sending
