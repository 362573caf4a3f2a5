-- Tickets: whether the database still has what it has confirmed.

-- name: database_identity
select id::text from database_identity;

-- name: look_at_tickets
-- Of all processes; one row without a process when there is none. The last decision about a loss, and an open one.
select t.process, t.writer, t.number, to_char(t.at at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS "UTC"') as at,
       (select coalesce(max(id), 0) from history_losses where decided_at is not null) as decision,
       (select min(sentence) from history_losses where decided_at is null) as open_loss
  from (select) as always left join tickets t on true;

-- name: lock_lanes
-- Until the transaction ends: of two processes that begin together, the second sees which lane the first one has.
select pg_advisory_xact_lock(hashtext('waybill lanes'));

-- name: join_tickets
-- The rows of the process $1 at the place $2, and its lane (receipt_counters), which it keeps. A new process gets the one
-- whose process has been silent for the longest.
with lane as (
    select coalesce((select min(lane) from tickets where process = $1),
                    (select n from generate_series(0, 15) as n left join tickets t on t.lane = n
                      group by n order by max(t.at) nulls first, n limit 1)) as number
)
insert into tickets (process, writer, place, lane)
select $1, writer, $2, lane.number
  from unnest(array['claims', 'outcomes', 'receipts', 'replies']) as w(writer) cross join lane
    on conflict (process, writer) do update set at = now(), place = excluded.place, lane = excluded.lane
returning lane;

-- name: leave_place
-- Processes that began at the place $2 before $1 did: their JOURNAL_DIR is gone. Returns one row for each.
with left_behind as (
    update tickets set place = '' where place = $2 and process <> $1
    returning process
)
select distinct process from left_behind;

-- name: forget_old_tickets
delete from tickets
 where process <> $1
   and process in (select process from tickets group by process having max(at) < now() - interval '90 days');

-- name: raise_ticket
-- $1 process, $2 writer, $3 the number of this commit. A row below $4, which was confirmed, stays as it is: it is evidence.
update tickets set number = $3::bigint, at = now()
 where process = $1 and writer = $2 and number >= $4::bigint and number < $3::bigint;

-- name: note_loss
insert into history_losses (process, sentence)
select $1, $2 where not exists (select from history_losses where process = $1 and decided_at is null);

-- name: open_losses
select to_char(noticed_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS "UTC"') || ': ' || sentence from history_losses
 where decided_at is null
 order by id;

-- name: accept_losses
update history_losses set decided_at = now(), decided_by = $1 where decided_at is null;

-- name: say_alive
update tickets set alive_at = now() where process = $1 and writer = 'claims';

-- name: say_ended
update tickets set alive_at = null where process = $1;

-- name: answer_losses
-- The process $1 lacks nothing any more.
insert into history_answers (loss_id, process)
select id, $1 from history_losses where decided_at is null
    on conflict do nothing;

-- name: decide_answered
-- Once all processes have answered that ran when the history ended, those that noticed a loss, and those of $1, which are
-- gone from the tickets.
update history_losses l set decided_at = now(), decided_by = 'waybill'
 where decided_at is null
   and not exists (
       select from (select process from tickets
                     where alive_at > (select max(alive_at) from tickets) - interval '3 minutes'
                     union select process from history_losses where decided_at is null
                     union select unnest($1::text[])) as p
        where not exists (select from history_answers a where a.loss_id = l.id and a.process = p.process));
