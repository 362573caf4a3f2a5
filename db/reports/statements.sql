-- Reports, from the views of the schema `report`.

-- name: report_days
-- $1 ... $2 days since 1970, both included. `+ 0` because one plan serves all periods: for two bounds of one column
-- PostgreSQL would expect one campaign in two hundred and look each one up.
select day - date 'epoch' as day, campaigns, simulated_campaigns, messages, pending, unknown, queued, sent, delivered,
       undelivered, failed, canceled, accepted, (cost * 10000)::bigint as cost, replies, opt_outs
  from report.days
 where day >= date 'epoch' + $1::int and day + 0 <= date 'epoch' + $2::int
 order by day;

-- name: report_errors
-- As the view report.errors, without adding them up for each campaign first.
select error_code as code, sum(messages)::bigint as count
  from (select campaign_day(c.created_at, c.send_at) as day, t.key as error_code, t.count as messages
          from campaigns c join tally_rows t on t.campaign_id = c.id and t.kind = 'error'
         union all
        select day, error_code, messages from single_rows where status in ('undelivered', 'failed')) as each
 where day >= date 'epoch' + $1::int and day + 0 <= date 'epoch' + $2::int
 group by error_code
having sum(messages) > 0
 order by count desc, error_code;

-- name: report_days_in_zone
-- report_days for days of the zone $3. Each of them lies within its own day of UTC, the one before and the one after.
select day - date 'epoch' as day, sum(campaigns)::bigint as campaigns,
       sum(simulated_campaigns)::bigint as simulated_campaigns, sum(messages)::bigint as messages,
       sum(pending)::bigint as pending, sum(unknown)::bigint as unknown, sum(queued)::bigint as queued,
       sum(sent)::bigint as sent, sum(delivered)::bigint as delivered, sum(undelivered)::bigint as undelivered,
       sum(failed)::bigint as failed, sum(canceled)::bigint as canceled, sum(accepted)::bigint as accepted,
       sum(cost)::bigint as cost, sum(replies)::bigint as replies, sum(opt_outs)::bigint as opt_outs
  from (select day_in(greatest(created_at, send_at) at time zone 'UTC', $3) as day, 1 as campaigns,
               simulated::int as simulated_campaigns, messages, pending + sending as pending, unknown, queued, sent,
               delivered, undelivered, failed, canceled, accepted, cost * 10000 as cost, replies, opt_outs
          from report.campaigns
         where day >= date 'epoch' + $1::int - 1 and day + 0 <= date 'epoch' + $2::int + 1
         union all
        select day_in(quarter_start(quarter), $3), 0, 0, messages,
               case when status in ('pending', 'sending') then messages else 0 end,
               case when status = 'unknown' then messages else 0 end,
               case when status = 'accepted' then messages else 0 end, case when status = 'sent' then messages else 0 end,
               case when status in ('delivered', 'read') then messages else 0 end,
               case when status = 'undelivered' then messages else 0 end,
               case when status = 'failed' then messages else 0 end,
               case when status = 'canceled' then messages else 0 end,
               accepted, cost, 0, 0
          from single_rows_by_quarter
         where quarter >= ($1::int - 1) * 96 and quarter < ($2::int + 2) * 96
         union all
        select day_in(message_created_at(message_id), $3), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
               (keyword is null)::int, (keyword is not distinct from 'stop')::int
          from inbound_messages
         where campaign_id is null and message_id is not null
           and message_day(message_id) >= date 'epoch' + $1::int - 1
           and message_day(message_id) + 0 <= date 'epoch' + $2::int + 1) as each
 where day >= date 'epoch' + $1::int and day <= date 'epoch' + $2::int
 group by day
 order by day;

-- name: report_errors_in_zone
select error_code as code, sum(messages)::bigint as count
  from (select day_in(greatest(c.created_at, c.send_at), $3) as day, t.key as error_code, t.count as messages
          from campaigns c join tally_rows t on t.campaign_id = c.id and t.kind = 'error'
         where campaign_day(c.created_at, c.send_at) >= date 'epoch' + $1::int - 1
           and campaign_day(c.created_at, c.send_at) + 0 <= date 'epoch' + $2::int + 1
         union all
        select day_in(quarter_start(quarter), $3), error_code, messages
          from single_rows_by_quarter
         where status in ('undelivered', 'failed')
           and quarter >= ($1::int - 1) * 96 and quarter < ($2::int + 2) * 96) as each
 where day >= date 'epoch' + $1::int and day <= date 'epoch' + $2::int
 group by error_code
having sum(messages) > 0
 order by count desc, error_code;

-- name: today_in_zone
-- Nothing when there is no such zone. $2: it was found before; looking it up reads a file for each zone of the world.
select day_in(now(), $1) - date 'epoch' where $2::boolean or exists (select from pg_timezone_names where name = $1);

-- name: report_lag
select seconds_below as seconds, deliveries as count from report.receipt_lag where campaign_id = $1 order by seconds_below;

-- name: find_size
select id, total from campaigns where public_id = $1;

-- name: report_timeline
-- $1 the campaign; of $2 stripes of its messages the first $3 messages of each are read. First each second's figures, then
-- the narrowest buckets of which 120 suffice. What comes after five times the time that 99 % took (a phone was off over
-- night) is kept apart, in the row without a bucket.
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
-- When two processes run it at the same time, each row is deleted by one of them, which folds what it deleted.
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
