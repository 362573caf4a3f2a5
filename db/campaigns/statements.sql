-- Campaigns: their upload, what is shown of them, what stops and resumes them, resending, exports.

-- name: insert_campaign
insert into campaigns (public_id, name, restaurant_name, offer, offer_code, message_template, lapsed_after_days, sender,
                       simulated, price_per_segment, status, send_at, max_cost, sample_body, valid_rows, rejected_rows,
                       duplicate_rows, opted_out_rows, total, total_segments, quiet_from, quiet_until, time_zone,
                       repeat_key, created_by, not_texted_within_hours, plain_characters, reference, metadata)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'sending',
        from_micros($11::bigint), $12, '', 0, 0, 0, 0, 0, 0, $13, $14, $15, nullif($16, ''), $17, $18::int, $19::boolean,
        nullif($20, ''), nullif($21, ''))
    on conflict (created_by, reference) where reference is not null do nothing
returning id;

-- name: find_campaign_reference
select public_id from campaigns where created_by = $1 and reference = $2;

-- name: lock_repeat_key
-- Until the transaction ends, so that of two equal uploads at the same time the second finds the first.
select pg_advisory_xact_lock(hashtextextended($1, 0));

-- name: find_same_campaign
-- One that has sent something or is going to. A canceled one was a mistake, and a new attempt is meant.
select c.public_id, to_micros(c.created_at)
  from campaigns c join campaign_counters k on k.campaign_id = c.id
 where c.repeat_key = $1 and c.created_at > now() - interval '10 minutes'
   and (c.status in ('scheduled', 'sending', 'paused') or c.status = 'completed' and k.ever_accepted > 0)
 order by c.created_at desc
 limit 1;

-- name: set_intake
-- $2 ... $8, $10 what the upload held; $9 the idempotency key or ''. A campaign without messages is complete.
with counters as (
    insert into campaign_counters (campaign_id, pending) values ($1::bigint, $7::int)
), keyed as (
    update idempotency_keys set campaign_id = $1 where key = $9
), budget as (
    insert into campaign_budgets (campaign_id, segments_left)
    select id, max_cost / price_per_segment from campaigns
     where id = $1 and max_cost is not null and price_per_segment > 0
)
update campaigns
   set sample_body = $2, valid_rows = $3, rejected_rows = $4, duplicate_rows = $5, opted_out_rows = $6, total = $7,
       total_segments = $8, texted_recently_rows = $10::int, status = case when $7 = 0 then 'completed' else status end,
       completed_at = case when $7 = 0 then now() end
 where id = $1;

-- name: fill_outbox
insert into outbox (message_id, campaign_id, zones)
select id, campaign_id, zones from messages where campaign_id = $1;

-- name: opted_out
select phone_number from opt_outs where phone_number = any($1::text[]);

-- name: any_erased_opt_out
select exists (select from erased_opt_outs);

-- name: erased_opt_outs
select token from erased_opt_outs where token = any($1::text[]);

-- name: known_messages
-- How many messages PostgreSQL's planner believes in; -1 when it has never looked.
select reltuples::bigint from pg_class where oid = 'messages'::regclass;

-- name: store_reply
update idempotency_keys set reply = $2 where key = $1 and reply is null;

-- name: knows_time_zone
select exists (select from pg_timezone_names where name = $1);

-- name: texted_recently
-- Whom of the numbers $1 a campaign has texted within $2 hours, or is about to: what is left of a campaign that is being
-- sent leaves soon. By recipient, as the index has it.
select n.number
  from unnest($1::text[]) as n(number)
 cross join lateral (
     select from messages m join campaigns c on c.id = m.campaign_id
      where m.recipient = n.number
        and (m.claimed_at > now() - $2::int * interval '1 hour'
             and (m.accepted_at is not null or m.status in ('sending', 'unknown'))
             or m.status = 'pending' and c.status = 'sending' and (c.send_at is null or c.send_at <= now()))
      limit 1) as texted;

-- name: has_time_outside_quiet_hours
select end_of_quiet_hours($1::time, $2::time, $3, now()) is not null;

-- name: find_campaign
-- is_quiet_for_all: quiet hours in the recipients' zones hold back every message that is left.
select d.*, c.texted_recently_rows, c.not_texted_within_hours, c.plain_characters, c.created_by,
       coalesce(c.reference, '') as reference, coalesce(c.metadata, '') as metadata_json,
       to_micros(c.messages_removed_at) as messages_removed_at,
       c.time_zone is null and c.quiet_from is not null and c.status = 'sending' and not exists (
           select from free_zones(c.id) as zones
            where not in_quiet_hours_of_any(c.quiet_from, c.quiet_until, zones, now())) as is_quiet_for_all
  from campaign_details d join campaigns c on c.id = d.id
 where d.public_id = $1;

-- name: list_campaigns
-- Newest first, below the id $2.
select d.*, c.texted_recently_rows, c.not_texted_within_hours, c.plain_characters, c.created_by,
       coalesce(c.reference, '') as reference, coalesce(c.metadata, '') as metadata_json,
       to_micros(c.messages_removed_at) as messages_removed_at,
       c.time_zone is null and c.quiet_from is not null and c.status = 'sending' and not exists (
           select from free_zones(c.id) as zones
            where not in_quiet_hours_of_any(c.quiet_from, c.quiet_until, zones, now())) as is_quiet_for_all
  from campaign_details d join campaigns c on c.id = d.id
 where d.id < $2::bigint order by d.id desc limit $1::int;

-- name: end_of_campaign_search
-- Of the campaigns below the id $1, the one behind the $2 newest; no row: there are not so many.
select id from campaigns where id < $1::bigint order by id desc offset $2::int - 1 limit 1;

-- name: search_campaigns
-- Newest first, from the id $4 on, below the id $2: those whose texts hold each of the words $3.
with found as materialized (
    select id from campaigns
     where id < $2::bigint and id >= $4::bigint
       and not exists (
           select from unnest($3::text[]) as word
            where position(lower(word) in lower(concat_ws(' ', name, restaurant_name, offer, offer_code, reference, public_id))) = 0)
     order by id desc
     limit $1::int
)
select d.*, c.texted_recently_rows, c.not_texted_within_hours, c.plain_characters, c.created_by,
       coalesce(c.reference, '') as reference, coalesce(c.metadata, '') as metadata_json,
       to_micros(c.messages_removed_at) as messages_removed_at,
       c.time_zone is null and c.quiet_from is not null and c.status = 'sending' and not exists (
           select from free_zones(c.id) as zones
            where not in_quiet_hours_of_any(c.quiet_from, c.quiet_until, zones, now())) as is_quiet_for_all
  from found join campaign_details d on d.id = found.id join campaigns c on c.id = found.id
 order by d.id desc;

-- name: changed_campaigns
-- Those of the campaigns $1 whose version is no longer $2.
select d.*, c.texted_recently_rows, c.not_texted_within_hours, c.plain_characters, c.created_by,
       coalesce(c.reference, '') as reference, coalesce(c.metadata, '') as metadata_json,
       to_micros(c.messages_removed_at) as messages_removed_at,
       c.time_zone is null and c.quiet_from is not null and c.status = 'sending' and not exists (
           select from free_zones(c.id) as zones
            where not in_quiet_hours_of_any(c.quiet_from, c.quiet_until, zones, now())) as is_quiet_for_all
  from campaign_details d join campaigns c on c.id = d.id
  join unnest($1::bigint[], $2::text[]) as known(id, version) on known.id = d.id
 where known.version <> d.version;

-- name: first_rejected
-- What is wrong with the list: valid rows that were left out are not among them.
select row_number as row, message, data as data_json from rejected_rows
 where campaign_id = $1 and reason <> 'texted_recently'
 order by row_number limit $2;

-- name: creator_of_campaign
select created_by from campaigns where public_id = $1;

-- name: creator_of_message
-- Empty: a single message.
select coalesce(c.created_by, '') from messages m left join campaigns c on c.id = m.campaign_id where m.id = $1::bigint;

-- name: pause_campaign
update campaigns set status = 'paused', paused_at = now(), pause_reason = null
 where public_id = $1 and status = 'sending'
returning id;

-- name: cancel_campaign
update campaigns set status = 'canceled', completed_at = now(), paused_at = null, pause_reason = null
 where public_id = $1 and status in ('sending', 'paused')
returning id;

-- name: change_budget
-- What was spent stays spent: the segments left change by the difference of the two costs. Never below 0.
update campaign_budgets b
   set segments_left = b.segments_left + $2::bigint / c.price_per_segment - c.max_cost / c.price_per_segment
  from campaigns c
 where c.public_id = $1 and c.status = 'paused' and b.campaign_id = c.id
   and b.segments_left + $2::bigint / c.price_per_segment - c.max_cost / c.price_per_segment >= 0
returning b.campaign_id;

-- name: resume_campaign
update campaigns
   set status = 'sending', paused_at = null, pause_reason = null, max_cost = coalesce($2::bigint, max_cost)
 where public_id = $1 and status = 'paused'
returning id;

-- name: lock_change
-- Of two changes of a campaign the second waits for the first and begins with what that has left.
select pg_advisory_xact_lock(hashtextextended('waybill change of ' || $1, 0));

-- name: is_scheduled
select from campaigns where id = $1::bigint and status = 'sending' and send_at > clock_timestamp() + interval '1 second';

-- name: set_budget
-- Of a campaign that has spent nothing; without $2 it has none.
with gone as (
    delete from campaign_budgets where campaign_id = $1::bigint and $2::bigint is null
)
insert into campaign_budgets (campaign_id, segments_left)
select id, $2::bigint / price_per_segment from campaigns
 where id = $1::bigint and $2::bigint is not null and price_per_segment > 0
    on conflict (campaign_id) do update set segments_left = excluded.segments_left;

-- name: keep_rows
insert into scheduled_rows (campaign_id, first_row, rows) values ($1, $2, $3);

-- name: kept_rows
-- The batch of rows after the one that begins with $2.
select first_row, rows from scheduled_rows
 where campaign_id = $1::bigint and first_row > $2::int
 order by first_row
 limit 1;

-- name: scheduled_messages
-- Above the id $2, which is in the order of the rows. Ordered as the index has it.
select id, row_number as row, customer_name, recipient
  from messages
 where campaign_id = $1::bigint and id > $2::bigint
 order by campaign_id, id
 limit $3::int;

-- name: change_texts
update messages m set body = t.body, segments = t.segments
  from unnest($1::bigint[], $2::text[], $3::int[]) as t(id, body, segments)
 where m.id = t.id and m.status = 'pending';

-- name: change_scheduled
-- $2 ... $5, $8 and $9 stay as they are when null; $6 whether the budget $7 is new. The old time must not have come: until then
-- no message has been claimed.
update campaigns
   set send_at = coalesce(from_micros($2::bigint), send_at), message_template = coalesce($3, message_template),
       offer = coalesce($4, offer), offer_code = coalesce($5, offer_code),
       max_cost = case when $6::boolean then $7::bigint else max_cost end,
       sample_body = coalesce($8, sample_body), total_segments = coalesce($9::bigint, total_segments)
 where id = $1::bigint and status = 'sending' and send_at > clock_timestamp() + interval '1 second'
returning id;

-- name: complete_idle_campaigns
-- Skips campaigns that another transaction has locked: the next run completes them.
with idle as (
    select c.id from campaigns c join campaign_counters k on k.campaign_id = c.id
     where c.status = 'sending' and k.pending + k.sending = 0
       for update of c skip locked
)
update campaigns c set status = 'completed', completed_at = now() from idle where c.id = idle.id;

-- name: campaigns_to_guard
select c.id, c.public_id, k.ever_accepted, k.delivered + k.read + k.undelivered + k.failed as final,
       (select string_agg(t.key || ' ' || t.count, ' ') from tally_figures t
         where t.campaign_id = c.id and t.kind = 'error' and t.count > 0) as errors
  from campaigns c join campaign_figures k on k.campaign_id = c.id
 where c.status = 'sending' and not c.unguarded and k.undelivered + k.failed > 0;

-- name: guard_campaign
update campaigns set status = 'paused', paused_at = now(), pause_reason = $2, unguarded = true
 where id = $1 and status = 'sending' and not unguarded
returning id;

-- name: find_unknown
select m.status, m.campaign_id, coalesce(c.status, '') as campaign_status,
       m.status = 'unknown' and not exists (select from outbox where message_id = m.id) as may_be_resent
  from messages m left join campaigns c on c.id = m.campaign_id
 where m.id = $1::bigint;

-- name: unknown_of_campaign
-- Unknown messages that are not back in the outbox yet. Ordered as the index has it.
select id from messages m
 where campaign_id = $1::bigint and status = 'unknown' and not exists (select from outbox where message_id = m.id)
 order by campaign_id, id;

-- name: put_back
-- Returns the messages that are back in the outbox; those that were settled or put back meanwhile are skipped.
insert into outbox (message_id, campaign_id, sender, zones)
select id, campaign_id, sender, zones from messages where id = any ($1::bigint[]) and status = 'unknown' order by id
    on conflict (message_id) do nothing
returning message_id;

-- name: reopen_campaign
-- Updates a sending campaign too, so that a transaction that is about to complete it waits and then sees the outbox.
update campaigns set status = 'sending', completed_at = null where id = $1::bigint and status in ('sending', 'completed');

-- name: rows_of_messages
-- Ordered as the index has it.
select row_number, id from messages where campaign_id = $1::bigint order by campaign_id, id;

-- name: keep_row_labels
-- Of the messages $2: $3 and $4, '' for none. Returns references that the principal $1 has used for other messages. In order,
-- so that two campaigns with the same ones do not wait for each other.
with labels as materialized (
    select * from unnest($2::bigint[], $3::text[], $4::text[]) as l(message_id, reference, metadata)
), kept as (
    insert into message_labels (message_id, principal, reference, metadata)
    select message_id, $1, nullif(reference, ''), nullif(metadata, '') from labels order by reference, message_id
        on conflict (reference, principal) where reference is not null do nothing
    returning message_id
)
select reference from labels where message_id not in (select message_id from kept) order by message_id limit 20;

-- name: export_messages
-- Whole seconds: date_part is several times as fast as extract, which computes with decimals. Read by position. `offset 0`: the
-- labels of each message are found by its key.
select m.id, row_number, recipient, customer_name, status, sid, error_code, segments, body,
       floor(date_part('epoch', claimed_at))::bigint, floor(date_part('epoch', accepted_at))::bigint,
       floor(date_part('epoch', sent_at))::bigint, floor(date_part('epoch', completed_at))::bigint,
       floor(date_part('epoch', read_at))::bigint, l.reference, l.metadata
  from messages m
  left join lateral (select reference, metadata from message_labels where message_id = m.id offset 0) l on true
 where campaign_id = $1::bigint and m.id > $2::bigint
 order by campaign_id, m.id
 limit $3::int;

-- name: export_messages_in_zone
-- The same, with times as clocks in the zone $4 show them, that of the creation last.
select m.id, row_number, recipient, customer_name, status, sid, error_code, segments, body,
       floor(date_part('epoch', claimed_at at time zone $4))::bigint,
       floor(date_part('epoch', accepted_at at time zone $4))::bigint,
       floor(date_part('epoch', sent_at at time zone $4))::bigint,
       floor(date_part('epoch', completed_at at time zone $4))::bigint,
       floor(date_part('epoch', read_at at time zone $4))::bigint, l.reference, l.metadata,
       floor(date_part('epoch', message_created_at(m.id) at time zone $4))::bigint
  from messages m
  left join lateral (select reference, metadata from message_labels where message_id = m.id offset 0) l on true
 where campaign_id = $1::bigint and m.id > $2::bigint
 order by campaign_id, m.id
 limit $3::int;

-- name: export_rejected
select row_number, message, data from rejected_rows
 where campaign_id = $1::bigint and row_number > $2::bigint
 order by campaign_id, row_number
 limit $3::int;

-- name: analyze_messages
-- With the rights of their owner; messages and the outbox.
select analyze_messages();
