#pragma once

#include "server/simulator/account.hpp"

#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <queue>
#include <vector>

namespace waybill::simulator
{

// Takes accepted messages through their lives and reports each status by a callback. A message waits for the end of one
// callback before its next step, so that only `reorder_share` changes their order. Its memory is bounded by the number
// of messages, its connections by `max_callback_connections`.
class Carrier : public std::enable_shared_from_this<Carrier>
{
public:
    Carrier(asio::any_io_executor executor, std::shared_ptr<Account> account);

    // Takes the first step immediately and waits until its callback has ended; then call begin().
    asio::awaitable<void> step_early(std::uint64_t index);

    void begin(std::uint64_t index,
               std::optional<Clock::time_point> send_at); // the rest of the life follows automatically
    void cancel(std::uint64_t index);                     // only while it is scheduled

    void stop();                   // no new callbacks
    asio::awaitable<void> ended(); // after stop(): completes when the callbacks under way have ended

private:
    using Time = std::chrono::steady_clock::time_point;

    struct Due
    {
        Time time;
        std::uint64_t index;
        bool operator>(const Due& other) const { return time > other.time; }
    };

    struct Callback
    {
        std::uint64_t index;
        Step step;
    };

    Step take_step(Message& message);
    void live(std::uint64_t index);
    void live_on(std::uint64_t index);
    void wait_for_first_due();
    void run_due();

    static asio::awaitable<void> work(std::shared_ptr<Carrier> self);
    asio::awaitable<void> report(Callback callback);
    asio::awaitable<void> post(std::uint64_t index, Status status);
    webhooks::Form make_form(const Message& message, std::uint64_t index, Status status) const;

    std::shared_ptr<Account> account_;
    asio::steady_timer timer_;
    Time waiting_for_ = Time::max();
    std::priority_queue<Due, std::vector<Due>, std::greater<>> schedule_;
    std::deque<Callback> callbacks_; // due, waiting for a worker
    std::size_t workers_ = 0;
    asio::steady_timer idle_; // cancelled when the last worker ends
    bool stopping_ = false;
};

} // namespace waybill::simulator
