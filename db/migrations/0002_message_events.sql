-- Everything that was ever said about a message, append-only: send outcomes, receipts, look-ups.

create type event_source as enum ('send', 'receipt', 'lookup', 'operator');

-- The fingerprint makes a receipt that is delivered again the same row: Twilio's sid, status, error code and carrier time.
create table message_events (
    message_id        bigint not null,
    received_at       timestamptz not null,
    source            event_source not null,
    error_code        int,
    status            text not null, -- Twilio's word
    sid               text,
    raw_dlr_done_date text,
    idempotency_token text,
    extra             jsonb,         -- every other parameter
    fingerprint       bigint not null,
    primary key (message_id, fingerprint)
) partition by range (message_id);

-- One partition a month of message ids, so that old receipts are dropped by the month. Made ahead of time, at every
-- start and once a day.
create function create_event_partitions(first_month date, months int) returns void
    language plpgsql as $$
declare
    month date;
begin
    for i in 0 .. months - 1 loop
        month := (date_trunc('month', first_month) + make_interval(months => i))::date;
        execute format('create table if not exists message_events_%s partition of message_events for values from (%s) to (%s)',
            to_char(month, 'YYYY_MM'),
            message_id_at(month::timestamp at time zone 'UTC'),
            message_id_at((month + interval '1 month') at time zone 'UTC'));
    end loop;
end $$;

select create_event_partitions((now() at time zone 'UTC')::date, 4);

-- Receipts that fit no message of ours: kept, shown, acknowledged.
create table stray_receipts (
    id                bigint generated always as identity primary key,
    reason            text not null check (reason in ('unknown message', 'other account')),
    message_id        bigint not null,
    received_at       timestamptz not null,
    account_sid       text,
    error_code        int,
    status            text not null,
    sid               text,
    raw_dlr_done_date text,
    idempotency_token text,
    extra             jsonb,
    fingerprint       bigint not null,
    unique (message_id, fingerprint)
);
