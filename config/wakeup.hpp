#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <vector>

namespace waybill::config
{

namespace asio = boost::asio;

// An event of the event loop. wake() ends every wait under way; when there is none, the next wait ends immediately, so
// that no wake-up is lost. A wait may end without a reason: callers check what they wait for. All calls on the
// executor's thread.
class Wakeup
{
public:
    using Time = std::chrono::steady_clock::time_point;

    explicit Wakeup(asio::any_io_executor executor) : executor_(std::move(executor)) {}
    Wakeup(const Wakeup&) = delete;
    Wakeup& operator=(const Wakeup&) = delete;

    void wake();

    asio::awaitable<void> wait() { return wait_until(Time::max()); }
    asio::awaitable<void> wait_until(Time until);

private:
    asio::any_io_executor executor_;
    std::vector<asio::steady_timer*> waits_;
    bool woken_ = false; // for the next wait
};

} // namespace waybill::config
