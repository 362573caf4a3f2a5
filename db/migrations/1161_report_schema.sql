-- The schema of the views for reports may have another name (REPORT_SCHEMA): what looks into it reads its name here.
create table report_schema (
    only_row boolean primary key default true check (only_row),
    name     text not null
);

insert into report_schema (name) values ('report');

create or replace function missing_rights(role name) returns setof text
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
    select s.name || '.' || c.relname, 'SELECT',
           has_schema_privilege(role, n.oid, 'USAGE') and has_table_privilege(role, c.oid, 'SELECT')
      from report_schema s join pg_namespace n on n.nspname = s.name join pg_class c on c.relnamespace = n.oid
     where c.relkind = 'v'
     union all
    select f.proname, 'EXECUTE', has_function_privilege(role, f.oid, 'EXECUTE')
      from pg_proc f
     where f.oid in ('create_history_partitions'::regproc, 'drop_history_partitions'::regproc, 'analyze_messages'::regproc)
)
select word || ' on ' || name from needed where not is_held order by name, word
$$;

create or replace function grant_rights(role name) returns void
    language plpgsql as $$
declare
    house text := (select relnamespace::regnamespace from pg_class where oid = 'audit_log'::regclass);
    reports text := (select name from report_schema);
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
    execute format('grant usage on schema %s, %I to %I', house, reports, role);
    execute format('grant select, insert, update, delete on all tables in schema %s to %I', house, role);
    execute format('revoke update, delete on audit_log from %I', role);
    execute format('revoke insert, update, delete on schema_migrations from %I', role);
    execute format('grant usage, select on all sequences in schema %s to %I', house, role);
    execute format('grant select on all tables in schema %I to %I', reports, role);
    execute format('grant execute on function create_history_partitions, drop_history_partitions, analyze_messages to %I', role);
end $$;
