-- Receipts are counted in lanes, so that several Waybills do not wait for each other: each process has a lane and moves only
-- the rows of that. What a campaign's messages are is the row of campaign_counters plus those of its lanes, which may be below
-- zero: a message that one process counted as sent is delivered by another. The same holds for tallies. Only the usual receipts
-- are counted so (record_usual and its like); what decides whether a campaign is completed is in campaign_counters alone.
--
-- Two processes of one lane are right as well, they only wait for each other. Lock order: receipt_counters after
-- campaign_counters, receipt_tallies after campaign_tallies.

create table receipt_counters (
    campaign_id      bigint not null references campaigns,
    lane             smallint not null,
    accepted         int not null default 0,
    sent             int not null default 0,
    delivered        int not null default 0,
    undelivered      int not null default 0,
    failed           int not null default 0,
    final_by_receipt int not null default 0,
    updated_at       timestamptz not null default now(),
    primary key (campaign_id, lane)
) with (fillfactor = 20);

create table receipt_tallies (
    campaign_id bigint not null references campaigns,
    kind        text not null check (kind in ('error', 'delivery')),
    key         int not null,
    lane        smallint not null,
    count       int not null,
    primary key (campaign_id, kind, key, lane)
) with (fillfactor = 50);

-- The lane of a process: the same in each of its rows.
alter table tickets add column lane smallint;

-- --- what the counters and the lanes say together -------------------------------------------------------------------

-- By campaign; each one's lanes are found by their key. `version` changes with every transaction that changes any of it.
create view campaign_figures as
select k.campaign_id, k.pending, k.sending, k.unknown, k.accepted + l.accepted as accepted, k.sent + l.sent as sent,
       k.delivered + l.delivered as delivered, k.undelivered + l.undelivered as undelivered, k.failed + l.failed as failed,
       k.canceled, k.read, k.ever_accepted, k.accepted_segments,
       k.final_by_receipt + l.final_by_receipt as final_by_receipt, k.final_by_lookup, k.priced, k.price_micros, k.replies,
       k.opt_outs, k.opt_out_wishes, greatest(k.updated_at, l.updated_at) as updated_at,
       k.xmin::text || coalesce(l.version, '') as version
  from campaign_counters k
 cross join lateral (
     select coalesce(sum(accepted), 0)::int as accepted, coalesce(sum(sent), 0)::int as sent,
            coalesce(sum(delivered), 0)::int as delivered, coalesce(sum(undelivered), 0)::int as undelivered,
            coalesce(sum(failed), 0)::int as failed, coalesce(sum(final_by_receipt), 0)::int as final_by_receipt,
            max(updated_at) as updated_at, string_agg('.' || xmin::text, '' order by lane) as version
       from receipt_counters where campaign_id = k.campaign_id) l;

-- Several rows for a tally, which are to be added up.
create view tally_rows as
select campaign_id, kind, key, count from campaign_tallies
 union all
select campaign_id, kind, key, count from receipt_tallies;

-- One row for each. Only a subquery that compares campaign_id with a value from outside finds a campaign's by their key.
create view tally_figures as
select campaign_id, kind, key, sum(count)::int as count from tally_rows group by campaign_id, kind, key;

create or replace view campaign_details as
select c.id, c.public_id, c.name, c.restaurant_name, c.offer, c.offer_code, c.message_template, c.sample_body,
       k.version || '-' || c.xmin::text || '-'
           || (select coalesce(sum(date_part('epoch', s.paused_at)), 0)::text from senders s where s.sender in ('*', c.sender))
           || case when c.status = 'sending' then coalesce('-' || waits_for_day(), '') else '' end
           as version,
       c.sender, c.status, c.pause_reason,
       case when c.status = 'sending' then coalesce(
           (select s.pause_reason from senders s where s.sender in ('*', c.sender) and s.paused_at is not null
             order by s.sender = '*' desc limit 1),
           case when k.pending > 0 then waits_for_day() end) end as hold_reason,
       c.simulated, c.lapsed_after_days, c.price_per_segment,
       to_micros(c.created_at) as created_at, to_micros(k.updated_at) as updated_at, to_micros(c.send_at) as send_at,
       to_micros(c.completed_at) as completed_at,
       c.max_cost, b.segments_left, c.quiet_from, c.quiet_until, c.time_zone,
       in_quiet_hours(c.quiet_from, c.quiet_until, c.time_zone, now()) as is_quiet_now,
       c.valid_rows, c.rejected_rows, c.duplicate_rows, c.opted_out_rows, c.total, c.total_segments,
       case when c.status = 'sending' and k.pending + k.sending > 0 then (
           select coalesce(sum(least(jk.pending + jk.sending, k.pending + k.sending) * j.total_segments / j.total), 0)
             from campaigns j join campaign_counters jk on jk.campaign_id = j.id
            where j.status = 'sending' and j.sender = c.sender and (j.send_at is null or j.send_at <= now())
              and j.total > 0) else 0 end::bigint as segments_ahead,
       k.pending, k.sending, k.unknown, k.accepted, k.sent, k.delivered, k.undelivered, k.failed, k.canceled, k.read,
       k.ever_accepted, k.accepted_segments, k.final_by_receipt, k.final_by_lookup, k.priced, k.price_micros, k.replies,
       k.opt_outs, k.opt_out_wishes,
       (select string_agg(kind || ' ' || key || ' ' || count, ';' order by kind, count desc, key)
          from tally_figures t where t.campaign_id = c.id and count > 0) as tallies
  from campaigns c join campaign_figures k on k.campaign_id = c.id
  left join campaign_budgets b on b.campaign_id = c.id;

create or replace view report.campaigns as
select c.public_id as campaign_id, c.name, c.restaurant_name, c.offer, c.offer_code, c.sender, c.simulated,
       campaign_shown_status(c.status, c.send_at) as status,
       campaign_day(c.created_at, c.send_at) as day,
       c.created_at at time zone 'UTC' as created_at,
       c.send_at at time zone 'UTC' as send_at,
       c.completed_at at time zone 'UTC' as completed_at,
       k.updated_at at time zone 'UTC' as updated_at,
       c.valid_rows, c.rejected_rows, c.duplicate_rows, c.opted_out_rows,
       c.total as messages,
       k.pending, k.sending, k.unknown, k.accepted as queued, k.sent, k.delivered + k.read as delivered, k.read,
       k.undelivered, k.failed, k.canceled,
       k.ever_accepted as accepted,
       round((k.delivered + k.read)::numeric / nullif(k.ever_accepted, 0), 4) as delivery_rate,
       c.total_segments as segments, k.accepted_segments,
       dollars(c.price_per_segment) as price_per_segment,
       dollars(c.total_segments * c.price_per_segment) as estimated_cost,
       dollars(k.accepted_segments * c.price_per_segment) as cost,
       dollars(c.max_cost) as max_cost,
       k.priced,
       dollars(k.price_micros / 100.0) as twilio_cost,
       k.final_by_receipt, k.final_by_lookup,
       k.replies, k.opt_outs
  from campaigns c join campaign_figures k on k.campaign_id = c.id;

create or replace view report.days as
select day, sum(campaigns)::bigint as campaigns, sum(simulated_campaigns)::bigint as simulated_campaigns,
       sum(messages)::bigint as messages, sum(pending)::bigint as pending, sum(unknown)::bigint as unknown,
       sum(queued)::bigint as queued, sum(sent)::bigint as sent, sum(delivered)::bigint as delivered,
       sum(undelivered)::bigint as undelivered, sum(failed)::bigint as failed, sum(canceled)::bigint as canceled,
       sum(accepted)::bigint as accepted, sum(accepted_segments)::bigint as accepted_segments,
       dollars(sum(cost)) as cost, sum(priced)::bigint as priced, dollars(sum(price_micros) / 100.0) as twilio_cost,
       sum(replies)::bigint as replies, sum(opt_outs)::bigint as opt_outs
  from (select campaign_day(c.created_at, c.send_at) as day, 1 as campaigns, c.simulated::int as simulated_campaigns,
               c.total::bigint as messages, (k.pending + k.sending)::bigint as pending, k.unknown::bigint as unknown,
               k.accepted::bigint as queued, k.sent::bigint as sent, (k.delivered + k.read)::bigint as delivered,
               k.undelivered::bigint as undelivered, k.failed::bigint as failed, k.canceled::bigint as canceled,
               k.ever_accepted::bigint as accepted, k.accepted_segments,
               k.accepted_segments * c.price_per_segment as cost, k.priced::bigint as priced, k.price_micros,
               k.replies::bigint as replies, k.opt_outs::bigint as opt_outs
          from campaigns c join campaign_counters k on k.campaign_id = c.id
         union all
        select campaign_day(c.created_at, c.send_at), 0, 0, 0, 0, 0, r.accepted, r.sent, r.delivered, r.undelivered, r.failed,
               0, 0, 0, 0, 0, 0, 0, 0
          from receipt_counters r join campaigns c on c.id = r.campaign_id
         union all
        select day, 0, 0, messages, case when status in ('pending', 'sending') then messages else 0 end,
               case when status = 'unknown' then messages else 0 end,
               case when status = 'accepted' then messages else 0 end, case when status = 'sent' then messages else 0 end,
               case when status in ('delivered', 'read') then messages else 0 end,
               case when status = 'undelivered' then messages else 0 end,
               case when status = 'failed' then messages else 0 end,
               case when status = 'canceled' then messages else 0 end,
               accepted, accepted_segments, cost, priced, price_micros, 0, 0
          from single_rows
         union all
        select day, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, replies, opt_outs
          from single_engagement) as each
 group by day;

create or replace view report.errors as
select campaign_day(c.created_at, c.send_at) as day, c.public_id as campaign_id, t.key as error_code,
       sum(t.count)::bigint as messages
  from campaigns c join tally_rows t on t.campaign_id = c.id and t.kind = 'error'
 group by c.id, t.key
having sum(t.count) > 0
 union all
select day, null, error_code, sum(messages)::bigint
  from single_rows
 where status in ('undelivered', 'failed')
 group by day, error_code
having sum(messages) > 0;

create or replace view report.receipt_lag as
select campaign_day(c.created_at, c.send_at) as day, c.public_id as campaign_id,
       case when t.key = 0 then 0 else round((0.1 * power(1.1, t.key))::numeric, 3) end as seconds_from,
       round((0.1 * power(1.1, t.key + 1))::numeric, 3) as seconds_below,
       sum(t.count)::bigint as deliveries
  from campaigns c join tally_rows t on t.campaign_id = c.id and t.kind = 'delivery'
 group by c.id, t.key
having sum(t.count) > 0;

create or replace view report.open_messages as
select m.id as message_id, c.public_id as campaign_id, masked_number(m.recipient) as recipient, m.status::text as status,
       m.sid, message_created_at(m.id) at time zone 'UTC' as created_at, m.claimed_at at time zone 'UTC' as claimed_at,
       m.accepted_at at time zone 'UTC' as accepted_at, now() - m.claimed_at as open_for
  from campaign_figures k
  join campaigns c on c.id = k.campaign_id
  join messages m on m.campaign_id = k.campaign_id
 where k.pending + k.sending + k.unknown + k.accepted + k.sent > 0 and not is_final(m.status)
 union all
select m.id, null, masked_number(m.recipient), m.status::text, m.sid, message_created_at(m.id) at time zone 'UTC',
       m.claimed_at at time zone 'UTC', m.accepted_at at time zone 'UTC', now() - m.claimed_at
  from messages m
 where m.campaign_id is null and not is_final(m.status);
