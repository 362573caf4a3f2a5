-- Each table has a key, so that all of them can be replicated: what logical replication publishes must be found there.
alter table single_moves add column id bigint generated always as identity (cache 32) primary key;
alter table access_changes add column only_row boolean primary key default true check (only_row);
alter table privacy_check add column id bigint generated always as identity primary key;
