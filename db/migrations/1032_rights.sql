-- Two roles: one owns the tables, migrates and removes what is old; the other runs the server and can only add to the audit
-- log. They may be one role. And what people, whose data is kept for a time only, have done last.

-- These functions change whole tables with the owner's rights, also when another role runs the server. Other roles may not
-- call them.
create function analyze_messages() returns void
    language plpgsql as $$
begin
    analyze (skip_locked) messages, outbox;
end $$;

do $$
declare
    called text;
begin
    foreach called in array array['create_history_partitions(date, int)', 'drop_history_partitions(timestamptz)',
                                  'analyze_messages()'] loop
        execute format('alter function %s security definer set search_path = %I, pg_temp', called, current_schema());
        execute format('revoke execute on function %s from public', called);
    end loop;
end $$;

-- What a role lacks to run the server, such as INSERT on audit_log.
create function missing_rights(role name) returns setof text
    language sql stable as $$
with house as (select relnamespace as schema from pg_class where oid = 'audit_log'::regclass),
     needed as (
    select c.relname::text as name, r.word, has_table_privilege(role, c.oid, r.word) as is_held
      from pg_class c join house h on c.relnamespace = h.schema
     cross join (values ('SELECT'), ('INSERT'), ('UPDATE'), ('DELETE')) as r(word)
     where c.relkind in ('r', 'p') and not c.relispartition
       and not (c.relname = 'schema_migrations' and r.word <> 'SELECT')
       and not (c.relname = 'audit_log' and r.word in ('UPDATE', 'DELETE'))
     union all
    select c.relname, 'USAGE', case when c.relkind = 'S' then has_sequence_privilege(role, c.oid, 'USAGE') end
      from pg_class c join house h on c.relnamespace = h.schema
     where c.relkind = 'S'
     union all
    select 'report.' || c.relname, 'SELECT',
           has_schema_privilege(role, 'report', 'USAGE') and has_table_privilege(role, c.oid, 'SELECT')
      from pg_class c
     where c.relnamespace = 'report'::regnamespace and c.relkind = 'v'
     union all
    select f.proname, 'EXECUTE', has_function_privilege(role, f.oid, 'EXECUTE')
      from pg_proc f
     where f.oid in ('create_history_partitions'::regproc, 'drop_history_partitions'::regproc, 'analyze_messages'::regproc)
)
select word || ' on ' || name from needed where not is_held order by name, word
$$;

create function may_change_audit(role name) returns boolean
    language sql stable
    return has_table_privilege(role, 'audit_log', 'UPDATE') or has_table_privilege(role, 'audit_log', 'DELETE')
        or has_table_privilege(role, 'audit_log', 'TRUNCATE');

-- Run by the owner at every start; changes nothing when all is as it should be.
create function grant_rights(role name) returns void
    language plpgsql as $$
declare
    house text := (select relnamespace::regnamespace from pg_class where oid = 'audit_log'::regclass);
begin
    if role = current_user then
        return;
    end if;
    perform pg_advisory_xact_lock(hashtext('waybill rights'));
    if may_change_audit(role) then
        execute format('revoke update, delete, truncate on audit_log from %I', role);
    end if;
    if not exists (select from missing_rights(role)) then
        return;
    end if;
    execute format('grant usage on schema %s, report to %I', house, role);
    execute format('grant select, insert, update, delete on all tables in schema %s to %I', house, role);
    execute format('revoke update, delete on audit_log from %I', role);
    execute format('revoke insert, update, delete on schema_migrations from %I', role);
    execute format('grant usage, select on all sequences in schema %s to %I', house, role);
    execute format('grant select on all tables in schema report to %I', role);
    execute format('grant execute on function create_history_partitions, drop_history_partitions, analyze_messages to %I', role);
end $$;

-- Whether anything was sent to a number, is about to be, or came from it, from that moment on.
create function is_active_since(person text, moment timestamptz) returns boolean
    language sql stable
    return exists (select from messages where recipient = person and id >= message_id_at(moment))
        or exists (select from outbox o join messages m on m.id = o.message_id where m.recipient = person)
        or exists (select from inbound_messages where from_address = person and received_at >= moment);
