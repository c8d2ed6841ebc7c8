-- The same commit, quicker where most streams are new, as they are at the door: what was started is counted instead of read back, and an
-- alternative that is not taken is not parsed. The one before stays for instances of the version before, until they are replaced.
create function sms_commit(
    handled_endpoint varchar, handled_message uuid,
    -- one entry per stream, in the order of their ids (every commit locks in this order, so none deadlock)
    stream_ids varchar[], stream_types varchar[], expected bigint[], counts int[], counts_if_exists int[],
    -- one entry per event: which stream, its place among that stream's, whether it is the alternative for an existing stream
    event_streams int[], event_places int[], event_if_exists boolean[],
    event_ids uuid[], event_types varchar[], event_dotnet_types varchar[], event_data text[],
    event_correlations varchar[], event_causations varchar[], event_headers text[],
    happened_at timestamptz)
returns table (stream_no int, new_version bigint, stream_existed boolean)
language plpgsql as $$
declare
    total     int := cardinality(stream_ids);
    versions  bigint[] := array_fill(null::bigint, array[cardinality(stream_ids)]);
    existed   boolean[] := array_fill(false, array[cardinality(stream_ids)]);
    row       record;
    reached   int := 0;
begin
    -- The relay passes a gap in the numbers only once every transaction that could fill it has ended. It can only know
    -- those that have an id, so this one takes its id before it draws a number.
    perform pg_current_xact_id();

    if handled_message is not null then
        insert into sms_inbox (endpoint, message_id, handled_at)
        values (handled_endpoint, handled_message, happened_at)
        on conflict do nothing;
        if not found then
            raise exception 'the message was handled before' using errcode = 'SM001';
        end if;
    end if;

    if 0 = any (expected) then
        insert into mt_streams (id, type, version, timestamp, created)
        select s.id, s.type, s.n, happened_at, happened_at
        from unnest(stream_ids, stream_types, expected, counts) with ordinality as s (id, type, expected, n, no)
        where s.expected = 0
        order by s.no
        on conflict (id) do nothing;
        get diagnostics reached = row_count;
        if reached = total then
            versions := counts;
        elsif reached > 0 then
            -- Some were there before: those that were not are of this transaction.
            for row in
                select s.no, m.version
                from unnest(stream_ids, expected) with ordinality as s (id, expected, no) join mt_streams m on m.id = s.id
                where s.expected = 0 and m.xmin = pg_current_xact_id()::xid
            loop
                versions[row.no] := row.version;
            end loop;
        end if;
    end if;

    if reached < total then
        if total - reached > 1 then
            perform 1 from mt_streams where id = any (stream_ids) order by id collate "C" for no key update;
        end if;
        for row in
            update mt_streams m
            set version = m.version + case when s.expected = 0 then s.n_if_exists else s.n end, timestamp = happened_at
            from unnest(stream_ids, expected, counts, counts_if_exists, versions) with ordinality
                 as s (id, expected, n, n_if_exists, started, no)
            where m.id = s.id and s.started is null and not coalesce(m.is_archived, false)
              and (s.expected > 0 and m.version = s.expected or s.expected = 0 and s.n_if_exists > 0)
            returning s.no, m.version, s.expected = 0 as existed
        loop
            versions[row.no] := row.version;
            existed[row.no] := row.existed;
            reached := reached + 1;
        end loop;
    end if;

    if reached < total then
        raise exception '%', (
            select string_agg(stream_ids[i], ', ') from generate_subscripts(stream_ids, 1) i where versions[i] is null)
            using errcode = 'SM002';
    end if;

    insert into mt_events (
        seq_id, id, stream_id, version, data, type, timestamp, mt_dotnet_type, correlation_id, causation_id, headers)
    select nextval('mt_events_sequence'), e.id, stream_ids[e.stream],
           versions[e.stream] - case when existed[e.stream] then counts_if_exists[e.stream] else counts[e.stream] end + e.place,
           e.data::jsonb, e.type, happened_at, e.dotnet_type, e.correlation, e.causation, e.headers::jsonb
    from (
        select * from unnest(
            event_streams, event_places, event_if_exists, event_ids, event_types, event_dotnet_types, event_data,
            event_correlations, event_causations, event_headers) with ordinality
            as u (stream, place, if_exists, id, type, dotnet_type, data, correlation, causation, headers, no)
        where u.if_exists = existed[u.stream]
        order by u.no) e;

    return query select i, versions[i], existed[i] from generate_subscripts(stream_ids, 1) i;
end $$;
