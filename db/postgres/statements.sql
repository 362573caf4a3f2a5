-- How far a standby follows its primary. Positions in the WAL are bytes from its beginning.

-- name: primary_place
-- What is committed by now lies below it.
select (pg_current_wal_flush_lsn() - '0/0'::pg_lsn)::bigint as place, (select id::text from database_identity) as identity;

-- name: look_at_replica
select pg_is_in_recovery() as in_recovery, (select id::text from database_identity) as identity,
       (pg_last_wal_replay_lsn() - '0/0'::pg_lsn)::bigint as place;

-- name: has_replayed
-- Whether this standby has everything below the place $1.
select coalesce(pg_is_in_recovery() and (pg_last_wal_replay_lsn() - '0/0'::pg_lsn)::bigint >= $1::bigint, false);
