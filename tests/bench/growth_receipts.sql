-- The receipts for every so-many-th message, each in a page of its own, from all over the table in no order: the last one of
-- a message comes a tenth of the whole time or more after its `sent`, when its page has long left the caches.
--   psql -v every=N -v called=N
set client_min_messages = warning;
create schema if not exists bench;
drop table if exists bench.receipts;
do 'begin perform setseed(0.5); end';
create unlogged table bench.receipts as
with called as (
    select id, sid, recipient, random() * :called as turn from messages where row_number % :every = 0 limit :called
), reported as (
    select turn as at, id, sid, recipient, 'sent' as status from called
    union all
    select turn + :called * (0.1 + random() * 0.2), id, sid, recipient,
           case when random() < 0.05 then 'undelivered' else 'delivered' end from called
)
select row_number() over (order by at) - 1 as position, id as message_id, sid, recipient, status from reported;
