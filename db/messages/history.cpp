#include "db/messages/history.hpp"

#include "db/messages/lists.hpp"
#include "db/messages/refused_recipients.hpp"
#include "db/postgres/array_literal.hpp"
#include "db/postgres/statements.hpp"
#include "db/postgres/transaction.hpp"
#include "db/types/micros.hpp"
#include "db/types/stable_hash.hpp"

#include <unordered_map>

namespace waybill::db
{

// $1 ids … $13 proofs of acceptance, one element an entry and no message twice; $14 the source.
const Statement record_history_statement{"record_history", R"sql(
with said as (
    select * from unnest($1::bigint[], $2::bigint[], $3::message_status[], $4::text[], $5::text[], $6::int[], $7::text[],
                         $8::text[], $9::jsonb[], $10::bigint[], $11::int[], $12::bigint[], $13::boolean[])
        as s(message_id, at_micros, status, word, sid, error_code, raw_dlr_done_date, idempotency_token, extra, fingerprint,
             segments, price_micros, proves_acceptance)
), known as (
    -- In id order, so that two processes never wait for each other in a circle. Of two different final states the first
    -- stays, the other one is kept as a conflict, and what Twilio says when it is asked then settles it.
    select s.*, timestamptz 'epoch' + s.at_micros * interval '1 microsecond' as at,
           m.campaign_id, m.status as old_status, m.error_code as old_error_code, m.segments as old_segments,
           m.price_micros as old_price_micros, m.accepted_at is not null as was_accepted,
           coalesce(rises(m.status, s.status), false) as rises,
           m.conflicting is null and coalesce(conflict(m.status, s.status), false) as conflicts,
           m.conflicting is not null and $14::event_source = 'lookup' and coalesce(is_final(s.status), false) as settles
      from said s join messages m on m.id = s.message_id
     order by m.id
       for update of m
), kept as (
    insert into message_events (message_id, received_at, source, error_code, status, sid, raw_dlr_done_date,
                                idempotency_token, extra, fingerprint)
    select message_id, at, $14::event_source, error_code, word, sid, raw_dlr_done_date, idempotency_token, extra, fingerprint
      from known
        on conflict do nothing
    returning 1
), raised as (
    -- Twilio is asked three minutes later: every send of that time is then known to have ended, in one way or another.
    update messages m
       set status = case when k.rises or k.settles then k.status else m.status end,
           conflicting = case when k.rises or k.settles then null when k.conflicts then k.status else m.conflicting end,
           lookup_at = case when k.conflicts or (k.rises and k.status = 'unknown') then k.at + interval '3 minutes'
                            when k.rises or k.settles then null else m.lookup_at end,
           sid = coalesce(m.sid, k.sid),
           error_code = case when is_final(k.old_status) and (k.rises or k.settles) and k.status <> k.old_status then k.error_code
                             when k.rises then coalesce(k.error_code, m.error_code) else m.error_code end,
           segments = coalesce(k.segments, m.segments),
           price_micros = coalesce(k.price_micros, m.price_micros),
           accepted_at = coalesce(m.accepted_at, case when k.proves_acceptance then k.at end),
           sent_at = coalesce(m.sent_at, case when k.status = 'sent' then k.at end),
           completed_at = coalesce(m.completed_at, case when k.rises and is_final(k.status) and k.status <> 'read' then k.at end),
           read_at = coalesce(m.read_at, case when k.status = 'read' then k.at end)
      from known k
     where m.id = k.message_id
       and (k.rises or k.conflicts or k.settles
            or (k.proves_acceptance and m.accepted_at is null)
            or (k.status = 'sent' and m.sent_at is null)
            or k.segments <> m.segments
            or (k.price_micros is not null and m.price_micros is distinct from k.price_micros))
    returning k.campaign_id, k.old_status, k.old_error_code, m.status as new_status, m.error_code,
              is_final(k.old_status) and m.status <> k.old_status as overturned,
              k.at, m.claimed_at, m.completed_at,
              (m.accepted_at is not null)::int - k.was_accepted::int as accepted,
              (m.accepted_at is not null and is_final(m.status))::int
                  - (k.was_accepted and is_final(k.old_status))::int as final,
              case when m.accepted_at is not null then m.segments else 0 end
                  - case when k.was_accepted then k.old_segments else 0 end as accepted_segments,
              (m.price_micros is not null)::int - (k.old_price_micros is not null)::int as priced,
              coalesce(m.price_micros, 0) - coalesce(k.old_price_micros, 0) as price_micros
), delta as (
    select campaign_id,
           sum((new_status = 'pending')::int - (old_status = 'pending')::int) as pending,
           sum((new_status = 'sending')::int - (old_status = 'sending')::int) as sending,
           sum((new_status = 'unknown')::int - (old_status = 'unknown')::int) as unknown,
           sum((new_status = 'accepted')::int - (old_status = 'accepted')::int) as accepted,
           sum((new_status = 'sent')::int - (old_status = 'sent')::int) as sent,
           sum((new_status = 'delivered')::int - (old_status = 'delivered')::int) as delivered,
           sum((new_status = 'undelivered')::int - (old_status = 'undelivered')::int) as undelivered,
           sum((new_status = 'failed')::int - (old_status = 'failed')::int) as failed,
           sum((new_status = 'canceled')::int - (old_status = 'canceled')::int) as canceled,
           sum((new_status = 'read')::int - (old_status = 'read')::int) as read,
           sum(accepted) as ever_accepted, sum(accepted_segments) as accepted_segments,
           sum(priced) as priced, sum(price_micros) as price_micros,
           case when $14::event_source = 'lookup' then 0 else sum(final) end as final_by_receipt,
           case when $14::event_source = 'lookup' then sum(final) else 0 end as final_by_lookup
      from raised
     where campaign_id is not null
     group by campaign_id
), locked as (
    select d.* from delta d join campaign_counters c on c.campaign_id = d.campaign_id
     order by c.campaign_id
       for update of c
), counted as (
    update campaign_counters c
       set pending = c.pending + d.pending, sending = c.sending + d.sending, unknown = c.unknown + d.unknown,
           accepted = c.accepted + d.accepted, sent = c.sent + d.sent, delivered = c.delivered + d.delivered,
           undelivered = c.undelivered + d.undelivered, failed = c.failed + d.failed, canceled = c.canceled + d.canceled,
           read = c.read + d.read, ever_accepted = c.ever_accepted + d.ever_accepted,
           accepted_segments = c.accepted_segments + d.accepted_segments, priced = c.priced + d.priced,
           price_micros = c.price_micros + d.price_micros, final_by_receipt = c.final_by_receipt + d.final_by_receipt,
           final_by_lookup = c.final_by_lookup + d.final_by_lookup, updated_at = now()
      from locked d
     where c.campaign_id = d.campaign_id
    returning c.campaign_id, c.pending + c.sending as open
), told as (
    -- When a delivery was looked up says nothing of how long it took. What an overturned state had added is taken back.
    select campaign_id, kind, key, sum(n) as count
      from (select campaign_id, 'error' as kind, coalesce(error_code, 0) as key, 1 as n from raised
             where new_status in ('failed', 'undelivered') and (overturned or old_status not in ('failed', 'undelivered'))
             union all
            select campaign_id, 'delivery', tally_bucket(date_part('epoch', at - claimed_at)), 1 from raised
             where new_status = 'delivered' and old_status <> 'delivered' and $14::event_source <> 'lookup'
             union all
            select t.campaign_id, t.kind, t.key, -1 from raised r join campaign_tallies t
                on t.campaign_id = r.campaign_id
               and t.kind = case old_status when 'delivered' then 'delivery' else 'error' end
               and t.key = case old_status when 'delivered' then tally_bucket(date_part('epoch', completed_at - claimed_at))
                                           else coalesce(old_error_code, 0) end
             where overturned and not (old_status = 'delivered' and new_status = 'read')) as each
     where key is not null
     group by campaign_id, kind, key
), tallied as (
    -- After the campaign's counters are locked, whatever the plan: the same order for everybody.
    insert into campaign_tallies (campaign_id, kind, key, count)
    select campaign_id, kind, key, count from told
     where campaign_id is not null and (select count(*) from counted) > 0
     order by campaign_id, kind, key
        on conflict (campaign_id, kind, key) do update set count = campaign_tallies.count + excluded.count
), completed as (
    update campaigns c set status = 'completed', completed_at = now()
      from counted
     where c.id = counted.campaign_id and counted.open = 0 and c.status = 'sending'
    returning c.id
)
select (select count(*) from known) as known, (select count(*) from kept) as kept,
       (select string_agg(id::text, ',') from completed) as completed,
       (select string_agg(key || ' ' || count, ' ') from told where kind = 'delivery' and count > 0) as deliveries)sql"};

const Statement find_strays_statement{"find_strays", R"sql(
select s.position - 1 from unnest($1::bigint[]) with ordinality as s(message_id, position)
 where not exists (select from messages m where m.id = s.message_id))sql"};

// For entries that come in several rounds: all that they lock, in the order in which a single round locks it.
const Statement lock_messages_statement{"lock_messages", R"sql(
with locked as (
    select campaign_id from messages where id = any ($1::bigint[]) order by id for update
)
select from campaign_counters where campaign_id in (select campaign_id from locked) order by campaign_id for update)sql"};

namespace
{

// What record_history binds: the entries as columns.
struct Columns
{
    ArrayLiteral ids, times, statuses, words, sids, error_codes, dates, tokens, extras, fingerprints, segments, prices,
        proofs;

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
        extras.add_or_null(entry.extra_json);
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
        tx.exec(record_history_statement, ids, columns.times.take(), columns.statuses.take(), columns.words.take(),
                columns.sids.take(), columns.error_codes.take(), columns.dates.take(), columns.tokens.take(),
                columns.extras.take(), columns.fingerprints.take(), columns.segments.take(), columns.prices.take(),
                columns.proofs.take(), std::string(name_of(source)))
            .at(0);
    const auto known = row["known"].as<std::int64_t>();
    recorded.known += known;
    recorded.kept += row["kept"].as<std::int64_t>();
    for (const std::int64_t id : read_ids(row["completed"].as<std::string>("")))
        recorded.completed.push_back(id);
    append_buckets(row["deliveries"].as<std::string>(""), recorded.receipt_lag);
    if (known == static_cast<std::int64_t>(chosen.size())) return;
    for (const pqxx::row& stray : tx.exec(find_strays_statement, ids))
        recorded.stray.push_back(chosen[stray[0].as<std::size_t>()]);
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
        tx.exec(lock_messages_statement, ids.take());
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
