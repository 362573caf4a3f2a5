-- Campaigns whose messages Twilio has accepted, and the receipts that come for them.
--   psql -v messages=N -v campaigns=N -v called=N -v every=N     called: how many messages, at most, get receipts; every: and
--                                                                which, of each campaign: 1: neighbours, as they are sent
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

-- The messages that get receipts; kept as they were, so that each run begins alike.
create unlogged table bench.called as
select id, campaign_id, row_number, recipient, customer_name, body, segments, status, sid, accepted_at
  from messages where row_number % :every = 0 and row_number <= :every * ceil(:called::numeric / :campaigns);

-- All campaigns in turn, as the messages went out. A receipt comes out of turn by as much as some seconds at full speed
-- bring: `sent` after up to 10 000 others, the last one after 10 000 to 30 000. Every twentieth message is undelivered.
do 'begin perform setseed(0.5); end';
create unlogged table bench.receipts as
with called as (
    select id, sid, recipient, row_number() over (order by row_number, campaign_id) as turn from bench.called
), reported as (
    select turn + random() * 10000 as at, id, sid, recipient, 'sent' as status from called
    union all
    select turn + 10000 + random() * 20000, id, sid, recipient,
           case when turn % 20 = 0 then 'undelivered' else 'delivered' end from called
)
select row_number() over (order by at) - 1 as position, id as message_id, sid, recipient, status from reported;

vacuum analyze messages;
vacuum analyze bench.receipts;

-- The same receipts in batches, as Waybill would bind them to record_usual.
create unlogged table bench.batches (
    size int, number int, ids text, times text, statuses text, sids text, error_codes text, dates text, tokens text,
    extras text, fingerprints text, recipients text, primary key (size, number)
);
-- Read back as it lies: fetching a batch is to cost next to nothing.
alter table bench.batches
    alter ids set storage external, alter times set storage external, alter statuses set storage external,
    alter sids set storage external, alter error_codes set storage external, alter dates set storage external,
    alter tokens set storage external, alter extras set storage external, alter fingerprints set storage external,
    alter recipients set storage external;
