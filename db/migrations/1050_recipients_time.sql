-- Quiet hours in the time zones of the recipients, whom campaigns have texted recently, scheduled campaigns that are changed,
-- and test messages.

-- --- quiet hours ---
--
-- A campaign with quiet hours and no time zone goes by each recipient's own. Zones of a number are one IANA name, or several
-- with `&` between them: it may belong to any of these.

alter table campaigns
    drop constraint quiet_hours_are_whole,
    add constraint quiet_hours_are_whole
        check (num_nulls(quiet_from, quiet_until) in (0, 2) and (quiet_from is not null or time_zone is null)
               and quiet_from <> quiet_until),
    add column not_texted_within_hours int,                 -- null: people texted recently are texted again
    add column texted_recently_rows int not null default 0, -- that were left out for it
    add column plain_characters boolean not null default false;

-- Without a zone, the campaign as a whole has no quiet hours.
create or replace function in_quiet_hours(quiet_from time, quiet_until time, time_zone text, moment timestamptz)
    returns boolean
    language sql stable parallel safe
    return case
        when quiet_from is null or time_zone is null then false
        when quiet_from < quiet_until
            then (moment at time zone time_zone)::time >= quiet_from and (moment at time zone time_zone)::time < quiet_until
        else (moment at time zone time_zone)::time >= quiet_from or (moment at time zone time_zone)::time < quiet_until
    end;

create function in_quiet_hours_of_any(quiet_from time, quiet_until time, zones text, moment timestamptz) returns boolean
    language sql stable parallel safe
    return exists (select from unnest(string_to_array(zones, '&')) as zone
                    where in_quiet_hours(quiet_from, quiet_until, zone, moment));

-- Until quiet hours begin in the first of the zones, seen from a moment outside them in all of them; at most ten hours.
create function seconds_to_quiet_hours(quiet_from time, zones text, moment timestamptz) returns int
    language sql stable parallel safe
    return (select least(floor(min(extract(epoch from next_quiet_hours(quiet_from, zone, moment) - moment))), 36000)::int
              from unnest(string_to_array(zones, '&')) as zone);

-- The first time from `moment` on that lies outside quiet hours in all zones and at least a minute before them; null when
-- a week has none.
create function end_of_quiet_hours(quiet_from time, quiet_until time, zones text, moment timestamptz) returns timestamptz
    language plpgsql stable parallel safe as $$
declare
    at timestamptz := moment;
    next timestamptz;
begin
    while at < moment + interval '7 days' loop
        if not in_quiet_hours_of_any(quiet_from, quiet_until, zones, at)
           and seconds_to_quiet_hours(quiet_from, zones, at) >= 60 then
            return at;
        end if;
        -- When they have ended where they last longest.
        select max((local::date + case when local::time < quiet_until then 0 else 1 end + quiet_until) at time zone zone)
          into next
          from (select zone, at at time zone zone as local from unnest(string_to_array(zones, '&')) as zone) as each
         where in_quiet_hours(quiet_from, quiet_until, zone, at);
        at := case when next > at then next else at + interval '1 minute' end;
    end loop;
    return null;
end $$;

-- Of recipients, in the order of the campaign's messages; null unless quiet hours need them.
alter table messages add column zones text;
alter table outbox add column zones text;

create index outbox_by_zones on outbox (campaign_id, zones, message_id) where leased_until is null and zones is not null;

-- The zones of a campaign's free messages, each once: one look into the index per value.
create function free_zones(campaign bigint) returns setof text
    language sql stable as $$
with recursive free (zones) as (
    select min(zones) from outbox where campaign_id = campaign and leased_until is null and zones is not null
     union all
    select (select min(o.zones) from outbox o
             where o.campaign_id = campaign and o.leased_until is null and o.zones is not null and o.zones > free.zones)
      from free where free.zones is not null
)
select zones from free where zones is not null
$$;

-- Of a single message; its zones stand in the outbox.
create table message_quiet_hours (
    message_id  bigint primary key,
    quiet_from  time not null,
    quiet_until time not null
);

-- --- scheduled campaigns ---

-- The rows of the list that get a message, so that another text can be written; only while the campaign waits for its time.
-- Batch by batch, as they were read: they are only ever read from first to last, and an upload must not wait for an index.
create table scheduled_rows (
    campaign_id bigint not null references campaigns on delete cascade,
    first_row   int not null,
    rows        text compression lz4 not null, -- lines: the row's number, a tab, its cells as JSON in column order
    primary key (campaign_id, first_row)
);

-- --- test messages ---

-- Messages that a person has sent to a number of their own to see what recipients would get.
create table test_messages (
    message_id bigint primary key,
    principal  text not null,
    created_at timestamptz not null default now()
);

create index test_messages_by_principal on test_messages (principal, created_at);
