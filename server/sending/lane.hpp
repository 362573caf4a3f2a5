#pragma once

#include "config/wakeup.hpp"
#include "db/outbox/outbox.hpp"
#include "server/sending/clock_offset.hpp"
#include "server/sending/delivery.hpp"
#include "server/sending/dispatcher_options.hpp"
#include "server/sending/rate_limit.hpp"
#include "server/sending/sender_pauses.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <cstddef>
#include <deque>
#include <string>
#include <vector>

namespace waybill::sending
{

namespace asio = boost::asio;

// What all lanes share; it outlives them.
struct LaneParts
{
    asio::any_io_executor executor;
    db::Outbox outbox;
    const DispatcherOptions& options;
    const ClockOffset& clock;
    const SenderPauses& pauses;
    Delivery& delivery;
};

// The claimed messages of one sender, in the order in which they leave. Each waits for its slot and then leaves if it
// still may; one that misses its slot because this process is late gets a new one, between those of other processes.
// Permits are renewed while earlier messages leave. Lanes do not wait for each other.
class Lane
{
public:
    using Time = std::chrono::steady_clock::time_point;

    Lane(const LaneParts& parts, std::string sender);

    // `permitted_at`: when it was read that the message may leave.
    void add(db::ClaimedMessage message, Time permitted_at);

    void stop(); // messages that wait, and those that are still added, go back

    void claimed(db::SenderTurn turn) { turn_ = std::move(turn); } // as the last claim left the sender
    db::SenderTurn turn() const;                                   // as it is now, for the next claim

private:
    struct Departure
    {
        db::ClaimedMessage message;
        Time slot;
        db::Permit permit = db::Permit::send;
        Time permitted_at;
    };

    asio::awaitable<void> run();
    asio::awaitable<void> wait_for(Time turn, Time now);
    asio::awaitable<void> leave_when_permitted(Time turn);
    bool is_late() const;
    asio::awaitable<void> take_new_slots();
    bool needs_permit(const Departure& departure, Time at) const;
    bool is_renewal_due(std::size_t place, Time turn, Time now) const;
    void renew_when_due(Time turn, Time now);
    asio::awaitable<void> renew_permits();
    std::vector<db::Lease> leases_at(Time now) const;
    void permit(const std::vector<db::Lease>& asked, const std::vector<db::Permit>& permits, Time now);
    void leave(Time turn);
    std::chrono::microseconds length_of(int segments) const;

    const LaneParts& parts_;
    std::string sender_;
    double per_second_;
    RateLimit pace_;
    config::Wakeup change_; // stopped, or the permits are renewed
    Time::duration lead_;   // permits are renewed so long before they are needed: twice what it took
    std::deque<Departure> waiting_;
    db::SenderTurn turn_;
    bool is_running_ = false;
    bool is_renewing_ = false;
    bool stopping_ = false;
};

} // namespace waybill::sending
