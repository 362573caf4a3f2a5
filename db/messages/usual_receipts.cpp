#include "db/messages/usual_receipts.hpp"

#include "db/messages/history.hpp"
#include "db/messages/lists.hpp"
#include "db/messages/refused_recipients.hpp"
#include "db/postgres/array_literal.hpp"
#include "db/postgres/binary_arrays.hpp"
#include "db/postgres/statements.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <unordered_set>

namespace waybill::db
{

// $1 ids, in order … $9 fingerprints, one element a receipt and no message twice.
//
// RETURNING tells only what a message has become; whether it was accepted or sent is read from its sent_at. A message
// whose sent_at does not fit its status is not raised here, and only the word `sent`, which a sent message does not
// take, changes it. Locks are taken in the order of the ids, as every row is found by its key
// (DatabaseOptions::by_key); the limit, which cuts nothing, has PostgreSQL expect few receipts and begin with them. A
// receipt that raises its message cannot have been kept before.
const Statement record_usual_statement{"record_usual", R"sql(
with raised as (
    update messages m
       set status = k.status, lookup_at = null, sid = coalesce(m.sid, k.sid),
           error_code = coalesce(k.error_code, m.error_code),
           sent_at = case when k.status = 'sent' then k.at else m.sent_at end,
           completed_at = case when k.status = 'sent' then m.completed_at else coalesce(m.completed_at, k.at) end
      from (select *
              from unnest($1::bigint[], $2::timestamptz[], $3::message_status[], $4::text[], $5::int[], $6::text[],
                          $7::text[], $8::jsonb[], $9::bigint[])
                       as s(message_id, at, status, sid, error_code, raw_dlr_done_date, idempotency_token, extra,
                            fingerprint)
             limit cardinality($1::bigint[])) k
     where m.id = k.message_id and m.accepted_at is not null
       and (m.status = 'accepted' and m.sent_at is null or m.status = 'sent' and m.sent_at is not null and k.status <> 'sent')
    returning k.message_id, k.at, k.status, k.sid, k.error_code, k.raw_dlr_done_date, k.idempotency_token, k.extra,
              k.fingerprint, k.status <> 'sent' and m.sent_at is not null as was_sent, m.campaign_id, m.claimed_at,
              m.error_code as last_error_code
), kept as (
    insert into message_events (message_id, received_at, source, error_code, status, sid, raw_dlr_done_date,
                                idempotency_token, extra, fingerprint)
    select message_id, at, 'receipt', error_code, status::text, sid, raw_dlr_done_date, idempotency_token, extra, fingerprint
      from raised
), moved as (
    select campaign_id, was_sent, status,
           case status when 'sent' then null when 'delivered' then tally_bucket(date_part('epoch', at - claimed_at))
                       else coalesce(last_error_code, 0) end as key,
           count(*)::int as count
      from raised
     group by campaign_id, was_sent, status, key
), counted as (
    update campaign_counters c
       set accepted = c.accepted - d.accepted, sent = c.sent + d.sent, delivered = c.delivered + d.delivered,
           undelivered = c.undelivered + d.undelivered, failed = c.failed + d.failed,
           final_by_receipt = c.final_by_receipt + d.final, updated_at = now()
      from (select campaign_id,
                   sum(case when was_sent then 0 else count end) as accepted,
                   sum(case when was_sent then -count when status = 'sent' then count else 0 end) as sent,
                   sum(case when status = 'delivered' then count else 0 end) as delivered,
                   sum(case when status = 'undelivered' then count else 0 end) as undelivered,
                   sum(case when status = 'failed' then count else 0 end) as failed,
                   sum(case when status = 'sent' then 0 else count end) as final
              from moved
             where campaign_id is not null
             group by campaign_id
             order by campaign_id) d
     where c.campaign_id = d.campaign_id
    returning 1
), tallied as (
    -- After the campaigns' counters are locked: the same order for everybody.
    insert into campaign_tallies (campaign_id, kind, key, count)
    select campaign_id, case when status = 'delivered' then 'delivery' else 'error' end as kind, key, sum(count)
      from moved
     where campaign_id is not null and key is not null and (select count(*) from counted) > 0
     group by campaign_id, kind, key
     order by campaign_id, kind, key
        on conflict (campaign_id, kind, key) do update set count = campaign_tallies.count + excluded.count
)
select kept, case when kept < cardinality($1::bigint[]) then (select string_agg(message_id::text, ',') from raised) end as ids,
       (select string_agg(key || ' ' || count, ' ') from moved where status = 'delivered') as deliveries
  from (select sum(count) as kept from moved) as all_moved)sql"};

namespace
{

pqxx::row execute(Transaction& tx, const std::vector<const Receipt*>& receipts)
{
    BigintArray ids, fingerprints;
    TimestampArray times;
    ArrayLiteral statuses;
    TextArray sids, dates, tokens;
    IntegerArray error_codes;
    JsonbArray extras;
    for (const Receipt* receipt : receipts) {
        ids.add(receipt->message_id);
        times.add(receipt->received_at);
        statuses.add(receipt->status);
        sids.add_or_null(receipt->message_sid);
        error_codes.add(receipt->error_code);
        dates.add_or_null(receipt->raw_dlr_done_date);
        tokens.add_or_null(receipt->idempotency_token);
        extras.add_or_null(receipt->extra_json);
        fingerprints.add(fingerprint(*receipt));
    }
    return tx
        .exec(record_usual_statement, ids.take(), times.take(), statuses.take(), sids.take(), error_codes.take(),
              dates.take(), tokens.take(), extras.take(), fingerprints.take())
        .at(0);
}

std::vector<const Receipt*> those_of(std::vector<const Receipt*> receipts, const std::vector<MessageId>& ids)
{
    const std::unordered_set<MessageId> chosen(ids.begin(), ids.end());
    std::erase_if(receipts, [&](const Receipt* receipt) { return !chosen.contains(receipt->message_id); });
    return receipts;
}

} // namespace

// Words of Twilio's that are also names of our statuses.
bool is_usual(const Receipt& receipt)
{
    constexpr std::array<std::string_view, 4> words{"sent", "delivered", "undelivered", "failed"};
    return std::ranges::find(words, receipt.status) != words.end() && receipt.error_code != opted_out_code;
}

UsualReceipts record_usual(Transaction& tx, std::vector<const Receipt*> receipts)
{
    std::ranges::sort(receipts, {}, &Receipt::message_id);
    const pqxx::row row = execute(tx, receipts);
    UsualReceipts recorded;
    append_buckets(row["deliveries"].as<std::string>(""), recorded.lag);
    if (row["kept"].as<std::size_t>(0) == receipts.size())
        recorded.kept = std::move(receipts);
    else
        recorded.kept = those_of(std::move(receipts), read_ids(row["ids"].as<std::string>("")));
    return recorded;
}

} // namespace waybill::db
