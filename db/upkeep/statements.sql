-- Housekeeping.

-- name: missing_rights
-- What the present user lacks, the first three by name; empty: nothing.
select coalesce(string_agg(lacking, ', '), '')
  from (select lacking from missing_rights(current_user) as m(lacking) limit 3) as few;

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

-- name: quiet_campaigns
-- Campaigns above $3, at most $2, of which no receipt has come since $1, and whose counters are still in lanes.
select campaign_id
  from (select campaign_id from receipt_counters group by campaign_id having max(updated_at) < from_micros($1::bigint)
         union
        select campaign_id from receipt_tallies t
         where not exists (select from receipt_counters c where c.campaign_id = t.campaign_id)) as quiet
 where campaign_id > $3::bigint
 order by campaign_id
 limit $2::int;

-- name: fold_lanes
-- What the lanes of the campaign $1 have counted goes into its own rows, so that readers find one row and not several. A
-- receipt that comes meanwhile waits, and counts in a new row of its lane.
with locked as (
    select campaign_id from campaign_counters where campaign_id = $1::bigint for update
), gone as (
    delete from receipt_counters r using locked l where r.campaign_id = l.campaign_id
    returning r.*
), counted as (
    update campaign_counters c
       set accepted = c.accepted + g.accepted, sent = c.sent + g.sent, delivered = c.delivered + g.delivered,
           undelivered = c.undelivered + g.undelivered, failed = c.failed + g.failed,
           final_by_receipt = c.final_by_receipt + g.final_by_receipt, updated_at = greatest(c.updated_at, g.updated_at)
      from (select campaign_id, sum(accepted) as accepted, sum(sent) as sent, sum(delivered) as delivered,
                   sum(undelivered) as undelivered, sum(failed) as failed, sum(final_by_receipt) as final_by_receipt,
                   max(updated_at) as updated_at
              from gone
             group by campaign_id) g
     where c.campaign_id = g.campaign_id
), gone_tallies as (
    -- After the counters, like all who lock both.
    delete from receipt_tallies t using locked l
     where t.campaign_id = l.campaign_id and (select count(*) from gone) >= 0
    returning t.*
)
insert into campaign_tallies as t (campaign_id, kind, key, count)
select campaign_id, kind, key, sum(count) from gone_tallies
 group by campaign_id, kind, key
 order by campaign_id, kind, key
    on conflict (campaign_id, kind, key) do update set count = t.count + excluded.count;

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

-- name: rejected_rows_like
-- Read whole, by several processes of PostgreSQL: an index on what people write into cells would slow every upload.
select campaign_id, row_number, data::text as data_json from rejected_rows where data::text ~ $1;

-- name: lock_messages_to
-- In the order in which all writers lock them.
select id from messages where recipient = any ($1::text[]) order by id for update;

-- name: erase_samples
-- The sample of a campaign is the text to its first recipient.
with sampled as (
    select c.id from campaigns c
     where exists (select from messages m
                    where m.id = any ($1::bigint[]) and m.campaign_id = c.id and m.body = c.sample_body)
       and c.id in (select campaign_id from messages where id = any ($1::bigint[]))
     order by c.id for update
)
update campaigns c set sample_body = '' from sampled s where c.id = s.id;

-- name: erase_rejected_rows
update rejected_rows r set data = '{}', message = ''
  from unnest($1::bigint[], $2::bigint[]) as theirs(campaign_id, row_number)
 where r.campaign_id = theirs.campaign_id and r.row_number = theirs.row_number;

-- name: erase_scheduled_rows
-- Of scheduled campaigns with the person: after that, their text can no longer be changed.
delete from scheduled_rows where campaign_id in (select campaign_id from messages where id = any ($1::bigint[]));

-- name: erase_messages
update messages set recipient = '', customer_name = '', body = '' where id = any ($1::bigint[]);

-- name: erase_labels
delete from message_labels where message_id = any ($1::bigint[]);

-- name: erase_history
update message_history set extra = null where message_id = any ($1::bigint[]) and extra is not null;

-- name: erase_replies_to_requests
-- Of the messages $1, and of the campaigns with these messages or with the rows of $2: a repeated request gets a new reply
-- for a campaign, and none for a message.
update idempotency_keys k set reply = case when k.message_id is null then null else '{}' end
 where k.reply is not null
   and (k.message_id = any ($1::bigint[]) or k.campaign_id = any ($2::bigint[])
        or k.campaign_id in (select campaign_id from messages where id = any ($1::bigint[])));

-- name: erase_inbound
update inbound_messages set from_address = '', body = '', extra = null where from_address = any ($1::text[]);

-- name: erase_strays
update stray_receipts set extra = null where extra ->> 'To' = any ($1::text[]) or message_id = any ($2::bigint[]);

-- name: erase_answers
-- Of endpoints to the events of these messages, and to replies and opt-outs, as they may repeat what they were sent. Events
-- themselves hold ids alone.
update deliveries set answer = '' where answer <> '' and (order_key = any ($1::bigint[]) or order_key is null or order_key < 0);

-- name: find_erased
select token from erased_opt_outs where token = $1;

-- name: erase_opt_outs
-- Tokens of $2 take the place of the numbers of $1.
with erased as (
    delete from opt_outs o using unnest($1::text[], $2::text[]) as person(number, token)
     where o.phone_number = person.number
    returning person.token, o.source, o.created_at
)
insert into erased_opt_outs (token, source, created_at) select token, source, created_at from erased order by token
    on conflict (token) do update set source = excluded.source
returning id;

-- name: erase_opt_out_history
update opt_out_history h set phone_number = person.token
  from unnest($1::text[], $2::text[]) as person(number, token)
 where h.phone_number = person.number;

-- name: expired_recipients
-- Looks at the $3 messages behind $1, of those older than $2: the last one, beside each person who is inactive since.
with chunk as materialized (
    select id, recipient from messages
     where id > $1::bigint and id < message_id_at(from_micros($2::bigint))
     order by id
     limit $3::int
)
select last.place, due.number
  from (select max(id) as place from chunk having max(id) is not null) as last
  left join (select distinct recipient as number from chunk
              where recipient <> '' and not is_active_since(recipient, from_micros($2::bigint))) as due on true;

-- name: expired_writers
-- The same for people who sent something, by their numbers.
with chunk as materialized (
    select from_address as number from inbound_messages
     where from_address > $1
     group by from_address
     order by from_address
     limit $3::int
)
select last.place, due.number
  from (select max(number) as place from chunk having max(number) is not null) as last
  left join (select number from chunk where not is_active_since(number, from_micros($2::bigint))) as due on true;

-- name: expired_opt_outs
-- The same for people who opted out.
with chunk as materialized (
    select phone_number as number, created_at from opt_outs where phone_number > $1 order by phone_number limit $3::int
)
select last.place, due.number
  from (select max(number) as place from chunk having max(number) is not null) as last
  left join (select number from chunk
              where created_at < from_micros($2::bigint) and not is_active_since(number, from_micros($2::bigint)))
            as due on true;

-- name: blank_rejected_rows
-- Of campaigns created before $1.
update rejected_rows set data = '{}', message = ''
 where (campaign_id, row_number) in (
     select r.campaign_id, r.row_number from rejected_rows r join campaigns c on c.id = r.campaign_id
      where c.created_at < from_micros($1::bigint) and r.data::text <> '{}'
      limit $2::int);

-- name: blank_strays
update stray_receipts set extra = null
 where id in (select id from stray_receipts
               where received_at < from_micros($1::bigint) and extra is not null
               order by id
               limit $2::int);

-- name: old_campaign
-- One that was over $2 months before $1 and still has messages, or never had any removed.
select c.id from campaigns c join campaign_figures k on k.campaign_id = c.id
 cross join (select from_micros($1::bigint) - make_interval(months => $2::int) as at) as before
 where c.created_at < before.at and coalesce(c.send_at, c.created_at) < before.at and k.updated_at < before.at
   and not exists (select from outbox o where o.campaign_id = c.id)
   and (c.messages_removed_at is null or exists (select from messages m where m.campaign_id = c.id))
 order by c.id
 limit 1;

-- name: begin_removing_messages
-- What else a campaign keeps of its recipients goes with the first of them.
with rows as (
    delete from rejected_rows where campaign_id = $1::bigint
), scheduled as (
    delete from scheduled_rows where campaign_id = $1::bigint
)
update campaigns set messages_removed_at = now(), sample_body = '' where id = $1::bigint and messages_removed_at is null;

-- name: remove_messages_of_campaign
with gone as (
    delete from messages m
     using (select id from messages where campaign_id = $1::bigint order by campaign_id, id limit $2::int for update) as old
     where m.id = old.id
    returning m.id
), labels as (
    delete from message_labels l using gone where l.message_id = gone.id
), histories as (
    delete from message_history e using gone where e.message_id = gone.id
)
select count(*) from gone;

-- name: remove_single_messages
-- Those that were created $2 months before $1 and wait for nothing.
with old as (
    select m.id from messages m
     where m.campaign_id is null
       and m.id < message_id_at(from_micros($1::bigint) - make_interval(months => $2::int))
       and not exists (select from outbox o where o.message_id = m.id)
     order by m.campaign_id, m.id
     limit $3::int
       for update of m
), gone as (
    delete from messages m using old where m.id = old.id
    returning m.id
), labels as (
    delete from message_labels l using gone where l.message_id = gone.id
), hours as (
    delete from message_quiet_hours q using gone where q.message_id = gone.id
), tests as (
    delete from test_messages t using gone where t.message_id = gone.id
), histories as (
    delete from message_history e using gone where e.message_id = gone.id
)
select count(*) from gone;

-- name: begin_audit_removal
-- Only the owner may delete rows of the audit log, and only after this.
select set_config('waybill.audit_removal', 'yes', true);

-- name: remove_audit
-- Rows older than $2 months at $1.
delete from audit_log
 where id in (select id from audit_log
               where at < from_micros($1::bigint) - make_interval(months => $2::int)
               order by at
               limit $3::int);

-- name: role_facts
select (select rolsuper from pg_roles where rolname = current_user) as is_superuser,
       may_change_audit(current_user) as may_change_audit;

-- name: count_all
-- For people: how much there is.
select (select count(*) from campaigns), (select count(*) from messages), (select count(*) from opt_outs);

-- name: find_inconsistencies
-- What does not add up, at most $1 sentences: counters beside the rows that they count unless these were removed, errors beside their tallies, and
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
      from campaign_figures c join campaigns p on p.id = c.campaign_id left join counted r using (campaign_id)
     where p.messages_removed_at is null
       and (c.pending, c.sending, c.unknown, c.accepted, c.sent, c.delivered, c.undelivered, c.failed, c.canceled,
            c.read, c.ever_accepted, c.accepted_segments, c.priced, c.price_micros)
           is distinct from
           (coalesce(r.pending, 0), coalesce(r.sending, 0), coalesce(r.unknown, 0), coalesce(r.accepted, 0),
            coalesce(r.sent, 0), coalesce(r.delivered, 0), coalesce(r.undelivered, 0), coalesce(r.failed, 0),
            coalesce(r.canceled, 0), coalesce(r.read, 0), coalesce(r.ever_accepted, 0),
            coalesce(r.accepted_segments, 0), coalesce(r.priced, 0), coalesce(r.price_micros, 0))
     union all
    select 'the errors of campaign ' || p.public_id || ' differ from its messages'
      from campaign_figures c join campaigns p on p.id = c.campaign_id
     where (select coalesce(sum(count), 0) from tally_rows t
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

-- name: present_figures
-- Behind an endpoint: the first event that it has not come to, or the first one that it has not accepted.
with behind as (
    select (select v.at from events v where v.number > p.position order by v.number limit 1) as unread_at,
           (select v.at from events v
             where v.number = (select min(d.number) from deliveries d where d.endpoint_id = e.id and d.state = 'waiting')) as waiting_at
      from endpoints e join endpoint_progress p on p.endpoint_id = e.id
     where e.disabled_at is null
)
select (select count(*) from campaigns where status = 'paused') as campaigns_paused,
       (select count(*) from senders where paused_at is not null and sender <> '*') as senders_paused,
       (select count(*) from senders where paused_at is not null and sender = '*') as accounts_paused,
       (select count(*) from endpoints where disabled_at is null) as endpoints_enabled,
       (select count(*) from endpoints where disabled_at is not null) as endpoints_disabled,
       (select count(*) from deliveries where state = 'waiting') as deliveries_waiting,
       coalesce((select (extract(epoch from greatest(clock_timestamp() - min(least(unread_at, waiting_at)), '0')) * 1000000)::bigint
                   from behind), 0) as event_lag_micros,
       (select count(*) from notifications where state = 'waiting') as notifications_waiting,
       (select count(*) from notification_attempts where fault is not null) as addresses_failing;

-- name: lock_lost_budgets
select campaign_id from campaign_budgets
 where campaign_id in (select campaign_id from outbox where message_id = any ($1::bigint[]))
 order by campaign_id
   for update;

-- name: withdraw_lost_claims
-- Messages of $1, claimed at $2, that the database takes for unsent: nothing sends them any more. The budget of their
-- campaign pays for those whose claims it lacks.
with theirs as materialized (
    select o.message_id, o.campaign_id, o.leased_until is null as is_unpaid, m.segments, c.claimed_micros
      from unnest($1::bigint[], $2::bigint[]) as c(id, claimed_micros)
      join outbox o on o.message_id = c.id join messages m on m.id = c.id
     where m.status in ('pending', 'sending')
     order by o.message_id
       for update of o
), withdrawn as (
    delete from outbox o using theirs t where o.message_id = t.message_id
), paid as (
    update campaign_budgets b set segments_left = b.segments_left - p.segments
      from (select campaign_id, sum(segments) as segments from theirs where is_unpaid group by campaign_id) as p
     where b.campaign_id = p.campaign_id
), dated as (
    update messages m set claimed_at = coalesce(m.claimed_at, from_micros(t.claimed_micros))
      from (select * from theirs order by message_id) as t
     where m.id = t.message_id
)
select message_id from theirs order by message_id;

-- name: look_up_now
-- Of $1, the unknown ones of which Twilio has said nothing yet: those that were withdrawn now, and those that an earlier
-- attempt withdrew before it was cut short.
with unanswered as (
    select m.id from messages m
     where m.id = any ($1::bigint[]) and m.status = 'unknown'
       and not exists (select from message_history e where e.message_id = m.id and e.source = 'lookup')
     order by m.id
       for update of m
), hastened as (
    update messages m set lookup_at = least(m.lookup_at, now()) from unanswered u where m.id = u.id
)
select id from unanswered order by id;

-- name: count_not_looked_up
-- Of $1, the unknown ones of which Twilio has said nothing yet.
select count(*) from messages m
 where id = any ($1::bigint[]) and status = 'unknown'
   and not exists (select from message_history e where e.message_id = m.id and e.source = 'lookup');
