-- Asking Twilio back about messages, how complete the receipts are, and how long they are kept.

-- What another word does to a message's status, by the order in which the statuses stand in their type: the same as by
-- message_status_rank, only faster.
create function is_final(status message_status) returns boolean
    language sql immutable parallel safe
    return status >= 'delivered';

create function rises(status message_status, told message_status) returns boolean
    language sql immutable parallel safe
    return told > status and (status < 'delivered' or told = 'read');

-- Two different final states: for a text of several segments Twilio does tell both.
create function conflict(status message_status, told message_status) returns boolean
    language sql immutable parallel safe
    return status >= 'delivered' and told <> status and told >= 'delivered' and status <> 'read' and told <> 'read';

-- When Twilio is to be asked about a message: it is unknown, two final states were told of it, or it was asked about before
-- without an end. Null on the way that receipts usually take, so that their updates stay HOT.
alter table messages add column lookup_at timestamptz;
create index messages_to_look_up on messages (lookup_at) where lookup_at is not null;

-- Messages that Twilio took and whose final state is known, by who told it first.
alter table campaign_counters
    add column final_by_receipt int not null default 0,
    add column final_by_lookup  int not null default 0;

-- Takes what is still said of messages whose month was dropped, so that no receipt is ever refused.
create table message_events_of_other_months partition of message_events default;

-- A month that is there already costs no lock. One that has events among those of other months stays there.
create or replace function create_event_partitions(first_month date, months int) returns void
    language plpgsql as $$
declare
    first_id bigint;
    end_id bigint;
    month timestamp;
    name text;
begin
    perform pg_advisory_xact_lock(hashtext('waybill event partitions')), set_config('lock_timeout', '5s', true);
    for i in 0 .. months - 1 loop
        month := date_trunc('month', first_month::timestamp) + make_interval(months => i);
        name := 'message_events_' || to_char(month, 'YYYY_MM');
        first_id := message_id_at(month at time zone 'UTC');
        end_id := message_id_at((month + interval '1 month') at time zone 'UTC');
        continue when to_regclass(name) is not null or exists (
            select from message_events_of_other_months where message_id >= first_id and message_id < end_id);
        execute format('create table %I partition of message_events for values from (%s) to (%s)', name, first_id, end_id);
    end loop;
end $$;

-- Drops the months that ended before that moment and returns their names.
create function drop_event_partitions(before timestamptz) returns setof text
    language plpgsql as $$
declare
    name text;
begin
    perform pg_advisory_xact_lock(hashtext('waybill event partitions')), set_config('lock_timeout', '5s', true);
    for name in
        select c.relname from pg_inherits i join pg_class c on c.oid = i.inhrelid
         where i.inhparent = 'message_events'::regclass and c.relname ~ '^message_events_\d{4}_\d{2}$'
           and (to_date(right(c.relname, 7), 'YYYY_MM') + interval '1 month') at time zone 'UTC' <= before
         order by 1
    loop
        execute format('drop table %I', name);
        return next name;
    end loop;
end $$;
