-- budget.reached for the daily budget of a key: once per key and day, in the transaction that used it up.

alter table daily_spending add column reached_at timestamptz;

alter table new_events add column principal text; -- whose budget it is; null: DAILY_BUDGET, and of other kinds
alter table events add column principal text;

create or replace view event_details as
select e.number, to_micros(e.at) as at, e.kind, e.error_code,
       case when e.kind like 'message.%' then e.message_id else i.message_id end as message_id,
       coalesce(m.recipient, '') as recipient, coalesce(m.sender, c.sender, '') as sender, coalesce(m.sid, '') as sid,
       coalesce(m.segments, 0) as segments, coalesce(c.public_id, '') as campaign, coalesce(c.name, '') as campaign_name,
       coalesce(l.reference, c.reference, '') as reference, coalesce(l.metadata, c.metadata, '') as metadata_json,
       coalesce(i.from_address, case when h.phone_number like '+%' then h.phone_number end, '') as person,
       coalesce(i.to_address, '') as to_address, coalesce(i.body, '') as body,
       coalesce(i.looks_like_opt_out, false) as looks_like_opt_out,
       coalesce(h.source, '') as source, coalesce(e.object, '') as object, coalesce(e.reason, '') as reason,
       coalesce(e.message_id, -e.campaign_id) as order_key,
       coalesce(c.id, 0) as campaign_id, coalesce(c.created_by, l.principal, e.principal, '') as principal
  from events e
  -- `offset 0`: each row is found by its key, however many events are read.
  left join lateral (select * from messages where id = e.message_id and e.kind like 'message.%' offset 0) m on true
  left join lateral (select * from campaigns where id = coalesce(e.campaign_id, m.campaign_id) offset 0) c on true
  left join lateral (select * from message_labels where message_id = m.id offset 0) l on true
  left join lateral (select * from inbound_messages where e.kind = 'reply.received' and sid = e.object offset 0) i on true
  left join lateral (select * from opt_out_history where e.kind like 'opt_out.%' and id = e.object::bigint offset 0) h on true;
