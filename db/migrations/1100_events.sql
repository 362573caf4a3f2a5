-- Outgoing events: what happened, for endpoints to which Waybill delivers it and for readers of the feed.
--
-- A change writes its event into new_events, in its own transaction. A background task then moves committed rows to events and
-- numbers them there, one transaction at a time: a reader who takes the numbers in order misses none, however late a transaction
-- commits. An event holds ids and nothing of a person; names, numbers and texts are read from their tables when it leaves.

create table new_events (
    id          bigint generated always as identity primary key, -- events of one message are in their order
    at          timestamptz not null default clock_timestamp(),
    kind        text not null,
    message_id  bigint,
    campaign_id bigint,
    error_code  int,
    object      text, -- the sid of a reply, the id of a row of opt_out_history, a sender, a day
    reason      text
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);

create sequence event_numbers;

create table events (
    number      bigint primary key,
    at          timestamptz not null,
    kind        text not null,
    message_id  bigint,
    campaign_id bigint,
    error_code  int,
    object      text,
    reason      text
);

create index events_by_time on events using brin (at) with (pages_per_range = 16);

-- Who wants the events of messages, which are many: while neither does, they are not written. One row, read by the statements
-- that move messages.
create table event_demand (
    only_row   boolean primary key default true check (only_row),
    endpoints  boolean not null default false,         -- an endpoint does
    by_key     boolean not null default false,         -- an endpoint wants those of one key
    feed_until timestamptz not null default 'epoch'    -- the feed was read not long ago
);
insert into event_demand default values;

create view message_events_wanted as
select endpoints or feed_until > now() as wanted from event_demand where only_row;

-- --- endpoints ---

create table endpoints (
    id               bigint generated always as identity primary key,
    url              text not null,
    description      text not null,
    secret           text not null, -- whsec_ and Base64
    old_secret       text,          -- signs as well until old_secret_until
    old_secret_until timestamptz,
    kinds            text[] not null,               -- empty: all
    campaign_id      bigint references campaigns,   -- null: of all
    principal        text,                          -- of what this key or user has created; null: of all
    created_at       timestamptz not null default now(),
    disabled_at      timestamptz,
    disabled_reason  text
);

-- Every event up to `position` was delivered, did not match or has a row in deliveries. One process at a time delivers to an
-- endpoint, for as long as it renews its lease.
create table endpoint_progress (
    endpoint_id  bigint primary key references endpoints on delete cascade,
    position     bigint not null,
    leased_by    text,
    leased_until timestamptz
);

-- What became of an event at an endpoint. `waiting` until next_at, or behind an earlier event of the same order_key
-- ('infinity'). `failed`: the last attempt of its schedule failed, and the endpoint is disabled.
create table deliveries (
    endpoint_id  bigint not null references endpoints on delete cascade,
    number       bigint not null,
    order_key    bigint, -- the message, or minus the campaign; null: the order does not matter
    state        text not null check (state in ('waiting', 'delivered', 'failed')),
    attempts     int not null,
    attempted_at timestamptz,
    milliseconds int,
    status       int,            -- of HTTP; null: no answer
    answer       text not null,  -- the beginning of a refusing answer, or why there was none
    next_at      timestamptz,
    primary key (endpoint_id, number)
);

create index deliveries_due on deliveries (endpoint_id, next_at) where state = 'waiting';
create index deliveries_in_order on deliveries (endpoint_id, order_key, number) where state <> 'delivered';
create index deliveries_with_answer on deliveries (order_key) where answer <> '';

create function note_event_demand() returns trigger
    language plpgsql as $$
begin
    update event_demand
       set endpoints = exists (select from endpoints
                                where kinds = '{}' or exists (select from unnest(kinds) as kind where kind like 'message.%')),
           by_key = exists (select from endpoints where principal is not null)
     where only_row;
    return null;
end $$;

create trigger endpoints_make_demand after insert or delete or update of kinds, principal on endpoints
    for each statement execute function note_event_demand();

create trigger endpoints_are_audited after insert or update or delete on endpoints for each row
    when (current_setting('waybill.changed', true) <> '')
    execute function note_change('id', 'id,description,kinds,campaign_id,principal,created_at,disabled_at,disabled_reason,old_secret_until');

-- --- events other than those of messages ---

-- When the start of a campaign was announced; null until its time has come.
alter table campaigns add column start_noted_at timestamptz;
update campaigns set start_noted_at = coalesce(send_at, created_at) where status <> 'sending' or coalesce(send_at, now()) <= now();

create function note_campaign_start() returns trigger
    language plpgsql as $$
begin
    if new.start_noted_at is null and (new.status = 'completed' or new.status = 'sending' and coalesce(new.send_at, now()) <= now()) then
        new.start_noted_at := clock_timestamp();
    end if;
    return new;
end $$;

create trigger campaigns_start before insert or update of status, start_noted_at, send_at on campaigns
    for each row execute function note_campaign_start();

create function note_campaign_event() returns trigger
    language plpgsql as $$
declare
    old_status text := case when tg_op = 'UPDATE' then old.status end;
begin
    if new.start_noted_at is not null and (tg_op = 'INSERT' or old.start_noted_at is null) then
        insert into new_events (kind, campaign_id) values ('campaign.started', new.id);
    end if;
    if new.status is distinct from old_status and (old_status is not null or new.status <> 'sending') then
        insert into new_events (kind, campaign_id, reason)
        values ('campaign.' || case new.status when 'sending' then 'resumed' else new.status end, new.id,
                case when new.status = 'paused' then new.pause_reason end);
    end if;
    return null;
end $$;

create trigger campaigns_make_events after insert or update of status, start_noted_at on campaigns for each row
    execute function note_campaign_event();

create function note_reply_event() returns trigger
    language plpgsql as $$
begin
    insert into new_events (kind, message_id, campaign_id, object)
    values ('reply.received', new.message_id, new.campaign_id, new.sid);
    return null;
end $$;

create trigger replies_make_events after insert on inbound_messages for each row
    when (new.keyword is null) execute function note_reply_event();

create function note_opt_out_event() returns trigger
    language plpgsql as $$
begin
    insert into new_events (kind, campaign_id, object)
    values (case new.event when 'added' then 'opt_out.created' else 'opt_out.lifted' end, new.campaign_id, new.id::text);
    return null;
end $$;

create trigger opt_outs_make_events after insert on opt_out_history for each row execute function note_opt_out_event();

create function note_sender_event() returns trigger
    language plpgsql as $$
begin
    insert into new_events (kind, object, error_code, reason)
    values (case new.sender when '*' then 'account.' else 'sender.' end
                || case when new.paused_at is null then 'resumed' else 'paused' end,
            case when new.sender <> '*' then new.sender end, new.pause_code, new.pause_reason);
    return null;
end $$;

create trigger senders_begin_paused after insert on senders for each row
    when (new.paused_at is not null) execute function note_sender_event();
create trigger senders_make_events after update of paused_at on senders for each row
    when ((new.paused_at is null) <> (old.paused_at is null)) execute function note_sender_event();

-- Once a day.
alter table budget_days add column reached_at timestamptz;

create function note_budget_event() returns trigger
    language plpgsql as $$
begin
    new.reached_at := clock_timestamp();
    insert into new_events (kind, object, reason) values ('budget.reached', new.day::text, new.wait_reason);
    return new;
end $$;

create trigger budget_days_make_events before insert or update of waiting_cost on budget_days for each row
    when (new.waiting_cost is not null and new.reached_at is null) execute function note_budget_event();

-- --- what leaves ---

-- An event with what its tables say about it. The columns are the members of db::Event.
create view event_details as
select e.number, to_micros(e.at) as at, e.kind, e.error_code,
       case when e.kind like 'message.%' then e.message_id else i.message_id end as message_id,
       coalesce(m.recipient, '') as recipient, coalesce(m.sender, c.sender, '') as sender, coalesce(m.sid, '') as sid,
       coalesce(m.segments, 0) as segments, coalesce(c.public_id, '') as campaign, coalesce(c.name, '') as campaign_name,
       coalesce(l.reference, c.reference, '') as reference, coalesce(l.metadata, c.metadata, '') as metadata_json,
       coalesce(i.from_address, case when h.phone_number like '+%' then h.phone_number end, '') as person,
       coalesce(i.to_address, '') as to_address, coalesce(i.body, '') as body,
       coalesce(i.looks_like_opt_out, false) as looks_like_opt_out,
       coalesce(h.source, '') as source, coalesce(e.object, '') as object, coalesce(e.reason, '') as reason,
       coalesce(e.message_id, -e.campaign_id) as order_key,
       coalesce(c.id, 0) as campaign_id, coalesce(c.created_by, l.principal, '') as principal
  from events e
  -- `offset 0`: each row is found by its key, however many events are read.
  left join lateral (select * from messages where id = e.message_id and e.kind like 'message.%' offset 0) m on true
  left join lateral (select * from campaigns where id = coalesce(e.campaign_id, m.campaign_id) offset 0) c on true
  left join lateral (select * from message_labels where message_id = m.id offset 0) l on true
  left join lateral (select * from inbound_messages where e.kind = 'reply.received' and sid = e.object offset 0) i on true
  left join lateral (select * from opt_out_history where e.kind like 'opt_out.%' and id = e.object::bigint offset 0) h on true;
