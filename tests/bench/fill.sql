-- Campaigns whose messages Twilio has accepted, and the receipts that come for them.
--   psql -v messages=N -v campaigns=N -v called=N     called: how many messages, at most, get receipts
create schema bench;

insert into campaigns (public_id, name, restaurant_name, offer, offer_code, message_template, lapsed_after_days, sender,
                       simulated, price_per_segment, status, completed_at, sample_body, valid_rows, rejected_rows,
                       duplicate_rows, opted_out_rows, total, total_segments)
select 'bench-' || n, 'bench', 'Mario''s Trattoria', '20% off your next order', 'COMEBACK20', 'Hi {name}', 60, '+15005550006',
       false, 75, 'completed', now(), 'Hi Ana', total, 0, 0, 0, total, total
  from (select n, :messages / :campaigns + (n <= :messages % :campaigns)::int as total
          from generate_series(1, :campaigns) as n) as sized;

insert into messages (campaign_id, row_number, recipient, customer_name, body, segments, status, sid, claimed_at, accepted_at)
select id, n, '+1' || 2000000000 + (id - 1) * 10000000 + n, 'Ana',
       'Hi Ana, we miss you at Mario''s Trattoria! Enjoy 20% off your next order with the code COMEBACK20. Reply STOP to opt out.',
       1, 'accepted', 'SM' || md5(id || '-' || n), now(), now()
  from campaigns, generate_series(1, total) as n
 order by id, n;

insert into campaign_counters (campaign_id, accepted, ever_accepted, accepted_segments)
select id, total, total, total from campaigns;

-- The messages that get receipts, spread evenly; kept as they were, so that each run begins alike.
create unlogged table bench.called as
select id, campaign_id, row_number, recipient, customer_name, body, segments, status, sid, accepted_at
  from messages where row_number % ((:messages + :called - 1) / :called) = 0;

-- All campaigns in turn: each message is sent, and delivered once 20 000 others were sent. Every twentieth is undelivered.
create unlogged table bench.receipts as
with called as (
    select id, sid, recipient, row_number() over (order by row_number, campaign_id) as turn from bench.called
), told as (
    select turn as at, id, sid, recipient, 'sent' as status from called
    union all
    select turn + 20000.5, id, sid, recipient, case when turn % 20 = 0 then 'undelivered' else 'delivered' end from called
)
select row_number() over (order by at) - 1 as position, id as message_id, sid, recipient, status from told;

vacuum analyze messages;
vacuum analyze bench.receipts;
