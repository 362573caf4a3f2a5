#include "server/sending/dispatcher.hpp"

#include "config/repeated_lines.hpp"

#include <boost/asio/use_awaitable.hpp>

#include <utility>

namespace waybill::sending
{

using config::log_repeated;
using config::LogLevel;
using std::chrono::steady_clock;

namespace
{

constexpr std::chrono::seconds database_backoff{1};

} // namespace

Dispatcher::Dispatcher(asio::any_io_executor executor, db::Outbox outbox, db::Senders senders, twilio::Client& client,
                       DispatcherOptions options)
    : options_(std::move(options)),
      change_(executor),
      places_(options_.max_in_flight, change_),
      pauses_(senders, options_.probe_after, change_),
      recorder_(executor, outbox),
      delivery_(executor, client, options_, pauses_, recorder_, places_),
      claiming_(executor, outbox, options_, change_),
      lane_parts_{executor, outbox, options_, claiming_.clock(), pauses_, delivery_}
{
}

config::BackgroundTask Dispatcher::task()
{
    return {"dispatcher", [this] { return run(); }, [this] { stop(); }, [this] { return problem_; }};
}

asio::awaitable<void> Dispatcher::run()
{
    co_await pauses_.probe_everything();
    while (!stopping_) {
        const Time next = co_await round();
        if (!stopping_) co_await change_.wait_until(next);
    }
    while (places_.taken() > 0 || claiming_.is_ending_canceled())
        co_await change_.wait();
}

void Dispatcher::stop()
{
    stopping_ = true;
    places_.wake_for_each();
    claiming_.stop();
    for (auto& [sender, lane] : lanes_)
        lane.stop();
    wake();
}

// An error of PostgreSQL must not end the task: messages under way wait for their outcomes to be recorded.
asio::awaitable<Dispatcher::Time> Dispatcher::round()
{
    try {
        co_await claiming_.expire_leases();
        const Time next = co_await claim_some();
        problem_.clear();
        co_return next;
    }
    catch (const db::Unavailable& error) {
        log_repeated(LogLevel::warning, "sending.database_away",
                     {{"error", error.what()}, {"advice", "sending resumes when PostgreSQL answers again"}});
    }
    catch (const std::exception& error) {
        problem_ = error.what();
        log_repeated(LogLevel::error, "sending.claim_failed",
                     {{"error", error.what()},
                      {"advice", "nothing is sent until the cause is removed; sending then resumes automatically"}});
    }
    co_return steady_clock::now() + database_backoff;
}

asio::awaitable<Dispatcher::Time> Dispatcher::claim_some()
{
    if (!places_.are_worth_a_claim()) co_return steady_clock::now() + options_.poll;
    db::Claim claim = co_await claiming_.claim(places_.free(), turns());
    if (!claim.history_lost.empty()) co_return steady_clock::now() + database_backoff;
    const Time next = claiming_.next_claim_after(claim);
    hand_out(std::move(claim));
    co_return next;
}

std::map<std::string, db::SenderTurn> Dispatcher::turns() const
{
    std::map<std::string, db::SenderTurn> turns;
    for (const auto& [sender, lane] : lanes_)
        turns.emplace(sender, lane.turn());
    return turns;
}

void Dispatcher::hand_out(db::Claim claim)
{
    for (auto& [sender, turn] : claim.senders)
        lane_of(sender).claimed(std::move(turn));
    for (db::ClaimedMessage& message : claim.messages) {
        places_.take();
        pauses_.claimed(message.sender);
        if (message.settled || message.opted_out) {
            const db::Permit permit = message.settled ? db::Permit::settled : db::Permit::opted_out;
            delivery_.start(std::move(message), permit);
            continue;
        }
        Lane& lane = lane_of(message.sender);
        lane.add(std::move(message), claim.read_at);
    }
}

Lane& Dispatcher::lane_of(const std::string& sender)
{
    Lane& lane = lanes_.try_emplace(sender, lane_parts_, sender).first->second;
    if (stopping_) lane.stop();
    return lane;
}

DispatcherCounters Dispatcher::counters() const
{
    DispatcherCounters counters;
    counters.accepted = delivery_.count_of<twilio::Accepted>();
    counters.rejected = delivery_.count_of<twilio::Rejected>();
    counters.throttled = delivery_.count_of<twilio::Throttled>();
    counters.not_sent = delivery_.count_of<twilio::NotSent>();
    counters.unknown = delivery_.count_of<twilio::Unknown>();
    counters.expired_leases = claiming_.expired_leases();
    counters.account_pauses = pauses_.account_pauses();
    counters.sender_pauses = pauses_.sender_pauses();
    counters.in_flight = places_.taken();
    return counters;
}

} // namespace waybill::sending
