-- Puts the receipts into batches of a size.
--   psql -v size=N -v receipts=N -v moment=WHEN      receipts: how many; moment: when the first came
insert into bench.batches
select :size, position / :size, array_agg(message_id)::text,
       array_agg(:'moment'::timestamptz + position * interval '25 us')::text,
       array_agg(status)::text, array_agg(sid)::text,
       array_agg(case status when 'undelivered' then 30003 end)::text,
       array_agg(case when status <> 'sent' then '2601311200' end)::text,
       array_agg(md5(sid || status)::uuid::text)::text,
       array_agg('[{"From":"+15005550006"}]'::text)::text,
       array_agg(hashtextextended(sid || status, 0))::text, array_agg(recipient)::text
  from (select * from bench.receipts where position < :receipts order by position / :size, message_id) as ordered
 group by position / :size;
vacuum analyze bench.batches;
