-- Housekeeping.

-- name: create_partitions
select create_history_partitions($1::date, $2::int);

-- name: drop_partitions
select drop_history_partitions(from_micros($1::bigint));

-- name: delete_history
delete from message_history e
 using (select message_id, fingerprint from message_history
         where message_id < message_id_at(from_micros($1::bigint))
         order by message_id, fingerprint
         limit $2::int) as old
 where e.message_id = old.message_id and e.fingerprint = old.fingerprint;

-- name: delete_strays
delete from stray_receipts
 where id in (select id from stray_receipts
               where received_at < from_micros($1::bigint)
               order by id
               limit $2::int);

-- name: delete_keys
delete from idempotency_keys
 where key in (select key from idempotency_keys
                where created_at < from_micros($1::bigint)
                order by created_at
                limit $2::int);
