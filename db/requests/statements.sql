-- Requests that carry an Idempotency-Key; who may make requests: users, API keys, sessions.

-- name: claim_key
-- A key older than a day counts as new.
insert into idempotency_keys as k (key, fingerprint) values ($1, $2)
    on conflict (key) do update
       set fingerprint = excluded.fingerprint, campaign_id = null, message_id = null, reply = null, created_at = now()
     where k.created_at < now() - interval '24 hours'
returning key;

-- name: find_key
select k.fingerprint, coalesce(k.reply, '') as reply, coalesce(c.public_id, '') as campaign, k.message_id
  from idempotency_keys k left join campaigns c on c.id = k.campaign_id
 where k.key = $1;

-- name: add_user
insert into users (email, role, password_hash) values ($1, $2, $3)
    on conflict (email) do nothing
returning id, email, role, to_micros(created_at) as created_micros,
          null::bigint as last_login_micros, false as disabled;

-- name: lock_users
-- Two processes may redeem their one-time links at the same moment: the lock lets one of them win.
lock table users in share row exclusive mode;

-- name: offer_link
with ended as (delete from setup_links where created_at < now() - interval '1 hour')
insert into setup_links (token_hash) values (decode($1, 'hex'));

-- name: redeem_link
delete from setup_links where token_hash = decode($1, 'hex') and created_at > now() - interval '1 hour';

-- name: any_user
select exists (select from users);

-- name: list_users
select id, email, role, to_micros(created_at) as created_micros,
       to_micros(last_login) as last_login_micros, disabled_at is not null as disabled
  from users order by email;

-- name: find_user
select id, email, role, to_micros(created_at) as created_micros,
       to_micros(last_login) as last_login_micros, false as disabled, password_hash
  from users where email = $1 and disabled_at is null;

-- name: disable_user
update users set disabled_at = coalesce(disabled_at, now()) where email = $1;

-- name: change_user
-- What is null stays. Only if an administrator who is not disabled remains, unless there was none among those it changes.
update users u
   set role = coalesce($2::text, u.role),
       disabled_at = case $3::boolean when true then coalesce(u.disabled_at, now()) when false then null else u.disabled_at end
 where u.email = $1
   and (coalesce($2::text, u.role) = 'admin' and not coalesce($3::boolean, false)
        or u.role <> 'admin' or u.disabled_at is not null
        or exists (select from users o where o.role = 'admin' and o.disabled_at is null and o.id <> u.id))
returning id, email, role, to_micros(created_at) as created_micros,
          to_micros(last_login) as last_login_micros, disabled_at is not null as disabled;

-- name: find_any_user
select id from users where email = $1;

-- name: set_password
update users set password_hash = $2 where email = $1;

-- name: knows_browser
select exists (select from known_browsers b join users u on u.id = b.user_id
                where b.token_hash = decode($2, 'hex') and u.email = $1
                  and b.created_at > now() - interval '1 year');

-- name: remember_browser
insert into known_browsers (user_id, token_hash) values ($1::bigint, decode($2, 'hex'));

-- name: end_sessions_of_user
delete from sessions s using users u where u.id = s.user_id and u.email = $1;

-- name: add_key
insert into api_keys (name, token_hash, role, permissions, expires_at, requests_per_minute, daily_budget, senders)
values ($1, decode($2, 'hex'), nullif($3, ''), case when $3 = '' then $4::text[] end,
        now() + make_interval(secs => nullif($5::float8, 0)), $6, $7, nullif($8::text[], '{}'))
returning id, name, coalesce(role, '') as role, array_to_string(permissions, ',') as permissions,
          requests_per_minute, daily_budget, array_to_string(senders, ',') as senders,
          to_micros(created_at) as created_micros,
          to_micros(expires_at) as expires_micros,
          null::bigint as last_used_micros, '' as last_used_from, false as revoked;

-- name: list_keys
select id, name, coalesce(role, '') as role, array_to_string(permissions, ',') as permissions,
       requests_per_minute, daily_budget, array_to_string(senders, ',') as senders,
       to_micros(created_at) as created_micros,
       to_micros(expires_at) as expires_micros,
       to_micros(last_used_at) as last_used_micros,
       coalesce(last_used_from, '') as last_used_from, revoked_at is not null as revoked
  from api_keys order by id;

-- name: use_api_key
update api_keys
   set last_used_at = now(), last_used_from = $2
 where token_hash = decode($1, 'hex') and revoked_at is null and (expires_at is null or expires_at > now())
returning id, name, coalesce(role, '') as role, array_to_string(permissions, ',') as permissions,
          requests_per_minute, daily_budget, array_to_string(senders, ',') as senders,
          to_micros(created_at) as created_micros,
          to_micros(expires_at) as expires_micros,
          to_micros(last_used_at) as last_used_micros, last_used_from,
          false as revoked;

-- name: change_key
-- Of a key that was not revoked; a value counts if the flag before it says so. $12: the permissions if the role $11 is empty.
update api_keys
   set requests_per_minute = case when $2::boolean then $3::int else requests_per_minute end,
       daily_budget = case when $4::boolean then $5::bigint else daily_budget end,
       senders = case when $6::boolean then nullif($7::text[], '{}') else senders end,
       expires_at = case when $8::boolean then now() + make_interval(secs => $9::float8) else expires_at end,
       role = case when $10::boolean then nullif($11::text, '') else role end,
       permissions = case when not $10::boolean then permissions when $11::text = '' then $12::text[] end
 where id = $1::bigint and revoked_at is null
returning id, name, coalesce(role, '') as role, array_to_string(permissions, ',') as permissions,
          requests_per_minute, daily_budget, array_to_string(senders, ',') as senders,
          to_micros(created_at) as created_micros,
          to_micros(expires_at) as expires_micros,
          to_micros(last_used_at) as last_used_micros, coalesce(last_used_from, '') as last_used_from,
          false as revoked;

-- name: revoke_key
update api_keys set revoked_at = now() where id = $1::bigint and revoked_at is null;

-- name: revoke_keys_named
update api_keys set revoked_at = now() where name = $1 and revoked_at is null;

-- name: begin_session
with signed_in as (update users set last_login = now() where id = $1::bigint)
insert into sessions (user_id, token_hash, last_used_from) values ($1::bigint, decode($2, 'hex'), $3);

-- name: remove_ended_sessions
delete from sessions
 where created_at < now() - interval '7 days' or last_used_at < now() - interval '12 hours';

-- name: use_session
update sessions s
   set last_used_at = now(), last_used_from = $2
  from users u
 where s.token_hash = decode($1, 'hex') and u.id = s.user_id and u.disabled_at is null
   and s.created_at > now() - interval '7 days' and s.last_used_at > now() - interval '12 hours'
returning u.id, u.email, u.role, to_micros(u.created_at) as created_micros,
          to_micros(u.last_login) as last_login_micros,
          least(43200, extract(epoch from s.created_at + interval '7 days' - now()))::bigint as seconds_left;

-- name: end_session
delete from sessions where token_hash = decode($1, 'hex');

-- name: read_failures
select key, failures, (extract(epoch from now() - last_at) * 1000)::bigint as since
  from sign_in_failures
 where key = any ($1::text[]) and last_at > now() - interval '1 day';

-- name: add_failures
-- The keys are sorted, so that two attempts never wait for each other's rows.
insert into sign_in_failures as f (key, failures, last_at)
select key, 1, now() from unnest($1::text[]) as key order by key
    on conflict (key) do update
       set failures = case when f.last_at > now() - interval '1 day' then f.failures + 1 else 1 end, last_at = now();

-- name: forget_failures
delete from sign_in_failures where key = any ($1::text[]) or last_at < now() - interval '1 day';

-- name: access_state
select version, secret, exists (select from users) or exists (select from api_keys) as has_principals,
       exists (select from users where disabled_at is null) as has_users
  from access_changes;

-- name: begin_change
-- From here to the end of the transaction the triggers of note_change() collect what changes.
select set_config('waybill.changed', '{}', true), set_config('waybill.principal', $1, true);

-- name: note_rows
select set_config('waybill.changed', (current_setting('waybill.changed')::jsonb || jsonb_build_object($1::text, $2::bigint))::text,
                  true);

-- name: end_change
-- What changed nothing leaves no row.
insert into audit_log (request_id, client_request_id, principal, peer, action, object, changed)
select $1, $2, $3, $4, $5, $6, current_setting('waybill.changed')::jsonb
 where current_setting('waybill.changed') <> '{}';

-- name: record_action
insert into audit_log (request_id, client_request_id, principal, peer, action, object, changed, count)
values ($1, $2, $3, $4, $5, $6, $7::jsonb, $8::int);

-- name: list_audit
-- Newest first, below the id $1; of the principal $2 unless it is empty.
select id, to_micros(at) as at, request_id, client_request_id, principal, peer, action, object, changed as changed_json, count
  from audit_log
 where id < $1::bigint and ($2 = '' or principal = $2)
 order by id desc
 limit $3::int;

-- name: spend
-- Nothing when the budget $3 of the day in the zone $4 would be exceeded; $2 alone is within it.
insert into daily_spending as s (principal, day, amount)
values ($1, (clock_timestamp() at time zone $4::text)::date, $2::bigint)
    on conflict (principal, day) do update set amount = s.amount + excluded.amount
     where s.amount + excluded.amount <= $3::bigint
returning s.amount;

-- name: note_budget_used_up
-- The event of the principal $1 whose budget is $2, once on the day of today in the zone $3.
with reached as (
    update daily_spending set reached_at = clock_timestamp()
     where principal = $1 and day = (clock_timestamp() at time zone $3::text)::date and reached_at is null
    returning day
)
insert into new_events (kind, object, principal, reason)
select 'budget.reached', day::text, $1,
       'The daily budget of ' || dollars_text($2::bigint) || ' USD of ' || $1 || ' is used up; it may send again from '
       || (day + 1)::text || ' at 00:00 (' || $3::text || ')'
  from reached;

-- name: forget_spending
delete from daily_spending where principal = $1 and day < (now() at time zone 'UTC')::date - $2::int;

-- name: lock_day
-- The day of the moment $1 (null: now) in the zone $2, until the transaction ends.
select day::text as date, spent, waiting_cost, to_micros((day + 1)::timestamp at time zone $2::text) as ends
  from budget_days
 where day = (coalesce(from_micros($1::bigint), clock_timestamp()) at time zone $2::text)::date
   for update;

-- name: make_day
-- As above.
insert into budget_days (day, ends_at)
select day, (day + 1)::timestamp at time zone $2::text
  from (select (coalesce(from_micros($1::bigint), clock_timestamp()) at time zone $2::text)::date) as today(day)
    on conflict (day) do nothing;

-- name: spend_day
-- $2 more on the day $1; $3 the cost of the cheapest message that waits; $4 the budget and $5 its zone.
update budget_days
   set spent = spent + $2::bigint, waiting_cost = $3::bigint, ends_at = (day + 1)::timestamp at time zone $5::text,
       wait_reason = 'The daily budget of ' || dollars_text($4::bigint) || ' USD is used up; sending continues on '
                     || (day + 1)::text || ' at 00:00 (' || $5::text || ')'
 where day = $1::date;

-- name: read_day
select day::text as date, spent, waiting_cost, to_micros((day + 1)::timestamp at time zone $1::text) as ends
  from (select (clock_timestamp() at time zone $1::text)::date) as today(day) left join budget_days using (day);

-- name: stop_waiting_for_day
update budget_days set waiting_cost = null where waiting_cost is not null;
