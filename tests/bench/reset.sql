-- Everything as before the first receipt, so that each receipt raises a state again. The checkpoint keeps the next one out
-- of the measured time. Rows are put in anew, not updated: the table's HOT share is that of the receipts alone.
--   psql -v moment=WHEN      when the receipts will begin; the messages were claimed in the 20 seconds before
checkpoint;
truncate message_history, campaign_tallies, receipt_counters, receipt_tallies, stray_receipts;
delete from messages where id in (select id from bench.called);
vacuum messages;
insert into messages (id, campaign_id, row_number, recipient, customer_name, body, segments, status, sid, accepted_at, claimed_at)
select *, :'moment'::timestamptz - random() * interval '20 s' from bench.called order by id;
update campaign_counters set accepted = total, sent = 0, delivered = 0, undelivered = 0
  from campaigns where id = campaign_id;
vacuum analyze messages;
vacuum campaign_counters;
