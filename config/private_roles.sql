-- The roles of a private PostgreSQL. Its superuser makes the database; waybill_owner owns everything in it and migrates;
-- waybill runs the server. Runs at each start until the database belongs to waybill_owner: one that an earlier version made
-- is handed over as a whole, or not at all.

do $$
declare
    wanted text;
    item record;
begin
    foreach wanted in array array['waybill_owner', 'waybill'] loop
        if to_regrole(wanted) is null then
            execute format('create role %I login', wanted);
        end if;
    end loop;
    -- The owner may not create roles, and grants these what they read.
    foreach wanted in array array['waybill_reports', 'waybill_reports_numbers'] loop
        if to_regrole(wanted) is null then
            execute format('create role %I nologin', wanted);
        end if;
    end loop;

    -- Whatever depends on a table, such as its sequences, goes with it.
    for item in
        select 'schema' as kind, quote_ident(nspname) as name, 1 as place from pg_namespace
         where nspowner = current_user::regrole and nspname !~ '^pg_' and nspname <> 'information_schema'
        union all
        select case c.relkind when 'v' then 'view' when 'S' then 'sequence' else 'table' end, c.oid::regclass::text, 2
          from pg_class c join pg_namespace n on n.oid = c.relnamespace
         where c.relowner = current_user::regrole and c.relkind in ('r', 'p', 'v', 'S')
           and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
           and not (c.relkind = 'S' and exists (select from pg_depend d
                                                 where d.objid = c.oid and d.classid = 'pg_class'::regclass
                                                   and d.deptype in ('a', 'i')))
        union all
        select 'routine', p.oid::regprocedure::text, 3
          from pg_proc p join pg_namespace n on n.oid = p.pronamespace
         where p.proowner = current_user::regrole and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
        union all
        select 'type', t.oid::regtype::text, 4
          from pg_type t join pg_namespace n on n.oid = t.typnamespace
         where t.typowner = current_user::regrole and t.typtype in ('e', 'd') and n.nspname !~ '^pg_'
           and n.nspname <> 'information_schema'
        order by place, name
    loop
        execute format('alter %s %s owner to waybill_owner', item.kind, item.name);
    end loop;
    execute format('alter database %I owner to waybill_owner', current_database());
end $$;
