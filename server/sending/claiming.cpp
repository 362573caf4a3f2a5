#include "server/sending/claiming.hpp"

#include "config/log.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <cstddef>
#include <utility>

namespace waybill::sending
{

using config::log;
using config::LogLevel;
using std::chrono::steady_clock;

namespace
{

constexpr std::chrono::milliseconds contended_wait{20}; // another process claims for the same sender
constexpr double kept_share = 0.98; // of the pace, so that late messages do not overfill a second at Twilio
constexpr int canceled_batch = 1'000;

} // namespace

Claiming::Claiming(asio::any_io_executor executor, db::Outbox outbox, const DispatcherOptions& options,
                   config::Wakeup& wakeup)
    : executor_(executor), outbox_(outbox), options_(options), wakeup_(wakeup)
{
}

asio::awaitable<db::Claim> Claiming::claim(int limit, std::map<std::string, db::SenderTurn> senders)
{
    db::ClaimRequest request;
    request.limit = limit;
    request.lease = options_.lease;
    request.horizon = options_.horizon;
    request.permit_lasts = options_.permit_lasts;
    request.probe_after = options_.probe_after;
    request.rate_of = [rates = options_.rates](const std::string& sender) {
        return kept_share * rates.rate_of(sender);
    };
    request.senders = std::move(senders);
    request.day_budget = options_.day_budget;
    db::Claim claim = co_await outbox_.claim(std::move(request));
    if (claim.read_at != Time{}) clock_.observe(claim.database_time, claim.read_at);
    for (const std::int64_t campaign : claim.budget_paused)
        log(LogLevel::info, "campaign.budget_used_up", {{"campaign", campaign}});
    note_day(claim.day_used_up);
    if (!claim.canceled.empty() && !std::exchange(is_ending_canceled_, true))
        asio::co_spawn(executor_, end_canceled(claim.canceled), asio::detached);
    co_return claim;
}

void Claiming::note_day(bool is_used_up)
{
    if (is_used_up == std::exchange(day_used_up_, is_used_up)) return;
    if (is_used_up)
        log(LogLevel::warning, "sending.daily_budget_used_up",
            {{"advice", "campaigns wait for the next day, or until DAILY_BUDGET is raised"}});
    else
        log(LogLevel::info, "sending.daily_budget_suffices", {});
}

Claiming::Time Claiming::next_claim_after(const db::Claim& claim) const
{
    const Time now = steady_clock::now();
    const Time next = claim.contended ? now + contended_wait : now + options_.poll;
    return claim.look_again ? std::min(next, clock_.to_steady(*claim.look_again)) : next;
}

asio::awaitable<void> Claiming::expire_leases()
{
    if (steady_clock::now() < next_expiry_) co_return;
    const db::ExpiredLeases expired = co_await outbox_.expire_leases();
    next_expiry_ = steady_clock::now() + options_.lease / 8;
    expired_leases_ += expired.unknown;
    if (expired.undone > 0)
        log(LogLevel::info, "sending.claims_undone",
            {{"messages", expired.undone}, {"reason", "the process that claimed them ended before it sent them"}});
    if (expired.unknown > 0)
        log(LogLevel::warning, "sending.leases_expired",
            {{"messages", expired.unknown}, {"advice", "they are shown as unknown until a receipt settles them"}});
}

// The next claim, here or in another process, finds the messages that are left over.
asio::awaitable<void> Claiming::end_canceled(std::vector<std::int64_t> campaigns)
{
    try {
        co_await end_all_of(campaigns);
    }
    catch (const std::exception& error) {
        log(LogLevel::warning, "sending.cancel_waits",
            {{"error", error.what()}, {"advice", "messages of canceled campaigns are ended later; none is sent"}});
    }
    is_ending_canceled_ = false;
    if (stopping_) wakeup_.wake();
}

asio::awaitable<void> Claiming::end_all_of(const std::vector<std::int64_t>& campaigns)
{
    std::size_t ended = canceled_batch;
    while (ended == canceled_batch && !stopping_) {
        std::vector<std::int64_t> copy = campaigns;
        ended = co_await outbox_.end_canceled(std::move(copy), canceled_batch);
    }
}

} // namespace waybill::sending
