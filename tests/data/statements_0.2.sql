-- The statements of Waybill 0.2, which may still be running while another process has upgraded the database. Do not edit:
-- tests/db/postgres/upgrade_test.cpp prepares them all against the migrated schema and sends a message with them.


-- name: insert_campaign
insert into campaigns (public_id, name, restaurant_name, offer, offer_code, message_template, lapsed_after_days, sender,
                       simulated, price_per_segment, status, send_at, max_cost, sample_body, valid_rows, rejected_rows,
                       duplicate_rows, opted_out_rows, total, total_segments, quiet_from, quiet_until, time_zone,
                       repeat_key)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'sending',
        from_micros($11::bigint), $12, '', 0, 0, 0, 0, 0, 0, $13, $14, $15, nullif($16, ''))
returning id;

-- name: lock_repeat_key
select pg_advisory_xact_lock(hashtextextended($1, 0));

-- name: find_same_campaign
select c.public_id, to_micros(c.created_at)
  from campaigns c join campaign_counters k on k.campaign_id = c.id
 where c.repeat_key = $1 and c.created_at > now() - interval '10 minutes'
   and (c.status in ('scheduled', 'sending', 'paused') or c.status = 'completed' and k.ever_accepted > 0)
 order by c.created_at desc
 limit 1;

-- name: set_intake
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
       total_segments = $8, status = case when $7 = 0 then 'completed' else status end,
       completed_at = case when $7 = 0 then now() end
 where id = $1;

-- name: fill_outbox
insert into outbox (message_id, campaign_id)
select id, campaign_id from messages where campaign_id = $1;

-- name: opted_out
select phone_number from opt_outs where phone_number = any($1::text[]);

-- name: known_messages
select reltuples::bigint from pg_class where oid = 'messages'::regclass;

-- name: store_reply
update idempotency_keys set reply = $2 where key = $1 and reply is null;

-- name: knows_time_zone
select exists (select from pg_timezone_names where name = $1);

-- name: find_campaign
select * from campaign_details where public_id = $1;

-- name: list_campaigns
select * from campaign_details where id < $2::bigint order by id desc limit $1::int;

-- name: changed_campaigns
select d.* from campaign_details d join unnest($1::bigint[], $2::text[]) as known(id, version) on known.id = d.id
 where known.version <> d.version;

-- name: first_rejected
select row_number as row, message, data as data_json from rejected_rows where campaign_id = $1 order by row_number limit $2;

-- name: pause_campaign
update campaigns set status = 'paused', paused_at = now(), pause_reason = null
 where public_id = $1 and status = 'sending'
returning id;

-- name: cancel_campaign
update campaigns set status = 'canceled', completed_at = now(), paused_at = null, pause_reason = null
 where public_id = $1 and status in ('sending', 'paused')
returning id;

-- name: change_budget
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

-- name: complete_idle_campaigns
with idle as (
    select c.id from campaigns c join campaign_counters k on k.campaign_id = c.id
     where c.status = 'sending' and k.pending + k.sending = 0
       for update of c skip locked
)
update campaigns c set status = 'completed', completed_at = now() from idle where c.id = idle.id;

-- name: campaigns_to_guard
select c.id, c.public_id, k.ever_accepted, k.delivered + k.read + k.undelivered + k.failed as final,
       (select string_agg(t.key || ' ' || t.count, ' ') from campaign_tallies t
         where t.campaign_id = c.id and t.kind = 'error' and t.count > 0) as errors
  from campaigns c join campaign_counters k on k.campaign_id = c.id
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
select id from messages m
 where campaign_id = $1::bigint and status = 'unknown' and not exists (select from outbox where message_id = m.id)
 order by campaign_id, id;

-- name: put_back
insert into outbox (message_id, campaign_id, sender)
select id, campaign_id, sender from messages where id = any ($1::bigint[]) and status = 'unknown' order by id
    on conflict (message_id) do nothing
returning message_id;

-- name: reopen_campaign
update campaigns set status = 'sending', completed_at = null where id = $1::bigint and status in ('sending', 'completed');

-- name: export_messages
select id, row_number, recipient, customer_name, status, sid, error_code, segments,
       floor(date_part('epoch', claimed_at))::bigint, floor(date_part('epoch', accepted_at))::bigint,
       floor(date_part('epoch', sent_at))::bigint, floor(date_part('epoch', completed_at))::bigint,
       floor(date_part('epoch', read_at))::bigint
  from messages
 where campaign_id = $1::bigint and id > $2::bigint
 order by campaign_id, id
 limit $3::int;

-- name: export_rejected
select row_number, message, data from rejected_rows
 where campaign_id = $1::bigint and row_number > $2::bigint
 order by campaign_id, row_number
 limit $3::int;

-- name: record_history
with reported as (
    select * from unnest($1::bigint[], $2::bigint[], $3::message_status[], $4::text[], $5::text[], $6::int[], $7::text[],
                         $8::text[], $9::jsonb[], $10::bigint[], $11::int[], $12::bigint[], $13::boolean[])
        as s(message_id, at_micros, status, word, sid, error_code, raw_dlr_done_date, idempotency_token, extra, fingerprint,
             segments, price_micros, proves_acceptance)
), known as (
    select s.*, from_micros(s.at_micros) as at,
           m.campaign_id, m.status as old_status, m.error_code as old_error_code, m.segments as old_segments,
           m.price_micros as old_price_micros, m.accepted_at is not null as was_accepted,
           coalesce(rises(m.status, s.status), false) as rises,
           m.status in ('failed', 'undelivered') and m.status = s.status and m.error_code is null
               and s.error_code is not null as explains,
           m.conflicting is null and coalesce(conflict(m.status, s.status), false) as conflicts,
           m.conflicting is not null and $14::history_source = 'lookup' and coalesce(is_final(s.status), false) as settles
      from reported s join messages m on m.id = s.message_id
     order by m.id
       for update of m
), kept as (
    insert into message_history (message_id, received_at, source, error_code, status, sid, raw_dlr_done_date,
                                idempotency_token, extra, fingerprint)
    select message_id, at, $14::history_source, error_code, word, sid, raw_dlr_done_date, idempotency_token, extra, fingerprint
      from known
        on conflict do nothing
    returning 1
), raised as (
    update messages m
       set status = case when k.rises or k.settles then k.status else m.status end,
           conflicting = case when k.rises or k.settles then null when k.conflicts then k.status else m.conflicting end,
           lookup_at = case when k.conflicts or (k.rises and k.status = 'unknown') then k.at + interval '3 minutes'
                            when k.rises or k.settles then null else m.lookup_at end,
           sid = coalesce(m.sid, k.sid),
           error_code = case when is_final(k.old_status) and (k.rises or k.settles) and k.status <> k.old_status then k.error_code
                             when k.explains then k.error_code
                             when k.rises then coalesce(k.error_code, m.error_code) else m.error_code end,
           segments = coalesce(k.segments, m.segments),
           price_micros = coalesce(k.price_micros, m.price_micros),
           accepted_at = coalesce(m.accepted_at, case when k.proves_acceptance then k.at end),
           sent_at = coalesce(m.sent_at, case when k.status = 'sent' then k.at end),
           completed_at = coalesce(m.completed_at, case when k.rises and is_final(k.status) and k.status <> 'read' then k.at end),
           read_at = coalesce(m.read_at, case when k.status = 'read' then k.at end)
      from known k
     where m.id = k.message_id
       and (k.rises or k.conflicts or k.settles or coalesce(k.explains, false)
            or (k.proves_acceptance and m.accepted_at is null)
            or (k.status = 'sent' and m.sent_at is null)
            or k.segments <> m.segments
            or (k.price_micros is not null and m.price_micros is distinct from k.price_micros))
    returning k.campaign_id, k.old_status, k.old_error_code, m.status as new_status, m.error_code,
              is_final(k.old_status) and m.status <> k.old_status as overturned, coalesce(k.explains, false) as explained,
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
           case when $14::history_source = 'lookup' then 0 else sum(final) end as final_by_receipt,
           case when $14::history_source = 'lookup' then sum(final) else 0 end as final_by_lookup
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
), tallies as (
    select campaign_id, kind, key, sum(n) as count
      from (select campaign_id, 'error' as kind, coalesce(error_code, 0) as key, 1 as n from raised
             where new_status in ('failed', 'undelivered')
               and (overturned or explained or old_status not in ('failed', 'undelivered'))
             union all
            select campaign_id, 'delivery', tally_bucket(date_part('epoch', at - claimed_at)), 1 from raised
             where new_status = 'delivered' and old_status <> 'delivered' and $14::history_source <> 'lookup'
             union all
            select t.campaign_id, t.kind, t.key, -1 from raised r join campaign_tallies t
                on t.campaign_id = r.campaign_id
               and t.kind = case old_status when 'delivered' then 'delivery' else 'error' end
               and t.key = case old_status when 'delivered' then tally_bucket(date_part('epoch', completed_at - claimed_at))
                                           else coalesce(old_error_code, 0) end
             where explained or overturned and not (old_status = 'delivered' and new_status = 'read')) as each
     where key is not null
     group by campaign_id, kind, key
), tallied as (
    insert into campaign_tallies (campaign_id, kind, key, count)
    select campaign_id, kind, key, count from tallies
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
       (select string_agg(key || ' ' || count, ' ') from tallies where kind = 'delivery' and count > 0) as deliveries;

-- name: lock_messages
with locked as (
    select campaign_id from messages where id = any ($1::bigint[]) order by id for update
)
select from campaign_counters where campaign_id in (select campaign_id from locked) order by campaign_id for update;

-- name: find_strays
select s.position - 1 from unnest($1::bigint[]) with ordinality as s(message_id, position)
 where not exists (select from messages m where m.id = s.message_id);

-- name: record_usual
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
    insert into message_history (message_id, received_at, source, error_code, status, sid, raw_dlr_done_date,
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
  from (select sum(count) as kept from moved) as all_moved;

-- name: opt_out_refused
insert into opt_outs (phone_number, source, campaign_id)
select distinct on (m.recipient) m.recipient, 'twilio', m.campaign_id
  from unnest($1::bigint[], $2::bigint[]) as refused(message_id, at_micros) join messages m on m.id = refused.message_id
 where not exists (
     select from inbound_messages
      where from_address = m.recipient and keyword = 'start'
        and received_at > from_micros(refused.at_micros))
 order by m.recipient
    on conflict (phone_number) do nothing;

-- name: list_messages
select id, row, recipient, customer_name, body, sid, segments, status, error_code, price_micros, created_at, claimed_at,
       accepted_at, sent_at, completed_at, read_at
  from message_details
 where campaign_id = $1::bigint and id > $2::bigint and ($3 = '' or status::text = $3)
 order by campaign_id, id
 limit $4::int;

-- name: list_messages_to
select id, row, recipient, customer_name, body, sid, segments, status, error_code, price_micros, created_at, claimed_at,
       accepted_at, sent_at, completed_at, read_at
  from message_details
 where campaign_id = $1::bigint and id > $2::bigint and ($3 = '' or status::text = $3) and recipient = $5
 order by recipient, id
 limit $4::int;

-- name: find_message
select d.*, m.conflicting, coalesce(m.sender, c.sender) as sender, c.public_id as campaign,
       coalesce(c.price_per_segment, m.price_per_segment) as price_per_segment,
       (select to_micros(due_at) from outbox
         where message_id = m.id and leased_until is null and due_at > now()) as send_at
  from messages m join message_details d on d.id = m.id left join campaigns c on c.id = m.campaign_id
 where m.id = $1::bigint;

-- name: message_history
select to_micros(received_at) as at, source, status, error_code, sid, raw_dlr_done_date as carrier_time, extra as extra_json
  from message_history
 where message_id = $1::bigint
 order by received_at, fingerprint;

-- name: insert_message
with made as (
    insert into messages (recipient, customer_name, body, segments, sender, price_per_segment)
    select $1, '', $2, $3::smallint, $4, $6::int
     where not exists (select from opt_outs where phone_number = $1)
    returning id
), queued as (
    insert into outbox (message_id, sender, due_at)
    select id, $4, coalesce(from_micros($5::bigint), now()) from made
)
select id, to_micros(message_created_at(id)) as created_at from made;

-- name: keep_message_reply
update idempotency_keys set message_id = $2, reply = $3 where key = $1;

-- name: keep_inbound
with answered as (
    select m.id, m.campaign_id
      from messages m left join campaigns c on c.id = m.campaign_id
     where m.recipient = $3 and m.status not in ('pending', 'failed', 'canceled')
       and m.claimed_at > from_micros($2::bigint) - interval '30 days'
       and coalesce(m.sender, c.sender) in ($4, '')
     order by m.id desc
     limit 1
), kept as (
    insert into inbound_messages (sid, received_at, from_address, to_address, body, keyword, looks_like_opt_out, campaign_id, message_id,
                                  extra)
    select $1, from_micros($2::bigint), $3, $4, $5, nullif($6, ''), $8::boolean, a.campaign_id, a.id, nullif($7, '')::jsonb
      from (values (1)) as one left join answered a on true
        on conflict (sid) do nothing
    returning from_address, received_at, coalesce(keyword, '') as keyword, looks_like_opt_out, campaign_id
), counted as (
    update campaign_counters c
       set replies = c.replies + (k.keyword = '')::int,
           opt_out_wishes = c.opt_out_wishes + k.looks_like_opt_out::int, updated_at = now(),
           opt_outs = c.opt_outs + case when k.keyword = 'stop' and not exists (
                                             select from opt_outs where phone_number = k.from_address) then 1 else 0 end
      from kept k
     where c.campaign_id = k.campaign_id
    returning c.campaign_id
), ordered as (
    select k.* from kept k left join counted on true
), stopped as (
    insert into opt_outs (phone_number, source, created_at, campaign_id)
    select from_address, 'reply', received_at, campaign_id from ordered
     where keyword = 'stop' and from_address ~ '^\+[1-9][0-9]{9,14}$'
        on conflict (phone_number) do nothing
)
delete from opt_outs using ordered where keyword = 'start' and phone_number = from_address and source <> 'operator';

-- name: list_replies
select place, sid, from_address as from, body, keyword, looks_like_opt_out, message_id as message,
       to_micros(received_at) as received_at, exists (select from opt_outs where phone_number = from_address) as opted_out
  from inbound_messages
 where campaign_id = $1::bigint and place < $2::bigint
 order by campaign_id desc, place desc
 limit $3::int;

-- name: list_opt_outs
select * from opt_out_details
 where phone_number > $1 and ($2 = '' or phone_number like '%' || $2 || '%')
 order by phone_number
 limit $3::int;

-- name: find_opt_out
select * from opt_out_details where phone_number = $1;

-- name: add_opt_out
insert into opt_outs (phone_number, source) values ($1, 'operator')
    on conflict (phone_number) do update set phone_number = excluded.phone_number
returning xmax = 0 as is_new;

-- name: lift_opt_out
delete from opt_outs where phone_number = $1;

-- name: find_offers
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
        and (s.paused_at is null or s.probe_at <= now()) and (a.paused_at is null or a.probe_at <= now()));

-- name: make_senders
insert into senders (sender) select distinct * from unnest($1::text[]) order by 1 on conflict do nothing;

-- name: lock_senders
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
select 0, s.sender, o.message_id, to_micros(o.due_at),
       (select segments from messages where id = o.message_id)
  from unnest($3::text[], $4::int[]) as s(sender, most)
 cross join lateral (
     select message_id, due_at from outbox
      where campaign_id is null and sender = s.sender and leased_until is null and due_at <= now()
      order by due_at
      limit s.most) o
 order by place, message_id;

-- name: claim_messages
with paced as (
    update senders s set free_at = from_micros(p.free_micros)
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
  from claimed m;

-- name: put_off_probe
update senders set probe_at = now() + $2::bigint * interval '1 microsecond' where sender = any ($1::text[]);

-- name: pause_spent
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
update senders
   set free_at = greatest(free_at, clock_timestamp(), from_micros($3::bigint))
                 + $2::bigint * interval '1 microsecond'
 where sender = $1
returning to_micros(free_at) - $2::bigint;

-- name: find_permits
select m.id, coalesce(o.attempts, 0) as attempts, coalesce(o.leased_until > now(), false) as leased,
       m.status > 'unknown' as settled,
       exists (select from opt_outs where phone_number = m.recipient) as opted_out,
       coalesce(c.status not in ('sending', 'completed'), false) as held,
       exists (select from senders where sender = '*' and paused_at is not null) as account_paused,
       exists (select from senders where sender = coalesce(c.sender, m.sender) and paused_at is not null) as sender_paused
  from unnest($1::bigint[]) as asked(id) join messages m on m.id = asked.id
  left join outbox o on o.message_id = m.id
  left join campaigns c on c.id = m.campaign_id;

-- name: settle_outbox
with outcome as (
    select * from unnest($1::bigint[], $2::int[], $3::bigint[], $4::int[]) as s(message_id, attempt, again_micros, back)
), done as (
    delete from outbox o using outcome s
     where o.message_id = s.message_id and o.attempts = s.attempt and s.again_micros is null
    returning o.campaign_id, s.back
), again as (
    update outbox o
       set leased_until = null, due_at = from_micros(s.again_micros)
      from outcome s
     where o.message_id = s.message_id and o.attempts = s.attempt and s.again_micros is not null
       and o.leased_until is not null
    returning o.campaign_id, s.back
)
update campaign_budgets b set segments_left = b.segments_left + moved.back
  from (select campaign_id, sum(back) as back from (select * from done union all select * from again) as each
         group by campaign_id) as moved
 where b.campaign_id = moved.campaign_id and moved.back <> 0;

-- name: release_expired
delete from outbox where leased_until < now() returning message_id;

-- name: end_canceled
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

-- name: keep_stray
insert into stray_receipts (reason, message_id, received_at, account_sid, error_code, status, sid, raw_dlr_done_date,
                            idempotency_token, extra, fingerprint)
values ($1, $2, from_micros($3::bigint), $4, $5, $6, $7, nullif($8, ''), nullif($9, ''),
        nullif($10, '')::jsonb, $11)
    on conflict do nothing;

-- name: due_lookups
select id from messages
 where lookup_at <= from_micros($1::bigint)
 order by lookup_at
 limit $2::int;

-- name: find_lookup
select m.id, m.status, m.conflicting is not null as in_conflict, m.sid, coalesce(m.sender, c.sender) as sender, m.recipient, m.body,
       to_micros(coalesce(m.claimed_at, message_created_at(m.id))) as claimed_at,
       (select to_micros(min(e.received_at)) from message_history e
         where e.message_id = m.id and e.source = 'send' and e.status = 'unknown') as lost_at
  from messages m left join campaigns c on c.id = m.campaign_id
 where m.id = $1::bigint and (m.status in ('unknown', 'accepted', 'sent') or m.conflicting is not null);

-- name: find_rivals
with mine as (
    select campaign_id, id, recipient, body, claimed_at from messages where id = $1::bigint
), twins as materialized (
    select c.id, mine.recipient, mine.body from mine
      join campaigns own on own.id = mine.campaign_id
      join campaigns c on c.id <> own.id and c.sender = own.sender and c.message_template = own.message_template
       and c.restaurant_name = own.restaurant_name and c.offer = own.offer and c.offer_code = own.offer_code
      join campaign_counters k on k.campaign_id = c.id and k.updated_at >= mine.claimed_at - interval '1 hour'
), others as (
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
  from others;

-- name: look_again
update messages set lookup_at = from_micros($2::bigint)
 where id = $1::bigint and (status in ('unknown', 'accepted', 'sent') or conflicting is not null);

-- name: completeness
select coalesce(sum(ever_accepted), 0)::bigint as accepted, coalesce(sum(final_by_receipt), 0)::bigint as by_receipt,
       coalesce(sum(final_by_lookup), 0)::bigint as by_lookup
  from campaign_counters;

-- name: open_campaigns
select c.id from campaigns c join campaign_counters k on k.campaign_id = c.id
 where k.accepted + k.sent > 0
   and k.updated_at >= from_micros($1::bigint)
   and c.created_at <= from_micros($2::bigint)
 order by c.id desc;

-- name: overdue_of_campaign
with seen as (
    select id, status, lookup_at, claimed_at from messages
     where (campaign_id, id) > ($1::bigint, $2::bigint)
       and (campaign_id, id) < ($1::bigint, message_id_at(from_micros($5::bigint)))
     order by campaign_id, id
     limit $3::int
), overdue as (
    select id from seen
     where is_overdue(status, lookup_at, claimed_at, from_micros($4::bigint), from_micros($5::bigint))
     order by id
     limit $6::int
)
select (select count(*) from seen) as seen, (select max(id) from seen) as last,
       (select string_agg(id::text, ',' order by id) from overdue) as ids;

-- name: overdue_of_none
with seen as (
    select id, status, lookup_at, claimed_at from messages
     where campaign_id is null and $1::bigint is null and id > $2::bigint and id < message_id_at(from_micros($5::bigint))
     order by campaign_id, id
     limit $3::int
), overdue as (
    select id from seen
     where is_overdue(status, lookup_at, claimed_at, from_micros($4::bigint), from_micros($5::bigint))
     order by id
     limit $6::int
)
select (select count(*) from seen) as seen, (select max(id) from seen) as last,
       (select string_agg(id::text, ',' order by id) from overdue) as ids;

-- name: report_days
select day - date 'epoch' as day, campaigns, simulated_campaigns, messages, pending, unknown, queued, sent, delivered,
       undelivered, failed, canceled, accepted, (cost * 10000)::bigint as cost, replies, opt_outs
  from report.days
 where day >= date 'epoch' + $1::int and day + 0 <= date 'epoch' + $2::int
 order by day;

-- name: report_errors
select error_code as code, sum(messages)::bigint as count
  from report.errors
 where day >= date 'epoch' + $1::int and day + 0 <= date 'epoch' + $2::int
 group by error_code
 order by count desc, error_code;

-- name: report_lag
select seconds_below as seconds, deliveries as count from report.receipt_lag where campaign_id = $1 order by seconds_below;

-- name: find_size
select id, total from campaigns where public_id = $1;

-- name: report_timeline
with edges as materialized (
    select (select id from messages where campaign_id = $1::bigint order by campaign_id, id limit 1) as first,
           (select id from messages where campaign_id = $1::bigint order by campaign_id desc, id desc limit 1) as last
), stripes as (
    select first + (last - first + 1) * n / $2::int as low, first + (last - first + 1) * (n + 1) / $2::int as high
      from edges, generate_series(0, $2::int - 1) as n
), seen as materialized (
    select m.* from stripes cross join lateral (
        select status, accepted_at, sent_at, completed_at from messages
         where campaign_id = $1::bigint and id >= low and id < high
         order by campaign_id, id
         limit $3::int) as m
), seconds as (
    select floor(date_part('epoch', reported.at))::bigint as second, count(*) as n,
           count(*) filter (where what = 'accepted') as accepted, count(*) filter (where what = 'sent') as sent,
           count(*) filter (where what in ('delivered', 'read')) as delivered,
           count(*) filter (where what = 'undelivered') as undelivered, count(*) filter (where what = 'failed') as failed
      from seen cross join lateral (
          values (message_status 'accepted', accepted_at), ('sent', sent_at), (nullif(status, 'canceled'), completed_at))
          as reported(what, at)
     where reported.at is not null and what is not null
     group by 1
), most as (
    select min(second) as first, min(second) filter (where so_far >= 0.99 * total) as last
      from (select second, sum(n) over (order by second) as so_far, sum(n) over () as total from seconds) as counted
), shown as (
    select most.first, max(second) as last from most, seconds
     where second <= most.first + 5 * (most.last - most.first + 1)
     group by most.first
), chosen as materialized (
    select last, (select coalesce(min(width), 604800)
                    from unnest(array[1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 43200,
                                      86400]) as width
                   where last / width - first / width < 120) as width
      from shown
)
select width, (select count(*) from seen) as seen,
       case when second / width <= last / width then second / width * width end as bucket, min(second) as second,
       sum(accepted)::bigint as accepted, sum(sent)::bigint as sent, sum(delivered)::bigint as delivered,
       sum(undelivered)::bigint as undelivered, sum(failed)::bigint as failed
  from seconds, chosen
 group by width, bucket
 order by bucket nulls last;

-- name: fold_singles
with gone as (
    delete from single_moves returning *
)
insert into single_figures as f
select day, status, error_code, sum(messages), sum(accepted), sum(accepted_segments), sum(cost), sum(priced),
       sum(price_micros)
  from gone
 group by day, status, error_code
 order by day, status, error_code
    on conflict (day, status, error_code) do update
       set messages = f.messages + excluded.messages, accepted = f.accepted + excluded.accepted,
           accepted_segments = f.accepted_segments + excluded.accepted_segments, cost = f.cost + excluded.cost,
           priced = f.priced + excluded.priced, price_micros = f.price_micros + excluded.price_micros;

-- name: claim_key
insert into idempotency_keys as k (key, fingerprint) values ($1, $2)
    on conflict (key) do update
       set fingerprint = excluded.fingerprint, campaign_id = null, message_id = null, reply = null, created_at = now()
     where k.created_at < now() - interval '24 hours'
returning key;

-- name: find_key
select k.fingerprint, coalesce(k.reply, '') as reply, coalesce(c.public_id, '') as campaign, k.message_id
  from idempotency_keys k left join campaigns c on c.id = k.campaign_id
 where k.key = $1;

-- name: add_user
insert into users (email, role, password_hash) values ($1, $2, $3)
    on conflict (email) do nothing
returning id, email, role, to_micros(created_at) as created_micros,
          null::bigint as last_login_micros, false as disabled;

-- name: lock_users
lock table users in share row exclusive mode;

-- name: offer_link
with ended as (delete from setup_links where created_at < now() - interval '1 hour')
insert into setup_links (token_hash) values (decode($1, 'hex'));

-- name: redeem_link
delete from setup_links where token_hash = decode($1, 'hex') and created_at > now() - interval '1 hour';

-- name: any_user
select exists (select from users);

-- name: list_users
select id, email, role, to_micros(created_at) as created_micros,
       to_micros(last_login) as last_login_micros, disabled_at is not null as disabled
  from users order by email;

-- name: find_user
select id, email, role, to_micros(created_at) as created_micros,
       to_micros(last_login) as last_login_micros, false as disabled, password_hash
  from users where email = $1 and disabled_at is null;

-- name: disable_user
update users set disabled_at = coalesce(disabled_at, now()) where email = $1;

-- name: set_password
update users set password_hash = $2 where email = $1;

-- name: knows_browser
select exists (select from known_browsers b join users u on u.id = b.user_id
                where b.token_hash = decode($2, 'hex') and u.email = $1
                  and b.created_at > now() - interval '1 year');

-- name: remember_browser
insert into known_browsers (user_id, token_hash) values ($1::bigint, decode($2, 'hex'));

-- name: end_sessions_of_user
delete from sessions s using users u where u.id = s.user_id and u.email = $1;

-- name: add_key
insert into api_keys (name, token_hash, role, permissions, expires_at)
values ($1, decode($2, 'hex'), nullif($3, ''), case when $3 = '' then $4::text[] end,
        now() + make_interval(secs => nullif($5::float8, 0)))
returning id, name, coalesce(role, '') as role, array_to_string(permissions, ',') as permissions,
          to_micros(created_at) as created_micros,
          to_micros(expires_at) as expires_micros,
          null::bigint as last_used_micros, '' as last_used_from, false as revoked;

-- name: list_keys
select id, name, coalesce(role, '') as role, array_to_string(permissions, ',') as permissions,
       to_micros(created_at) as created_micros,
       to_micros(expires_at) as expires_micros,
       to_micros(last_used_at) as last_used_micros,
       coalesce(last_used_from, '') as last_used_from, revoked_at is not null as revoked
  from api_keys order by id;

-- name: use_api_key
update api_keys
   set last_used_at = now(), last_used_from = $2
 where token_hash = decode($1, 'hex') and revoked_at is null and (expires_at is null or expires_at > now())
returning id, name, coalesce(role, '') as role, array_to_string(permissions, ',') as permissions,
          to_micros(created_at) as created_micros,
          to_micros(expires_at) as expires_micros,
          to_micros(last_used_at) as last_used_micros, last_used_from,
          false as revoked;

-- name: revoke_key
update api_keys set revoked_at = now() where id = $1::bigint and revoked_at is null;

-- name: revoke_keys_named
update api_keys set revoked_at = now() where name = $1 and revoked_at is null;

-- name: begin_session
with signed_in as (update users set last_login = now() where id = $1::bigint)
insert into sessions (user_id, token_hash, last_used_from) values ($1::bigint, decode($2, 'hex'), $3);

-- name: remove_ended_sessions
delete from sessions
 where created_at < now() - interval '7 days' or last_used_at < now() - interval '12 hours';

-- name: use_session
update sessions s
   set last_used_at = now(), last_used_from = $2
  from users u
 where s.token_hash = decode($1, 'hex') and u.id = s.user_id and u.disabled_at is null
   and s.created_at > now() - interval '7 days' and s.last_used_at > now() - interval '12 hours'
returning u.id, u.email, u.role, to_micros(u.created_at) as created_micros,
          to_micros(u.last_login) as last_login_micros,
          least(43200, extract(epoch from s.created_at + interval '7 days' - now()))::bigint as seconds_left;

-- name: end_session
delete from sessions where token_hash = decode($1, 'hex');

-- name: read_failures
select key, failures, (extract(epoch from now() - last_at) * 1000)::bigint as since
  from sign_in_failures
 where key = any ($1::text[]) and last_at > now() - interval '1 day';

-- name: add_failures
insert into sign_in_failures as f (key, failures, last_at)
select key, 1, now() from unnest($1::text[]) as key order by key
    on conflict (key) do update
       set failures = case when f.last_at > now() - interval '1 day' then f.failures + 1 else 1 end, last_at = now();

-- name: forget_failures
delete from sign_in_failures where key = any ($1::text[]) or last_at < now() - interval '1 day';

-- name: access_state
select version, exists (select from users) or exists (select from api_keys) as has_principals,
       exists (select from users where disabled_at is null) as has_users
  from access_changes;

-- name: create_partitions
select create_history_partitions($1::date, $2::int);

-- name: drop_partitions
select drop_history_partitions(from_micros($1::bigint));

-- name: delete_history
delete from message_history e
 using (select message_id, fingerprint from message_history
         where message_id < message_id_at(from_micros($1::bigint))
         order by message_id, fingerprint
         limit $2::int) as old
 where e.message_id = old.message_id and e.fingerprint = old.fingerprint;

-- name: delete_strays
delete from stray_receipts
 where id in (select id from stray_receipts
               where received_at < from_micros($1::bigint)
               order by id
               limit $2::int);

-- name: delete_keys
delete from idempotency_keys
 where key in (select key from idempotency_keys
                where created_at < from_micros($1::bigint)
                order by created_at
                limit $2::int);
