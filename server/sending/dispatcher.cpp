#include "server/sending/dispatcher.hpp"

#include "config/log.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>

namespace waybill::sending
{

using config::log;
using config::LogLevel;
using std::chrono::steady_clock;

namespace
{

constexpr std::chrono::seconds database_backoff{1};
constexpr std::chrono::milliseconds contended_wait{20}; // another process claims for the same sender
constexpr double kept_share = 0.98; // of the pace: no second at Twilio gets too full because some came late
constexpr int canceled_batch = 1'000;

} // namespace

Dispatcher::Dispatcher(asio::any_io_executor executor, db::Outbox outbox, db::Senders senders, twilio::Client& client,
                       DispatcherOptions options)
    : executor_(executor),
      outbox_(outbox),
      senders_(senders),
      client_(client),
      options_(std::move(options)),
      outcomes_(executor, [this](db::Batch<db::SendOutcome> outcomes) { return settle(std::move(outcomes)); }),
      concurrency_(options_.max_in_flight),
      change_(executor)
{
}

config::BackgroundTask Dispatcher::task()
{
    return {"dispatcher", [this] { return run(); }, [this] { stop(); }};
}

asio::awaitable<void> Dispatcher::run()
{
    co_await probe_everything();
    while (!stopping_) {
        const Steady next = co_await round();
        if (!stopping_) co_await change_.wait_until(next);
    }
    while (counters_.in_flight > 0 || ends_canceled_)
        co_await change_.wait();
}

// What PostgreSQL refuses must not end the task: messages that have been sent wait for their outcomes to be recorded.
asio::awaitable<Dispatcher::Steady> Dispatcher::round()
{
    try {
        if (steady_clock::now() >= next_expiry_) {
            co_await expire_leases();
            next_expiry_ = steady_clock::now() + options_.lease / 8;
        }
        co_return co_await claim_some();
    }
    catch (const db::Unavailable& error) {
        log(LogLevel::warning, "sender.database_away",
            {{"error", error.what()}, {"advice", "sending resumes when PostgreSQL answers again"}});
    }
    catch (const std::exception& error) {
        log(LogLevel::error, "sender.claim_failed",
            {{"error", error.what()},
             {"advice", "nothing is sent until the cause is removed; sending then resumes automatically"}});
    }
    co_return steady_clock::now() + database_backoff;
}

void Dispatcher::stop()
{
    stopping_ = true;
    for (auto& [sender, lane] : lanes_)
        lane.timer.cancel();
    wake();
}

void Dispatcher::wake()
{
    change_.wake();
}

asio::awaitable<void> Dispatcher::wait_for_campaign(std::int64_t campaign_id, steady_clock::time_point deadline)
{
    config::Wakeup settled(executor_);
    const auto place = campaign_waiters_.emplace(campaign_id, &settled);
    co_await settled.wait_until(deadline);
    campaign_waiters_.erase(place);
}

// A claim is worth a few messages.
int Dispatcher::least_places() const
{
    return std::max(1, concurrency_.limit() / 8);
}

asio::awaitable<Dispatcher::Steady> Dispatcher::claim_some()
{
    lacks_places_ = free_places() < least_places();
    if (lacks_places_) co_return steady_clock::now() + options_.poll;
    db::ClaimRequest request = claim_request();
    db::Claim claim = co_await outbox_.claim(std::move(request));
    co_return take(std::move(claim));
}

db::ClaimRequest Dispatcher::claim_request() const
{
    db::ClaimRequest request;
    request.limit = free_places();
    request.lease = options_.lease;
    request.horizon = options_.horizon;
    request.probe_after = options_.probe_after;
    request.rate_of = [rates = options_.rates](const std::string& sender) {
        return kept_share * rates.rate_of(sender);
    };
    for (const auto& [sender, lane] : lanes_) {
        db::SenderTurn& turn = request.senders[sender];
        turn = lane.claimed;
        turn.next = clock_.to_database(lane.pace.next());
    }
    return request;
}

Dispatcher::Steady Dispatcher::take(db::Claim claim)
{
    const Steady now = steady_clock::now();
    if (claim.read_at != Steady{}) clock_.observe(claim.database_time, claim.read_at);
    for (const std::int64_t campaign : claim.budget_paused)
        log(LogLevel::info, "campaign.budget_used_up", {{"campaign", campaign}});
    if (!claim.canceled.empty() && !std::exchange(ends_canceled_, true))
        asio::co_spawn(executor_, end_canceled(std::move(claim.canceled)), asio::detached);
    for (const auto& [sender, claimed] : claim.senders)
        lane_of(sender).claimed = claimed;
    for (db::ClaimedMessage& message : claim.messages)
        enqueue(std::move(message), claim.read_at);
    Steady look_again = now + options_.poll;
    if (claim.contended) look_again = now + contended_wait;
    if (claim.look_again) look_again = std::min(look_again, clock_.to_steady(*claim.look_again));
    return look_again;
}

Lane& Dispatcher::lane_of(const std::string& sender)
{
    return lanes_.try_emplace(sender, executor_, options_.rates.rate_of(sender)).first->second;
}

void Dispatcher::enqueue(db::ClaimedMessage message, Steady claimed_at)
{
    ++counters_.in_flight;
    paused_.erase(message.sender);
    paused_.erase(db::whole_account);
    if (message.settled || message.opted_out) {
        const db::Permit permit = message.settled ? db::Permit::settled : db::Permit::opted_out;
        asio::co_spawn(executor_, deliver(std::move(message), permit), asio::detached);
        return;
    }
    Lane& lane = lane_of(message.sender);
    const Steady slot = clock_.to_steady(message.slot);
    lane.waiting.push_back({std::move(message), slot, db::Permit::send, claimed_at});
    if (!std::exchange(lane.is_moving, true)) asio::co_spawn(executor_, move(&lane), asio::detached);
}

asio::awaitable<void> Dispatcher::expire_leases()
{
    const std::size_t expired = co_await outbox_.expire_leases();
    counters_.expired_leases += expired;
    if (expired > 0)
        log(LogLevel::warning, "sender.leases_expired",
            {{"messages", expired}, {"advice", "they are shown as unknown until a receipt settles them"}});
}

// What is left over is found by the next claim, here or in another process.
asio::awaitable<void> Dispatcher::end_canceled(std::vector<std::int64_t> campaigns)
{
    std::size_t ended = canceled_batch;
    try {
        while (ended == canceled_batch && !stopping_) {
            std::vector<std::int64_t> copy = campaigns;
            ended = co_await outbox_.end_canceled(std::move(copy), canceled_batch);
        }
    }
    catch (const std::exception& error) {
        log(LogLevel::warning, "sender.cancel_waits", {{"error", error.what()}});
    }
    ends_canceled_ = false;
    if (stopping_) wake();
}

} // namespace waybill::sending
