#include "db/messages/history.hpp"

#include "db/messages/lean_extra.hpp"
#include "db/postgres/arrays.hpp"
#include "db/postgres/transaction.hpp"
#include "db/types/stable_hash.hpp"
#include "db/types/types.hpp"

#include <unordered_map>

namespace waybill::db
{

namespace
{

// What record_history binds: the entries as columns.
struct Columns
{
    ArrayLiteral ids, times, statuses, words, sids, error_codes, dates, tokens, extras, fingerprints, segments, prices,
        proofs, sent_to;

    void add(HistorySource source, const HistoryEntry& entry)
    {
        ids.add(entry.message_id);
        times.add(micros(entry.at));
        if (entry.status)
            statuses.add(name_of(*entry.status));
        else
            statuses.add_null();
        words.add(entry.word);
        sids.add_or_null(entry.sid);
        error_codes.add(entry.error_code);
        dates.add_or_null(entry.raw_dlr_done_date);
        tokens.add_or_null(entry.idempotency_token);
        const LeanExtra extra = lean(entry.extra_json);
        extras.add_or_null(extra.json);
        sent_to.add_or_null(extra.sent_to);
        fingerprints.add(fingerprint(source, entry));
        segments.add(entry.segments);
        prices.add(entry.price_micros);
        proofs.add(entry.proves_acceptance);
    }
};

StableHash hash_of(HistorySource source, std::string_view sid, std::string_view word, std::optional<int> error_code,
                   std::string_view raw_dlr_done_date)
{
    StableHash hash;
    hash.add(name_of(source)).add(sid).add(word);
    hash.add(error_code ? std::to_string(*error_code) : "").add(raw_dlr_done_date);
    return hash;
}

using Rounds = std::vector<std::vector<std::size_t>>;

// Indexes of entries: the n-th entry of a message goes into the n-th round; most batches need one.
Rounds in_rounds(std::span<const HistoryEntry> entries)
{
    Rounds rounds;
    std::unordered_map<MessageId, std::size_t> entries_of_message;
    entries_of_message.reserve(entries.size());
    for (std::size_t index = 0; index < entries.size(); ++index) {
        const std::size_t round = entries_of_message[entries[index].message_id]++;
        if (round == rounds.size()) rounds.emplace_back();
        rounds[round].push_back(index);
    }
    return rounds;
}

// Records entries of which no two concern the same message.
void record_distinct(Transaction& tx, HistorySource source, std::span<const HistoryEntry> entries,
                     std::span<const std::size_t> chosen, Recorded& recorded)
{
    Columns columns;
    for (const std::size_t index : chosen)
        columns.add(source, entries[index]);
    const std::string ids = columns.ids.take();
    const pqxx::row row =
        tx.exec("record_history", ids, columns.times.take(), columns.statuses.take(), columns.words.take(),
                columns.sids.take(), columns.error_codes.take(), columns.dates.take(), columns.tokens.take(),
                columns.extras.take(), columns.fingerprints.take(), columns.segments.take(), columns.prices.take(),
                columns.proofs.take(), std::string(name_of(source)), columns.sent_to.take())
            .at(0);
    const auto known = row["known"].as<std::int64_t>();
    recorded.known += known;
    recorded.kept += row["kept"].as<std::int64_t>();
    for (const std::int64_t id : read_ids(row["completed"].as<std::string>("")))
        recorded.completed.push_back(id);
    append_buckets(row["deliveries"].as<std::string>(""), recorded.receipt_lag);
    if (known == static_cast<std::int64_t>(chosen.size())) return;
    for (const pqxx::row& stray : tx.exec("find_strays", ids))
        recorded.stray.push_back(chosen[stray[0].as<std::size_t>()]);
}

// Opts out the recipients whose messages Twilio refused for that. Last, after all other locks of the transaction.
void opt_out_refused(Transaction& tx, std::span<const HistoryEntry> entries)
{
    ArrayLiteral ids, times;
    bool any = false;
    for (const HistoryEntry& entry : entries) {
        if (entry.error_code != opted_out_code) continue;
        ids.add(entry.message_id);
        times.add(micros(entry.at));
        any = true;
    }
    if (any) tx.exec("opt_out_refused", ids.take(), times.take());
}

} // namespace

Recorded record_history(Transaction& tx, HistorySource source, std::span<const HistoryEntry> entries)
{
    Recorded recorded;
    const Rounds rounds = in_rounds(entries);
    if (rounds.size() > 1) {
        ArrayLiteral ids;
        for (const std::size_t index : rounds.front())
            ids.add(entries[index].message_id);
        tx.exec("lock_messages", ids.take());
    }
    for (const std::vector<std::size_t>& round : rounds)
        record_distinct(tx, source, entries, round, recorded);
    opt_out_refused(tx, entries);
    return recorded;
}

std::int64_t fingerprint(HistorySource source, const HistoryEntry& entry)
{
    StableHash hash = hash_of(source, entry.sid, entry.word, entry.error_code, entry.raw_dlr_done_date);
    if (source != HistorySource::receipt) hash.add(std::to_string(entry.at.time_since_epoch().count()));
    return hash.value();
}

std::int64_t fingerprint(const Receipt& receipt)
{
    return hash_of(HistorySource::receipt, receipt.message_sid, receipt.status, receipt.error_code,
                   receipt.raw_dlr_done_date)
        .value();
}

std::string_view name_of(HistorySource source)
{
    switch (source) {
    case HistorySource::send:
        return "send";
    case HistorySource::receipt:
        return "receipt";
    case HistorySource::lookup:
        return "lookup";
    case HistorySource::operator_:
        return "operator";
    }
    return "";
}

} // namespace waybill::db
