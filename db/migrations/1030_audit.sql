-- Who changed what: a row for each change by a person, a program or the command line, in the transaction of the change.

create table audit_log (
    id                bigint generated always as identity primary key,
    at                timestamptz not null default now(),
    request_id        text not null,       -- that Waybill gave; empty: not by a request
    client_request_id text not null,       -- that the client gave; empty: none
    principal         text not null,       -- user:EMAIL, key:NAME, local, cli:USER, waybill; empty: unknown
    peer              text not null,       -- address; empty: not over the network
    action            text not null,
    object            text not null,
    changed           jsonb not null default '{}',
    count             int not null default 1 -- of refusals: how many within a minute
);

create index audit_log_by_time on audit_log (at);

create function refuse_change() returns trigger
    language plpgsql as $$
begin
    if tg_op = 'DELETE' and current_setting('waybill.audit_removal', true) = 'yes' then
        return null;
    end if;
    raise exception 'the audit log is append-only' using errcode = 'insufficient_privilege';
end $$;

create trigger audit_log_is_append_only before update or delete or truncate on audit_log
    for each statement execute function refuse_change();

-- What a transaction changes is collected in its setting waybill.changed, which only begin_change makes anything but empty:
-- {"campaigns/sms_1_ab": {"status": ["sending", "paused"]}}. The arguments are the column that names a row for people and the
-- columns whose values may be shown; of all others only that they changed, so that a column that is added later shows no text.
-- Whatever looks like a phone number is masked.
create function audit_value(value jsonb, is_shown boolean) returns jsonb
    language sql immutable parallel safe
    return case
        when value is null or jsonb_typeof(value) = 'null' then 'null'::jsonb
        when not is_shown and jsonb_typeof(value) = 'string' then '"(hidden)"'::jsonb
        when value #>> '{}' ~ '^\+?[0-9]{7,15}$' and jsonb_typeof(value) = 'string' then to_jsonb(masked_number(value #>> '{}'))
        else value
    end;

create function note_change() returns trigger
    language plpgsql as $$
declare
    before jsonb := case when tg_op = 'INSERT' then '{}'::jsonb else to_jsonb(old) end;
    after jsonb := case when tg_op = 'DELETE' then '{}'::jsonb else to_jsonb(new) end;
    shown text[] := string_to_array(tg_argv[1], ',');
    changed jsonb := current_setting('waybill.changed')::jsonb;
    row_name text := tg_table_name || '/' || coalesce(
        audit_value((before || after) -> tg_argv[0], true) #>> '{}', '');
    noted jsonb := coalesce(changed -> row_name, '{}');
    difference jsonb;
begin
    select jsonb_object_agg(key, jsonb_build_array(
               coalesce(noted -> key -> 0, audit_value(before -> key, key = any (shown))),
               audit_value(after -> key, key = any (shown))))
      into difference
      from jsonb_object_keys(before || after) as key
     where coalesce(before -> key, 'null') <> coalesce(after -> key, 'null');
    if difference is not null then
        changed := changed || jsonb_build_object(row_name, noted || difference);
        perform set_config('waybill.changed', changed::text, true);
    end if;
    return null;
end $$;

create trigger campaigns_are_audited after insert or update or delete on campaigns for each row
    when (current_setting('waybill.changed', true) <> '')
    execute function note_change('public_id', 'public_id,name,restaurant_name,sender,status,pause_reason,time_zone,created_at,send_at,completed_at,paused_at,quiet_from,quiet_until');
create trigger campaign_budgets_are_audited after insert or update or delete on campaign_budgets for each row
    when (current_setting('waybill.changed', true) <> '')
    execute function note_change('campaign_id', '');
create trigger senders_are_audited after insert or update or delete on senders for each row
    when (current_setting('waybill.changed', true) <> '')
    execute function note_change('sender', 'sender,free_at,paused_at,pause_reason,probe_at');
create trigger opt_outs_are_audited after insert or update or delete on opt_outs for each row
    when (current_setting('waybill.changed', true) <> '')
    execute function note_change('phone_number', 'phone_number,source,created_at');
create trigger users_are_audited after insert or update or delete on users for each row
    when (current_setting('waybill.changed', true) <> '')
    execute function note_change('email', 'email,role,created_at,last_login,disabled_at');
create trigger api_keys_are_audited after insert or update or delete on api_keys for each row
    when (current_setting('waybill.changed', true) <> '')
    execute function note_change('id', 'name,role,permissions,created_at,expires_at,revoked_at,last_used_at,last_used_from');

create view report.audit as
select id, at at time zone 'UTC' as at, request_id, client_request_id, principal, peer, action, object, changed, count
  from audit_log;
comment on view report.audit is 'Who changed or saw what. For administrators: no role of the reports reads it.';
comment on column report.audit.id is 'Ascending.';
comment on column report.audit.at is 'UTC.';
comment on column report.audit.request_id is 'As in X-Request-Id of the response and in the log; empty: not by a request.';
comment on column report.audit.client_request_id is 'The X-Request-Id that the client sent.';
comment on column report.audit.principal is 'user:EMAIL, key:NAME, local, cli:USER, or waybill for what it does by its settings.';
comment on column report.audit.peer is 'The address from which it came.';
comment on column report.audit.action is 'Such as campaign.pause; refused, sign-in, read.';
comment on column report.audit.object is 'What was changed or seen: an id, or a masked number.';
comment on column report.audit.changed is 'Each row that changed, with each column before and after; or how many rows were added to a table.';
comment on column report.audit.count is 'Of refusals: how many within a minute.';
