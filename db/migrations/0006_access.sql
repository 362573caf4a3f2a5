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
