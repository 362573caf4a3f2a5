#include "db/outbox.hpp"

#include "db/array_literal.hpp"
#include "db/statements.hpp"

namespace waybill::db
{

// Every running campaign offers its first free rows; they are taken in turns, so that a large one does not starve a
// small one.
const Statement claim_messages_statement{"claim_messages", R"sql(
with free as (
    select o.message_id, row_number() over (partition by c.id order by o.message_id) as turn
      from campaigns c
     cross join lateral (
         select message_id from outbox
          where campaign_id = c.id and leased_until is null and due_at <= now()
          order by message_id
          limit $1::int
            for update skip locked) o
     where c.status = 'sending' and (c.send_at is null or c.send_at <= now())
), leased as (
    update outbox o set leased_until = now() + make_interval(secs => $2::int), attempts = o.attempts + 1
      from (select message_id from free order by turn, message_id limit $1::int) as chosen
     where o.message_id = chosen.message_id
    returning o.message_id, o.attempts
), claimed as (
    select m.id, m.campaign_id, m.recipient, m.body, m.segments, m.status, l.attempts
      from leased l join messages m on m.id = l.message_id
     order by m.id
       for update of m
), raised as (
    update messages m set status = 'sending', claimed_at = now()
      from claimed
     where m.id = claimed.id and m.status = 'pending'
    returning m.campaign_id
), delta as (
    select campaign_id, count(*) as raised from raised group by campaign_id
), locked as (
    select d.* from delta d join campaign_counters c on c.campaign_id = d.campaign_id
     order by c.campaign_id
       for update of c
), counted as (
    update campaign_counters c set pending = c.pending - d.raised, sending = c.sending + d.raised, updated_at = now()
      from locked d
     where c.campaign_id = d.campaign_id
)
select m.id, m.campaign_id, c.sender, m.recipient, m.body, m.segments, m.attempts,
       exists (select from opt_outs where phone_number = m.recipient) as opted_out,
       m.status not in ('pending', 'sending') as settled
  from claimed m join campaigns c on c.id = m.campaign_id
 order by m.attempts desc, m.id)sql"};

const Statement release_expired_statement{"release_expired", R"sql(
delete from outbox where leased_until < now() returning message_id)sql"};

// $1 messages that are through; $2, $3 messages to be tried again, and when.
const Statement settle_outbox_statement{"settle_outbox", R"sql(
with done as (
    delete from outbox where message_id = any($1::bigint[])
)
update outbox o
   set leased_until = null, due_at = timestamptz 'epoch' + again.at_micros * interval '1 microsecond'
  from unnest($2::bigint[], $3::bigint[]) as again(message_id, at_micros)
 where o.message_id = again.message_id)sql"};

namespace
{

ClaimedMessage read_claimed(const pqxx::row& row)
{
    ClaimedMessage message;
    message.id = row["id"].as<MessageId>();
    message.campaign_id = row["campaign_id"].as<std::int64_t>();
    message.sender = row["sender"].as<std::string>();
    message.recipient = row["recipient"].as<std::string>();
    message.body = row["body"].as<std::string>();
    message.segments = row["segments"].as<int>();
    message.attempt = row["attempts"].as<int>();
    message.opted_out = row["opted_out"].as<bool>();
    message.settled = row["settled"].as<bool>();
    return message;
}

std::size_t expire(Transaction& tx)
{
    std::vector<Event> events;
    for (const pqxx::row& row : tx.exec(release_expired_statement)) {
        Event event;
        event.message_id = row[0].as<MessageId>();
        event.at = std::chrono::system_clock::now();
        event.word = "unknown";
        event.status = MessageStatus::unknown;
        events.push_back(std::move(event));
    }
    if (!events.empty()) record_events(tx, EventSource::send, events);
    return events.size();
}

std::vector<std::int64_t> record(Transaction& tx, std::span<const SendOutcome> outcomes)
{
    ArrayLiteral done, again, times;
    std::vector<Event> events;
    for (const SendOutcome& outcome : outcomes) {
        if (outcome.retry_at) {
            again.add(outcome.event.message_id);
            times.add(
                std::chrono::duration_cast<std::chrono::microseconds>(outcome.retry_at->time_since_epoch()).count());
        }
        else {
            done.add(outcome.event.message_id);
            events.push_back(outcome.event);
        }
    }
    tx.exec(settle_outbox_statement, done.take(), again.take(), times.take());
    if (events.empty()) return {};
    return record_events(tx, EventSource::send, events).completed;
}

} // namespace

asio::awaitable<std::vector<ClaimedMessage>> Outbox::claim(int limit, std::chrono::seconds lease)
{
    return database_.transact([limit, lease](Transaction& tx) {
        std::vector<ClaimedMessage> messages;
        for (const pqxx::row& row : tx.exec(claim_messages_statement, limit, static_cast<int>(lease.count())))
            messages.push_back(read_claimed(row));
        return messages;
    });
}

asio::awaitable<std::size_t> Outbox::expire_leases()
{
    return database_.transact([](Transaction& tx) { return expire(tx); });
}

asio::awaitable<std::vector<std::int64_t>> Outbox::settle(std::span<const SendOutcome> outcomes)
{
    return database_.transact([outcomes](Transaction& tx) { return record(tx, outcomes); });
}

} // namespace waybill::db
