-- Who created a campaign: marketers control their own. Empty: created without signing in, or before this was recorded.
alter table campaigns
    add column created_by text not null default '';

-- What a key may do at most; null: no limit of its own. Amounts are 1/10 000 USD.
alter table api_keys
    add column requests_per_minute integer check (requests_per_minute > 0),
    add column daily_budget        bigint check (daily_budget > 0),
    add column senders             text[] check (cardinality(senders) > 0);

-- What principals with a daily budget have created on a day (UTC), at its estimated cost.
create table daily_spending (
    principal text not null,
    day       date not null,
    amount    bigint not null,
    primary key (principal, day)
);
