-- How a Waybill notices that the database has lost recent history: an asynchronous standby was promoted, or a backup was
-- restored. Each writer of a process has a row here that rises in each transaction it commits; the process remembers how far
-- its rows have risen. A row that is lower, or gone, means that commits which were confirmed are missing.
create table tickets (
    process text not null, -- kept in its JOURNAL_DIR
    writer  text not null check (writer in ('claims', 'outcomes', 'receipts')),
    number  bigint not null default 0,
    at      timestamptz not null default now(),
    place   text not null, -- host and JOURNAL_DIR; empty once another process has begun there
    primary key (process, writer)
) with (fillfactor = 20);

-- While one is open, nothing is sent by any Waybill. `waybill history accept` decides all that are open.
create table history_losses (
    id         bigint generated always as identity primary key,
    noticed_at timestamptz not null default now(),
    process    text not null,
    sentence   text not null,
    decided_at timestamptz,
    decided_by text
);

-- A copy of a database has the same identity, another database has not.
create table database_identity (
    id uuid primary key default gen_random_uuid()
);

insert into database_identity default values;

-- The oldest schema whose programs may use this one: a migration that an older Waybill would not survive raises it.
create table schema_promise (
    oldest int primary key
);

insert into schema_promise values (1090);
