#include "server/tracking/reconcile_decision.hpp"

#include "db/postgres/storable_text.hpp"
#include "server/twilio/reply_body.hpp"

#include <boost/algorithm/string/predicate.hpp>

#include <algorithm>
#include <utility>
#include <vector>

namespace waybill::tracking
{

using twilio::MessageRecord;

namespace
{

constexpr std::chrono::minutes min_backoff{1};
constexpr std::chrono::hours backoff_unanswered{1};
constexpr std::chrono::hours backoff_of_missing{24};
constexpr std::chrono::minutes clock_difference{1}; // between Twilio and this machine, at most
constexpr int not_found_status = 404;

std::optional<std::int64_t> price_in_usd(const MessageRecord& record)
{
    const bool is_usd = record.price_unit.empty() || boost::algorithm::iequals(record.price_unit, "USD");
    return is_usd ? record.price_micros : std::nullopt;
}

db::HistoryEntry entry_of(const db::Lookup& lookup, const MessageRecord& record, db::Time now)
{
    db::HistoryEntry entry;
    entry.message_id = lookup.id;
    entry.at = now;
    entry.word = db::storable(record.status);
    entry.status = db::from_twilio_status(record.status);
    entry.proves_acceptance = true;
    entry.sid = record.sid;
    entry.error_code = record.error_code;
    entry.segments = record.num_segments;
    entry.price_micros = price_in_usd(record);
    return entry;
}

LookDecision decide_found(const db::Lookup& lookup, const MessageRecord& record, db::Time now)
{
    LookDecision decision;
    decision.outcome.message_id = lookup.id;
    decision.outcome.entry = entry_of(lookup, record, now);
    decision.outcome.look_again = next_look(lookup, now);
    const std::optional<db::MessageStatus> status = decision.outcome.entry->status;
    decision.result = status && db::is_final(*status) ? LookResult::settled : LookResult::open;
    return decision;
}

// Kept as an entry, so that the message's history shows the look-up.
LookDecision decide_not_found(const db::Lookup& lookup, std::string reason, db::Time now)
{
    LookDecision decision;
    decision.result = LookResult::not_found;
    decision.reason = std::move(reason);
    decision.outcome.message_id = lookup.id;
    decision.outcome.entry.emplace();
    decision.outcome.entry->message_id = lookup.id;
    decision.outcome.entry->at = now;
    decision.outcome.entry->word = "not found";
    decision.outcome.look_again = next_look(lookup, now);
    return decision;
}

// Those of the records that may be the message.
std::vector<MessageRecord> matching(const db::Lookup& lookup, std::vector<MessageRecord> records, db::Time now)
{
    const db::Time first = lookup.claimed_at - clock_difference;
    const db::Time last = lookup.lost_at.value_or(now) + clock_difference;
    std::erase_if(records, [&](const MessageRecord& record) {
        const auto created = twilio::parse_rfc2822(record.date_created);
        const bool same_sender = lookup.sender.empty() || record.from == lookup.sender;
        return record.to != lookup.recipient || !same_sender || record.body != lookup.body || !created ||
               *created < first || *created > last;
    });
    return records;
}

// Answers that say nothing about the message.
struct DecideUnanswered
{
    const db::Lookup& lookup;
    db::Time now;

    LookDecision operator()(const twilio::Rejected& rejected) const { return again(rejected.message); }
    LookDecision operator()(const twilio::Unknown& unknown) const { return again(unknown.reason); }
    LookDecision operator()(const twilio::Throttled& throttled) const
    {
        LookDecision decision = again("too many requests");
        decision.pause = throttled.retry_after;
        return decision;
    }

private:
    LookDecision again(const std::string& reason) const
    {
        LookDecision decision;
        decision.reason = reason;
        decision.outcome.message_id = lookup.id;
        decision.outcome.look_again = next_look(lookup, now);
        if (decision.outcome.look_again)
            decision.outcome.look_again = std::min<db::Time>(*decision.outcome.look_again, now + backoff_unanswered);
        return decision;
    }
};

struct DecideFetched : DecideUnanswered
{
    using DecideUnanswered::operator();

    LookDecision operator()(const MessageRecord& record) const { return decide_found(lookup, record, now); }
    LookDecision operator()(const twilio::Rejected& rejected) const
    {
        if (rejected.http_status != not_found_status) return DecideUnanswered::operator()(rejected);
        LookDecision decision = decide_not_found(lookup, "Twilio does not know its SID (any more)", now);
        if (decision.outcome.look_again)
            decision.outcome.look_again = std::max<db::Time>(*decision.outcome.look_again, now + backoff_of_missing);
        return decision;
    }
};

struct DecideListed : DecideUnanswered
{
    using DecideUnanswered::operator();

    const db::Rivals& rivals;

    LookDecision operator()(const std::vector<MessageRecord>& records) const
    {
        std::vector<MessageRecord> found = matching(lookup, records, now);
        std::erase_if(found, [&](const MessageRecord& record) {
            return std::ranges::find(rivals.sids, record.sid) != rivals.sids.end();
        });
        if (found.empty()) return decide_not_found(lookup, "Twilio lists no such message", now);
        if (rivals.unsettled) return decide_not_found(lookup, "another message of ours is as likely", now);
        if (found.size() > 1) return decide_not_found(lookup, "Twilio lists more than one such message", now);
        return decide_found(lookup, found.front(), now);
    }
};

} // namespace

LookDecision decide_fetched(const db::Lookup& lookup, const twilio::FetchResult& result, db::Time now)
{
    return std::visit(DecideFetched{{lookup, now}}, result);
}

LookDecision decide_listed(const db::Lookup& lookup, const twilio::ListResult& result, const db::Rivals& rivals,
                           db::Time now)
{
    return std::visit(DecideListed{{lookup, now}, rivals}, result);
}

std::optional<db::Time> next_look(const db::Lookup& lookup, db::Time now)
{
    const db::Time end = lookup.claimed_at + max_reconciliation;
    if (now >= end) return std::nullopt;
    const auto age = std::max<db::Time::duration>(now - lookup.claimed_at, min_backoff);
    return std::min<db::Time>(now + age, end);
}

} // namespace waybill::tracking
