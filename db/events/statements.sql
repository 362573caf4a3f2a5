-- Outgoing events, the endpoints that they go to, and what became of them there.

-- name: lock_numbering
-- Until the transaction ends: numbers become visible in their order. False: another process numbers at this moment.
select pg_try_advisory_xact_lock(hashtext('waybill event numbers'));

-- name: number_events
-- The oldest $1 at most, above the id $2, below which there is nothing but what was deleted.
with taken as (
    delete from new_events where id in (select id from new_events where id > $2::bigint order by id limit $1::int) returning *
), numbered as (
    insert into events (number, at, kind, message_id, campaign_id, error_code, object, reason, principal)
    select nextval('event_numbers'), at, kind, message_id, campaign_id, error_code, object, reason, principal
      from (select * from taken order by id) as in_order
)
select count(*) as count, coalesce(max(id), 0) as last from taken;

-- name: note_starts
-- Of campaigns whose time has come; the trigger writes the event. Skips those that another transaction has locked.
with due as (
    select id from campaigns
     where status = 'sending' and start_noted_at is null and send_at <= now()
     order by id
       for update skip locked
)
update campaigns c set start_noted_at = now() from due where c.id = due.id;

-- name: read_events
-- Above the number $1.
select * from event_details where number > $1::bigint order by number limit $2::int;

-- name: newest_event
select coalesce(max(number), 0) from events;

-- name: want_feed
-- For $1 hours from now; written again when half of them have passed.
update event_demand set feed_until = now() + make_interval(hours => $1::int)
 where only_row and feed_until < now() + make_interval(hours => $1::int) / 2;

-- name: forget_events
-- The oldest $2 at most, with what became of them, when they are older than $1.
with old as (
    select number from (select number, at from events order by number limit $2::int) as oldest
     where at < from_micros($1::bigint)
), gone as (
    delete from deliveries d using old where d.number = old.number
)
delete from events e using old where e.number = old.number;

-- name: add_endpoint
-- Of the campaign with the public id $5, unless it is empty.
with added as (
    insert into endpoints (url, description, secret, kinds, campaign_id, principal)
    values ($1, $2, $3, $4::text[], (select id from campaigns where public_id = $5), nullif($6, ''))
    returning id
)
insert into endpoint_progress (endpoint_id, position)
select id, (select coalesce(max(number), 0) from events) from added
returning endpoint_id;

-- name: list_endpoints
-- $1: the id, or 0 for all.
select e.id, e.url, e.description, e.secret, e.old_secret, to_micros(e.old_secret_until) as old_secret_until,
       array_to_string(e.kinds, ',') as kinds, coalesce(c.public_id, '') as campaign, coalesce(e.principal, '') as principal,
       to_micros(e.created_at) as created_at, to_micros(e.disabled_at) as disabled_at,
       coalesce(e.disabled_reason, '') as disabled_reason, p.position,
       (select count(*) from deliveries d where d.endpoint_id = e.id and d.state = 'waiting') as waiting
  from endpoints e join endpoint_progress p on p.endpoint_id = e.id left join campaigns c on c.id = e.campaign_id
 where $1::bigint in (0, e.id)
 order by e.id;

-- name: change_endpoint
-- What is null stays. $4 whether the campaign $5 and the key $6 are new.
update endpoints
   set url = coalesce($2, url), description = coalesce($3, description), kinds = coalesce($4::text[], kinds),
       campaign_id = case when $5::text is null then campaign_id
                          else (select id from campaigns where public_id = $5::text) end,
       principal = case when $6::text is null then principal else nullif($6::text, '') end
 where id = $1::bigint
returning id;

-- name: enable_endpoint
-- What its last attempts failed for is tried again, from the first attempt on.
with retried as (
    update deliveries set state = 'waiting', attempts = 0, next_at = now() where endpoint_id = $1::bigint and state = 'failed'
)
update endpoints set disabled_at = null, disabled_reason = null where id = $1::bigint;

-- name: disable_endpoint
with disabled as (
    update endpoints set disabled_at = now(), disabled_reason = $2 where id = $1::bigint and disabled_at is null returning id
)
update endpoint_progress set leased_by = null, leased_until = null
 where endpoint_id = (select id from disabled)
returning endpoint_id;

-- name: remove_deliveries
-- Of an endpoint that is about to be removed, after its progress: who delivers locks that first, too.
with progress as (
    delete from endpoint_progress where endpoint_id = $1::bigint returning 1
)
delete from deliveries where endpoint_id = $1::bigint and (select count(*) from progress) >= 0;

-- name: remove_endpoint
delete from endpoints where id = $1::bigint;

-- name: rotate_secret
-- The old one signs as well for $3 seconds.
update endpoints set old_secret = secret, old_secret_until = now() + make_interval(secs => $3::int), secret = $2
 where id = $1::bigint
returning id;

-- name: lease_endpoints
-- All that are free or this process's own, for $2 milliseconds.
update endpoint_progress p set leased_by = $1, leased_until = clock_timestamp() + make_interval(secs => $2::int / 1000.0)
  from endpoints e
 where e.id = p.endpoint_id and e.disabled_at is null
   and (p.leased_by = $1 or p.leased_until is null or p.leased_until < clock_timestamp())
returning p.endpoint_id;

-- name: release_endpoints
update endpoint_progress set leased_by = null, leased_until = null where leased_by = $1;

-- name: events_for
-- Of the $3 events above the number $2, which of them the endpoint $1 wants.
with seen as (
    select * from event_details where number > $2::bigint order by number limit $3::int
)
select s.*, (e.kinds = '{}' or s.kind = any (e.kinds)) and coalesce(e.campaign_id = s.campaign_id, true)
                and coalesce(e.principal = s.principal, true) as is_wanted
  from seen s cross join endpoints e
 where e.id = $1::bigint
 order by s.number;

-- name: due_deliveries
-- $2 at most, with how often they were tried.
select v.*, d.attempts
  from (select number, attempts, next_at from deliveries
         where endpoint_id = $1::bigint and state = 'waiting' and next_at <= clock_timestamp()
         order by next_at
         limit $2::int) as d
  join event_details v on v.number = d.number
 order by d.next_at, d.number;

-- name: waiting_keys
select distinct order_key from deliveries where endpoint_id = $1::bigint and state <> 'delivered' and order_key is not null;

-- name: kept_deliveries
-- The events above the position $2 that have a delivery: it was kept while an earlier event was under way.
select number from deliveries where endpoint_id = $1::bigint and number > $2::bigint;

-- name: keep_position
-- Of an endpoint that is leased to $2; no row: it is not any more.
update endpoint_progress
   set position = greatest(position, $3::bigint),
       leased_until = clock_timestamp() + make_interval(secs => $4::int / 1000.0)
 where endpoint_id = $1::bigint and leased_by = $2
returning endpoint_id;

-- name: keep_deliveries
-- $2 numbers ... $9 when they are due again, in milliseconds; null: delivered or failed; below 0: behind an earlier event.
insert into deliveries (endpoint_id, number, order_key, state, attempts, attempted_at, milliseconds, status, answer, next_at)
select $1::bigint, number, order_key, state, attempts, case when milliseconds is not null then clock_timestamp() end, milliseconds,
       status, answer,
       case when state = 'waiting' then case when wait < 0 then 'infinity'
                                             else clock_timestamp() + make_interval(secs => wait / 1000.0) end end
  from unnest($2::bigint[], $3::bigint[], $4::text[], $5::int[], $6::int[], $7::int[], $8::text[], $9::bigint[])
       as r(number, order_key, state, attempts, milliseconds, status, answer, wait)
    on conflict (endpoint_id, number) do update
       set state = excluded.state, attempts = excluded.attempts, attempted_at = excluded.attempted_at,
           milliseconds = excluded.milliseconds, status = excluded.status, answer = excluded.answer, next_at = excluded.next_at;

-- name: let_next
-- Of each of these messages, the earliest event that waits behind another one is due when nothing is before it. Returns the
-- messages of which something waits still.
with first as (
    select distinct on (order_key) order_key, number, next_at from deliveries
     where endpoint_id = $1::bigint and state <> 'delivered' and order_key = any ($2::bigint[])
     order by order_key, number
), due as (
    update deliveries d set next_at = clock_timestamp() from first f
     where d.endpoint_id = $1::bigint and d.number = f.number and f.next_at = 'infinity'
)
select order_key from first;

-- name: list_deliveries
-- Newest first, below the number $2, in any state ('') or one.
select d.number, to_micros(e.at) as at, e.kind, d.state, d.attempts, to_micros(d.attempted_at) as attempted_at, d.milliseconds,
       d.status, d.answer, case when d.next_at < 'infinity' then to_micros(d.next_at) end as next_at
  from deliveries d join events e on e.number = d.number
 where d.endpoint_id = $1::bigint and d.number < $2::bigint and ($3 = '' or d.state = $3)
 order by d.number desc
 limit $4::int;

-- name: replay_events
-- Those of $2 or, if it is null, those of a time from $3 up to below $4 that the endpoint wants; $5 at most. The first one of
-- each message is due, the others behind it. What the endpoint has yet to come to is not replayed.
with asked as (
    select unnest($2::bigint[]) as number
     union
    (select number from events
      where $2::bigint[] is null and at >= from_micros($3::bigint) and at < from_micros($4::bigint)
      order by number
      limit $5::int)
), chosen as (
    select v.number, v.order_key
      from asked join event_details v on v.number = asked.number
     cross join endpoints e join endpoint_progress p on p.endpoint_id = e.id
     where e.id = $1::bigint and v.number <= p.position
       and ($2::bigint[] is not null
            or (e.kinds = '{}' or v.kind = any (e.kinds)) and coalesce(e.campaign_id = v.campaign_id, true)
               and coalesce(e.principal = v.principal, true))
), ranked as (
    select number, order_key,
           order_key is not null and row_number() over (partition by order_key order by number) > 1 as is_behind
      from chosen
)
insert into deliveries (endpoint_id, number, order_key, state, attempts, answer, next_at)
select $1::bigint, number, order_key, 'waiting', 0, '', case when is_behind then 'infinity' else clock_timestamp() end
  from ranked
    on conflict (endpoint_id, number) do update
       set state = 'waiting', attempts = 0, next_at = excluded.next_at
     where deliveries.state <> 'waiting';

-- name: lease_notifications
-- For $2 milliseconds, if they are free or this process's own. Without addresses nothing is read: the position follows the
-- events.
update notification_progress
   set leased_by = $1, leased_until = clock_timestamp() + make_interval(secs => $2::int / 1000.0),
       position = case when exists (select from notification_addresses) then position
                       else greatest(position, (select coalesce(max(number), 0) from events)) end
 where only_row and (leased_by = $1 or leased_until is null or leased_until < clock_timestamp())
returning position;

-- name: release_notifications
update notification_progress set leased_by = null, leased_until = null where only_row and leased_by = $1;

-- name: events_to_notify
-- Of the $1 next ones, those that may become notifications, and the last one of all of them as a row without a kind.
with seen as (
    select * from events where number > (select position from notification_progress where only_row) order by number limit $1::int
)
select s.number, s.kind, coalesce(c.public_id, '') as campaign, coalesce(c.name, '') as campaign_name,
       coalesce(s.object, '') as object, coalesce(s.principal, '') as principal, s.error_code,
       coalesce(s.reason, '') as reason, coalesce(c.total, 0) as total, coalesce(k.delivered + k.read, 0) as delivered,
       coalesce(k.undelivered + k.failed, 0) as failed, coalesce(k.unknown, 0) as unknown,
       coalesce(k.replies, 0) as replies, coalesce(k.opt_outs, 0) as opt_outs
  from seen s left join campaigns c on c.id = s.campaign_id left join campaign_figures k on k.campaign_id = c.id
 where s.kind in ('campaign.completed', 'campaign.paused', 'sender.paused', 'sender.resumed', 'account.paused',
                  'account.resumed', 'budget.reached')
 union all
select max(number), '', '', '', '', '', null, '', 0, 0, 0, 0, 0, 0 from seen having count(*) > 0
 order by number, kind desc;

-- name: disabled_endpoints
-- By Waybill, within the hour for which a cause is not repeated: so each disabling is found until it has a notification.
select id, url, disabled_reason as reason from endpoints
 where disabled_reason is not null and disabled_at > now() - interval '59 minutes'
   and exists (select from notification_addresses where preset <> 'nothing')
 order by id;

-- name: new_sign_ins
-- Of the hour for which a cause is not repeated. The first sign-in to an account is none, whether by a password or by the link
-- that created it.
with sign_ins as not materialized (
    select id, at, case action when 'sign-in' then principal else 'user:' || object end as principal, peer,
           sign_in_network(peer) as network
      from audit_log
     where action in ('sign-in', 'user.setup')
)
select distinct on (s.principal, s.network) substr(s.principal, 6) as email, s.peer, s.network
  from sign_ins s
 where s.at > now() - interval '59 minutes'
   and exists (select from notification_addresses where preset <> 'nothing')
   and exists (select from sign_ins e where e.principal = s.principal and e.id < s.id)
   and not exists (select from sign_ins e where e.principal = s.principal and e.network = s.network and e.id < s.id)
 order by s.principal, s.network, s.id;

-- name: stopped_endpoints
select id, url, description, disabled_reason as reason, to_micros(disabled_at) as disabled_at
  from endpoints where disabled_reason is not null order by id limit 20;

-- name: keep_notified_position
-- Of what is leased to $1; no row: it is not any more.
update notification_progress set position = greatest(position, $2::bigint)
 where only_row and leased_by = $1 and leased_until > clock_timestamp()
returning position;

-- name: queue_notification
-- $1 the cause, $2 whether it is a problem: for each address that wants it and had none of this cause within an hour.
insert into notifications (address_id, cause, subject, body)
select a.id, $1::text, $3, $4
  from notification_addresses a
 where (a.preset = 'everything' or a.preset = 'problems' and $2::boolean)
   and not exists (select from notifications n
                    where n.address_id = a.id and n.cause = $1::text and n.created_at > now() - interval '1 hour')
 order by a.id;

-- name: due_notifications
-- The oldest one of each address.
select distinct on (n.address_id) n.id, n.address_id, a.kind, a.address, n.subject, n.body, n.attempts
  from notifications n join notification_addresses a on a.id = n.address_id
 where n.state = 'waiting' and n.next_at <= clock_timestamp()
 order by n.address_id, n.id;

-- name: keep_notification
-- $2 its state, $3 the milliseconds until its next attempt.
update notifications
   set state = $2, attempts = attempts + 1, next_at = clock_timestamp() + make_interval(secs => $3::bigint / 1000.0)
 where id = $1::bigint;

-- name: keep_attempt
-- Null in $2: it was accepted. Of an address that was removed, nothing.
insert into notification_attempts (address_id, at, fault)
select id, clock_timestamp(), $2::text from notification_addresses where id = $1::bigint
    on conflict (address_id) do update set at = excluded.at, fault = excluded.fault;

-- name: forget_notifications
delete from notifications where state <> 'waiting' and created_at < now() - interval '7 days';

-- name: list_notification_addresses
-- $1: the id, or 0 for all.
select a.id, a.kind, a.address, a.preset, a.created_by, to_micros(a.created_at) as created_at,
       to_micros(t.at) as attempted_at, coalesce(t.fault, '') as fault,
       (select count(*) from notifications n where n.address_id = a.id and n.state = 'waiting') as waiting
  from notification_addresses a left join notification_attempts t on t.address_id = a.id
 where $1::bigint in (0, a.id)
 order by a.id;

-- name: add_notification_address
insert into notification_addresses (kind, address, preset, created_by) values ($1, $2, $3, $4) returning id;

-- name: change_notification_address
-- What is null stays. What waits is dropped when nothing is wanted any more.
with dropped as (
    delete from notifications where address_id = $1::bigint and state = 'waiting' and $3::text = 'nothing'
)
update notification_addresses set address = coalesce($2, address), preset = coalesce($3, preset) where id = $1::bigint
returning id;

-- name: remove_notification_address
delete from notification_addresses where id = $1::bigint;
