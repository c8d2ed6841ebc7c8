-- Raw bytes, written once and deleted by age. Found by the time of their delivery, which grows, rather than by a random id:
-- an index on that would cost every text a page of its own.
create table raw_bodies (
    id    uuid         not null,
    at    timestamptz  not null,
    head  varchar,
    body  bytea        not null
);
create index raw_bodies_at on raw_bodies (at);

-- No longer called; it stays for instances of the version before, until they are replaced.
create function keep_raw_bodies(ids uuid[], times timestamptz[], heads varchar[], bodies bytea[]) returns void language plpgsql as $$
begin
    perform set_config('synchronous_commit', 'off', true);
    insert into raw_bodies (id, at, head, body) select * from unnest(ids, times, heads, bodies);
end $$;

-- Genuine deliveries that could not be understood, and what was decided about them.
create table quarantine (
    id            uuid         primary key,
    slug          varchar      not null,
    reason        varchar      not null,
    content_type  varchar,
    length        int          not null,
    received_at   timestamptz  not null,
    repeats       int          not null default 0,
    state         varchar      not null default 'open',
    decided_by    varchar,
    decided_at    timestamptz,
    decision      varchar
);
create index quarantine_newest on quarantine (received_at desc, id desc);
insert into quarantine (id, slug, reason, content_type, length, received_at, repeats)
select substr(e.stream_id, length('unreadable-') + 1)::uuid, e.data ->> 'Endpoint', e.data ->> 'Reason', e.data ->> 'ContentType',
       length(decode(e.data ->> 'Body', 'base64')), (e.data ->> 'ReceivedAt')::timestamptz, s.version - 1
from mt_streams s join mt_events e on e.stream_id = s.id and e.version = 1
where s.type = 'unreadable';
drop index unreadable_streams;

create function purge_raw_bodies(before timestamptz, most int) returns int language plpgsql as $$
declare
    deleted int;
begin
    delete from raw_bodies where ctid = any (array(
        select r.ctid from raw_bodies r
        where r.at < before and not exists (select 1 from quarantine q where q.id = r.id and q.state = 'open')
        order by r.at limit most));
    get diagnostics deleted = row_count;
    return deleted;
end $$;

-- What became of the latest deliveries, for people who look after a gateway: a sample, written in bulk. The log knows every one accepted.
create table recent_deliveries (
    no        bigint       generated always as identity primary key,
    slug      varchar      not null,
    at        timestamptz  not null,
    accepted  boolean      not null,
    outcome   varchar      not null,
    id        uuid,
    sender    varchar
);
create index recent_deliveries_newest on recent_deliveries (slug, accepted, no);

create table delivery_counts (
    slug     varchar      not null,
    hour     timestamptz  not null,
    outcome  varchar      not null,
    count    bigint       not null,
    primary key (slug, hour, outcome)
);

-- What became of texts that were sent, as their gateways reported it.
create table reported_texts (
    slug                varchar      not null,
    text_key            varchar      not null,
    gateway_message_id  varchar,
    ref                 varchar,
    status              varchar      not null,
    status_rank         int          not null,
    status_at           timestamptz  not null,
    sent                int          not null,
    delivered           int          not null,
    failed              int          not null,
    expired             int          not null,
    parts               int,
    error_code          varchar,
    last_report_at      timestamptz  not null,
    primary key (slug, text_key)
);
