alter table endpoints
    add profile         varchar not null default 'mobile-api-connect',
    add custom_profile  varchar,
    add label           varchar,
    add region          varchar,
    add public_url      varchar,
    add per_second      int,
    add disabled        boolean not null default false,
    add request_id      uuid unique,
    add request_digest  varchar;

-- One number belongs to one endpoint of a kind of gateway: a second one would make every text two texts. A disabled endpoint takes none.
create table endpoint_numbers (
    slug       varchar  not null references endpoints (slug),
    place      int      not null,
    number     varchar  not null,
    device_id  varchar,
    sim        int,
    profile    varchar  not null,
    taken      boolean  not null,
    primary key (slug, place)
);
insert into endpoint_numbers (slug, place, number, profile, taken)
select slug, 1, number, profile, row_number() over (partition by number order by registered_at) = 1 from endpoints where number is not null;
create unique index one_endpoint_for_a_number on endpoint_numbers (profile, number) where taken;
alter table endpoints drop number;

alter table endpoint_secrets
    add fingerprint  varchar constraint one_endpoint_for_a_secret unique,
    add until        timestamptz;
