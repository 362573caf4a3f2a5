-- DAILY_BUDGET: what everything that is sent may cost on a day, which begins at midnight in TIME_ZONE. A row per day on which
-- something was reserved. Locked after senders and before campaign_budgets.
create table budget_days (
    day          date primary key,
    ends_at      timestamptz not null,
    spent        bigint not null default 0, -- 1/10 000 USD; what Twilio did not accept is returned
    waiting_cost bigint,                    -- of the cheapest message that waits for the next day; null: none does
    wait_reason  text                       -- for people
);

-- The day that paid for a message: a single one reserves when it is created, all others when they are claimed.
alter table outbox add column budget_day date;

-- Why campaigns wait for the next day; null when they do not.
create function waits_for_day() returns text
    language sql stable parallel safe
    return (select wait_reason from budget_days
             where day >= (now() at time zone 'UTC')::date - 1 and ends_at > now() and waiting_cost is not null
             order by day desc limit 1);

create or replace view campaign_details as
select c.id, c.public_id, c.name, c.restaurant_name, c.offer, c.offer_code, c.message_template, c.sample_body,
       k.xmin::text || '-' || c.xmin::text || '-'
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
          from campaign_tallies t where t.campaign_id = c.id and count > 0) as tallies
  from campaigns c join campaign_counters k on k.campaign_id = c.id
  left join campaign_budgets b on b.campaign_id = c.id;
