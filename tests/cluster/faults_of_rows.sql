-- What is wrong with the rows when everything runs again; nothing when nothing is.
with receipt as (
    select message_id, status::message_status as status from message_history where source = 'receipt'
), highest as (
    select message_id, max(message_status_rank(status)) as rank, array_agg(distinct status) as reported
      from receipt group by message_id
)
select m.id || ' is ' || m.status || ', reported ' || h.reported::text
  from messages m join highest h on h.message_id = m.id
 where message_status_rank(m.status) < h.rank
    or (m.status in ('delivered', 'undelivered') and m.status <> all (h.reported))
 limit 10;
