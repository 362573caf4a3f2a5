-- Stray receipts, and which messages Twilio is to be asked about. Receipts are recorded by db/messages/statements.sql.

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
-- One campaign never texts a recipient twice, so a rival belongs to another campaign with the same words, such as the same
-- upload made twice. A rival of a single message was created within a day of it.
with mine as (
    select campaign_id, id, recipient, body, claimed_at from messages where id = $1::bigint
), twins as materialized (
    select c.id, mine.recipient, mine.body from mine
      join campaigns own on own.id = mine.campaign_id
      join campaigns c on c.id <> own.id and c.sender = own.sender and c.message_template = own.message_template
       and c.restaurant_name = own.restaurant_name and c.offer = own.offer and c.offer_code = own.offer_code
      join campaign_figures k on k.campaign_id = c.id and k.updated_at >= mine.claimed_at - interval '1 hour'
), others as (
    -- `offset 0` keeps PostgreSQL from reading all messages before it knows whether there are twins.
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
select coalesce(sum(ever_accepted), 0)::bigint as accepted,
       (coalesce(sum(final_by_receipt), 0) + coalesce((select sum(final_by_receipt) from receipt_counters), 0))::bigint
           as by_receipt,
       coalesce(sum(final_by_lookup), 0)::bigint as by_lookup
  from campaign_counters;

-- name: open_campaigns
-- Campaigns that can have overdue messages, by their counters: created before $2, changed after $1.
select c.id from campaigns c join campaign_figures k on k.campaign_id = c.id
 where k.accepted + k.sent > 0
   and k.updated_at >= from_micros($1::bigint)
   and c.created_at <= from_micros($2::bigint)
 order by c.id desc;

-- name: overdue_of_campaign
-- $1 the campaign, $2 above which id, $3 rows to look at, $4 ... $5 when they were claimed, $6 messages at most. A message
-- is claimed after it was created. Ordering by both columns keeps PostgreSQL on the index of both, whatever the campaign.
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
-- The same for messages without a campaign.
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
