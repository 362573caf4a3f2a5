#include "db/outbox/outcomes.hpp"

#include "db/journal/tickets.hpp"
#include "db/messages/history.hpp"
#include "db/postgres/arrays.hpp"
#include "db/postgres/transaction.hpp"

#include <algorithm>
#include <string>
#include <unordered_set>

namespace waybill::db
{

namespace
{

// The first outcome of each message, when it is usual; in the order of the ids, in which rows are locked.
std::vector<const SendOutcome*> usual_of(std::span<const SendOutcome> outcomes)
{
    std::vector<const SendOutcome*> usual;
    std::unordered_set<MessageId> seen;
    usual.reserve(outcomes.size());
    seen.reserve(outcomes.size());
    for (const SendOutcome& outcome : outcomes)
        if (seen.insert(outcome.entry.message_id).second && is_usual(outcome)) usual.push_back(&outcome);
    std::ranges::sort(usual, {}, [](const SendOutcome* outcome) { return outcome->entry.message_id; });
    return usual;
}

pqxx::row execute(Transaction& tx, const std::vector<const SendOutcome*>& outcomes, const Ticket& ticket)
{
    BigintArray ids, fingerprints;
    IntegerArray attempts, segments;
    TimestampArray times;
    TextArray words, sids;
    for (const SendOutcome* outcome : outcomes) {
        const HistoryEntry& entry = outcome->entry;
        ids.add(entry.message_id);
        attempts.add(outcome->attempt);
        times.add(entry.at);
        words.add_or_null(entry.word);
        sids.add_or_null(entry.sid);
        segments.add(entry.segments);
        fingerprints.add(fingerprint(HistorySource::send, entry));
    }
    return tx
        .exec("record_accepted", ids.take(), attempts.take(), times.take(), words.take(), sids.take(), segments.take(),
              fingerprints.take(), ticket.process, ticket.number, ticket.confirmed)
        .at(0);
}

// Budgets are locked before the outbox, as claims do.
void lock_budgets(Transaction& tx, std::span<const SendOutcome> outcomes)
{
    ArrayLiteral campaigns;
    bool any = false;
    for (const SendOutcome& outcome : outcomes) {
        if (outcome.campaign_id == 0 || outcome.segments_back == 0) continue;
        campaigns.add(outcome.campaign_id);
        any = true;
    }
    if (any) tx.exec("lock_budgets", campaigns.take());
}

// To the daily budgets that paid for the segments. Days are locked before the budgets of campaigns, as claims do.
void return_to_days(Transaction& tx, std::span<const SendOutcome> outcomes)
{
    ArrayLiteral ids, attempts, back;
    bool any = false;
    for (const SendOutcome& outcome : outcomes) {
        if (outcome.day_price == 0 || outcome.segments_back == 0) continue;
        ids.add(outcome.entry.message_id);
        attempts.add(outcome.attempt);
        back.add(outcome.segments_back * outcome.day_price);
        any = true;
    }
    if (!any) return;
    const std::string messages = ids.take();
    tx.exec("lock_days", messages);
    lock_budgets(tx, outcomes);
    tx.exec("return_to_days", messages, attempts.take(), back.take());
}

} // namespace

std::vector<std::int64_t> record_outcomes(Transaction& tx, std::span<const SendOutcome> outcomes)
{
    return_to_days(tx, outcomes);
    lock_budgets(tx, outcomes);
    ArrayLiteral ids, attempts, times, back;
    std::vector<HistoryEntry> entries;
    for (const SendOutcome& outcome : outcomes) {
        ids.add(outcome.entry.message_id);
        attempts.add(outcome.attempt);
        back.add(outcome.campaign_id == 0 ? 0 : outcome.segments_back);
        if (outcome.retry_at)
            times.add(micros(*outcome.retry_at));
        else
            times.add_null();
        if (!outcome.retry_at && !outcome.dropped) entries.push_back(outcome.entry);
    }
    tx.exec("settle_outbox", ids.take(), attempts.take(), times.take(), back.take());
    if (entries.empty()) return {};
    return record_history(tx, HistorySource::send, entries).completed;
}

bool is_usual(const SendOutcome& outcome)
{
    const HistoryEntry& entry = outcome.entry;
    return !outcome.retry_at && !outcome.dropped && outcome.segments_back == 0 &&
           entry.status == MessageStatus::accepted && entry.proves_acceptance && !entry.word.empty() &&
           !entry.sid.empty() && !entry.error_code && !entry.price_micros && entry.raw_dlr_done_date.empty() &&
           entry.idempotency_token.empty() && entry.extra_json.empty();
}

UsualOutcomes record_accepted(Transaction& tx, std::span<const SendOutcome> outcomes, const Ticket& ticket)
{
    UsualOutcomes recorded;
    const std::vector<const SendOutcome*> usual = usual_of(outcomes);
    if (usual.empty()) return recorded;
    const pqxx::row row = execute(tx, usual, ticket);
    recorded.is_raised = row["is_raised"].as<bool>();
    recorded.completed = read_ids(row["completed"].as<std::string>(""));
    if (row["kept"].as<std::size_t>() < usual.size())
        recorded.kept = read_ids(row["ids"].as<std::string>(""));
    else
        for (const SendOutcome* outcome : usual)
            recorded.kept.push_back(outcome->entry.message_id);
    return recorded;
}

std::vector<SendOutcome> all_but(const std::vector<MessageId>& kept, std::span<const SendOutcome> outcomes)
{
    std::vector<SendOutcome> others;
    if (kept.size() == outcomes.size()) return others;
    std::unordered_set<MessageId> done(kept.begin(), kept.end());
    for (const SendOutcome& outcome : outcomes)
        if (done.erase(outcome.entry.message_id) == 0) others.push_back(outcome);
    return others;
}

} // namespace waybill::db
