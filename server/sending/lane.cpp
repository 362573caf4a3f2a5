#include "server/sending/lane.hpp"

#include "config/log.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

namespace waybill::sending
{

using std::chrono::steady_clock;

namespace
{

constexpr std::chrono::milliseconds min_wait{1};      // a shorter timer is not worth its cost
constexpr std::chrono::milliseconds min_lateness{20}; // the loop and a round trip to PostgreSQL may take that long

} // namespace

Lane::Lane(const LaneParts& parts, std::string sender)
    : parts_(parts),
      sender_(std::move(sender)),
      per_second_(parts.options.rates.rate_of(sender_)),
      pace_(per_second_),
      stopped_(parts.executor)
{
}

void Lane::add(db::ClaimedMessage message, Time permitted_at)
{
    const Time slot = parts_.clock.to_steady(message.slot);
    waiting_.push_back({std::move(message), slot, db::Permit::send, permitted_at});
    if (!std::exchange(is_running_, true)) asio::co_spawn(parts_.executor, run(), asio::detached);
}

void Lane::stop()
{
    stopping_ = true;
    stopped_.wake();
}

db::SenderTurn Lane::turn() const
{
    db::SenderTurn turn = turn_;
    turn.next = parts_.clock.to_database(pace_.next());
    return turn;
}

asio::awaitable<void> Lane::run()
{
    while (!waiting_.empty()) {
        const Time turn = pace_.turn(waiting_.front().slot);
        while (!stopping_ && turn - steady_clock::now() > min_wait)
            co_await stopped_.wait_until(turn);
        if (!stopping_ && turn_.is_shared && is_late()) {
            co_await take_new_slots();
            continue;
        }
        const Time permitted_at = waiting_.front().permitted_at;
        if (!stopping_ && steady_clock::now() - permitted_at > parts_.options.permit_lasts) co_await renew_permits();
        leave(turn);
    }
    is_running_ = false;
}

void Lane::leave(Time turn)
{
    Departure departure = std::move(waiting_.front());
    waiting_.pop_front();
    db::Permit permit = db::Permit::held;
    if (!stopping_) permit = parts_.pauses.narrowed(departure.permit, departure.message);
    if (permit == db::Permit::send) pace_.left(turn, steady_clock::now(), departure.message.segments);
    parts_.delivery.start(std::move(departure.message), permit);
}

bool Lane::is_late() const
{
    const Time slot = waiting_.front().slot;
    const Time leaves = std::max(pace_.turn(slot), steady_clock::now());
    const std::chrono::duration<double> quarter(0.25 / per_second_);
    return leaves - slot > std::max<std::chrono::duration<double>>(min_lateness, quarter);
}

std::chrono::microseconds Lane::length_of(int segments) const
{
    return std::chrono::microseconds(std::llround(1e6 * segments / per_second_));
}

// For all messages that missed theirs.
asio::awaitable<void> Lane::take_new_slots()
{
    const Time now = steady_clock::now();
    std::size_t late = 0;
    int segments = 0;
    for (; late < waiting_.size() && (late == 0 || waiting_[late].slot < now); ++late)
        segments += waiting_[late].message.segments;
    Time slot = now;
    try {
        const db::Time not_before = parts_.clock.to_database(pace_.turn(now));
        db::Outbox outbox = parts_.outbox;
        const db::Time begin = co_await outbox.reserve(sender_, length_of(segments), not_before);
        slot = parts_.clock.to_steady(begin);
    }
    catch (const std::exception&) { // they keep their distance from each other at least
    }
    for (std::size_t place = 0; place < late; ++place) {
        waiting_[place].slot = slot;
        slot += length_of(waiting_[place].message.segments);
    }
    std::ranges::stable_sort(waiting_, {}, &Departure::slot);
}

// One query for all that wait in the lane. Without an answer, no message leaves.
asio::awaitable<void> Lane::renew_permits()
{
    const Time asked_at = steady_clock::now();
    std::vector<db::Lease> leases;
    for (const Departure& departure : waiting_)
        leases.push_back({departure.message.id, departure.message.attempt});
    std::vector<db::Permit> permits(leases.size(), db::Permit::held);
    try {
        db::Outbox outbox = parts_.outbox;
        permits = co_await outbox.permits(std::move(leases));
    }
    catch (const std::exception& error) {
        config::log(config::LogLevel::warning, "sending.permits_missing",
                    {{"error", error.what()}, {"advice", "claimed messages wait until PostgreSQL answers"}});
    }
    for (std::size_t place = 0; place < permits.size(); ++place) {
        waiting_[place].permit = permits[place];
        waiting_[place].permitted_at = asked_at;
    }
}

} // namespace waybill::sending
