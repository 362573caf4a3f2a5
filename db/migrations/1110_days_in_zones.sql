-- Figures of single messages by quarters of an hour, of which the days of every time zone consist.

create function message_quarter(id bigint) returns int
    language sql immutable parallel safe
    return ((id >> 30) / 900)::int;

create function quarter_start(quarter int) returns timestamptz
    language sql immutable parallel safe
    return to_timestamp(quarter * 900::bigint);

create function day_in(moment timestamptz, zone text) returns date
    language sql immutable parallel safe
    return (moment at time zone zone)::date;

-- What was noted so far is folded first: the quarters below begin with the messages as they are.
lock table single_moves in access exclusive mode;

insert into single_figures as f
select day, status, error_code, sum(messages), sum(accepted), sum(accepted_segments), sum(cost), sum(priced),
       sum(price_micros)
  from single_moves
 group by day, status, error_code
    on conflict (day, status, error_code) do update
       set messages = f.messages + excluded.messages, accepted = f.accepted + excluded.accepted,
           accepted_segments = f.accepted_segments + excluded.accepted_segments, cost = f.cost + excluded.cost,
           priced = f.priced + excluded.priced, price_micros = f.price_micros + excluded.price_micros;

truncate single_moves;
alter table single_moves add column quarter int not null; -- of an hour, from 1970 on

create table single_quarters (
    quarter    int not null,
    status     message_status not null,
    error_code int not null,
    messages   bigint not null,
    accepted   bigint not null,
    cost       bigint not null,
    primary key (quarter, status, error_code)
);

insert into single_quarters
select message_quarter(id), status, coalesce(error_code, 0), count(*), count(accepted_at),
       coalesce(sum(segments * coalesce(price_per_segment, 0)) filter (where accepted_at is not null), 0)
  from messages
 where campaign_id is null
 group by 1, 2, 3;

create or replace function note_single_move() returns trigger
    language plpgsql as $$
begin
    insert into single_moves
    select message_day(id), status, coalesce(error_code, 0), sign,
           case when accepted_at is not null then sign else 0 end,
           case when accepted_at is not null then sign * segments else 0 end,
           case when accepted_at is not null then sign * segments * coalesce(price_per_segment, 0) else 0 end,
           case when price_micros is not null then sign else 0 end,
           sign * coalesce(price_micros, 0), message_quarter(id)
      from (select -1 as sign, (old).* where tg_op = 'UPDATE' union all select 1, (new).*) as each;
    return null;
end $$;

-- Whichever program folds the notes into single_figures, also an older one: the quarters get them too.
create function fold_quarters() returns trigger
    language plpgsql as $$
begin
    insert into single_quarters as q
    select quarter, status, error_code, sum(messages), sum(accepted), sum(cost)
      from gone
     group by quarter, status, error_code
     order by quarter, status, error_code
        on conflict (quarter, status, error_code) do update
           set messages = q.messages + excluded.messages, accepted = q.accepted + excluded.accepted,
               cost = q.cost + excluded.cost;
    return null;
end $$;

create trigger single_moves_folded after delete on single_moves referencing old table as gone
    for each statement execute function fold_quarters();

create view single_rows_by_quarter as
select quarter, status, error_code, messages, accepted, cost from single_quarters
 union all
select quarter, status, error_code, messages, accepted, cost from single_moves;
