#include "db/outbox/outbox.hpp"

#include "db/postgres/array_literal.hpp"
#include "db/postgres/statements.hpp"
#include "db/types/micros.hpp"

#include <unordered_map>

namespace waybill::db
{

const Statement reserve_slots_statement{"reserve_slots", R"sql(
update senders
   set free_at = greatest(free_at, clock_timestamp(), timestamptz 'epoch' + $3::bigint * interval '1 microsecond')
                 + $2::bigint * interval '1 microsecond'
 where sender = $1
returning (extract(epoch from free_at) * 1000000)::bigint - $2::bigint)sql"};

// $1 messages.
const Statement find_permits_statement{"find_permits", R"sql(
select m.id, coalesce(o.attempts, 0) as attempts, coalesce(o.leased_until > now(), false) as leased,
       m.status > 'unknown' as settled,
       exists (select from opt_outs where phone_number = m.recipient) as opted_out,
       coalesce(c.status not in ('sending', 'completed'), false) as held,
       exists (select from senders where sender = '*' and paused_at is not null) as account_paused,
       exists (select from senders where sender = coalesce(c.sender, m.sender) and paused_at is not null) as sender_paused
  from unnest($1::bigint[]) as asked(id) join messages m on m.id = asked.id
  left join outbox o on o.message_id = m.id
  left join campaigns c on c.id = m.campaign_id)sql"};

const Statement release_expired_statement{"release_expired", R"sql(
delete from outbox where leased_until < now() returning message_id)sql"};

// $1 campaigns, $2 messages at most; a row that somebody else is at is left for the next time.
const Statement end_canceled_statement{"end_canceled", R"sql(
with free as (
    select o.message_id
      from campaigns c
     cross join lateral (
         select message_id from outbox
          where (campaign_id, message_id) >= (c.id, 0) and (campaign_id, message_id) < (c.id + 1, 0) and leased_until is null
          order by campaign_id, message_id
          limit $2::int
            for update skip locked) o
     where c.id = any ($1::bigint[]) and c.status = 'canceled'
     limit $2::int
), ended as (
    delete from outbox where message_id in (select message_id from free) returning message_id
)
select m.id, m.status < 'unknown' as unsent from ended join messages m on m.id = ended.message_id)sql"};

// $1 messages, $2 the attempt that was claimed, $3 when they are free again (null: they are through), $4 segments that
// go back to the budget. Rows of another claim are left alone, so that the same again changes nothing.
const Statement settle_outbox_statement{"settle_outbox", R"sql(
with said as (
    select * from unnest($1::bigint[], $2::int[], $3::bigint[], $4::int[]) as s(message_id, attempt, again_micros, back)
), done as (
    delete from outbox o using said s
     where o.message_id = s.message_id and o.attempts = s.attempt and s.again_micros is null
    returning o.campaign_id, s.back
), again as (
    update outbox o
       set leased_until = null, due_at = timestamptz 'epoch' + s.again_micros * interval '1 microsecond'
      from said s
     where o.message_id = s.message_id and o.attempts = s.attempt and s.again_micros is not null
       and o.leased_until is not null
    returning o.campaign_id, s.back
)
update campaign_budgets b set segments_left = b.segments_left + moved.back
  from (select campaign_id, sum(back) as back from (select * from done union all select * from again) as each
         group by campaign_id) as moved
 where b.campaign_id = moved.campaign_id and moved.back <> 0)sql"};

namespace
{

HistoryEntry entry_of(MessageId id, MessageStatus status)
{
    HistoryEntry entry;
    entry.message_id = id;
    entry.at = std::chrono::system_clock::now();
    entry.word = name_of(status);
    entry.status = status;
    return entry;
}

std::size_t expire(Transaction& tx)
{
    std::vector<HistoryEntry> entries;
    for (const pqxx::row& row : tx.exec(release_expired_statement))
        entries.push_back(entry_of(row[0].as<MessageId>(), MessageStatus::unknown));
    if (!entries.empty()) record_history(tx, HistorySource::send, entries);
    return entries.size();
}

std::size_t end_canceled_messages(Transaction& tx, const std::string& campaigns, int limit)
{
    std::vector<HistoryEntry> entries;
    const pqxx::result ended = tx.exec(end_canceled_statement, campaigns, limit);
    for (const pqxx::row& row : ended)
        if (row["unsent"].as<bool>()) entries.push_back(entry_of(row["id"].as<MessageId>(), MessageStatus::canceled));
    if (!entries.empty()) record_history(tx, HistorySource::operator_, entries);
    return static_cast<std::size_t>(ended.size());
}

Permit permit_of(const pqxx::row& row, int attempt)
{
    const auto is = [&row](const char* name) { return row[name].as<bool>(); };
    const bool lost = !is("leased") || row["attempts"].as<int>() != attempt;
    if (is("settled") || lost) return Permit::settled;
    if (is("opted_out")) return Permit::opted_out;
    if (is("held")) return Permit::held;
    if (is("account_paused")) return Permit::account_paused;
    return is("sender_paused") ? Permit::sender_paused : Permit::send;
}

std::vector<Permit> find_permits(Transaction& tx, const std::vector<Lease>& leases)
{
    ArrayLiteral ids;
    std::unordered_map<MessageId, std::size_t> places;
    for (const Lease& lease : leases) {
        places.emplace(lease.message_id, places.size());
        ids.add(lease.message_id);
    }
    std::vector<Permit> permits(leases.size(), Permit::settled);
    for (const pqxx::row& row : tx.exec(find_permits_statement, ids.take())) {
        const std::size_t place = places.at(row["id"].as<MessageId>());
        permits[place] = permit_of(row, leases[place].attempt);
    }
    return permits;
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
    if (any) tx.exec(lock_budgets_statement, campaigns.take());
}

std::vector<std::int64_t> record(Transaction& tx, std::span<const SendOutcome> outcomes)
{
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
    tx.exec(settle_outbox_statement, ids.take(), attempts.take(), times.take(), back.take());
    if (entries.empty()) return {};
    return record_history(tx, HistorySource::send, entries).completed;
}

} // namespace

asio::awaitable<Claim> Outbox::claim(ClaimRequest request)
{
    return database_.transact([request = std::move(request)](Transaction& tx) { return claim_messages(tx, request); });
}

asio::awaitable<Time> Outbox::reserve(std::string sender, std::chrono::microseconds length, Time not_before)
{
    return database_.transact([sender = std::move(sender), length, not_before](Transaction& tx) {
        const pqxx::result rows = tx.exec(reserve_slots_statement, sender, length.count(), micros(not_before));
        return time_of(rows.at(0)[0].as<std::int64_t>());
    });
}

asio::awaitable<std::vector<Permit>> Outbox::permits(std::vector<Lease> leases)
{
    return database_.transact([leases = std::move(leases)](Transaction& tx) { return find_permits(tx, leases); });
}

asio::awaitable<std::size_t> Outbox::expire_leases()
{
    return database_.transact([](Transaction& tx) { return expire(tx); });
}

asio::awaitable<std::size_t> Outbox::end_canceled(std::vector<std::int64_t> campaigns, int limit)
{
    ArrayLiteral list;
    for (const std::int64_t campaign : campaigns)
        list.add(campaign);
    return database_.transact(
        [list = list.take(), limit](Transaction& tx) { return end_canceled_messages(tx, list, limit); });
}

asio::awaitable<std::vector<std::int64_t>> Outbox::settle(std::span<const SendOutcome> outcomes)
{
    return database_.transact([outcomes](Transaction& tx) { return record(tx, outcomes); });
}

} // namespace waybill::db
