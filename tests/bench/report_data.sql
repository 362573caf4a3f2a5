-- Campaigns and single messages whose figures are known beforehand: the first campaign has `largest` messages, each other
-- one `messages`; they start on the last `days` days, in turn. Of each hundred messages, in order, 89 are delivered (one
-- of them read), 4 are undelivered with 30003 and 2 with 30005, 2 are refused with 21211, and one each is unknown, sent
-- and canceled; every tenth has two segments. Every hundredth is answered, every five hundredth with STOP.
-- Settings: data.campaigns, data.messages, data.largest, data.singles, data.days, data.last_day
create schema data;

create function data.number(name text) returns int
    language sql stable return current_setting('data.' || name)::int;

create function data.start_of(campaign int) returns timestamptz
    language sql stable
    return (current_setting('data.last_day')::date - (campaign - 1) % data.number('days') + time '10:00') at time zone 'UTC';

create table data.fates as
select n, (case when n = 88 then 'read' when n < 89 then 'delivered' when n < 95 then 'undelivered' when n < 97 then 'failed'
                when n = 97 then 'unknown' when n = 98 then 'sent' else 'canceled' end)::message_status as status,
       case when n between 89 and 92 then 30003 when n between 93 and 94 then 30005
            when n between 95 and 96 then 21211 end as error_code,
       n < 95 or n = 98 as accepted, n < 95 as reported, 1 + (n % 10 = 0)::int as segments,
       interval '1 second' * (2 + n % 10) as took
  from generate_series(0, 99) as n;

insert into campaigns (public_id, name, restaurant_name, offer, offer_code, message_template, lapsed_after_days, sender,
                       simulated, price_per_segment, status, created_at, completed_at, sample_body, valid_rows,
                       rejected_rows, duplicate_rows, opted_out_rows, total, total_segments)
select 'data-' || n, 'Campaign ' || n, 'Luigi''s', '20% off', 'SAVE20', 'Hi {customer_name}', 30, '+15005550006', false, 75,
       'completed', data.start_of(n), data.start_of(n) + interval '1 hour', 'Hi Ana', total, 0, 0, 0, total, 0
  from (select n, data.number(case when n = 1 then 'largest' else 'messages' end) as total
          from generate_series(1, data.number('campaigns')) as n) as sized;

insert into messages (id, campaign_id, row_number, recipient, customer_name, body, segments, status, sid, error_code,
                      price_micros, claimed_at, accepted_at, sent_at, completed_at, read_at)
select message_id_at(c.created_at) | (nextval('message_numbers') & 1073741823), c.id, r, '+1' || 2000000000 + r, 'Ana',
       'Hi Ana, we miss you at Luigi''s! Enjoy 20% off your next order with the code SAVE20. Reply STOP to opt out.',
       f.segments, f.status, case when f.accepted then 'SM' || md5(c.id || '-' || r) end, f.error_code,
       case when f.reported then f.segments * 7500 end, claimed_at, case when f.accepted then claimed_at + interval '0.2 second' end,
       case when f.accepted then claimed_at + interval '1 second' end,
       case when is_final(f.status) then claimed_at + f.took end,
       case when f.status = 'read' then claimed_at + f.took + interval '1 minute' end
  from campaigns c
 cross join generate_series(1, c.total) as r
 cross join lateral (select c.created_at + r * interval '10 milliseconds' as claimed_at) as claim
  join data.fates f on f.n = (r - 1) % 100
 order by c.id, r;

insert into inbound_messages (sid, received_at, from_address, to_address, body, keyword, campaign_id, message_id)
select 'SM' || id, claimed_at + interval '1 hour', recipient, '+15005550006', 'Hi',
       case when row_number % 500 = 0 then 'stop' end, campaign_id, id
  from messages where row_number % 100 = 0;

insert into campaign_counters (campaign_id, unknown, sent, delivered, undelivered, failed, canceled, read, ever_accepted,
                               accepted_segments, priced, price_micros, replies, opt_outs, final_by_receipt)
select campaign_id, count(*) filter (where status = 'unknown'), count(*) filter (where status = 'sent'),
       count(*) filter (where status = 'delivered'), count(*) filter (where status = 'undelivered'),
       count(*) filter (where status = 'failed'), count(*) filter (where status = 'canceled'),
       count(*) filter (where status = 'read'), count(accepted_at),
       coalesce(sum(segments) filter (where accepted_at is not null), 0), count(price_micros),
       coalesce(sum(price_micros), 0), count(*) filter (where row_number % 100 = 0 and row_number % 500 <> 0),
       count(*) filter (where row_number % 500 = 0), count(*) filter (where accepted_at is not null and is_final(status))
  from messages group by campaign_id;

update campaigns c set total_segments = s.segments
  from (select campaign_id, sum(segments) as segments from messages group by campaign_id) as s
 where s.campaign_id = c.id;

insert into campaign_tallies (campaign_id, kind, key, count)
select campaign_id, 'error', coalesce(error_code, 0), count(*) from messages
 where status in ('failed', 'undelivered') group by 1, 3
 union all
select campaign_id, 'delivery', tally_bucket(date_part('epoch', completed_at - claimed_at)), count(*) from messages
 where status in ('delivered', 'read') group by 1, 3;

-- Single messages go the way that they always go: made, then moved.
insert into messages (id, row_number, recipient, customer_name, body, segments, sender, price_per_segment)
select message_id_at(data.start_of(each.n)) | (nextval('message_numbers') & 1073741823), 0, '+1' || 3000000000 + each.n, '',
       'Your table is booked.', f.segments, '+15005550006', 100
  from generate_series(1, data.number('singles')) as each(n) join data.fates f on f.n = (each.n - 1) % 100
 order by each.n;

update messages m
   set status = f.status, error_code = f.error_code, claimed_at = message_created_at(m.id),
       accepted_at = case when f.accepted then message_created_at(m.id) + interval '0.2 second' end,
       completed_at = case when is_final(f.status) then message_created_at(m.id) + f.took end,
       price_micros = case when f.reported then m.segments * 10000 end
  from data.fates f
 where m.campaign_id is null and f.n = (right(m.recipient, 9)::int - 1) % 100;

insert into inbound_messages (sid, received_at, from_address, to_address, body, keyword, message_id)
select 'SM' || id, claimed_at + interval '1 hour', recipient, '+15005550006', 'Hi',
       case when right(recipient, 9)::int % 500 = 0 then 'stop' end, id
  from messages where campaign_id is null and right(recipient, 9)::int % 100 = 0;

analyze;
