create table endpoints (
    slug           varchar      primary key,
    number         varchar,
    registered_at  timestamptz  not null
);

create table endpoint_secrets (
    id         uuid         primary key,
    slug       varchar      not null references endpoints (slug),
    encrypted  varchar      not null,
    added_at   timestamptz  not null
);

-- Deliveries kept for a person are few among many texts: finding them must not read the texts.
create index unreadable_streams on mt_streams (id) where type = 'unreadable';
