-- Campaigns, their messages, and what became of them.

create type message_status as enum
    ('pending', 'sending', 'unknown', 'accepted', 'sent', 'delivered', 'undelivered', 'failed', 'canceled', 'read');

-- A message only moves to a status of higher rank. The same table in C++ is db/message_status.cpp.
create function message_status_rank(status message_status) returns int
    language sql immutable parallel safe
    return case status
        when 'pending' then 0
        when 'sending' then 1
        when 'unknown' then 2
        when 'accepted' then 3
        when 'sent' then 4
        when 'read' then 6
        else 5
    end;

create table campaigns (
    id                bigint generated always as identity primary key,
    public_id         text not null unique,
    name              text not null,
    restaurant_name   text not null,
    offer             text not null,
    offer_code        text not null,
    message_template  text not null,
    lapsed_after_days int not null,
    sender            text not null,
    simulated         boolean not null,
    price_per_segment int not null, -- in 1/10 000 USD
    status            text not null check (status in ('scheduled', 'sending', 'paused', 'completed', 'canceled')),
    send_at           timestamptz,
    max_cost          bigint,       -- in 1/10 000 USD
    created_at        timestamptz not null default now(),
    completed_at      timestamptz,
    -- What the upload held; fixed from the start.
    sample_body       text not null,
    valid_rows        int not null,
    rejected_rows     int not null,
    duplicate_rows    int not null,
    opted_out_rows    int not null,
    total             int not null, -- messages
    total_segments    bigint not null
);

create index campaigns_at_work on campaigns (id) where status = 'sending';

-- One narrow row a campaign, moved in the transactions that move its messages, so that it always equals them:
-- a column named like a status counts the messages in it.
create table campaign_counters (
    campaign_id       bigint primary key references campaigns,
    pending           int not null default 0,
    sending           int not null default 0,
    unknown           int not null default 0,
    accepted          int not null default 0,
    sent              int not null default 0,
    delivered         int not null default 0,
    undelivered       int not null default 0,
    failed            int not null default 0,
    canceled          int not null default 0,
    read              int not null default 0,
    ever_accepted     int not null default 0,    -- messages that Twilio took, whatever became of them since
    accepted_segments bigint not null default 0, -- and their segments
    priced            int not null default 0,    -- messages whose price Twilio has told
    price_micros      bigint not null default 0, -- and the sum, in 1/1 000 000 USD
    updated_at        timestamptz not null default now()
) with (fillfactor = 20);

-- Counts that a campaign's page shows and that have no fixed columns, moved in the same transactions: 'error' by error code,
-- and 'delivery' by tally_bucket of the seconds from claim to delivery.
create table campaign_tallies (
    campaign_id bigint not null references campaigns,
    kind        text not null check (kind in ('error', 'delivery')),
    key         int not null,
    count       int not null,
    primary key (campaign_id, kind, key)
) with (fillfactor = 50);

-- Buckets grow by a tenth from 0.1 s, so a percentile read from them is right within 5 %.
create function tally_bucket(seconds double precision) returns int
    language sql immutable parallel safe
    return floor(ln(greatest(seconds, 0.1) / 0.1) / ln(1.1))::int;

-- A message id is its creation second and a sequence number: unique, ascending, and it tells the month of its receipts.
create sequence message_numbers;

create function message_id_at(moment timestamptz) returns bigint
    language sql immutable parallel safe
    return floor(extract(epoch from moment))::bigint << 30;

create function message_created_at(id bigint) returns timestamptz
    language sql immutable parallel safe
    return to_timestamp(id >> 30);

-- campaign_id has no foreign key: it is only ever written in the transaction that makes the campaign, and a check for
-- each row would slow the COPY of a large upload by half. No index holds a column that a receipt changes, so that
-- updates stay HOT; the fill factor leaves the room for that.
create table messages (
    id            bigint primary key default message_id_at(now()) | (nextval('message_numbers') & 1073741823),
    campaign_id   bigint,
    row_number    int not null default 0, -- of the upload
    recipient     text not null,
    customer_name text not null,
    body          text not null,
    segments      smallint not null,      -- ours until Twilio has told its own count
    status        message_status not null default 'pending',
    conflicting   message_status,         -- another final status that was told later; settled by asking Twilio
    sid           text,
    error_code    int,
    price_micros  bigint,
    claimed_at    timestamptz,
    accepted_at   timestamptz,
    sent_at       timestamptz,
    completed_at  timestamptz,            -- delivered, undelivered, failed or canceled
    read_at       timestamptz
) with (fillfactor = 70);

create index messages_by_campaign on messages (campaign_id, id);

-- What may still be POSTed: a row from the upload until the outcome is known. A row with a lease belongs to the process
-- that claimed it; when the lease runs out, nobody knows whether the request left, and the message becomes unknown.
create table outbox (
    message_id   bigint primary key,
    campaign_id  bigint,
    due_at       timestamptz not null default now(),
    leased_until timestamptz,
    attempts     smallint not null default 0
);

create index outbox_free on outbox (campaign_id, message_id) where leased_until is null;
create index outbox_leased on outbox (leased_until) where leased_until is not null;

create table rejected_rows (
    campaign_id bigint not null references campaigns,
    row_number  int not null,
    reason      text not null,
    message     text not null,
    data        json not null, -- the row as it came, in column order
    primary key (campaign_id, row_number)
);

create table opt_outs (
    phone_number text primary key,
    source       text not null,
    created_at   timestamptz not null default now()
);

create table idempotency_keys (
    key         text primary key,
    fingerprint text not null, -- of the request that used it first
    campaign_id bigint references campaigns,
    reply       text,          -- the first reply, once it was given
    created_at  timestamptz not null default now()
);
