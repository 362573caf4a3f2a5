#include "db/receipts/reconciliation.hpp"

#include "db/postgres/array_literal.hpp"
#include "db/postgres/statements.hpp"
#include "db/types/micros.hpp"

#include <span>
#include <sstream>

namespace waybill::db
{

const Statement due_lookups_statement{"due_lookups", R"sql(
select id from messages
 where lookup_at <= timestamptz 'epoch' + $1::bigint * interval '1 microsecond'
 order by lookup_at
 limit $2::int)sql"};

const Statement find_lookup_statement{"find_lookup", R"sql(
select m.status, m.conflicting is not null as in_conflict, m.sid, coalesce(m.sender, c.sender, '') as sender, m.recipient, m.body,
       (extract(epoch from coalesce(m.claimed_at, message_created_at(m.id))) * 1000000)::bigint as claimed_micros,
       (select (extract(epoch from min(e.received_at)) * 1000000)::bigint from message_events e
         where e.message_id = m.id and e.source = 'send' and e.status = 'unknown') as lost_micros
  from messages m left join campaigns c on c.id = m.campaign_id
 where m.id = $1::bigint and (m.status in ('unknown', 'accepted', 'sent') or m.conflicting is not null))sql"};

// Nobody is texted twice by one campaign, so a rival is in another one with the same words, such as the same upload
// made twice; of messages without a campaign, it was made within a day.
const Statement find_rivals_statement{"find_rivals", R"sql(
with mine as (
    select campaign_id, id, recipient, body, claimed_at from messages where id = $1::bigint
), twins as materialized (
    select c.id, mine.recipient, mine.body from mine
      join campaigns own on own.id = mine.campaign_id
      join campaigns c on c.id <> own.id and c.sender = own.sender and c.message_template = own.message_template
       and c.restaurant_name = own.restaurant_name and c.offer = own.offer and c.offer_code = own.offer_code
      join campaign_counters k on k.campaign_id = c.id and k.updated_at >= mine.claimed_at - interval '1 hour'
), others as (
    -- `offset 0` keeps PostgreSQL from reading all messages before it knows whether there are twins.
    select m.sid, m.status from twins cross join lateral (
        select sid, status from messages
         where campaign_id = twins.id and recipient = twins.recipient and body = twins.body offset 0) as m
    union all
    select m.sid, m.status from mine cross join lateral (
        select sid, status from messages
         where campaign_id is null and id <> mine.id and recipient = mine.recipient and body = mine.body
           and id between message_id_at(mine.claimed_at - interval '1 day') and message_id_at(mine.claimed_at + interval '1 day')
        offset 0) as m
     where mine.campaign_id is null
)
select coalesce(string_agg(sid, ','), '') as sids,
       coalesce(bool_or(sid is null and status in ('sending', 'unknown')), false) as unsettled
  from others)sql"};

const Statement look_again_statement{"look_again", R"sql(
update messages set lookup_at = timestamptz 'epoch' + $2::bigint * interval '1 microsecond'
 where id = $1::bigint and (status in ('unknown', 'accepted', 'sent') or conflicting is not null))sql"};

const Statement completeness_statement{"completeness", R"sql(
select coalesce(sum(ever_accepted), 0)::bigint as accepted, coalesce(sum(final_by_receipt), 0)::bigint as by_receipt,
       coalesce(sum(final_by_lookup), 0)::bigint as by_lookup
  from campaign_counters)sql"};

namespace
{

Time read_time(const pqxx::field& field)
{
    return time_of(field.as<std::int64_t>());
}

Lookup read_lookup(MessageId id, const pqxx::row& row)
{
    Lookup lookup;
    lookup.id = id;
    lookup.status = parse_message_status(row["status"].as<std::string>()).value();
    lookup.in_conflict = row["in_conflict"].as<bool>();
    lookup.sid = row["sid"].as<std::string>("");
    lookup.sender = row["sender"].as<std::string>();
    lookup.recipient = row["recipient"].as<std::string>();
    lookup.body = row["body"].as<std::string>();
    lookup.claimed_at = read_time(row["claimed_micros"]);
    if (!row["lost_micros"].is_null()) lookup.lost_at = read_time(row["lost_micros"]);
    return lookup;
}

Rivals read_rivals(const pqxx::row& row)
{
    Rivals rivals;
    rivals.unsettled = row["unsettled"].as<bool>();
    std::istringstream sids(row["sids"].as<std::string>());
    for (std::string sid; std::getline(sids, sid, ',');)
        rivals.sids.push_back(sid);
    return rivals;
}

} // namespace

asio::awaitable<std::vector<MessageId>> Reconciliation::due(Time now, int limit)
{
    return database_.transact([now, limit](Transaction& tx) {
        std::vector<MessageId> ids;
        for (const pqxx::row& row : tx.exec(due_lookups_statement, micros(now), limit))
            ids.push_back(row[0].as<MessageId>());
        return ids;
    });
}

asio::awaitable<std::optional<Lookup>> Reconciliation::find(MessageId id)
{
    return database_.transact([id](Transaction& tx) -> std::optional<Lookup> {
        const pqxx::result rows = tx.exec(find_lookup_statement, id);
        if (rows.empty()) return std::nullopt;
        return read_lookup(id, rows[0]);
    });
}

asio::awaitable<Rivals> Reconciliation::rivals(MessageId id)
{
    return database_.transact([id](Transaction& tx) { return read_rivals(tx.exec(find_rivals_statement, id).at(0)); });
}

asio::awaitable<void> Reconciliation::record(LookupOutcome outcome)
{
    return database_.transact([outcome = std::move(outcome)](Transaction& tx) {
        if (outcome.entry) record_history(tx, HistorySource::lookup, std::span<const HistoryEntry>(&*outcome.entry, 1));
        tx.exec(look_again_statement, outcome.message_id, micros(outcome.look_again));
    });
}

asio::awaitable<Completeness> Reconciliation::completeness() const
{
    return database_.transact([](Transaction& tx) {
        const pqxx::row row = tx.exec(completeness_statement).at(0);
        return Completeness{row["accepted"].as<std::int64_t>(), row["by_receipt"].as<std::int64_t>(),
                            row["by_lookup"].as<std::int64_t>()};
    });
}

} // namespace waybill::db
