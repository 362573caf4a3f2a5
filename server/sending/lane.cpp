#include "server/sending/lane.hpp"

#include "config/repeated_lines.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <cmath>
#include <unordered_map>
#include <utility>
#include <vector>

namespace waybill::sending
{

using std::chrono::steady_clock;

namespace
{

constexpr std::chrono::milliseconds min_wait{1};      // a shorter timer is not worth its cost
constexpr std::chrono::milliseconds min_lateness{20}; // the loop and a round trip to PostgreSQL may take that long
constexpr std::chrono::milliseconds min_lead{25}, max_lead{100}; // so that permits are there when they are needed

} // namespace

Lane::Lane(const LaneParts& parts, std::string sender)
    : parts_(parts),
      sender_(std::move(sender)),
      per_second_(parts.options.rates.rate_of(sender_)),
      pace_(per_second_),
      change_(parts.executor),
      lead_(min_lead)
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
    change_.wake();
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
        const Time now = steady_clock::now();
        const Time turn = pace_.turn(waiting_.front().slot);
        if (!stopping_) renew_when_due(turn, now);
        const bool is_early = turn - now > min_wait;
        if (stopping_ && is_renewing_)
            co_await change_.wait();
        else if (stopping_)
            leave(turn); // NOLINT(bugprone-branch-clone): the order of the questions matters
        else if (is_early)
            co_await wait_for(turn, now);
        else if (turn_.is_shared && is_late())
            co_await take_new_slots();
        else if (needs_permit(waiting_.front(), now))
            co_await leave_when_permitted(turn);
        else
            leave(turn);
    }
    is_running_ = false;
}

// However long the renewal takes: a message that misses its slot only for that keeps its place.
asio::awaitable<void> Lane::leave_when_permitted(Time turn)
{
    while (is_renewing_)
        co_await change_.wait();
    if (stopping_ || !needs_permit(waiting_.front(), steady_clock::now())) leave(turn);
}

// Or until the next permit is to be renewed.
asio::awaitable<void> Lane::wait_for(Time turn, Time now)
{
    const bool renews_first = !is_renewing_ && turn - now > lead_ && needs_permit(waiting_.front(), turn);
    const Time until = renews_first ? turn - lead_ : turn;
    co_await change_.wait_until(until);
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

bool Lane::needs_permit(const Departure& departure, Time at) const
{
    return departure.message.unsent || at - departure.permitted_at > parts_.options.permit_lasts;
}

bool Lane::is_renewal_due(std::size_t place, Time turn, Time now) const
{
    const Departure& departure = waiting_[place];
    const Time leaves = std::max(departure.slot, turn + length_of(static_cast<int>(place)));
    return leaves - now <= lead_ && needs_permit(departure, std::max(leaves, now));
}

// Looks at the message that leaves next and at the last one that may need its permit before a renewal has ended.
void Lane::renew_when_due(Time turn, Time now)
{
    if (is_renewing_) return;
    const std::chrono::duration<double> lead = lead_;
    const std::size_t ahead = std::min(waiting_.size() - 1, static_cast<std::size_t>(lead.count() * per_second_));
    if (!is_renewal_due(0, turn, now) && !is_renewal_due(ahead, turn, now)) return;
    is_renewing_ = true;
    asio::co_spawn(parts_.executor, renew_permits(), asio::detached);
}

// One statement for all that wait in the lane. Those that leave before the permit ends are no longer unsent then.
// Without an answer, no message leaves.
asio::awaitable<void> Lane::renew_permits()
{
    const Time asked_at = steady_clock::now();
    std::vector<db::Lease> leases = leases_at(asked_at);
    const std::vector<db::Lease> asked = leases;
    std::vector<db::Permit> permits(leases.size(), db::Permit::held);
    try {
        db::Outbox outbox = parts_.outbox;
        permits = co_await outbox.permits(std::move(leases));
    }
    catch (const std::exception& error) {
        config::log_repeated(config::LogLevel::warning, "sending.permits_missing",
                             {{"error", error.what()}, {"advice", "claimed messages wait until PostgreSQL answers"}});
    }
    const Time now = steady_clock::now();
    permit(asked, permits, now);
    lead_ = std::clamp<Time::duration>(std::max(2 * (now - asked_at), lead_ * 7 / 8), min_lead, max_lead);
    is_renewing_ = false;
    change_.wake();
}

// Some that were asked for have left meanwhile, and others may have come.
void Lane::permit(const std::vector<db::Lease>& asked, const std::vector<db::Permit>& permits, Time now)
{
    std::unordered_map<db::MessageId, std::size_t> places;
    for (std::size_t place = 0; place < asked.size(); ++place)
        places.emplace(asked[place].message_id, place);
    for (Departure& departure : waiting_) {
        const auto place = places.find(departure.message.id);
        if (place == places.end()) continue;
        departure.permit = permits[place->second];
        departure.permitted_at = now;
        if (asked[place->second].leaves) departure.message.unsent = false;
    }
}

std::vector<db::Lease> Lane::leases_at(Time now) const
{
    std::vector<db::Lease> leases;
    Time leaves = pace_.turn(waiting_.front().slot);
    for (const Departure& departure : waiting_) {
        leaves = std::max(leaves, departure.slot);
        const bool is_soon = leases.empty() || leaves - now < parts_.options.permit_lasts + lead_;
        leases.push_back({departure.message.id, departure.message.attempt, is_soon});
        leaves += length_of(departure.message.segments);
    }
    return leases;
}

} // namespace waybill::sending
