-- The outbox: claims, step by step, and what becomes of them; pauses of senders.

-- name: find_offers
-- What the outbox has to send at the moment $1: campaigns and single messages of senders that are not paused or may be
-- probed; canceled campaigns too, so that they are ended. Quiet hours that begin within a minute count as begun. Comparing
-- both columns keeps PostgreSQL on the index of both, here and in find_free, whatever else the outbox holds.
with recursive moment as (
    select coalesce(from_micros($1::bigint), clock_timestamp()) as at
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
    select c.id as campaign_id, c.sender, c.price_per_segment, false as canceled, null as zones,
           least(floor(extract(epoch from next_quiet_hours(c.quiet_from, c.time_zone, m.at) - m.at)), 36000)::int as quiet_in
      from campaign o join campaigns c on c.id = o.id cross join moment m
     cross join lateral (
         select from outbox
          where (campaign_id, message_id) >= (c.id, 0) and (campaign_id, message_id) < (c.id + 1, 0)
            and leased_until is null and due_at <= now()
          order by campaign_id, message_id limit 1) as due
     where c.status in ('sending', 'completed') and (c.send_at is null or c.send_at <= m.at)
       and (c.quiet_from is null or c.time_zone is not null)
       and not in_quiet_hours(c.quiet_from, c.quiet_until, c.time_zone, m.at)
     union all
    -- By the recipients' zones: those of a campaign's messages that are outside quiet hours.
    select c.id, c.sender, c.price_per_segment, false, z.zones, seconds_to_quiet_hours(c.quiet_from, z.zones, m.at)
      from campaign o join campaigns c on c.id = o.id cross join moment m
     cross join lateral free_zones(c.id) as z(zones)
     cross join lateral (
         select from outbox
          where campaign_id = c.id and zones = z.zones and leased_until is null and due_at <= now()
          order by campaign_id, zones, message_id limit 1) as due
     where c.quiet_from is not null and c.time_zone is null
       and c.status in ('sending', 'completed') and (c.send_at is null or c.send_at <= m.at)
       and not in_quiet_hours_of_any(c.quiet_from, c.quiet_until, z.zones, m.at)
     union all
    select c.id, c.sender, 0, true, null, null from campaign o join campaigns c on c.id = o.id where c.status = 'canceled'
     union all
    select 0, s.sender, 0, false, null, null
      from single s
     cross join lateral (
         select from outbox where campaign_id is null and sender = s.sender and leased_until is null and due_at <= now()
          order by due_at limit 1) as due
)
select o.campaign_id, o.sender, o.price_per_segment, o.canceled, o.zones, o.quiet_in, s.sender is not null as known,
       exists (select from campaign_budgets where campaign_id = o.campaign_id) as budgeted,
       coalesce(a.paused_at is not null, false) as account_paused
  from offer o left join senders s on s.sender = o.sender left join senders a on a.sender = '*'
 where o.canceled
    or (coalesce(o.quiet_in >= 60, true)
        and (s.paused_at is null or s.probe_at <= now()) and (a.paused_at is null or a.probe_at <= now()));

-- name: make_senders
insert into senders (sender) select distinct * from unnest($1::text[]) order by 1 on conflict do nothing;

-- name: lock_senders
-- Skips senders that another claim has locked. Slots are times of clock_timestamp().
select sender, paused_at is not null as paused, coalesce(probe_at <= now(), false) as may_be_probed,
       to_micros(free_at) as free_at,
       to_micros(clock_timestamp()) as now_at
  from senders
 where sender = any ($1::text[])
 order by sender
   for update skip locked;

-- name: lock_budgets
select campaign_id, segments_left from campaign_budgets
 where campaign_id = any ($1::bigint[])
 order by campaign_id
   for update;

-- name: find_free
-- $1 campaigns, $2 at most that many messages of each; $3 senders of single messages, $4 as $2. Their senders are locked,
-- so no other claim takes these messages. $5 campaigns by zone, $6 the zones, $7 as $2; $8 the moment for the quiet hours
-- of single messages; $9 the day of the daily budget (null: there is none), $10 that it is used up: then only what the day
-- has paid for is free.
select c.id as campaign_id, '' as sender, o.message_id, o.message_id as place,
       (select segments from messages where id = o.message_id) as segments, false as is_paid, null::int as price
  from unnest($1::bigint[], $2::int[]) as c(id, most)
 cross join lateral (
     select message_id from outbox
      where (campaign_id, message_id) >= (c.id, 0) and (campaign_id, message_id) < (c.id + 1, 0)
        and leased_until is null and due_at <= now()
      order by campaign_id, message_id
      limit c.most) o
 where exists (select from campaigns where id = c.id and status in ('sending', 'completed'))
 union all
select z.id, '', o.message_id, o.message_id,
       (select segments from messages where id = o.message_id), false, null
  from unnest($5::bigint[], $6::text[], $7::int[]) as z(id, zones, most)
 cross join lateral (
     select message_id from outbox
      where campaign_id = z.id and zones = z.zones and leased_until is null and due_at <= now()
      order by campaign_id, zones, message_id
      limit z.most) o
 where exists (select from campaigns where id = z.id and status in ('sending', 'completed'))
 union all
select 0, s.sender, o.message_id, to_micros(o.due_at),
       (select segments from messages where id = o.message_id),
       coalesce(o.budget_day = $9::date, false),
       case when $9::date is not null then (select price_per_segment from messages where id = o.message_id) end
  from unnest($3::text[], $4::int[]) as s(sender, most)
 cross join lateral (
     select message_id, due_at, budget_day from outbox o
      where campaign_id is null and sender = s.sender and leased_until is null and due_at <= now()
        and (not $10::boolean or budget_day = $9::date)
        and (zones is null or not exists (
                 select from message_quiet_hours q cross join coalesce(from_micros($8::bigint), clock_timestamp()) as m(at)
                  where q.message_id = o.message_id
                    and (in_quiet_hours_of_any(q.quiet_from, q.quiet_until, o.zones, m.at)
                         or seconds_to_quiet_hours(q.quiet_from, o.zones, m.at) < 60)))
      order by due_at
      limit s.most) o
 order by place, message_id;

-- name: claim_messages
-- $1 messages; $2 the lease in seconds; $3 senders, $4 when they are free again; $5 the moment for the quiet hours of single
-- messages; $6 whether the message leaves so late that its permit is renewed first: it is unsent until then; $7 the
-- day whose budget pays for them, null: none.
with paced as (
    update senders s set free_at = from_micros(p.free_micros)
      from unnest($3::text[], $4::bigint[]) as p(sender, free_micros)
     where s.sender = p.sender
), leased as (
    update outbox o
       set leased_until = now() + make_interval(secs => $2::int), attempts = o.attempts + 1, unsent = chosen.unsent,
           budget_day = coalesce($7::date, o.budget_day)
      from unnest($1::bigint[], $6::boolean[]) as chosen(id, unsent)
     where o.message_id = chosen.id and o.leased_until is null
    returning o.message_id, o.campaign_id, o.sender, o.attempts, o.zones
), claimed as (
    select m.id, l.campaign_id, l.sender, m.recipient, m.body, m.segments, m.status, l.attempts, l.zones
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
       m.status > 'unknown' as settled, m.zones,
       case when m.campaign_id is null and m.zones is not null then (
           select seconds_to_quiet_hours(q.quiet_from, m.zones, coalesce(from_micros($5::bigint), clock_timestamp()))
             from message_quiet_hours q where q.message_id = m.id) end as quiet_in
  from claimed m;

-- name: put_off_probe
-- $1 senders that are being probed: the next probe follows in $2 microseconds if this one is inconclusive.
update senders set probe_at = now() + $2::bigint * interval '1 microsecond' where sender = any ($1::text[]);

-- name: pause_spent
-- $1 campaigns, $2 segments of their next message. While messages are under way, the budget may get segments back: then
-- the campaign is not paused yet.
update campaigns c
   set status = 'paused', paused_at = now(),
       pause_reason = 'The budget of ' || dollars_text(c.max_cost) || ' USD is used up: '
           || dollars_text((c.max_cost / c.price_per_segment - b.segments_left) * c.price_per_segment)
           || ' USD are spent, and the next message costs '
           || dollars_text(s.segments * c.price_per_segment)
           || ' USD. Resume with a higher maxCost, or cancel the campaign.'
  from unnest($1::bigint[], $2::int[]) as s(id, segments) join campaign_budgets b on b.campaign_id = s.id
 where c.id = s.id and c.status = 'sending' and c.price_per_segment > 0
   and not exists (select from outbox where campaign_id = c.id and leased_until is not null)
returning c.id;

-- name: reserve_slots
-- Reserves $2 microseconds of the sender $1, not before $3; returns when they begin.
update senders
   set free_at = greatest(free_at, clock_timestamp(), from_micros($3::bigint))
                 + $2::bigint * interval '1 microsecond'
 where sender = $1
returning to_micros(free_at) - $2::bigint;

-- name: renew_permits
-- What may forbid the claimed messages $1, of the attempts $2, to leave. Those that leave before they ask again ($3) are no
-- longer unsent, committed before their requests are written. One that still is has lost its lease meanwhile.
with asked as materialized (
    select m.id, a.attempt, a.leaves, coalesce(o.attempts, 0) as attempts, coalesce(o.leased_until > now(), false) as leased,
           coalesce(o.unsent, false) as unsent, m.status > 'unknown' as settled,
           exists (select from opt_outs where phone_number = m.recipient) as opted_out,
           coalesce(c.status not in ('sending', 'completed'), false) as held,
           exists (select from senders where sender = '*' and paused_at is not null) as account_paused,
           exists (select from senders where sender = coalesce(c.sender, m.sender) and paused_at is not null) as sender_paused
      from unnest($1::bigint[], $2::int[], $3::boolean[]) as a(id, attempt, leaves) join messages m on m.id = a.id
      left join outbox o on o.message_id = m.id
      left join campaigns c on c.id = m.campaign_id
), leaving as (
    update outbox o set unsent = false
      from asked a
     where o.message_id = a.id and o.attempts = a.attempt and o.leased_until > now() and o.unsent
       and a.leaves and not (a.settled or a.opted_out or a.held)
    returning o.message_id
)
select a.id, a.attempts, a.leased, a.settled, a.opted_out, a.held, a.account_paused, a.sender_paused,
       a.unsent and not exists (select from leaving where message_id = a.id) as unsent
  from asked a;

-- name: settle_outbox
-- $1 messages, $2 the attempt that was claimed, $3 when they are free again (null: they are done), $4 segments that return
-- to the budget. Rows of another claim are left alone, so that running it again changes nothing. `coalesce` keeps
-- PostgreSQL off the index of leases, which it believes to be small: it would read all leased rows for each outcome.
with outcome as (
    select * from unnest($1::bigint[], $2::int[], $3::bigint[], $4::int[]) as s(message_id, attempt, again_micros, back)
), done as (
    delete from outbox o using outcome s
     where o.message_id = s.message_id and o.attempts = s.attempt and s.again_micros is null
    returning o.campaign_id, s.back
), again as (
    update outbox o
       set leased_until = null, due_at = from_micros(s.again_micros), unsent = false, budget_day = null
      from outcome s
     where o.message_id = s.message_id and o.attempts = s.attempt and s.again_micros is not null
       and coalesce(o.leased_until, '-infinity') > '-infinity'
    returning o.campaign_id, s.back
)
update campaign_budgets b set segments_left = b.segments_left + moved.back
  from (select campaign_id, sum(back) as back from (select * from done union all select * from again) as each
         group by campaign_id) as moved
 where b.campaign_id = moved.campaign_id and moved.back <> 0;

-- name: record_accepted
-- The fast way to record that Twilio accepted messages, with the same result as settle_outbox and record_history for those
-- that it takes (db/outbox/outcomes.hpp): messages that are `sending` and of which no receipt has come. $1 ids, in order
-- ... $7 fingerprints, one element per outcome and no message twice. The ticket of the process $8 is raised to $9 unless it is
-- below $10 (raise_ticket).
--
-- A message of which a receipt comes at this very moment leaves the outbox here, and the careful way keeps its outcome. Locks
-- are taken in the order of the ids, as every row is found by its key (DatabaseOptions::by_key), and all of the outbox before
-- any message: sorting reads all of `settled` first. The limit, which cuts nothing off, makes PostgreSQL expect few rows and
-- start with them.
with settled as (
    delete from outbox o
     using (select *
              from unnest($1::bigint[], $2::int[], $3::timestamptz[], $4::text[], $5::text[], $6::int[], $7::bigint[])
                       as s(message_id, attempt, at, word, sid, segments, fingerprint)
             limit cardinality($1::bigint[])) k
     where o.message_id = k.message_id and o.attempts = k.attempt
       and exists (select from messages where id = k.message_id and status = 'sending')
    returning k.*
), raised as (
    update messages m
       set status = 'accepted', lookup_at = null, sid = coalesce(m.sid, k.sid), segments = coalesce(k.segments, m.segments),
           accepted_at = k.at
      from (select * from settled order by message_id) k
     where m.id = k.message_id and m.status = 'sending' and m.accepted_at is null
    returning k.message_id, k.at, k.word, k.sid, k.fingerprint, m.campaign_id, m.segments
), kept as (
    insert into message_history (message_id, received_at, source, status, sid, fingerprint)
    select message_id, at, 'send', word, sid, fingerprint from raised
), events as (
    insert into new_events (at, kind, message_id, campaign_id)
    select at, 'message.accepted', message_id, campaign_id from raised where (select wanted from message_events_wanted)
), moved as (
    select campaign_id, count(*)::int as count, sum(segments) as segments from raised group by campaign_id
), counted as (
    update campaign_counters c
       set sending = c.sending - d.count, accepted = c.accepted + d.count, ever_accepted = c.ever_accepted + d.count,
           accepted_segments = c.accepted_segments + d.segments, updated_at = now()
      from (select * from moved where campaign_id is not null order by campaign_id) d
     where c.campaign_id = d.campaign_id
    returning c.campaign_id, c.pending + c.sending as open
), completed as (
    update campaigns c set status = 'completed', completed_at = now()
      from counted
     where c.id = counted.campaign_id and counted.open = 0 and c.status = 'sending'
    returning c.id
), ticket as (
    update tickets set number = $9::bigint, at = now()
     where process = $8 and writer = 'outcomes' and number >= $10::bigint and number < $9::bigint
    returning 1
)
select kept, exists (select from ticket) as is_raised,
       case when kept < cardinality($1::bigint[]) then (select string_agg(message_id::text, ',') from raised) end as ids,
       (select string_agg(id::text, ',') from completed) as completed
  from (select coalesce(sum(count), 0) as kept from moved) as all_moved;

-- name: lock_days
-- That have paid for the messages $1.
select from budget_days
 where day in (select budget_day from outbox where message_id = any ($1::bigint[]))
 order by day
   for update;

-- name: return_to_days
-- $1 messages, $2 the attempt that was claimed, $3 what their days get back. Before settle_outbox, and guarded like it; then
-- a message that waits for the next day may be affordable.
with held as (
    select o.budget_day, s.back
      from outbox o join unnest($1::bigint[], $2::int[], $3::bigint[]) as s(message_id, attempt, back)
           on o.message_id = s.message_id and o.attempts = s.attempt
     where o.leased_until is not null and s.back <> 0
     order by o.message_id
       for update of o
)
update budget_days d set spent = d.spent - r.back, waiting_cost = case when r.back < 0 then d.waiting_cost end
  from (select budget_day, sum(back) as back from held group by budget_day) as r
 where d.day = r.budget_day;

-- name: lock_expired_days
select from budget_days
 where day in (select budget_day from outbox where leased_until < now() and unsent)
 order by day
   for update;

-- name: lock_expired_budgets
select campaign_id from campaign_budgets
 where campaign_id in (select campaign_id from outbox where leased_until < now() and unsent)
 order by campaign_id
   for update;

-- name: undo_expired
-- The requests of these expired leases have not left: their claims are undone, except that the sender's slots have passed.
-- Skips rows that another transaction has locked: the next run finds them.
with expired as (
    select message_id, budget_day from outbox
     where leased_until < now() and unsent
     order by message_id
       for update skip locked
), freed as (
    update outbox o set leased_until = null, unsent = false, budget_day = null
      from expired e
     where o.message_id = e.message_id
    returning o.message_id, e.budget_day
), unclaimed as (
    select m.id, m.campaign_id, m.segments, m.price_per_segment, freed.budget_day
      from freed join messages m on m.id = freed.message_id
     order by m.id
       for update of m
), lowered as (
    update messages m set status = 'pending', claimed_at = null
      from unclaimed
     where m.id = unclaimed.id and m.status = 'sending'
    returning m.campaign_id
), delta as (
    select campaign_id, count(*) as lowered from lowered where campaign_id is not null group by campaign_id
), locked as (
    select d.* from delta d join campaign_counters c on c.campaign_id = d.campaign_id
     order by c.campaign_id
       for update of c
), counted as (
    update campaign_counters c set pending = c.pending + d.lowered, sending = c.sending - d.lowered, updated_at = now()
      from locked d
     where c.campaign_id = d.campaign_id
), refunded as (
    update campaign_budgets b set segments_left = b.segments_left + s.segments
      from (select campaign_id, sum(segments) as segments from unclaimed group by campaign_id) as s
     where b.campaign_id = s.campaign_id
), returned as (
    update budget_days d set spent = d.spent - r.back, waiting_cost = null
      from (select u.budget_day, sum(u.segments * coalesce(u.price_per_segment, c.price_per_segment)) as back
              from unclaimed u left join campaigns c on c.id = u.campaign_id group by u.budget_day) as r
     where d.day = r.budget_day
)
select count(*) from freed;

-- name: release_expired
-- The requests of these expired leases may or may not have left: their messages become unknown. Skips rows that another
-- transaction has locked: their outcomes are being recorded, and otherwise the next run finds them.
with expired as (
    select message_id from outbox
     where leased_until < now() and not unsent
     order by message_id
       for update skip locked
)
delete from outbox o using expired e where o.message_id = e.message_id returning o.message_id;

-- name: end_canceled
-- Removes free messages of canceled campaigns from the outbox: $1 campaigns, $2 messages at most. Skips rows that another
-- transaction has locked: the next run takes them.
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
select m.id, m.status < 'unknown' as unsent from ended join messages m on m.id = ended.message_id;

-- name: pause_sender
-- $4 the delays before the first, second, ... probe, in microseconds; the last one repeats. A sender that is paused already
-- changes only when this is the news of a probe ($5).
insert into senders as s (sender, paused_at, pause_code, pause_reason, probe_at, probes)
values ($1, now(), $2, $3, now() + ($4::bigint[])[1] * interval '1 microsecond', 1)
    on conflict (sender) do update
   set paused_at = coalesce(s.paused_at, excluded.paused_at), pause_code = excluded.pause_code,
       pause_reason = excluded.pause_reason, probes = s.probes + 1,
       probe_at = now() + ($4::bigint[])[least(s.probes + 1, cardinality($4::bigint[]))] * interval '1 microsecond'
 where s.paused_at is null or $5::boolean
returning to_micros(probe_at);

-- name: resume_sender
update senders set paused_at = null, pause_code = null, pause_reason = null, probe_at = null, probes = 0
 where sender = $1 and paused_at is not null
returning sender;

-- name: probe_now
update senders set probe_at = now(), probes = 0 where paused_at is not null;

-- name: list_senders
select sender, to_micros(paused_at) as paused_at, pause_code, pause_reason, to_micros(probe_at) as probe_at
  from senders
 order by sender;
