-- Views made anew from the log: every run, how far it is, and what came of it.
create table sms_view_runs (
    id            uuid         primary key,
    purpose       varchar      not null,             -- Rebuild: takes the place of the live tables; Verify: is compared with them
    actor         varchar      not null,
    state         varchar      not null,             -- Running, Done, Cancelled, Failed
    phase         varchar      not null,             -- reading, swapping, comparing
    started_at    timestamptz  not null,
    finished_at   timestamptz,
    build         varchar,                           -- of the program whose views these are: another one begins from the start
    schema_files  int,
    position      bigint       not null default 0,   -- the last event that is in the tables
    done          bigint       not null default 0,   -- events read
    total         bigint       not null default 0,   -- events there are to read, as far as is known
    cancelled_by  varchar,
    reason        varchar,
    compared      jsonb,
    differences   jsonb
);
create unique index sms_one_view_run_at_a_time on sms_view_runs (state) where state = 'Running';

-- The oldest transaction running that may still append to this database. A snapshot covers the whole server; a transaction that certainly
-- runs in another database cannot, and would hold up every service on the server.
create function sms_oldest_running() returns xid8 language sql stable as $$
    select coalesce(
        (select running from pg_snapshot_xip(pg_current_snapshot()) running
         where not exists (
             select from pg_locks l join pg_stat_activity a using (pid)
             where l.locktype = 'transactionid' and l.mode = 'ExclusiveLock' and l.transactionid = running::xid
               and a.datid <> (select oid from pg_database where datname = current_database()))
         order by running limit 1),
        pg_snapshot_xmax(pg_current_snapshot()))
$$;

-- Makes the tables of these names anew and empty in the schema sms_views, with whatever belongs to them. Every other table of the service
-- has an empty double there, so that a view that touches what it does not declare harms nothing and is found out.
create function sms_begin_views(names text[]) returns void language plpgsql as $$
declare
    live         regnamespace := 'public';
    definitions  text[];
    definition   text;
    subject      text;
begin
    drop schema if exists sms_views cascade;

    select string_agg(name, ', ') into subject from unnest(names) name
    where not exists (select from pg_class c where c.relnamespace = live and c.relname = name and c.relkind = 'r');
    if subject is not null then
        raise exception 'there is no table %', subject using errcode = 'SM003';
    end if;
    select string_agg(what, ', ') into subject from (
        select format('the trigger %s on %s', t.tgname, c.relname) as what
        from pg_trigger t join pg_class c on c.oid = t.tgrelid
        where c.relnamespace = live and c.relname = any (names) and not t.tgisinternal
        union all
        select format('the foreign key %s of %s', k.conname, o.relname)
        from pg_constraint k join pg_class c on c.oid = k.confrelid join pg_class o on o.oid = k.conrelid
        where c.relnamespace = live and c.relname = any (names) and k.contype = 'f' and o.relname <> all (names)
        union all
        select format('%s, which shows %s', v.relname, c.relname)
        from pg_depend d join pg_rewrite r on d.classid = 'pg_rewrite'::regclass and r.oid = d.objid join pg_class v on v.oid = r.ev_class
             join pg_class c on d.refclassid = 'pg_class'::regclass and c.oid = d.refobjid
        where c.relnamespace = live and c.relname = any (names)
        group by v.relname, c.relname) attached;
    if subject is not null then
        raise exception 'these hang on tables that are to be made anew: %', subject using errcode = 'SM003';
    end if;

    -- Definitions name tables without a schema as long as that is the one looked in.
    perform set_config('search_path', 'public', true);
    select array_agg(sql order by step, sql) into definitions from (
        select 1 as step, format('create table sms_views.%I (like public.%1$I including all excluding indexes)', c.relname) as sql
        from pg_class c
        where c.relnamespace = live and c.relkind in ('r', 'p') and c.relname !~ '^mt_'
          and c.relname not in ('sms_schema', 'sms_inbox', 'sms_view_runs')
        union all
        select 2, format('alter table sms_views.%I set (%s)', c.relname, array_to_string(c.reloptions, ', '))
        from pg_class c where c.relnamespace = live and c.relname = any (names) and c.reloptions is not null
        union all
        select case k.contype when 'f' then 4 else 3 end,
               format('alter table sms_views.%I add constraint %I %s', c.relname, k.conname, pg_get_constraintdef(k.oid))
        from pg_constraint k join pg_class c on c.oid = k.conrelid
        where c.relnamespace = live and c.relname = any (names) and k.contype in ('p', 'u', 'x', 'f')
        union all
        select 3, pg_get_indexdef(i.indexrelid, 0, true)
        from pg_index i join pg_class c on c.oid = i.indrelid
        where c.relnamespace = live and c.relname = any (names) and not exists (select from pg_constraint k where k.conindid = i.indexrelid)
        union all
        select 5, format('grant %s on sms_views.%I to %s', a.privilege_type, c.relname,
                         case a.grantee when 0 then 'public' else quote_ident(pg_get_userbyid(a.grantee)) end)
        from pg_class c, aclexplode(c.relacl) a
        where c.relnamespace = live and c.relname = any (names) and a.grantee <> c.relowner) parts;

    create schema sms_views;
    perform set_config('search_path', 'sms_views, public', true);
    foreach definition in array coalesce(definitions, '{}') loop
        execute definition;
    end loop;
end $$;

-- A table that holds what no view has declared, or null.
create function sms_undeclared_view(names text[]) returns text language plpgsql as $$
declare
    double  text;
    filled  boolean;
begin
    for double in
        select relname from pg_class where relnamespace = 'sms_views'::regnamespace and relkind = 'r' and relname <> all (names)
    loop
        execute format('select exists (select from sms_views.%I)', double) into filled;
        if filled then
            return double;
        end if;
    end loop;
    return null;
end $$;

-- Collects what the planner knows about a table; what it knew about the live ones does not come along.
create function sms_analyze_views(names text[]) returns void language plpgsql as $$
declare
    name text;
begin
    foreach name in array names loop
        execute format('analyze sms_views.%I', name);
    end loop;
end $$;

-- The tables made anew take the place of the live ones.
create function sms_swap_views(names text[]) returns void language plpgsql as $$
declare
    name text;
begin
    execute (select 'drop table ' || string_agg(format('public.%I', n), ', ' order by n) from unnest(names) n);
    foreach name in array names loop
        execute format('alter table sms_views.%I set schema public', name);
    end loop;
    drop schema sms_views cascade;
end $$;

-- Opens a cursor over a table's rows, in an order that is the same for the live one and the one made anew: a digest of its key, the key, the row.
create function sms_open_view(of refcursor, place text, name text) returns void language plpgsql as $$
declare
    key text := (
        select string_agg(format('%L, t.%I', a.attname, a.attname), ', ' order by array_position(i.indkey::int[], a.attnum::int))
        from pg_index i join pg_attribute a on a.attrelid = i.indrelid and a.attnum = any (i.indkey)
        where i.indrelid = format('%I.%I', place, name)::regclass and i.indisprimary);
begin
    open of for execute format(
        'select md5(key) collate "C", key, line from (select %s as key, to_jsonb(t)::text as line from %I.%I t) k order by 1, line collate "C"',
        case when key is null then 'to_jsonb(t)::text' else format('jsonb_build_object(%s)::text', key) end, place, name);
end $$;
