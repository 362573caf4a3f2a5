-- How sending is paced, paused and bounded; single messages; opt-outs and replies.
--
-- Whoever locks rows of several tables in one transaction takes them in this order, so that nobody waits in a circle:
-- senders, campaign_budgets, outbox, messages, campaign_counters, campaign_tallies, campaigns, opt_outs; each by its key.

-- A sender's pace, kept by all processes together: a claim takes the slots from free_at on and moves it behind them.
-- A pause is told in plain words; at probe_at one message is let through to see whether the fault is mended. The row '*'
-- stands for the whole account, the row '' for the Messaging Service.
create table senders (
    sender       text primary key,
    free_at      timestamptz not null default 'epoch',
    paused_at    timestamptz,
    pause_code   int,
    pause_reason text,
    probe_at     timestamptz,
    probes       int not null default 0
);

alter table campaigns
    add column paused_at    timestamptz,
    add column pause_reason text,                           -- null when a person paused it
    add column unguarded    boolean not null default false, -- was paused for its errors once: not paused for them again
    -- Nothing is to arrive between these times of the day there; both null: any time is good.
    add column quiet_from   time,
    add column quiet_until  time,
    add column time_zone    text,
    add constraint quiet_hours_are_whole
        check (num_nulls(quiet_from, quiet_until, time_zone) in (0, 3) and quiet_from <> quiet_until);

-- What a campaign with a max_cost may still spend. A claim takes its segments out; a message that Twilio did not take
-- puts them back.
create table campaign_budgets (
    campaign_id   bigint primary key references campaigns,
    segments_left bigint not null
);

alter table campaign_counters
    add column replies  int not null default 0,
    add column opt_outs int not null default 0;

-- The sender of a single message; a campaign's messages have their campaign's.
alter table messages add column sender text;
create index messages_by_recipient on messages (recipient, id);

-- A row whose message is unknown was put here by an operator, who accepts that the recipient may get it twice.
alter table outbox add column sender text; -- of a single message
create index outbox_single on outbox (sender, due_at) where campaign_id is null and leased_until is null;

-- What recipients wrote; Twilio's sid makes a message that is delivered again the same row.
create table inbound_messages (
    sid         text primary key,
    number      bigint generated always as identity, -- in the order of arrival
    received_at timestamptz not null,
    sender      text not null, -- who wrote
    recipient   text not null, -- our number
    body        text not null,
    keyword     text check (keyword in ('stop', 'start', 'help')),
    campaign_id bigint references campaigns, -- that it answers
    message_id  bigint,
    extra       jsonb -- every other parameter
);
create index inbound_messages_by_campaign on inbound_messages (campaign_id, number) where campaign_id is not null;
create index inbound_starts on inbound_messages (sender, received_at) where keyword = 'start';

alter table opt_outs add column campaign_id bigint references campaigns; -- whose message was answered

alter table idempotency_keys add column message_id bigint;
create index idempotency_keys_by_age on idempotency_keys (created_at);

-- Quiet hours from `quiet_from` to `quiet_until`, which may span midnight.
create function in_quiet_hours(quiet_from time, quiet_until time, time_zone text, moment timestamptz) returns boolean
    language sql stable parallel safe
    return case
        when quiet_from is null then false
        when quiet_from < quiet_until
            then (moment at time zone time_zone)::time >= quiet_from and (moment at time zone time_zone)::time < quiet_until
        else (moment at time zone time_zone)::time >= quiet_from or (moment at time zone time_zone)::time < quiet_until
    end;

-- When they begin next, from a moment outside them; null without quiet hours. In the night in which the clock is changed
-- rather an hour too early than too late: a local time may come twice then, or not at all.
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

-- The counters tell when a campaign has nothing left to send, but they know nothing of unknown messages that an operator
-- put back: it is not completed before these have gone out. Each half of the outbox has its index.
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
