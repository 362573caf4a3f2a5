-- The schema of Waybill, by subject. Later migrations are files of their own (1001_..., 1002_...): a database that is in
-- use is never changed by editing this page.
--
-- Lock order. A transaction that locks rows of several tables locks them in this order, and rows of one table by key, so
-- that transactions never deadlock: senders, campaign_budgets, outbox, messages, campaign_counters, campaign_tallies,
-- campaigns, opt_outs.
--
-- Units. Money is in 1/10 000 USD, what Twilio charges in 1/1 000 000 USD (price_micros). Times are UTC; statements bind
-- and return them as microseconds since 1970.

-- --- times ----------------------------------------------------------------------------------------------------------

-- Stable, as what they are made of is: a function with a stricter promise than its body is not inlined.
create function to_micros(moment timestamptz) returns bigint
    language sql stable parallel safe
    return (extract(epoch from moment) * 1000000)::bigint;

create function from_micros(micros bigint) returns timestamptz
    language sql stable parallel safe
    return timestamptz 'epoch' + micros * interval '1 microsecond';

-- --- the status of a message ----------------------------------------------------------------------------------------
--
-- db/types/message_status.cpp has the same statuses, ranks and finality in C++; a test in tests/db/postgres/schema_test.cpp
-- compares the two.

create type message_status as enum
    ('pending', 'sending', 'unknown', 'accepted', 'sent', 'delivered', 'undelivered', 'failed', 'canceled', 'read');

-- The functions below compare statuses by their order in the type, which is faster than comparing ranks.
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

create function is_final(status message_status) returns boolean
    language sql immutable parallel safe
    return status >= 'delivered';

-- Whether a report that says `reported` moves a message that has `status`: only to a status of higher rank.
create function rises(status message_status, reported message_status) returns boolean
    language sql immutable parallel safe
    return reported > status and (status < 'delivered' or reported = 'read');

-- Two different final statuses: Twilio does report both for a text of several segments.
create function conflict(status message_status, reported message_status) returns boolean
    language sql immutable parallel safe
    return status >= 'delivered' and reported <> status and reported >= 'delivered' and status <> 'read' and reported <> 'read';

-- --- ids ------------------------------------------------------------------------------------------------------------
--
-- A message id is the second of its creation followed by a sequence number: unique, ascending, and it shows which month's
-- partition holds its history. db/receipts/overdue_walk.cpp and db/campaigns/exports.cpp take such ids apart in C++; the
-- schema test compares them.

create sequence message_numbers;

create function message_id_at(moment timestamptz) returns bigint
    language sql immutable parallel safe
    return floor(extract(epoch from moment))::bigint << 30;

create function message_created_at(id bigint) returns timestamptz
    language sql immutable parallel safe
    return to_timestamp(id >> 30);

-- --- campaigns ------------------------------------------------------------------------------------------------------

create table campaigns (
    id                bigint generated always as identity primary key,
    public_id         text not null unique,
    name              text not null,
    restaurant_name   text not null,
    offer             text not null,
    offer_code        text not null,
    message_template  text not null,
    lapsed_after_days int not null,
    sender            text not null, -- E.164; empty when the Messaging Service picks
    simulated         boolean not null,
    price_per_segment int not null,
    max_cost          bigint,
    created_at        timestamptz not null default now(),
    send_at           timestamptz,
    completed_at      timestamptz,
    -- 'sending' until its time has come, too: campaign_shown_status() knows the difference.
    status            text not null check (status in ('scheduled', 'sending', 'paused', 'completed', 'canceled')),
    paused_at         timestamptz,
    pause_reason      text,                           -- null when a person paused it
    unguarded         boolean not null default false, -- it was paused for its errors once and is not paused for them again
    -- Texts must not arrive between these times of the local day; all null: any time is fine.
    quiet_from        time,
    quiet_until       time,
    time_zone         text,
    -- What the upload held; fixed from the start.
    sample_body       text not null,
    valid_rows        int not null,
    rejected_rows     int not null,
    duplicate_rows    int not null,
    opted_out_rows    int not null,
    total             int not null, -- messages
    total_segments    bigint not null,
    -- The same list, text and offer of the same principal have the same key.
    repeat_key        text,
    constraint quiet_hours_are_whole
        check (num_nulls(quiet_from, quiet_until, time_zone) in (0, 3) and quiet_from <> quiet_until)
);

create index campaigns_by_repeat_key on campaigns (repeat_key, created_at);
create index campaigns_at_work on campaigns (id) where status = 'sending';

create table rejected_rows (
    campaign_id bigint not null references campaigns,
    row_number  int not null,
    reason      text not null,
    message     text not null,
    data        json not null, -- the row as it came, in column order
    primary key (campaign_id, row_number)
);

-- One narrow row per campaign. The transactions that move its messages update it, so that it always equals them. A column
-- named like a status counts the messages in that status.
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
    ever_accepted     int not null default 0,    -- messages that Twilio accepted, whatever their status is now
    accepted_segments bigint not null default 0, -- and their segments
    final_by_receipt  int not null default 0,    -- accepted messages whose final status came by receipt
    final_by_lookup   int not null default 0,    -- accepted messages whose final status came by look-up
    priced            int not null default 0,    -- messages whose price Twilio has reported
    price_micros      bigint not null default 0, -- and the sum
    replies           int not null default 0,
    opt_outs          int not null default 0,
    opt_out_wishes    int not null default 0, -- replies that look like an opt-out
    updated_at        timestamptz not null default now()
) with (fillfactor = 20);

-- Counts without a fixed set of columns, moved in the same transactions: kind 'error' by error code, and kind 'delivery' by
-- tally_bucket of the seconds from claim to delivery.
create table campaign_tallies (
    campaign_id bigint not null references campaigns,
    kind        text not null check (kind in ('error', 'delivery')),
    key         int not null,
    count       int not null,
    primary key (campaign_id, kind, key)
) with (fillfactor = 50);

create index campaign_tallies_of_errors on campaign_tallies (campaign_id) where kind = 'error';

-- Each bucket is a tenth wider than the one before, starting at 0.1 s, so a percentile read from them is right within 5 %.
-- SecondsHistogram (db/types/seconds_histogram.cpp) is the inverse; the schema test compares the two.
create function tally_bucket(seconds double precision) returns int
    language sql immutable parallel safe
    return floor(ln(greatest(seconds, 0.1) / 0.1) / ln(1.1))::int;

-- What a campaign with a max_cost may still spend. A claim deducts the segments of its messages; messages that Twilio did
-- not accept return theirs.
create table campaign_budgets (
    campaign_id   bigint primary key references campaigns,
    segments_left bigint not null
);

-- Quiet hours from `quiet_from` to `quiet_until`, which may span midnight.
create function in_quiet_hours(quiet_from time, quiet_until time, time_zone text, moment timestamptz) returns boolean
    language sql stable parallel safe
    return case
        when quiet_from is null then false
        when quiet_from < quiet_until
            then (moment at time zone time_zone)::time >= quiet_from and (moment at time zone time_zone)::time < quiet_until
        else (moment at time zone time_zone)::time >= quiet_from or (moment at time zone time_zone)::time < quiet_until
    end;

-- When quiet hours begin next, seen from a moment outside them; null without quiet hours. In the night when the clocks
-- change, a local time may occur twice or not at all: then an hour too early rather than too late.
create function next_quiet_hours(quiet_from time, time_zone text, moment timestamptz) returns timestamptz
    language sql stable parallel safe
    return (
        select least(local at time zone time_zone,
                     (local - interval '1 hour') at time zone time_zone + interval '1 hour',
                     (local + interval '1 hour') at time zone time_zone - interval '1 hour')
          from (select (moment at time zone time_zone)::date
                       + case when (moment at time zone time_zone)::time < quiet_from then 0 else 1 end
                       + quiet_from) as next(local)
    );

-- --- messages -------------------------------------------------------------------------------------------------------
--
-- campaign_id has no foreign key: it is only written in the transaction that creates the campaign, and checking each row
-- would slow the COPY of a large upload by half. No index holds a column that a receipt changes, so that updates stay HOT;
-- the fill factor leaves room for that.

create table messages (
    id                bigint primary key default message_id_at(now()) | (nextval('message_numbers') & 1073741823),
    campaign_id       bigint,             -- null: a single message
    row_number        int not null default 0, -- of the upload
    recipient         text not null,
    customer_name     text not null,
    body              text not null,
    segments          smallint not null,  -- our count until Twilio has reported its own
    status            message_status not null default 'pending',
    conflicting       message_status,     -- another final status that came later; settled by asking Twilio
    -- When Twilio is to be asked about the message: it is unknown, it has two final statuses, or an earlier look-up was
    -- inconclusive. Null as long as receipts come as usual, so that their updates stay HOT.
    lookup_at         timestamptz,
    sid               text,
    error_code        int,
    price_micros      bigint,
    claimed_at        timestamptz,
    accepted_at       timestamptz,
    sent_at           timestamptz,
    completed_at      timestamptz,        -- delivered, undelivered, failed or canceled
    read_at           timestamptz,
    -- Of a single message; a campaign's messages have their campaign's.
    sender            text,
    price_per_segment int
) with (fillfactor = 70);

create index messages_by_campaign on messages (campaign_id, id);
create index messages_by_recipient on messages (recipient, id);
create index messages_to_look_up on messages (lookup_at) where lookup_at is not null;

-- The rule by which the walk over overdue messages picks them: Twilio accepted the message, it has no final status, it was
-- claimed in that time, and no look-up is due yet.
create function is_overdue(status message_status, lookup_at timestamptz, claimed_at timestamptz,
                           claimed_after timestamptz, claimed_before timestamptz) returns boolean
    language sql immutable parallel safe
    return status in ('accepted', 'sent') and lookup_at is null and claimed_at >= claimed_after
       and claimed_at <= claimed_before;

-- --- the history of messages ----------------------------------------------------------------------------------------
--
-- Everything that was ever reported about a message, append-only: send outcomes, receipts, look-ups, operators' actions.

create type history_source as enum ('send', 'receipt', 'lookup', 'operator');

-- The fingerprint makes a receipt that is delivered again the same row: Twilio's sid, status, error code and carrier time.
create table message_history (
    message_id        bigint not null,
    received_at       timestamptz not null,
    source            history_source not null,
    error_code        int,
    status            text not null, -- Twilio's word
    sid               text,
    raw_dlr_done_date text,
    idempotency_token text,
    extra             jsonb,         -- every other parameter
    fingerprint       bigint not null,
    primary key (message_id, fingerprint)
) partition by range (message_id);

-- Holds what is still reported about messages whose month was dropped, so that no receipt is ever refused.
create table message_history_of_other_months partition of message_history default;

-- One partition per month of message ids, so that old history is dropped by the month. Created ahead of time: at every
-- start and once a day. A month that exists already costs no lock; one whose history has begun to fill the default
-- partition stays there.
create function create_history_partitions(first_month date, months int) returns void
    language plpgsql as $$
declare
    first_id bigint;
    end_id bigint;
    month timestamp;
    name text;
begin
    perform pg_advisory_xact_lock(hashtext('waybill history partitions')), set_config('lock_timeout', '5s', true);
    for i in 0 .. months - 1 loop
        month := date_trunc('month', first_month::timestamp) + make_interval(months => i);
        name := 'message_history_' || to_char(month, 'YYYY_MM');
        first_id := message_id_at(month at time zone 'UTC');
        end_id := message_id_at((month + interval '1 month') at time zone 'UTC');
        continue when to_regclass(name) is not null or exists (
            select from message_history_of_other_months where message_id >= first_id and message_id < end_id);
        execute format('create table %I partition of message_history for values from (%s) to (%s)', name, first_id, end_id);
    end loop;
end $$;

-- Drops the months that ended before that moment and returns their names.
create function drop_history_partitions(before timestamptz) returns setof text
    language plpgsql as $$
declare
    name text;
begin
    perform pg_advisory_xact_lock(hashtext('waybill history partitions')), set_config('lock_timeout', '5s', true);
    for name in
        select c.relname from pg_inherits i join pg_class c on c.oid = i.inhrelid
         where i.inhparent = 'message_history'::regclass and c.relname ~ '^message_history_\d{4}_\d{2}$'
           and (to_date(right(c.relname, 7), 'YYYY_MM') + interval '1 month') at time zone 'UTC' <= before
         order by 1
    loop
        execute format('drop table %I', name);
        return next name;
    end loop;
end $$;

select create_history_partitions((now() at time zone 'UTC')::date, 4);

-- Receipts that fit none of our messages: kept, shown, acknowledged.
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

-- --- sending --------------------------------------------------------------------------------------------------------

-- What may still be POSTed: a row per message from the upload until its outcome is known. A row with a lease belongs to
-- the process that claimed it. If the lease expires, the request may or may not have left: the message becomes unknown.
-- A row whose message is unknown was put here by an operator, who accepts that the recipient may get the text twice.
create table outbox (
    message_id   bigint primary key,
    campaign_id  bigint,
    sender       text, -- of a single message
    due_at       timestamptz not null default now(),
    leased_until timestamptz,
    attempts     smallint not null default 0
);

create index outbox_free on outbox (campaign_id, message_id) where leased_until is null;
create index outbox_leased on outbox (leased_until) where leased_until is not null;
create index outbox_single on outbox (sender, due_at) where campaign_id is null and leased_until is null;

-- A sender's pace, shared by all processes: a claim reserves the slots from free_at on and moves free_at past them. A pause
-- is explained in plain words; at probe_at one message may leave to find out whether the fault is fixed. The row '*' stands
-- for the whole account, the row '' for the Messaging Service.
create table senders (
    sender       text primary key,
    free_at      timestamptz not null default 'epoch',
    paused_at    timestamptz,
    pause_code   int,
    pause_reason text,
    probe_at     timestamptz,
    probes       int not null default 0
);

-- The counters show when a campaign has nothing left to send, but not which unknown messages an operator has put back into
-- the outbox: the campaign is not completed before those have left. Each half of the outbox has its index.
create function stays_while_resending() returns trigger
    language plpgsql as $$
begin
    if exists (select from outbox where campaign_id = new.id and leased_until is null)
       or exists (select from outbox o join messages m on m.id = o.message_id
                   where o.campaign_id = new.id and o.leased_until is not null and m.status = 'unknown') then
        return null;
    end if;
    return new;
end $$;

create trigger campaigns_stay_while_resending
    before update of status on campaigns for each row
    when (old.status = 'sending' and new.status = 'completed')
    execute function stays_while_resending();

-- --- replies and opt-outs -------------------------------------------------------------------------------------------

-- Twilio's sid makes a message that is delivered again the same row.
create table inbound_messages (
    sid                text primary key,
    number             bigint generated always as identity, -- in the order of arrival
    received_at        timestamptz not null,
    from_address       text not null, -- whose message it is: E.164, or as received
    to_address         text not null, -- our number
    body               text not null,
    keyword            text check (keyword in ('stop', 'start', 'help')),
    looks_like_opt_out boolean not null default false, -- a wish in other words, on which an operator decides
    campaign_id        bigint references campaigns,    -- that it answers
    message_id         bigint,                         -- that it answers
    extra              jsonb,                          -- every other parameter
    -- Among the replies to its campaign, the highest first: a wish to opt out comes before all others.
    place              bigint not null generated always as
                           (number + case when looks_like_opt_out then 1::bigint << 61 else 0 end) stored
);

create index inbound_messages_by_campaign on inbound_messages (campaign_id, place) where campaign_id is not null;
create index inbound_starts on inbound_messages (from_address, received_at) where keyword = 'start';

create table opt_outs (
    phone_number text primary key,
    source       text not null,
    campaign_id  bigint references campaigns, -- whose message was answered
    created_at   timestamptz not null default now()
);

-- --- requests -------------------------------------------------------------------------------------------------------

create table idempotency_keys (
    key         text primary key,
    fingerprint text not null, -- of the request that used it first
    campaign_id bigint references campaigns,
    message_id  bigint,
    reply       text,          -- the first reply, once it was given
    created_at  timestamptz not null default now()
);

create index idempotency_keys_by_age on idempotency_keys (created_at);

-- --- access ---------------------------------------------------------------------------------------------------------
--
-- Who may do what: users, API keys and sessions. Of tokens only hashes are stored.

create table users (
    id            bigint generated always as identity primary key,
    email         text not null unique check (email = lower(email)),
    role          text not null check (role in ('viewer', 'marketer', 'operator', 'admin')),
    password_hash text not null,
    created_at    timestamptz not null default now(),
    last_login    timestamptz,
    disabled_at   timestamptz
);

create table sessions (
    token_hash     bytea primary key,
    user_id        bigint not null references users on delete cascade,
    created_at     timestamptz not null default now(),
    last_used_at   timestamptz not null default now(),
    last_used_from text not null
);
create index sessions_by_user on sessions (user_id);
create index sessions_by_age on sessions (created_at);

-- Keys of one name are one principal: a new key beside an old one rotates it. A key has a role or single permissions.
create table api_keys (
    id             bigint generated always as identity primary key,
    name           text not null,
    token_hash     bytea not null unique,
    role           text check (role in ('viewer', 'marketer', 'operator', 'admin')),
    permissions    text[],
    created_at     timestamptz not null default now(),
    expires_at     timestamptz,
    revoked_at     timestamptz,
    last_used_at   timestamptz,
    last_used_from text,
    check ((role is null) <> (permissions is null))
);

-- Browsers that have signed in to an account: what others do to the account does not slow them down.
create table known_browsers (
    token_hash bytea primary key,
    user_id    bigint not null references users on delete cascade,
    created_at timestamptz not null default now()
);

-- One-time links that create the first administrator, each good for an hour.
create table setup_links (
    token_hash bytea primary key,
    created_at timestamptz not null default now()
);

-- Failed sign-ins in a row, by account, by address and by both.
create table sign_in_failures (
    key      text primary key,
    failures integer not null,
    last_at  timestamptz not null
);
create index sign_in_failures_by_age on sign_in_failures (last_at);

-- Its one row moves when a credential ends or what it permits changes: processes poll it and verify theirs again.
create table access_changes (
    version bigint not null
);
insert into access_changes values (1);

create function note_access_change() returns trigger
    language plpgsql as $$
begin
    update access_changes set version = version + 1;
    return null;
end $$;

create trigger users_change after insert or delete or update of role, password_hash, disabled_at on users
    for each statement execute function note_access_change();
create trigger api_keys_change after insert or delete or update of role, permissions, expires_at, revoked_at on api_keys
    for each statement execute function note_access_change();

create function note_ended_sessions() returns trigger
    language plpgsql as $$
begin
    if exists (select from ended) then
        update access_changes set version = version + 1;
    end if;
    return null;
end $$;

create trigger sessions_end after delete on sessions referencing old table as ended
    for each statement execute function note_ended_sessions();

-- --- what the API reads ---------------------------------------------------------------------------------------------
--
-- The columns of these views are the members of the structs that db/ returns; times are microseconds.

-- A campaign waits for its time until a claim finds that it has come.
create function campaign_shown_status(status text, send_at timestamptz) returns text
    language sql stable parallel safe
    return case when status = 'sending' and send_at > now() then 'scheduled' else status end;

-- Everything that a campaign's page shows. `version` changes with every transaction that changes any of it. Campaigns of one
-- sender take turns: until one ends, each other one sends as many messages, or all that it has; segments_ahead counts them.
create view campaign_details as
select c.id, c.public_id, c.name, c.restaurant_name, c.offer, c.offer_code, c.message_template, c.sample_body,
       k.xmin::text || '-' || c.xmin::text || '-'
           || (select coalesce(sum(date_part('epoch', s.paused_at)), 0)::text from senders s where s.sender in ('*', c.sender))
           as version,
       c.sender, c.status, c.pause_reason,
       case when c.status = 'sending' then (
           select s.pause_reason from senders s where s.sender in ('*', c.sender) and s.paused_at is not null
            order by s.sender = '*' desc limit 1) end as hold_reason,
       c.simulated, c.lapsed_after_days, c.price_per_segment,
       to_micros(c.created_at) as created_at, to_micros(k.updated_at) as updated_at, to_micros(c.send_at) as send_at,
       to_micros(c.completed_at) as completed_at,
       c.max_cost, b.segments_left, c.quiet_from, c.quiet_until, c.time_zone,
       in_quiet_hours(c.quiet_from, c.quiet_until, c.time_zone, now()) as is_quiet_now,
       c.valid_rows, c.rejected_rows, c.duplicate_rows, c.opted_out_rows, c.total, c.total_segments,
       case when c.status = 'sending' and k.pending + k.sending > 0 then (
           select coalesce(sum(least(jk.pending + jk.sending, k.pending + k.sending) * j.total_segments / j.total), 0)
             from campaigns j join campaign_counters jk on jk.campaign_id = j.id
            where j.status = 'sending' and j.sender = c.sender and (j.send_at is null or j.send_at <= now())
              and j.total > 0) else 0 end::bigint as segments_ahead,
       k.pending, k.sending, k.unknown, k.accepted, k.sent, k.delivered, k.undelivered, k.failed, k.canceled, k.read,
       k.ever_accepted, k.accepted_segments, k.final_by_receipt, k.final_by_lookup, k.priced, k.price_micros, k.replies,
       k.opt_outs, k.opt_out_wishes,
       (select string_agg(kind || ' ' || key || ' ' || count, ';' order by kind, count desc, key)
          from campaign_tallies t where t.campaign_id = c.id and count > 0) as tallies
  from campaigns c join campaign_counters k on k.campaign_id = c.id
  left join campaign_budgets b on b.campaign_id = c.id;

create view message_details as
select id, campaign_id, row_number as row, recipient, customer_name, body, sid, segments, status, error_code, price_micros,
       to_micros(message_created_at(id)) as created_at, to_micros(claimed_at) as claimed_at,
       to_micros(accepted_at) as accepted_at, to_micros(sent_at) as sent_at, to_micros(completed_at) as completed_at,
       to_micros(read_at) as read_at
  from messages;

create view opt_out_details as
select phone_number, source, to_micros(created_at) as created_at,
       (select public_id from campaigns where id = campaign_id) as campaign
  from opt_outs;

-- --- reports: how they are computed ---------------------------------------------------------------------------------
--
-- Days are UTC. A campaign is counted on the day it starts, a single message on the day it was created: every message is
-- counted on exactly one day, and days add up to totals. The figures of a campaign are those of its counters, so that no
-- message is read for them.

create function campaign_day(created_at timestamptz, send_at timestamptz) returns date
    language sql immutable parallel safe
    return (greatest(created_at, send_at) at time zone 'UTC')::date;

create function message_day(id bigint) returns date
    language sql immutable parallel safe
    return (message_created_at(id) at time zone 'UTC')::date;

-- config::masked() (config/log.cpp) masks numbers in the log; the schema test compares the two.
create function masked_number(number text) returns text
    language sql immutable parallel safe
    return case when length(number) < 12 then '***' else left(number, 5) || '***' || right(number, 4) end;

-- Money, kept in integers, as dollars.
create function dollars(ten_thousandths numeric) returns numeric
    language sql immutable parallel safe
    return (ten_thousandths / 10000)::numeric(18, 4);

-- The same for people, in texts.
create function dollars_text(ten_thousandths numeric) returns text
    language sql stable parallel safe
    return to_char(ten_thousandths / 10000.0, 'FM9999999990.0000');

create index campaigns_by_day on campaigns (campaign_day(created_at, send_at));

-- Single messages have no row of counters. What a change moves is noted in single_moves, as rows that are only ever added,
-- so that no transaction waits for another; every few seconds the notes are folded into single_figures. At any moment the
-- sum of both equals the messages.
create table single_figures (
    day               date not null,
    status            message_status not null,
    error_code        int not null,    -- 0: none
    messages          bigint not null,
    accepted          bigint not null, -- that Twilio accepted
    accepted_segments bigint not null,
    cost              bigint not null, -- of these segments, in 1/10 000 USD
    priced            bigint not null, -- messages whose price Twilio has reported
    price_micros      bigint not null, -- and the sum, in 1/1 000 000 USD
    primary key (day, status, error_code)
);

-- Vacuumed each minute, as it is always read whole.
create table single_moves (like single_figures)
    with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);

create function note_single_move() returns trigger
    language plpgsql as $$
begin
    insert into single_moves
    select message_day(id), status, coalesce(error_code, 0), sign,
           case when accepted_at is not null then sign else 0 end,
           case when accepted_at is not null then sign * segments else 0 end,
           case when accepted_at is not null then sign * segments * coalesce(price_per_segment, 0) else 0 end,
           case when price_micros is not null then sign else 0 end,
           sign * coalesce(price_micros, 0)
      from (select -1 as sign, (old).* where tg_op = 'UPDATE' union all select 1, (new).*) as each;
    return null;
end $$;

create trigger single_messages_made after insert on messages
    for each row when (new.campaign_id is null) execute function note_single_move();
create trigger single_messages_moved after update on messages
    for each row when (new.campaign_id is null) execute function note_single_move();

create view single_rows as
select * from single_figures union all select * from single_moves;

create index inbound_messages_to_single on inbound_messages (message_day(message_id))
    where campaign_id is null and message_id is not null;

create view single_engagement as
select message_day(message_id) as day, count(*) filter (where keyword is null) as replies,
       count(*) filter (where keyword = 'stop') as opt_outs
  from inbound_messages
 where campaign_id is null and message_id is not null
 group by 1;

-- --- reports: the views ---------------------------------------------------------------------------------------------
--
-- For people and programs that only read. Within a report.version, views and columns are added, never changed or removed.

create schema report;
comment on schema report is 'What became of every campaign and message. Days, hours and times are UTC: times are without a zone, so compare them with now() at time zone ''UTC''. Money is USD. Phone numbers are masked everywhere but in report.messages_with_numbers. Within a version (report.version) views and columns are added, never changed or removed.';

create view report.version as
select 1 as version;
comment on view report.version is 'Of these views.';
comment on column report.version.version is 'Grows when a column or a view is changed or removed.';

create view report.campaigns as
select c.public_id as campaign_id, c.name, c.restaurant_name, c.offer, c.offer_code, c.sender, c.simulated,
       campaign_shown_status(c.status, c.send_at) as status,
       campaign_day(c.created_at, c.send_at) as day,
       c.created_at at time zone 'UTC' as created_at,
       c.send_at at time zone 'UTC' as send_at,
       c.completed_at at time zone 'UTC' as completed_at,
       k.updated_at at time zone 'UTC' as updated_at,
       c.valid_rows, c.rejected_rows, c.duplicate_rows, c.opted_out_rows,
       c.total as messages,
       k.pending, k.sending, k.unknown, k.accepted as queued, k.sent, k.delivered + k.read as delivered, k.read,
       k.undelivered, k.failed, k.canceled,
       k.ever_accepted as accepted,
       round((k.delivered + k.read)::numeric / nullif(k.ever_accepted, 0), 4) as delivery_rate,
       c.total_segments as segments, k.accepted_segments,
       dollars(c.price_per_segment) as price_per_segment,
       dollars(c.total_segments * c.price_per_segment) as estimated_cost,
       dollars(k.accepted_segments * c.price_per_segment) as cost,
       dollars(c.max_cost) as max_cost,
       k.priced,
       dollars(k.price_micros / 100.0) as twilio_cost,
       k.final_by_receipt, k.final_by_lookup,
       k.replies, k.opt_outs
  from campaigns c join campaign_counters k on k.campaign_id = c.id;
comment on view report.campaigns is 'One row per campaign. pending + sending + unknown + queued + sent + delivered + undelivered + failed + canceled = messages. Reads no message.';
comment on column report.campaigns.campaign_id is 'As in the API.';
comment on column report.campaigns.name is 'Its name.';
comment on column report.campaigns.restaurant_name is 'As it was given.';
comment on column report.campaigns.offer is 'As it was given.';
comment on column report.campaigns.offer_code is 'The code that redemptions are tracked by.';
comment on column report.campaigns.sender is 'The number it is sent from; empty when the Messaging Service picks one.';
comment on column report.campaigns.simulated is 'True: it was sent by the simulated Twilio, and nothing reached a phone.';
comment on column report.campaigns.status is 'scheduled, sending, paused, completed or canceled; completed: nothing is left to send.';
comment on column report.campaigns.day is 'On which it starts: of send_at, or of created_at when that is later or there is no send_at.';
comment on column report.campaigns.created_at is 'When it was uploaded.';
comment on column report.campaigns.send_at is 'When it was to start; null: immediately.';
comment on column report.campaigns.completed_at is 'When nothing was left to send; null: not yet.';
comment on column report.campaigns.updated_at is 'When one of its messages last changed.';
comment on column report.campaigns.valid_rows is 'Rows of the upload that could be texted.';
comment on column report.campaigns.rejected_rows is 'Rows that could not, including duplicates and opted-out recipients.';
comment on column report.campaigns.duplicate_rows is 'Rows whose number occurred in an earlier row.';
comment on column report.campaigns.opted_out_rows is 'Rows whose recipient had opted out.';
comment on column report.campaigns.messages is 'One for each lapsed customer.';
comment on column report.campaigns.pending is 'Not claimed yet.';
comment on column report.campaigns.sending is 'Claimed; the request may be on its way.';
comment on column report.campaigns.unknown is 'Twilio''s reply was lost: it may or may not have been sent.';
comment on column report.campaigns.queued is 'Twilio has it, the carrier does not yet.';
comment on column report.campaigns.sent is 'The carrier has it, no receipt of its delivery yet.';
comment on column report.campaigns.delivered is 'By receipt, including messages that were read.';
comment on column report.campaigns.read is 'Delivered and seen (channels other than SMS).';
comment on column report.campaigns.undelivered is 'The carrier could not deliver it; report.errors says why.';
comment on column report.campaigns.failed is 'Twilio refused it or could not send it; report.errors says why.';
comment on column report.campaigns.canceled is 'Ended before it was sent.';
comment on column report.campaigns.accepted is 'Messages that Twilio accepted, whatever their status is now.';
comment on column report.campaigns.delivery_rate is 'delivered / accepted, 0 to 1; null when none was accepted.';
comment on column report.campaigns.segments is 'Of all messages.';
comment on column report.campaigns.accepted_segments is 'Of the accepted messages; Twilio''s count once it has reported it.';
comment on column report.campaigns.price_per_segment is 'The price that cost is computed with.';
comment on column report.campaigns.estimated_cost is 'segments x price_per_segment.';
comment on column report.campaigns.cost is 'accepted_segments x price_per_segment.';
comment on column report.campaigns.max_cost is 'Its budget; null: none.';
comment on column report.campaigns.priced is 'Messages whose price Twilio has reported.';
comment on column report.campaigns.twilio_cost is 'The sum of these prices; the whole cost once priced = accepted.';
comment on column report.campaigns.final_by_receipt is 'Accepted messages whose final status came by receipt.';
comment on column report.campaigns.final_by_lookup is 'Accepted messages whose final status was looked up at Twilio because no receipt had come.';
comment on column report.campaigns.replies is 'Texts that recipients sent back, without STOP, START and HELP.';
comment on column report.campaigns.opt_outs is 'Recipients who opted out by replying.';

create view report.days as
select day, sum(campaigns)::bigint as campaigns, sum(simulated_campaigns)::bigint as simulated_campaigns,
       sum(messages)::bigint as messages, sum(pending)::bigint as pending, sum(unknown)::bigint as unknown,
       sum(queued)::bigint as queued, sum(sent)::bigint as sent, sum(delivered)::bigint as delivered,
       sum(undelivered)::bigint as undelivered, sum(failed)::bigint as failed, sum(canceled)::bigint as canceled,
       sum(accepted)::bigint as accepted, sum(accepted_segments)::bigint as accepted_segments,
       dollars(sum(cost)) as cost, sum(priced)::bigint as priced, dollars(sum(price_micros) / 100.0) as twilio_cost,
       sum(replies)::bigint as replies, sum(opt_outs)::bigint as opt_outs
  from (select campaign_day(c.created_at, c.send_at) as day, 1 as campaigns, c.simulated::int as simulated_campaigns,
               c.total::bigint as messages, (k.pending + k.sending)::bigint as pending, k.unknown::bigint as unknown,
               k.accepted::bigint as queued, k.sent::bigint as sent, (k.delivered + k.read)::bigint as delivered,
               k.undelivered::bigint as undelivered, k.failed::bigint as failed, k.canceled::bigint as canceled,
               k.ever_accepted::bigint as accepted, k.accepted_segments,
               k.accepted_segments * c.price_per_segment as cost, k.priced::bigint as priced, k.price_micros,
               k.replies::bigint as replies, k.opt_outs::bigint as opt_outs
          from campaigns c join campaign_counters k on k.campaign_id = c.id
         union all
        select day, 0, 0, messages, case when status in ('pending', 'sending') then messages else 0 end,
               case when status = 'unknown' then messages else 0 end,
               case when status = 'accepted' then messages else 0 end, case when status = 'sent' then messages else 0 end,
               case when status in ('delivered', 'read') then messages else 0 end,
               case when status = 'undelivered' then messages else 0 end,
               case when status = 'failed' then messages else 0 end,
               case when status = 'canceled' then messages else 0 end,
               accepted, accepted_segments, cost, priced, price_micros, 0, 0
          from single_rows
         union all
        select day, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, replies, opt_outs
          from single_engagement) as each
 group by day;
comment on view report.days is 'One row per day on which campaigns started or single messages were created, with what became of them. pending + unknown + queued + sent + delivered + undelivered + failed + canceled = messages. Reads no message.';
comment on column report.days.day is 'UTC.';
comment on column report.days.campaigns is 'Campaigns that started.';
comment on column report.days.simulated_campaigns is 'Of these, those sent by the simulated Twilio.';
comment on column report.days.messages is 'Of these campaigns, and single messages created that day.';
comment on column report.days.pending is 'Not claimed yet, or claimed and on their way.';
comment on column report.days.unknown is 'Twilio''s reply was lost.';
comment on column report.days.queued is 'Twilio has it, the carrier does not yet.';
comment on column report.days.sent is 'The carrier has it, no receipt of its delivery yet.';
comment on column report.days.delivered is 'By receipt, including messages that were read.';
comment on column report.days.undelivered is 'The carrier could not deliver it.';
comment on column report.days.failed is 'Twilio refused it or could not send it.';
comment on column report.days.canceled is 'Ended before it was sent.';
comment on column report.days.accepted is 'Messages that Twilio accepted.';
comment on column report.days.accepted_segments is 'And their segments.';
comment on column report.days.cost is 'accepted_segments x the price of each campaign or message.';
comment on column report.days.priced is 'Messages whose price Twilio has reported.';
comment on column report.days.twilio_cost is 'The sum of these prices.';
comment on column report.days.replies is 'To these messages, whenever they came.';
comment on column report.days.opt_outs is 'By replies to these messages.';

create view report.costs_by_day as
select day, messages, accepted, accepted_segments, cost, priced, twilio_cost,
       (cost / nullif(delivered, 0))::numeric(18, 4) as cost_per_delivery
  from report.days;
comment on view report.costs_by_day is 'What the campaigns that started on a day and its single messages have cost so far. Reads no message.';
comment on column report.costs_by_day.day is 'UTC.';
comment on column report.costs_by_day.messages is 'As in report.days.';
comment on column report.costs_by_day.accepted is 'Messages that Twilio accepted: these cost.';
comment on column report.costs_by_day.accepted_segments is 'And their segments.';
comment on column report.costs_by_day.cost is 'accepted_segments x the price of each campaign or message.';
comment on column report.costs_by_day.priced is 'Messages whose price Twilio has reported.';
comment on column report.costs_by_day.twilio_cost is 'The sum of these prices; the whole cost once priced = accepted.';
comment on column report.costs_by_day.cost_per_delivery is 'cost / delivered; null when none was delivered.';

create view report.errors as
select campaign_day(c.created_at, c.send_at) as day, c.public_id as campaign_id, t.key as error_code,
       t.count::bigint as messages
  from campaigns c join campaign_tallies t on t.campaign_id = c.id and t.kind = 'error'
 where t.count > 0
 union all
select day, null, error_code, sum(messages)::bigint
  from single_rows
 where status in ('undelivered', 'failed')
 group by day, error_code
having sum(messages) > 0;
comment on view report.errors is 'Why messages were not delivered: by code, for each campaign, and for each day''s single messages. The sum of messages = undelivered + failed. Reads no message.';
comment on column report.errors.day is 'As in report.days.';
comment on column report.errors.campaign_id is 'Null: single messages.';
comment on column report.errors.error_code is 'Twilio''s; 0 when it gave none. What it means: GET /api/errors.';
comment on column report.errors.messages is 'Undelivered or failed with this code.';

create view report.receipt_lag as
select campaign_day(c.created_at, c.send_at) as day, c.public_id as campaign_id,
       case when t.key = 0 then 0 else round((0.1 * power(1.1, t.key))::numeric, 3) end as seconds_from,
       round((0.1 * power(1.1, t.key + 1))::numeric, 3) as seconds_below,
       t.count::bigint as deliveries
  from campaigns c join campaign_tallies t on t.campaign_id = c.id and t.kind = 'delivery'
 where t.count > 0;
comment on view report.receipt_lag is 'How long it took from the claim of a message to the receipt of its delivery: a histogram for each campaign, each bucket a tenth wider than the one before. Deliveries that were looked up are left out. Reads no message.';
comment on column report.receipt_lag.day is 'As in report.days.';
comment on column report.receipt_lag.campaign_id is 'As in the API.';
comment on column report.receipt_lag.seconds_from is 'They took at least this long.';
comment on column report.receipt_lag.seconds_below is 'They took less.';
comment on column report.receipt_lag.deliveries is 'Receipts of deliveries.';

create view report.engagement as
select day, campaign_id, accepted::bigint, delivered::bigint, replies::bigint, opt_outs::bigint,
       round(replies::numeric / nullif(accepted, 0), 4) as reply_rate,
       round(opt_outs::numeric / nullif(accepted, 0), 4) as opt_out_rate
  from (select day, campaign_id, accepted, delivered, replies, opt_outs from report.campaigns
         union all
        select day, null, sum(accepted), sum(delivered), sum(replies), sum(opt_outs)
          from (select day, accepted, case when status in ('delivered', 'read') then messages else 0 end as delivered,
                       0 as replies, 0 as opt_outs
                  from single_rows
                 union all
                select day, 0, 0, replies, opt_outs from single_engagement) as single
         group by day) as each;
comment on view report.engagement is 'Who replied: for each campaign, and for each day''s single messages. Reads no message.';
comment on column report.engagement.day is 'As in report.days.';
comment on column report.engagement.campaign_id is 'Null: single messages.';
comment on column report.engagement.accepted is 'Messages that Twilio accepted.';
comment on column report.engagement.delivered is 'By receipt.';
comment on column report.engagement.replies is 'Texts that came back, whenever they came, without STOP, START and HELP.';
comment on column report.engagement.opt_outs is 'Recipients who opted out by replying; of single messages: replies that said so.';
comment on column report.engagement.reply_rate is 'replies / accepted; null when none was accepted.';
comment on column report.engagement.opt_out_rate is 'opt_outs / accepted; null when none was accepted.';

create view report.messages as
select m.id as message_id, c.public_id as campaign_id, m.row_number, masked_number(m.recipient) as recipient,
       m.status::text as status, m.conflicting::text as conflicting, m.sid, m.error_code, m.segments::int as segments,
       dollars(case when m.accepted_at is null then 0 else m.segments * coalesce(c.price_per_segment, m.price_per_segment, 0)
               end) as cost,
       (m.price_micros / 1000000.0)::numeric(18, 6) as twilio_price,
       message_created_at(m.id) at time zone 'UTC' as created_at,
       m.claimed_at at time zone 'UTC' as claimed_at,
       m.accepted_at at time zone 'UTC' as accepted_at,
       m.sent_at at time zone 'UTC' as sent_at,
       m.completed_at at time zone 'UTC' as completed_at,
       m.read_at at time zone 'UTC' as read_at,
       case when m.status in ('delivered', 'read')
            then round(date_part('epoch', m.completed_at - m.claimed_at)::numeric, 3) end as seconds_to_delivery
  from messages m left join campaigns c on c.id = m.campaign_id;
comment on view report.messages is 'One row per message, without what would identify its recipient. Name a campaign_id or message_ids: then an index finds them.';
comment on column report.messages.message_id is 'As in the API.';
comment on column report.messages.campaign_id is 'As in the API; null: a single message.';
comment on column report.messages.row_number is 'Of the upload, from 1; 0: a single message.';
comment on column report.messages.recipient is 'Masked: +1555***4567.';
comment on column report.messages.status is 'pending, sending, unknown, accepted, sent, delivered, undelivered, failed, canceled or read.';
comment on column report.messages.conflicting is 'Another final status that came later; Twilio is asked which is right.';
comment on column report.messages.sid is 'Twilio''s id for it.';
comment on column report.messages.error_code is 'Twilio''s. What it means: GET /api/errors.';
comment on column report.messages.segments is 'Twilio''s count once it has reported it.';
comment on column report.messages.cost is 'segments x price; 0 when Twilio did not accept it.';
comment on column report.messages.twilio_price is 'As Twilio reported it; null: not yet.';
comment on column report.messages.created_at is 'To the second.';
comment on column report.messages.claimed_at is 'When its sending began.';
comment on column report.messages.accepted_at is 'When Twilio accepted it.';
comment on column report.messages.sent_at is 'When the receipt came that the carrier had it.';
comment on column report.messages.completed_at is 'When its final status came.';
comment on column report.messages.read_at is 'When the receipt came that it was seen.';
comment on column report.messages.seconds_to_delivery is 'From claimed_at to completed_at, of delivered messages.';

create view report.messages_with_numbers as
select m.id as message_id, c.public_id as campaign_id, m.row_number, m.recipient, m.customer_name, m.body,
       m.status::text as status, m.error_code
  from messages m left join campaigns c on c.id = m.campaign_id;
comment on view report.messages_with_numbers is 'Who got what: personal data, with a grant of its own (role waybill_reports_numbers).';
comment on column report.messages_with_numbers.message_id is 'As in report.messages.';
comment on column report.messages_with_numbers.campaign_id is 'As in report.messages.';
comment on column report.messages_with_numbers.row_number is 'As in report.messages.';
comment on column report.messages_with_numbers.recipient is 'The whole phone number.';
comment on column report.messages_with_numbers.customer_name is 'As it was uploaded.';
comment on column report.messages_with_numbers.body is 'The text as it was sent.';
comment on column report.messages_with_numbers.status is 'As in report.messages.';
comment on column report.messages_with_numbers.error_code is 'As in report.messages.';

create view report.open_messages as
select m.id as message_id, c.public_id as campaign_id, masked_number(m.recipient) as recipient, m.status::text as status,
       m.sid, message_created_at(m.id) at time zone 'UTC' as created_at, m.claimed_at at time zone 'UTC' as claimed_at,
       m.accepted_at at time zone 'UTC' as accepted_at, now() - m.claimed_at as open_for
  from campaign_counters k
  join campaigns c on c.id = k.campaign_id
  join messages m on m.campaign_id = k.campaign_id
 where k.pending + k.sending + k.unknown + k.accepted + k.sent > 0 and not is_final(m.status)
 union all
select m.id, null, masked_number(m.recipient), m.status::text, m.sid, message_created_at(m.id) at time zone 'UTC',
       m.claimed_at at time zone 'UTC', m.accepted_at at time zone 'UTC', now() - m.claimed_at
  from messages m
 where m.campaign_id is null and not is_final(m.status);
comment on view report.open_messages is 'Messages without a final status. Reads the messages of campaigns that have some, and all single messages.';
comment on column report.open_messages.message_id is 'As in report.messages.';
comment on column report.open_messages.campaign_id is 'As in report.messages.';
comment on column report.open_messages.recipient is 'Masked: +1555***4567.';
comment on column report.open_messages.status is 'pending, sending, unknown, accepted or sent.';
comment on column report.open_messages.sid is 'Twilio''s id for it; null until Twilio has reported it.';
comment on column report.open_messages.created_at is 'To the second.';
comment on column report.open_messages.claimed_at is 'When its sending began; null: not yet.';
comment on column report.open_messages.accepted_at is 'When Twilio accepted it; null: not yet.';
comment on column report.open_messages.open_for is 'Since claimed_at.';

create view report.delivery_by_hour as
select c.public_id as campaign_id, date_trunc('hour', reported.at, 'UTC') at time zone 'UTC' as hour,
       count(*) filter (where reported.what = 'accepted') as accepted,
       count(*) filter (where reported.what = 'sent') as sent,
       count(*) filter (where reported.what in ('delivered', 'read')) as delivered,
       count(*) filter (where reported.what = 'undelivered') as undelivered,
       count(*) filter (where reported.what = 'failed') as failed,
       count(*) filter (where reported.what = 'canceled') as canceled
  from messages m
  left join campaigns c on c.id = m.campaign_id
 cross join lateral (values ('accepted', m.accepted_at), ('sent', m.sent_at), (m.status::text, m.completed_at))
       as reported(what, at)
 where reported.at is not null
 group by 1, 2;
comment on view report.delivery_by_hour is 'What was reported about the messages, by the hour in which it was reported. Reads the messages: name a campaign_id.';
comment on column report.delivery_by_hour.campaign_id is 'As in the API; null: single messages.';
comment on column report.delivery_by_hour.hour is 'Its beginning, UTC.';
comment on column report.delivery_by_hour.accepted is 'Messages that Twilio accepted in this hour.';
comment on column report.delivery_by_hour.sent is 'Messages that the carrier received in this hour.';
comment on column report.delivery_by_hour.delivered is 'Messages that were delivered in this hour.';
comment on column report.delivery_by_hour.undelivered is 'Messages that the carrier gave up on in this hour.';
comment on column report.delivery_by_hour.failed is 'Messages that failed in this hour.';
comment on column report.delivery_by_hour.canceled is 'Messages that were canceled in this hour.';

-- --- reports: who may read ------------------------------------------------------------------------------------------
--
-- Roles belong to all databases of a server, and other sessions may be creating them at this very moment. Without the right
-- to create roles the migration says what to do; Waybill itself needs neither role.

do $$
declare
    reader text;
begin
    foreach reader in array array['waybill_reports', 'waybill_reports_numbers'] loop
        begin
            if to_regrole(reader) is null then
                execute format('create role %I nologin', reader);
            end if;
        exception
            when duplicate_object or unique_violation then null;
            when insufficient_privilege then
                raise notice 'role % could not be created: create it as an administrator, then grant usage on schema report and select on its views to it', reader;
        end;
        if to_regrole(reader) is not null then
            execute format('grant usage on schema report to %I', reader);
        end if;
    end loop;
    if to_regrole('waybill_reports') is not null then
        grant select on all tables in schema report to waybill_reports;
        revoke select on report.messages_with_numbers from waybill_reports;
    end if;
    if to_regrole('waybill_reports_numbers') is not null then
        grant select on report.messages_with_numbers to waybill_reports_numbers;
    end if;
end $$;
