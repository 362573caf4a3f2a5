-- Messages to operators, by e-mail or into a chat, about what happens to campaigns, senders and Waybill itself.

create table notification_addresses (
    id         bigint generated always as identity primary key,
    kind       text not null check (kind in ('email', 'chat')),
    address    text not null, -- an e-mail address, or the secret URL of a chat's incoming webhook
    preset     text not null check (preset in ('everything', 'problems', 'nothing')),
    created_by text not null, -- a principal
    created_at timestamptz not null default now()
);

-- How the last attempt ended; no row: there was none.
create table notification_attempts (
    address_id bigint primary key references notification_addresses on delete cascade,
    at         timestamptz not null,
    fault      text -- null: it was accepted
);

-- What an address gets, or got in the last days. `cause` is what it is about: the same one comes once an hour at most.
create table notifications (
    id         bigint generated always as identity primary key,
    address_id bigint not null references notification_addresses on delete cascade,
    cause      text not null,
    subject    text not null,
    body       text not null,
    created_at timestamptz not null default now(),
    state      text not null default 'waiting' check (state in ('waiting', 'sent', 'failed')),
    attempts   int not null default 0,
    next_at    timestamptz not null default now()
);

create index notifications_due on notifications (next_at) where state = 'waiting';
create index notifications_by_cause on notifications (address_id, cause, created_at);

-- Events up to `position` have become notifications. One process at a time works here, for as long as it renews its lease.
create table notification_progress (
    only_row     boolean primary key default true check (only_row),
    position     bigint not null,
    leased_by    text,
    leased_until timestamptz
);
insert into notification_progress (position) select coalesce(max(number), 0) from events;

create trigger notification_addresses_are_audited after insert or update or delete on notification_addresses for each row
    when (current_setting('waybill.changed', true) <> '')
    execute function note_change('id', 'id,kind,preset,created_by,created_at');
