#pragma once

#include <boost/asio/any_io_executor.hpp>

#include <chrono>
#include <functional>
#include <memory>

namespace waybill::http
{

namespace asio = boost::asio;

// Calls `expire` when the time set last comes. One wait of the timer outlives many settings: only an earlier time arms
// it again, so that a busy connection pays two assignments for a deadline.
class ClientDeadline
{
public:
    using Clock = std::chrono::steady_clock;

    ClientDeadline(asio::any_io_executor executor, std::function<void()> expire);
    ~ClientDeadline(); // `expire` is not called any more
    ClientDeadline(const ClientDeadline&) = delete;
    ClientDeadline& operator=(const ClientDeadline&) = delete;

    void set(Clock::time_point due);
    void clear();        // nothing is due any more; a wait of the timer may still run out, unnoticed
    void cancel();       // the same, and no wait keeps the executor busy
    bool passed() const; // the time set last has come

private:
    struct State;
    static void arm(const std::shared_ptr<State>& state);

    std::shared_ptr<State> state_;
};

} // namespace waybill::http
