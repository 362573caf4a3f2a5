#include "server/sending/outcome.hpp"

#include "db/messages/history.hpp"

#include <algorithm>

namespace waybill::sending
{

namespace
{

using namespace std::chrono_literals;

constexpr std::chrono::milliseconds first_backoff = 500ms;
constexpr std::chrono::milliseconds max_backoff = 30s;
constexpr int doublings_to_max = 6; // 500 ms * 2^6 = 32 s
constexpr std::chrono::seconds max_retry_after = 24h;

db::SendOutcome outcome_of(const db::ClaimedMessage& message, int segments_back)
{
    db::SendOutcome outcome;
    outcome.entry.message_id = message.id;
    outcome.attempt = message.attempt;
    outcome.segments_back = segments_back;
    outcome.day_price = message.day_price;
    if (message.budgeted) outcome.campaign_id = message.campaign_id;
    return outcome;
}

db::SendOutcome entry_of(const db::ClaimedMessage& message, db::Time now, db::MessageStatus status, int segments_back)
{
    db::SendOutcome outcome = outcome_of(message, segments_back);
    outcome.entry.at = now;
    outcome.entry.status = status;
    outcome.entry.word = db::name_of(status);
    return outcome;
}

struct Decide
{
    const db::ClaimedMessage& message;
    db::Time now;
    double chance;

    db::SendOutcome operator()(const twilio::Accepted& accepted) const
    {
        const int segments = accepted.num_segments.value_or(message.segments);
        db::SendOutcome outcome = entry_of(message, now, db::MessageStatus::accepted, message.segments - segments);
        outcome.entry.word = accepted.status;
        outcome.entry.sid = accepted.sid;
        outcome.entry.segments = accepted.num_segments;
        outcome.entry.proves_acceptance = true;
        return outcome;
    }
    db::SendOutcome operator()(const twilio::Rejected& rejected) const
    {
        db::SendOutcome outcome = entry_of(message, now, db::MessageStatus::failed, message.segments);
        outcome.entry.error_code = rejected.code != 0 ? rejected.code : rejected.http_status;
        return outcome;
    }
    db::SendOutcome operator()(const twilio::Throttled& throttled) const
    {
        return give_back(message, now + retry_delay(message.attempt, throttled.retry_after, chance));
    }
    db::SendOutcome operator()(const twilio::NotSent&) const
    {
        return give_back(message, now + retry_delay(message.attempt, std::nullopt, chance));
    }
    db::SendOutcome operator()(const twilio::Unknown&) const
    {
        return entry_of(message, now, db::MessageStatus::unknown, 0);
    }
};

} // namespace

db::SendOutcome decide(const db::ClaimedMessage& message, const twilio::SendResult& result, db::Time now, double chance)
{
    return std::visit(Decide{message, now, chance}, result);
}

db::SendOutcome decide_unsent(const db::ClaimedMessage& message, db::Permit permit, db::Time now)
{
    if (permit != db::Permit::settled && permit != db::Permit::opted_out) return give_back(message, now);
    if (permit == db::Permit::settled || message.resent) { // a receipt may still settle the first request
        db::SendOutcome outcome = outcome_of(message, message.segments);
        outcome.dropped = true;
        return outcome;
    }
    db::SendOutcome outcome = entry_of(message, now, db::MessageStatus::canceled, message.segments);
    outcome.entry.error_code = db::opted_out_code;
    return outcome;
}

db::SendOutcome give_back(const db::ClaimedMessage& message, db::Time when)
{
    db::SendOutcome outcome = outcome_of(message, message.segments);
    outcome.retry_at = when;
    return outcome;
}

std::chrono::milliseconds retry_delay(int attempt, std::optional<std::chrono::seconds> retry_after, double random)
{
    const int doublings = std::clamp(attempt - 1, 0, doublings_to_max);
    const auto backoff = std::min(first_backoff * (1 << doublings), max_backoff);
    const auto jittered = std::chrono::duration_cast<std::chrono::milliseconds>(backoff * random);
    return std::clamp(retry_after.value_or(0s), 0s, max_retry_after) + jittered;
}

} // namespace waybill::sending
