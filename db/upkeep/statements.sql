-- Housekeeping.

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

-- name: delete_scheduled_rows
-- Of campaigns that have started, before $1, or were canceled.
delete from scheduled_rows
 where (campaign_id, first_row) in (
     select r.campaign_id, r.first_row from scheduled_rows r join campaigns c on c.id = r.campaign_id
      where c.status <> 'sending' or c.send_at is null or c.send_at < from_micros($1::bigint)
      limit $2::int);

-- name: delete_keys
delete from idempotency_keys
 where key in (select key from idempotency_keys
                where created_at < from_micros($1::bigint)
                order by created_at
                limit $2::int);

-- name: privacy_check
select value from privacy_check;

-- name: keep_privacy_check
insert into privacy_check (value) select $1 where not exists (select from privacy_check);

-- name: messages_to_person
select m.id, coalesce(c.public_id, '') as campaign, m.customer_name as name, m.body, m.status::text as status,
       to_micros(message_created_at(m.id)) as at
  from messages m left join campaigns c on c.id = m.campaign_id
 where m.recipient = $1
 order by m.id desc
 limit 200;

-- name: replies_of_person
select sid, body, to_micros(received_at) as at from inbound_messages
 where from_address = $1
 order by received_at desc
 limit 200;

-- name: opt_outs_of_person
-- $2: of an erased person.
select event, source, principal, coalesce(message_sid, '') as message_sid, to_micros(at) as at from opt_out_history
 where phone_number in ($1, $2)
 order by id desc
 limit 200;

-- name: is_opted_out
select exists (select from opt_outs where phone_number = $1) or exists (select from erased_opt_outs where token = $2);

-- name: withdraw_messages_to
-- Those that have not left. Unknown ones that were put back stay unknown.
with withdrawn as (
    delete from outbox o using messages m
     where m.recipient = $1 and m.status in ('pending', 'unknown') and o.message_id = m.id and o.leased_until is null
    returning m.id, m.status
)
select id from withdrawn where status = 'pending' order by id;

-- name: messages_in_flight_to
select count(*) from messages where recipient = $1 and status = 'sending';

-- name: begin_erasing
-- What is erased is no lifting of an opt-out.
select set_config('waybill.erasing', 'yes', true);

-- name: find_erased
select token from erased_opt_outs where token = $1;

-- name: erase_opt_out
with erased as (delete from opt_outs where phone_number = $1 returning source, created_at)
insert into erased_opt_outs (token, source, created_at) select $2, source, created_at from erased
    on conflict (token) do update set source = excluded.source
returning id;

-- name: erase_opt_out_history
update opt_out_history set phone_number = $2 where phone_number = $1;

-- name: erase_samples
-- The sample of a campaign is the text to its first recipient.
update campaigns c set sample_body = '' from messages m
 where m.recipient = $1 and c.id = m.campaign_id and c.sample_body = m.body;

-- name: erase_rejected_rows
-- Rows as they were uploaded, whichever way the number is written.
update rejected_rows set data = '{}', message = ''
 where regexp_replace(data::text || message, '[^0-9]', '', 'g') like '%' || $1 || '%';

-- name: erase_scheduled_rows
-- Of scheduled campaigns with the person: after that, their text can no longer be changed.
delete from scheduled_rows where campaign_id in (select campaign_id from messages where recipient = $1);

-- name: erase_messages
update messages set recipient = '', customer_name = '', body = '' where recipient = $1 returning id;

-- name: erase_history
update message_history set extra = null where message_id = any ($1::bigint[]) and extra is not null;

-- name: erase_replies_to_requests
-- A repeated request gets a new reply for a campaign, and none for a message.
update idempotency_keys k set reply = case when k.message_id is null then null else '{}' end
 where k.reply is not null
   and (k.message_id = any ($1::bigint[]) or regexp_replace(k.reply, '[^0-9]', '', 'g') like '%' || $2 || '%'
        or k.campaign_id in (select campaign_id from messages where id = any ($1::bigint[])));

-- name: erase_inbound
update inbound_messages set from_address = '', body = '', extra = null where from_address = $1;

-- name: erase_strays
update stray_receipts set extra = null where extra ->> 'To' = $1 or message_id = any ($2::bigint[]);

-- name: role_facts
select (select rolsuper from pg_roles where rolname = current_user) as is_superuser,
       has_table_privilege('audit_log', 'update') or has_table_privilege('audit_log', 'delete')
           or has_table_privilege('audit_log', 'truncate') as may_change_audit;

-- name: count_all
-- For people: how much there is.
select (select count(*) from campaigns), (select count(*) from messages), (select count(*) from opt_outs);

-- name: find_inconsistencies
-- What does not add up, at most $1 sentences: counters beside the rows that they count, errors beside their tallies, and
-- messages beside the outbox.
with counted as (
    select campaign_id, count(*) filter (where status = 'pending') as pending,
           count(*) filter (where status = 'sending') as sending, count(*) filter (where status = 'unknown') as unknown,
           count(*) filter (where status = 'accepted') as accepted, count(*) filter (where status = 'sent') as sent,
           count(*) filter (where status = 'delivered') as delivered,
           count(*) filter (where status = 'undelivered') as undelivered,
           count(*) filter (where status = 'failed') as failed, count(*) filter (where status = 'canceled') as canceled,
           count(*) filter (where status = 'read') as read, count(accepted_at) as ever_accepted,
           coalesce(sum(segments) filter (where accepted_at is not null), 0) as accepted_segments,
           count(price_micros) as priced, coalesce(sum(price_micros), 0) as price_micros
      from messages where campaign_id is not null group by campaign_id
), fault (sentence) as (
    select 'the counters of campaign ' || p.public_id || ' differ from its messages'
      from campaign_counters c join campaigns p on p.id = c.campaign_id left join counted r using (campaign_id)
     where (c.pending, c.sending, c.unknown, c.accepted, c.sent, c.delivered, c.undelivered, c.failed, c.canceled,
            c.read, c.ever_accepted, c.accepted_segments, c.priced, c.price_micros)
           is distinct from
           (coalesce(r.pending, 0), coalesce(r.sending, 0), coalesce(r.unknown, 0), coalesce(r.accepted, 0),
            coalesce(r.sent, 0), coalesce(r.delivered, 0), coalesce(r.undelivered, 0), coalesce(r.failed, 0),
            coalesce(r.canceled, 0), coalesce(r.read, 0), coalesce(r.ever_accepted, 0),
            coalesce(r.accepted_segments, 0), coalesce(r.priced, 0), coalesce(r.price_micros, 0))
     union all
    select 'the errors of campaign ' || p.public_id || ' differ from its messages'
      from campaign_counters c join campaigns p on p.id = c.campaign_id
     where (select coalesce(sum(count), 0) from campaign_tallies t
             where t.campaign_id = c.campaign_id and kind = 'error') <> c.failed + c.undelivered
     union all
    select 'campaign ' || p.public_id || ' has no counters'
      from campaigns p left join campaign_counters c on c.campaign_id = p.id where c.campaign_id is null
     union all
    select 'message ' || m.id || ' waits to be sent and is not in the outbox'
      from messages m left join outbox o on o.message_id = m.id
     where m.status in ('pending', 'sending') and o.message_id is null
     union all
    select 'the outbox has message ' || o.message_id || ', which does not exist'
      from outbox o left join messages m on m.id = o.message_id where m.id is null
)
select sentence from fault limit $1::int;
