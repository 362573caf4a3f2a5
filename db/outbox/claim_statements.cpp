#include "db/postgres/statements.hpp"

namespace waybill::db
{

// What is to be sent now, by the outbox itself: campaigns and single messages of senders that are not paused, or may be
// probed. $1 the moment. Quiet hours that begin within a minute have begun. Canceled campaigns are told as well. Both
// columns together keep PostgreSQL on the index of both, here and in find_free, whatever else the outbox holds.
const Statement find_offers_statement{"find_offers", R"sql(
with recursive moment as (
    select coalesce(timestamptz 'epoch' + $1::bigint * interval '1 microsecond', clock_timestamp()) as at
), campaign (id) as (
    select min(campaign_id) from outbox where leased_until is null and campaign_id is not null
     union all
    select (select min(campaign_id) from outbox where leased_until is null and campaign_id > campaign.id)
      from campaign where id is not null
), single (sender) as (
    select min(sender) from outbox where campaign_id is null and leased_until is null
     union all
    select (select min(sender) from outbox where campaign_id is null and leased_until is null and sender > single.sender)
      from single where sender is not null
), offer as (
    select c.id as campaign_id, c.sender, false as canceled,
           least(floor(extract(epoch from next_quiet_hours(c.quiet_from, c.time_zone, m.at) - m.at)), 36000)::int as quiet_in
      from campaign o join campaigns c on c.id = o.id cross join moment m
     cross join lateral (
         select from outbox
          where (campaign_id, message_id) >= (c.id, 0) and (campaign_id, message_id) < (c.id + 1, 0)
            and leased_until is null and due_at <= now()
          order by campaign_id, message_id limit 1) as due
     where c.status in ('sending', 'completed') and (c.send_at is null or c.send_at <= m.at)
       and not in_quiet_hours(c.quiet_from, c.quiet_until, c.time_zone, m.at)
     union all
    select c.id, c.sender, true, null from campaign o join campaigns c on c.id = o.id where c.status = 'canceled'
     union all
    select 0, s.sender, false, null
      from single s
     cross join lateral (
         select from outbox where campaign_id is null and sender = s.sender and leased_until is null and due_at <= now()
          order by due_at limit 1) as due
)
select o.campaign_id, o.sender, o.canceled, o.quiet_in, s.sender is not null as known,
       exists (select from campaign_budgets where campaign_id = o.campaign_id) as budgeted,
       coalesce(a.paused_at is not null, false) as account_paused
  from offer o left join senders s on s.sender = o.sender left join senders a on a.sender = '*'
 where o.canceled
    or (coalesce(o.quiet_in >= 60, true)
        and (s.paused_at is null or s.probe_at <= now()) and (a.paused_at is null or a.probe_at <= now())))sql"};

const Statement make_senders_statement{"make_senders", R"sql(
insert into senders (sender) select distinct * from unnest($1::text[]) order by 1 on conflict do nothing)sql"};

// A sender that another claim is at is left to it. clock_timestamp() is the time of the slots.
const Statement lock_senders_statement{"lock_senders", R"sql(
select sender, paused_at is not null as paused, coalesce(probe_at <= now(), false) as may_be_probed,
       (extract(epoch from free_at) * 1000000)::bigint as free_micros,
       (extract(epoch from clock_timestamp()) * 1000000)::bigint as now_micros
  from senders
 where sender = any ($1::text[])
 order by sender
   for update skip locked)sql"};

const Statement lock_budgets_statement{"lock_budgets", R"sql(
select campaign_id, segments_left from campaign_budgets
 where campaign_id = any ($1::bigint[])
 order by campaign_id
   for update)sql"};

// $1 campaigns, $2 messages of each at most; $3 senders of single messages, $4 as $2. Their senders are locked: nobody
// else claims these messages meanwhile.
const Statement find_free_statement{"find_free", R"sql(
select c.id as campaign_id, '' as sender, o.message_id, o.message_id as place,
       (select segments from messages where id = o.message_id) as segments
  from unnest($1::bigint[], $2::int[]) as c(id, most)
 cross join lateral (
     select message_id from outbox
      where (campaign_id, message_id) >= (c.id, 0) and (campaign_id, message_id) < (c.id + 1, 0)
        and leased_until is null and due_at <= now()
      order by campaign_id, message_id
      limit c.most) o
 where exists (select from campaigns where id = c.id and status in ('sending', 'completed'))
 union all
select 0, s.sender, o.message_id, (extract(epoch from o.due_at) * 1000000)::bigint,
       (select segments from messages where id = o.message_id)
  from unnest($3::text[], $4::int[]) as s(sender, most)
 cross join lateral (
     select message_id, due_at from outbox
      where campaign_id is null and sender = s.sender and leased_until is null and due_at <= now()
      order by due_at
      limit s.most) o
 order by place, message_id)sql"};

// $1 messages; $2 seconds of the lease; $3 senders, $4 when they are free again, $5 which of them were probed.
const Statement claim_messages_statement{"claim_messages", R"sql(
with paced as (
    update senders s set free_at = timestamptz 'epoch' + p.free_micros * interval '1 microsecond'
      from unnest($3::text[], $4::bigint[]) as p(sender, free_micros)
     where s.sender = p.sender
), leased as (
    update outbox o set leased_until = now() + make_interval(secs => $2::int), attempts = o.attempts + 1
      from unnest($1::bigint[]) as chosen(id)
     where o.message_id = chosen.id and o.leased_until is null
    returning o.message_id, o.campaign_id, o.sender, o.attempts
), claimed as (
    select m.id, l.campaign_id, l.sender, m.recipient, m.body, m.segments, m.status, l.attempts
      from leased l join messages m on m.id = l.message_id
     order by m.id
       for update of m
), raised as (
    update messages m set status = 'sending', claimed_at = now()
      from claimed
     where m.id = claimed.id and m.status = 'pending'
    returning m.campaign_id
), delta as (
    select campaign_id, count(*) as raised from raised where campaign_id is not null group by campaign_id
), locked as (
    select d.* from delta d join campaign_counters c on c.campaign_id = d.campaign_id
     order by c.campaign_id
       for update of c
), counted as (
    update campaign_counters c set pending = c.pending - d.raised, sending = c.sending + d.raised, updated_at = now()
      from locked d
     where c.campaign_id = d.campaign_id
), spent as (
    update campaign_budgets b set segments_left = b.segments_left - s.segments
      from (select campaign_id, sum(segments) as segments from claimed group by campaign_id) as s
     where b.campaign_id = s.campaign_id
)
select m.id, coalesce(m.campaign_id, 0) as campaign_id, m.recipient, m.body, m.segments, m.attempts,
       exists (select from opt_outs where phone_number = m.recipient) as opted_out, m.status = 'unknown' as resent,
       m.status > 'unknown' as settled
  from claimed m)sql"};

// $1 who was probed: the next probe comes in $2 microseconds, should this one tell nothing.
const Statement put_off_probe_statement{"put_off_probe", R"sql(
update senders set probe_at = now() + $2::bigint * interval '1 microsecond' where sender = any ($1::text[]))sql"};

// $1 campaigns, $2 segments of their next message. What is under way may come back to the budget: then is then.
const Statement pause_spent_statement{"pause_spent", R"sql(
update campaigns c
   set status = 'paused', paused_at = now(),
       pause_reason = 'The budget of ' || to_char(c.max_cost / 10000.0, 'FM9999999990.0000') || ' USD is used up: '
           || to_char((c.max_cost / c.price_per_segment - b.segments_left) * c.price_per_segment / 10000.0, 'FM9999999990.0000')
           || ' USD are spent, and the next message costs '
           || to_char(s.segments * c.price_per_segment / 10000.0, 'FM9999999990.0000')
           || ' USD. Resume with a higher maxCost, or cancel the campaign.'
  from unnest($1::bigint[], $2::int[]) as s(id, segments) join campaign_budgets b on b.campaign_id = s.id
 where c.id = s.id and c.status = 'sending' and c.price_per_segment > 0
   and not exists (select from outbox where campaign_id = c.id and leased_until is not null)
returning c.id)sql"};

} // namespace waybill::db
