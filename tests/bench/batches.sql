-- The same receipts as the parameters of record_events, in batches of a size, as Waybill would bind them.
--   psql -v size=N -v receipts=N -v moment=WHEN
create unlogged table if not exists bench.batches (
    size int, number int, ids text, times text, statuses text, words text, sids text, error_codes text, dates text,
    tokens text, extras text, fingerprints text, segments text, prices text, proofs text, primary key (size, number)
);
-- Read back as it lies: fetching a batch is to cost next to nothing.
alter table bench.batches
    alter ids set storage external, alter times set storage external, alter statuses set storage external,
    alter words set storage external, alter sids set storage external, alter error_codes set storage external,
    alter dates set storage external, alter tokens set storage external, alter extras set storage external,
    alter fingerprints set storage external, alter segments set storage external, alter prices set storage external,
    alter proofs set storage external;

insert into bench.batches
select :size, position / :size, array_agg(message_id)::text,
       array_agg((extract(epoch from :'moment'::timestamptz) * 1000000)::bigint + position * 25)::text,
       array_agg(status)::text, array_agg(status)::text, array_agg(sid)::text,
       array_agg(case status when 'undelivered' then 30003 end)::text,
       array_agg(case when status <> 'sent' then '2601311200' end)::text,
       array_agg(md5(sid || status)::uuid::text)::text,
       array_agg(format('{"ApiVersion":"2010-04-01","From":"+15005550006","To":"%s"}', recipient))::text,
       array_agg(hashtextextended(sid || status, 0))::text, array_agg(null::int)::text, array_agg(null::bigint)::text,
       array_agg(true)::text
  from (select * from bench.receipts where position < :receipts order by position) as ordered
 group by position / :size;
vacuum analyze bench.batches;
