#include "config/log.hpp"
#include "server/sending/dispatcher.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <cmath>

// What happens in the lanes of Sender: each claimed message waits for its slot, and leaves if it still may.
namespace waybill::sending
{

using config::log;
using config::LogLevel;
using std::chrono::steady_clock;

namespace
{

constexpr std::chrono::milliseconds finest_wait{1};     // a timer for less is not worth its cost
constexpr std::chrono::milliseconds least_lateness{20}; // the loop and the way to PostgreSQL take some

} // namespace

// Senders do not wait for each other.
asio::awaitable<void> Dispatcher::move(Lane* lane)
{
    while (!lane->waiting.empty()) {
        const Steady turn = lane->pace.turn(lane->waiting.front().slot);
        while (!stopping_ && turn - steady_clock::now() > finest_wait) {
            lane->timer.expires_at(turn);
            boost::system::error_code cancelled;
            co_await lane->timer.async_wait(asio::redirect_error(asio::use_awaitable, cancelled));
        }
        if (!stopping_ && lane->claimed.is_shared && is_late(*lane)) {
            co_await take_new_slots(lane);
            continue;
        }
        const Steady permitted_at = lane->waiting.front().permitted_at;
        if (!stopping_ && steady_clock::now() - permitted_at > options_.permit_lasts) co_await renew_permits(lane);
        Departure departure = std::move(lane->waiting.front());
        lane->waiting.pop_front();
        const db::Permit permit = permit_of(departure);
        if (permit == db::Permit::send) lane->pace.left(turn, steady_clock::now(), departure.message.segments);
        asio::co_spawn(executor_, deliver(std::move(departure.message), permit), asio::detached);
    }
    lane->is_moving = false;
}

bool Dispatcher::is_late(const Lane& lane) const
{
    const Departure& departure = lane.waiting.front();
    const Steady leaves = std::max(lane.pace.turn(departure.slot), steady_clock::now());
    const std::chrono::duration<double> quarter(0.25 / rate_of(departure.message.sender));
    return leaves - departure.slot > std::max<std::chrono::duration<double>>(least_lateness, quarter);
}

// For all that missed theirs. Those of other processes come in between.
asio::awaitable<void> Dispatcher::take_new_slots(Lane* lane)
{
    const Steady now = steady_clock::now();
    const double rate = rate_of(lane->waiting.front().message.sender);
    const auto length = [rate](int segments) { return std::chrono::microseconds(std::llround(1e6 * segments / rate)); };
    std::size_t late = 0;
    int segments = 0;
    for (; late < lane->waiting.size() && (late == 0 || lane->waiting[late].slot < now); ++late)
        segments += lane->waiting[late].message.segments;
    Steady slot = now;
    try {
        std::string sender = lane->waiting.front().message.sender;
        const db::Time not_before = clock_.to_database(lane->pace.turn(now));
        const db::Time begin = co_await outbox_.reserve(std::move(sender), length(segments), not_before);
        slot = clock_.to_steady(begin);
    }
    catch (const std::exception&) { // they keep their distance from each other at least
    }
    for (std::size_t place = 0; place < late; ++place) {
        lane->waiting[place].slot = slot;
        slot += length(lane->waiting[place].message.segments);
    }
    std::ranges::stable_sort(lane->waiting, {}, &Departure::slot);
}

// One query for all that wait in the lane. Without an answer nothing leaves.
asio::awaitable<void> Dispatcher::renew_permits(Lane* lane)
{
    const Steady asked_at = steady_clock::now();
    std::vector<db::Lease> leases;
    for (const Departure& departure : lane->waiting)
        leases.push_back({departure.message.id, departure.message.attempt});
    std::vector<db::Permit> permits(leases.size(), db::Permit::held);
    try {
        permits = co_await outbox_.permits(std::move(leases));
    }
    catch (const std::exception& error) {
        log(LogLevel::warning, "sender.database_away",
            {{"error", error.what()}, {"advice", "claimed messages wait until PostgreSQL answers again"}});
    }
    for (std::size_t place = 0; place < permits.size(); ++place) {
        lane->waiting[place].permit = permits[place];
        lane->waiting[place].permitted_at = asked_at;
    }
}

db::Permit Dispatcher::permit_of(const Departure& departure) const
{
    using db::Permit;
    if (stopping_) return Permit::held;
    const db::ClaimedMessage& message = departure.message;
    const bool is_probe = message.probes_account || message.probes_sender;
    const bool is_paused = departure.permit == Permit::account_paused || departure.permit == Permit::sender_paused;
    if (is_paused && is_probe) return Permit::send;
    if (departure.permit != Permit::send) return departure.permit;
    if (paused_.contains(db::whole_account) && !message.probes_account) return Permit::account_paused;
    if (paused_.contains(message.sender) && !message.probes_sender) return Permit::sender_paused;
    return Permit::send;
}

} // namespace waybill::sending
