#include "server/sending/outcome.hpp"

#include "server/sending/retry_policy.hpp"

namespace waybill::sending
{

namespace
{

constexpr int opted_out_code = 21610;

db::SendOutcome event_of(const db::ClaimedMessage& message, db::Time now, db::MessageStatus status)
{
    db::SendOutcome outcome;
    outcome.event.message_id = message.id;
    outcome.event.at = now;
    outcome.event.status = status;
    outcome.event.word = db::name_of(status);
    return outcome;
}

db::SendOutcome again(const db::ClaimedMessage& message, db::Time now, std::chrono::milliseconds delay)
{
    db::SendOutcome outcome;
    outcome.event.message_id = message.id;
    outcome.retry_at = now + delay;
    return outcome;
}

struct Decide
{
    const db::ClaimedMessage& message;
    db::Time now;
    double chance;

    db::SendOutcome operator()(const twilio::Accepted& accepted) const
    {
        db::SendOutcome outcome = event_of(message, now, db::MessageStatus::accepted);
        outcome.event.word = accepted.status;
        outcome.event.sid = accepted.sid;
        outcome.event.segments = accepted.num_segments;
        outcome.event.proves_acceptance = true;
        return outcome;
    }
    db::SendOutcome operator()(const twilio::Rejected& rejected) const
    {
        db::SendOutcome outcome = event_of(message, now, db::MessageStatus::failed);
        outcome.event.error_code = rejected.code != 0 ? rejected.code : rejected.http_status;
        return outcome;
    }
    db::SendOutcome operator()(const twilio::Throttled& throttled) const
    {
        return again(message, now, retry_delay(message.attempt, throttled.retry_after, chance));
    }
    db::SendOutcome operator()(const twilio::NotSent&) const
    {
        return again(message, now, retry_delay(message.attempt, std::nullopt, chance));
    }
    db::SendOutcome operator()(const twilio::Unknown&) const
    {
        return event_of(message, now, db::MessageStatus::unknown);
    }
};

} // namespace

db::SendOutcome decide(const db::ClaimedMessage& message, const twilio::SendResult& result, db::Time now, double chance)
{
    return std::visit(Decide{message, now, chance}, result);
}

db::SendOutcome decide_unsent(const db::ClaimedMessage& message, db::Time now)
{
    db::SendOutcome outcome = event_of(message, now, db::MessageStatus::canceled);
    if (message.opted_out) outcome.event.error_code = opted_out_code;
    return outcome;
}

db::SendOutcome give_back(const db::ClaimedMessage& message, db::Time now)
{
    return again(message, now, std::chrono::milliseconds(0));
}

} // namespace waybill::sending
