-- Messages: what was reported about them, what is known of them, replies and opt-outs.

-- name: record_history
-- The careful way to record what was reported about messages: any source, any status, in any order. $1 ids ... $13 proofs
-- of acceptance, $15 recipients, one element per entry and no message twice; $14 the source. A receipt's sid is kept where
-- it is not the message's own.
with reported as (
    select * from unnest($1::bigint[], $2::bigint[], $3::message_status[], $4::text[], $5::text[], $6::int[], $7::text[],
                         $8::text[], $9::jsonb[], $10::bigint[], $11::int[], $12::bigint[], $13::boolean[], $15::text[])
        as s(message_id, at_micros, status, word, sid, error_code, raw_dlr_done_date, idempotency_token, extra, fingerprint,
             segments, price_micros, proves_acceptance, sent_to)
), known as (
    -- In id order, so that two processes never deadlock. Of two different final statuses the first stays and the other one
    -- is kept as a conflict; what Twilio answers when it is asked settles it.
    select s.*, from_micros(s.at_micros) as at, m.recipient, m.sid as own_sid,
           m.campaign_id, m.status as old_status, m.error_code as old_error_code, m.segments as old_segments,
           m.price_micros as old_price_micros, m.accepted_at is not null as was_accepted,
           coalesce(rises(m.status, s.status), false) as rises,
           -- The same end again, with the reason that was missing.
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
    select message_id, at, $14::history_source, error_code, word,
           case when $14::history_source <> 'receipt' or own_sid <> sid then sid end, raw_dlr_done_date, idempotency_token,
           case when recipient = '' then null when sent_to <> recipient then whole_extra(extra, sent_to) else extra end, fingerprint
      from known
        on conflict do nothing
    returning 1
), raised as (
    -- Twilio is asked three minutes later: by then every send of that time has ended, one way or another.
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
            or (m.sid is null and k.sid is not null and $14::history_source = 'receipt')
            or (k.status = 'sent' and m.sent_at is null)
            or k.segments <> m.segments
            or (k.price_micros is not null and m.price_micros is distinct from k.price_micros))
    returning k.message_id, k.campaign_id, k.old_status, k.old_error_code, m.status as new_status, m.error_code,
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
    -- The time of a look-up does not show how long the delivery took. What an overturned status had added is taken back.
    select campaign_id, kind, key, sum(n) as count
      from (select campaign_id, 'error' as kind, coalesce(error_code, 0) as key, 1 as n from raised
             where new_status in ('failed', 'undelivered')
               and (overturned or explained or old_status not in ('failed', 'undelivered'))
             union all
            select campaign_id, 'delivery', tally_bucket(date_part('epoch', at - claimed_at)), 1 from raised
             where new_status = 'delivered' and old_status <> 'delivered' and $14::history_source <> 'lookup'
             union all
            select campaign_id, kind, key, -1
              from (select *, case old_status when 'delivered' then 'delivery' else 'error' end as kind,
                           case old_status when 'delivered' then tally_bucket(date_part('epoch', completed_at - claimed_at))
                                           else coalesce(old_error_code, 0) end as key
                      from raised
                     where explained or overturned and not (old_status = 'delivered' and new_status = 'read')) as r
             where exists (select from tally_rows t
                            where t.campaign_id = r.campaign_id and t.kind = r.kind and t.key = r.key)) as each
     where key is not null
     group by campaign_id, kind, key
), tallied as (
    -- After the campaigns' counters are locked, whatever the plan: every transaction has the same order.
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
), events as (
    insert into new_events (at, kind, message_id, campaign_id, error_code)
    select at, 'message.' || new_status, message_id, campaign_id,
           case when new_status in ('failed', 'undelivered') then error_code end
      from raised
     where new_status <> old_status and new_status not in ('pending', 'sending') and (select wanted from message_events_wanted)
)
select (select count(*) from known) as known, (select count(*) from kept) as kept,
       (select string_agg(id::text, ',') from completed) as completed,
       (select string_agg(key || ' ' || count, ' ') from tallies where kind = 'delivery' and count > 0) as deliveries;

-- name: lock_messages
-- For entries that take several rounds: locks all that they lock, in the order in which a single round locks it.
with locked as (
    select campaign_id from messages where id = any ($1::bigint[]) order by id for update
)
select from campaign_counters where campaign_id in (select campaign_id from locked) order by campaign_id for update;

-- name: find_strays
-- The places in $1 of messages that do not exist, from 0.
select s.position - 1 from unnest($1::bigint[]) with ordinality as s(message_id, position)
 where not exists (select from messages m where m.id = s.message_id);

-- name: record_usual
-- The fast way to record receipts, with the same result as record_history for those that it takes (db/messages/
-- usual_receipts.hpp). $1 ids, in order ... $9 fingerprints, $13 recipients, one element per receipt and no message twice.
-- The ticket of the process $10 is raised to $11 unless it is below $12 (raise_ticket). Counted in the lane $14: what other
-- processes count waits for none of it.
--
-- RETURNING sees only what a message has become; whether it was accepted or sent is read from its sent_at. A message whose
-- sent_at does not fit its status is not raised here, and only the word `sent`, which a sent message ignores, changes
-- sent_at. Locks are taken in the order of the ids, as every row is found by its key (DatabaseOptions::by_key). The limit,
-- which cuts nothing off, makes PostgreSQL expect few receipts and start with them. A receipt that raises its message
-- cannot have been kept before.
with raised as (
    update messages m
       set status = k.status, lookup_at = null, sid = coalesce(m.sid, k.sid),
           error_code = coalesce(k.error_code, m.error_code),
           sent_at = case when k.status = 'sent' then k.at else m.sent_at end,
           completed_at = case when k.status = 'sent' then m.completed_at else coalesce(m.completed_at, k.at) end
      from (select *
              from unnest($1::bigint[], $2::timestamptz[], $3::message_status[], $4::text[], $5::int[], $6::text[],
                          $7::text[], $8::jsonb[], $9::bigint[], $13::text[])
                       as s(message_id, at, status, sid, error_code, raw_dlr_done_date, idempotency_token, extra,
                            fingerprint, sent_to)
             limit cardinality($1::bigint[])) k
     where m.id = k.message_id and m.accepted_at is not null
       and (m.status = 'accepted' and m.sent_at is null or m.status = 'sent' and m.sent_at is not null and k.status <> 'sent')
       and (k.sent_to is null or k.sent_to = m.recipient)
    returning k.message_id, k.at, k.status, case when m.sid <> k.sid then k.sid end as sid, k.error_code, k.raw_dlr_done_date, k.idempotency_token,
              case when m.recipient = '' then null else k.extra end as extra,
              k.fingerprint, k.status <> 'sent' and m.sent_at is not null as was_sent, m.campaign_id, m.claimed_at,
              m.error_code as last_error_code
), kept as (
    insert into message_history (message_id, received_at, source, error_code, status, sid, raw_dlr_done_date,
                                idempotency_token, extra, fingerprint)
    select message_id, at, 'receipt', error_code, status::text, sid, raw_dlr_done_date, idempotency_token, extra, fingerprint
      from raised
), events as (
    -- None while neither an endpoint nor a reader of the feed wants them.
    insert into new_events (at, kind, message_id, campaign_id, error_code)
    select at, 'message.' || status, message_id, campaign_id, case when status <> 'sent' then last_error_code end
      from raised
     where (select wanted from message_events_wanted)
), moved as (
    select campaign_id, was_sent, status,
           case status when 'sent' then null when 'delivered' then tally_bucket(date_part('epoch', at - claimed_at))
                       else coalesce(last_error_code, 0) end as key,
           count(*)::int as count
      from raised
     group by campaign_id, was_sent, status, key
), counted as (
    insert into receipt_counters as c (campaign_id, lane, accepted, sent, delivered, undelivered, failed, final_by_receipt)
    select campaign_id, $14::smallint,
           sum(case when was_sent then 0 else -count end),
           sum(case when was_sent then -count when status = 'sent' then count else 0 end),
           sum(case when status = 'delivered' then count else 0 end),
           sum(case when status = 'undelivered' then count else 0 end),
           sum(case when status = 'failed' then count else 0 end),
           sum(case when status = 'sent' then 0 else count end)
      from moved
     where campaign_id is not null
     group by campaign_id
     order by campaign_id
        on conflict (campaign_id, lane) do update
       set accepted = c.accepted + excluded.accepted, sent = c.sent + excluded.sent,
           delivered = c.delivered + excluded.delivered, undelivered = c.undelivered + excluded.undelivered,
           failed = c.failed + excluded.failed, final_by_receipt = c.final_by_receipt + excluded.final_by_receipt,
           updated_at = now()
    returning 1
), tallied as (
    -- After the campaigns' counters are locked: every transaction has the same order.
    insert into receipt_tallies as t (campaign_id, kind, key, lane, count)
    select campaign_id, case when status = 'delivered' then 'delivery' else 'error' end as kind, key, $14::smallint, sum(count)
      from moved
     where campaign_id is not null and key is not null and (select count(*) from counted) > 0
     group by campaign_id, kind, key
     order by campaign_id, kind, key
        on conflict (campaign_id, kind, key, lane) do update set count = t.count + excluded.count
), ticket as (
    update tickets set number = $11::bigint, at = now()
     where process = $10 and writer = 'receipts' and number >= $12::bigint and number < $11::bigint
    returning 1
)
select kept, exists (select from ticket) as is_raised, case when kept < cardinality($1::bigint[]) then (select string_agg(message_id::text, ',') from raised) end as ids,
       (select string_agg(key || ' ' || count, ' ') from moved where status = 'delivered') as deliveries
  from (select sum(count) as kept from moved) as all_moved;

-- name: record_one_sent
-- record_usual for a single receipt that says `sent`: real traffic is small batches, and these cost PostgreSQL a third less
-- so. $1 id, $2 when, $3 sid, $4 error code, $5 carrier time, $6 token, $7 extra, $8 fingerprint, $9 recipient, $10 ... $12 the
-- ticket, $13 the lane. Returns a row when the message was raised. The id stands in a subquery because PostgreSQL may otherwise walk another
-- index, in which the id comes second, while the table is small.
with raised as (
    update messages m
       set status = 'sent', lookup_at = null, sid = coalesce(m.sid, $3), error_code = coalesce($4, m.error_code), sent_at = $2
      from (select $1::bigint as key offset 0) k
     where m.id = k.key and m.accepted_at is not null and m.status = 'accepted' and m.sent_at is null
       and ($9::text is null or m.recipient = $9)
    returning m.id, m.campaign_id, case when m.sid <> $3::text then $3::text end as sid,
              case when m.recipient <> '' then $7::jsonb end as extra
), kept as (
    insert into message_history (message_id, received_at, source, error_code, status, sid, raw_dlr_done_date,
                                idempotency_token, extra, fingerprint)
    select id, $2::timestamptz, 'receipt', $4::int, 'sent', sid, $5, $6, extra, $8 from raised
), events as (
    insert into new_events (at, kind, message_id, campaign_id)
    select $2, 'message.sent', id, campaign_id from raised where (select wanted from message_events_wanted)
), counted as (
    insert into receipt_counters as c (campaign_id, lane, accepted, sent)
    select campaign_id, $13::smallint, -1, 1 from raised where campaign_id is not null
        on conflict (campaign_id, lane) do update
       set accepted = c.accepted - 1, sent = c.sent + 1, updated_at = now()
), ticket as (
    update tickets set number = $11, at = now()
     where process = $10 and writer = 'receipts' and number >= $12::bigint and number < $11
    returning 1
)
select exists (select from ticket) as is_raised, null::int as delivered from raised;

-- name: record_one_end
-- The same for one that says `delivered`, `undelivered` or `failed`: $14.
with raised as (
    update messages m
       set status = $14, lookup_at = null, sid = coalesce(m.sid, $3), error_code = coalesce($4, m.error_code),
           completed_at = coalesce(m.completed_at, $2)
      from (select $1::bigint as key offset 0) k
     where m.id = k.key and m.accepted_at is not null
       and (m.status = 'accepted' and m.sent_at is null or m.status = 'sent' and m.sent_at is not null)
       and ($9::text is null or m.recipient = $9)
    returning m.id, m.campaign_id, case when m.sid <> $3::text then $3::text end as sid,
              case when m.recipient <> '' then $7::jsonb end as extra,
              m.status, m.error_code, (m.sent_at is not null)::int as was_sent,
              case m.status when 'delivered' then tally_bucket(date_part('epoch', $2 - m.claimed_at))
                            else coalesce(m.error_code, 0) end as key
), kept as (
    insert into message_history (message_id, received_at, source, error_code, status, sid, raw_dlr_done_date,
                                idempotency_token, extra, fingerprint)
    select id, $2::timestamptz, 'receipt', $4::int, status::text, sid, $5, $6, extra, $8 from raised
), events as (
    insert into new_events (at, kind, message_id, campaign_id, error_code)
    select $2, 'message.' || status, id, campaign_id, error_code from raised where (select wanted from message_events_wanted)
), counted as (
    insert into receipt_counters as c (campaign_id, lane, accepted, sent, delivered, undelivered, failed, final_by_receipt)
    select campaign_id, $13::smallint, was_sent - 1, -was_sent, (status = 'delivered')::int, (status = 'undelivered')::int,
           (status = 'failed')::int, 1
      from raised
     where campaign_id is not null
        on conflict (campaign_id, lane) do update
       set accepted = c.accepted + excluded.accepted, sent = c.sent + excluded.sent,
           delivered = c.delivered + excluded.delivered, undelivered = c.undelivered + excluded.undelivered,
           failed = c.failed + excluded.failed, final_by_receipt = c.final_by_receipt + 1, updated_at = now()
    returning 1
), tallied as (
    -- After the campaign's counters are locked: every transaction has the same order.
    insert into receipt_tallies as t (campaign_id, kind, key, lane, count)
    select campaign_id, case status when 'delivered' then 'delivery' else 'error' end, key, $13::smallint, 1 from raised
     where campaign_id is not null and key is not null and (select count(*) from counted) > 0
        on conflict (campaign_id, kind, key, lane) do update set count = t.count + excluded.count
), ticket as (
    update tickets set number = $11, at = now()
     where process = $10 and writer = 'receipts' and number >= $12::bigint and number < $11
    returning 1
)
select exists (select from ticket) as is_raised, case status when 'delivered' then key end as delivered from raised;

-- name: opt_out_refused
-- $1 messages, $2 when Twilio refused them because their recipient has opted out. A recipient who has written START after
-- that stays opted in, even if the refusal is reported late or again.
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
-- A page of a campaign's messages, of any status ('') or of one. Ordered as the index has it: by id alone, a generic plan
-- may walk the primary key.
select id, row, recipient, customer_name, body, sid, segments, status, error_code, price_micros, created_at, claimed_at,
       accepted_at, sent_at, completed_at, read_at, coalesce(reference, '') as reference, coalesce(metadata, '') as metadata_json
  from message_details
  left join lateral (select reference, metadata from message_labels where message_id = id offset 0) labels on true
 where campaign_id = $1::bigint and id > $2::bigint and ($3 = '' or status::text = $3)
 order by campaign_id, id
 limit $4::int;

-- name: list_messages_to
-- The same, to one recipient ($5).
select id, row, recipient, customer_name, body, sid, segments, status, error_code, price_micros, created_at, claimed_at,
       accepted_at, sent_at, completed_at, read_at, coalesce(reference, '') as reference, coalesce(metadata, '') as metadata_json
  from message_details
  left join lateral (select reference, metadata from message_labels where message_id = id offset 0) labels on true
 where campaign_id = $1::bigint and id > $2::bigint and ($3 = '' or status::text = $3) and recipient = $5
 order by recipient, id
 limit $4::int;

-- name: limit_search
-- Until the transaction ends.
select set_config('statement_timeout', '4s', true);

-- name: search_messages
-- The same, to those whose number ends with $5, or whose name holds $6; the other one is empty.
select id, row, recipient, customer_name, body, sid, segments, status, error_code, price_micros, created_at, claimed_at,
       accepted_at, sent_at, completed_at, read_at, coalesce(reference, '') as reference, coalesce(metadata, '') as metadata_json
  from message_details
  left join lateral (select reference, metadata from message_labels where message_id = id offset 0) labels on true
 where campaign_id = $1::bigint and id > $2::bigint and ($3 = '' or status::text = $3)
   and case when $5 <> '' then right(recipient, length($5)) = $5
            else position(lower($6) in lower(customer_name)) > 0 end
 order by campaign_id, id
 limit $4::int;

-- name: find_message
-- send_at: while it waits for its time.
select d.*, m.conflicting, coalesce(m.sender, c.sender) as sender, c.public_id as campaign,
       coalesce(c.price_per_segment, m.price_per_segment) as price_per_segment,
       (select to_micros(due_at) from outbox
         where message_id = m.id and leased_until is null and due_at > now()) as send_at,
       exists (select from test_messages where message_id = m.id) as is_test,
       coalesce(l.reference, '') as reference, coalesce(l.metadata, '') as metadata_json
  from messages m
  join message_details d on d.id = m.id
  left join campaigns c on c.id = m.campaign_id
  left join message_labels l on l.message_id = m.id
 where m.id = $1::bigint;

-- name: message_history
select to_micros(h.received_at) as at, h.source, h.status, h.error_code,
       coalesce(h.sid, case when h.source = 'receipt' then m.sid end) as sid, h.raw_dlr_done_date as carrier_time,
       whole_extra(h.extra, m.recipient) as extra_json
  from message_history h left join messages m on m.id = h.message_id
 where h.message_id = $1::bigint
 order by h.received_at, h.fingerprint;

-- name: insert_message
-- A single message and its place in the outbox; nothing when the recipient has opted out. $5 when it may leave, $7 the zones
-- of its quiet hours, $8 the recipient's token, $9 the day whose budget pays for it, $10 who creates it, unless its labels say so:
-- kept while an endpoint wants the events of one key.
with made as (
    insert into messages (recipient, customer_name, body, segments, sender, price_per_segment, zones)
    select $1, '', $2, $3::smallint, $4, $6::int, $7
     where not exists (select from opt_outs where phone_number = $1)
       and not exists (select from erased_opt_outs where token = $8)
    returning id
), queued as (
    insert into outbox (message_id, sender, due_at, zones, budget_day)
    select id, $4, coalesce(from_micros($5::bigint), now()), $7, $9::date from made
), labeled as (
    insert into message_labels (message_id, principal)
    select id, $10 from made where $10 <> '' and (select by_key from event_demand where only_row)
)
select id, to_micros(message_created_at(id)) as created_at from made;

-- name: end_of_quiet_hours
-- When a message that may leave from $4 on leaves, and whether that is immediately.
select to_micros(end_of_quiet_hours($1::time, $2::time, $3, start)),
       coalesce(end_of_quiet_hours($1::time, $2::time, $3, start) = start, false)
  from coalesce(from_micros($4::bigint), now()) as start;

-- name: keep_quiet_hours
insert into message_quiet_hours (message_id, quiet_from, quiet_until) values ($1, $2::time, $3::time);

-- name: lock_tester
-- Until the transaction ends.
select pg_advisory_xact_lock(hashtextextended('waybill test messages of ' || $1, 0));

-- name: count_tests
-- Of the last hour, and in how many seconds the first of them is an hour old.
select count(*), coalesce(ceil(extract(epoch from min(created_at) + interval '1 hour' - now())), 0)::int
  from test_messages where principal = $1 and created_at > now() - interval '1 hour';

-- name: keep_test
insert into test_messages (message_id, principal) values ($1, $2);

-- name: keep_message_reply
update idempotency_keys set message_id = $2, reply = $3 where key = $1;

-- name: keep_inbound
-- $1 sid, $2 when, $3 from, $4 to, $5 body, $6 keyword or '', $7 extra or '', $8 whether it looks like an opt-out, $9 whether
-- $3 is a phone number, $10 whether START may lift. A keyword is no reply, and START lifts only what a message set, not the opt-out by an operator. An inbound message answers the last message
-- that went the opposite way within a month; a Messaging Service ('') picks its numbers itself. One statement, so that
-- the foreign keys take their locks at its end, after the counters.
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
    -- An address that is no phone number is no recipient either.
    insert into opt_outs (phone_number, source, created_at, campaign_id)
    select from_address, 'reply', received_at, campaign_id from ordered
     where keyword = 'stop' and $9::boolean
        on conflict (phone_number) do nothing
)
delete from opt_outs using ordered
 where keyword = 'start' and $10::boolean and phone_number = from_address and source <> 'operator';

-- name: list_replies
-- $1 a campaign: what looks like an opt-out first, then newest first, below the place $2. Ordered by both columns, as the
-- index has them.
select place, sid, from_address as from, body, keyword, looks_like_opt_out, message_id as message,
       to_micros(received_at) as received_at, exists (select from opt_outs where phone_number = from_address) as opted_out
  from inbound_messages
 where campaign_id = $1::bigint and place < $2::bigint
 order by campaign_id desc, place desc
 limit $3::int;

-- name: list_opt_outs
-- The numbers above $1.
select * from opt_out_details where phone_number > $1 order by phone_number limit $2::int;

-- name: list_one_opt_out
-- The same, of the number $2 alone.
select * from opt_out_details where phone_number > $1 and phone_number = $2;

-- name: search_opt_outs
-- The numbers above $1 that contain the digits $2 in a row. Reads all of them: limit_search comes first.
select * from opt_out_details
 where phone_number > $1 and phone_number like '%' || $2 || '%'
 order by phone_number
 limit $3::int;

-- name: find_opt_out
select * from opt_out_details where phone_number = $1;

-- name: add_opt_out
-- By an operator. A number that has opted out already keeps its row, which is locked; xmax distinguishes the two cases.
insert into opt_outs (phone_number, source) values ($1, 'operator')
    on conflict (phone_number) do update set phone_number = excluded.phone_number
returning xmax = 0 as is_new;

-- name: lift_opt_out
delete from opt_outs where phone_number = $1;

-- name: lift_erased_opt_out
delete from erased_opt_outs where token = $1;

-- name: lift_erased_by_start
-- By the message $2, unless it was delivered before.
delete from erased_opt_outs
 where token = $1 and source <> 'operator' and not exists (select from inbound_messages where sid = $2);

-- name: end_of_walk
-- The lowest of the newest $3 messages from $1 up to below $2; nothing when there are fewer.
select id from messages where id >= $1::bigint and id < $2::bigint order by id desc offset $3::int limit 1;

-- name: end_of_campaign_walk
-- The same of a campaign.
select id from messages
 where campaign_id = (select id from campaigns where public_id = $4) and id >= $1::bigint and id < $2::bigint
 order by campaign_id desc, id desc
offset $3::int limit 1;

-- name: newest_messages
-- Newest first, from the id $1 up to below $2, of any status ('') or one, from any sender ('') or one.
select d.*, coalesce(c.public_id, '') as campaign, coalesce(m.sender, c.sender, '') as sender,
       coalesce(c.price_per_segment, m.price_per_segment, 0) as price_per_segment,
       coalesce(l.reference, '') as reference, coalesce(l.metadata, '') as metadata_json
  from messages m
  join message_details d on d.id = m.id
  left join campaigns c on c.id = m.campaign_id
  left join message_labels l on l.message_id = m.id
 where m.id >= $1::bigint and m.id < $2::bigint and ($3 = '' or m.status::text = $3)
   and ($4 = '' or coalesce(m.sender, c.sender) = $4)
 order by m.id desc
 limit $5::int;

-- name: messages_of_campaign
-- The same of a campaign. Ordered as the index has it.
select d.*, c.public_id as campaign, c.sender, c.price_per_segment, coalesce(l.reference, '') as reference,
       coalesce(l.metadata, '') as metadata_json
  from campaigns c
  join messages m on m.campaign_id = c.id
  join message_details d on d.id = m.id
  left join message_labels l on l.message_id = m.id
 where m.campaign_id = (select id from campaigns where public_id = $6)
   and m.id >= $1::bigint and m.id < $2::bigint and ($3 = '' or m.status::text = $3) and ($4 = '' or c.sender = $4)
 order by m.campaign_id desc, m.id desc
 limit $5::int;

-- name: messages_to
-- The same to the number $6, of any campaign ('') or one. Ordered as the index has it.
select d.*, coalesce(c.public_id, '') as campaign, coalesce(m.sender, c.sender, '') as sender,
       coalesce(c.price_per_segment, m.price_per_segment, 0) as price_per_segment,
       coalesce(l.reference, '') as reference, coalesce(l.metadata, '') as metadata_json
  from messages m
  join message_details d on d.id = m.id
  left join campaigns c on c.id = m.campaign_id
  left join message_labels l on l.message_id = m.id
 where m.recipient = $6 and m.id >= $1::bigint and m.id < $2::bigint and ($3 = '' or m.status::text = $3)
   and ($4 = '' or coalesce(m.sender, c.sender) = $4) and ($7 = '' or c.public_id = $7)
 order by m.recipient desc, m.id desc
 limit $5::int;

-- name: messages_with_reference
-- The same with the reference $8, of any principal.
select d.*, coalesce(c.public_id, '') as campaign, coalesce(m.sender, c.sender, '') as sender,
       coalesce(c.price_per_segment, m.price_per_segment, 0) as price_per_segment,
       coalesce(l.reference, '') as reference, coalesce(l.metadata, '') as metadata_json
  from message_labels l
  join messages m on m.id = l.message_id
  join message_details d on d.id = m.id
  left join campaigns c on c.id = m.campaign_id
 where l.reference = $8 and m.id >= $1::bigint and m.id < $2::bigint and ($3 = '' or m.status::text = $3)
   and ($4 = '' or coalesce(m.sender, c.sender) = $4) and ($6 = '' or m.recipient = $6) and ($7 = '' or c.public_id = $7)
 order by m.id desc
 limit $5::int;

-- name: keep_labels
-- Nothing when the principal has used the reference before.
insert into message_labels (message_id, principal, reference, metadata) values ($1::bigint, $2, nullif($3, ''), nullif($4, ''))
    on conflict (reference, principal) where reference is not null do nothing
returning message_id;

-- name: find_reference
select message_id from message_labels where reference = $1 and principal = $2;
