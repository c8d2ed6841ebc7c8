-- Everything a ruling rested on and came to, for what-if and for counting replies. Texts answered before have only what they had.
alter table answers add column if not exists person         uuid;
alter table answers add column if not exists person_version bigint;       -- the facts of the person's stream that it rests on
alter table answers add column if not exists label          text;         -- whose rule set
alter table answers add column if not exists version        bigint;       -- its version
alter table answers add column if not exists endpoint       text;
alter table answers add column if not exists our_number     text;
alter table answers add column if not exists text           text;
alter table answers add column if not exists received_at    timestamptz;
alter table answers add column if not exists ref            text;
alter table answers add column if not exists tenant_name    text;
alter table answers add column if not exists device_id      text;
alter table answers add column if not exists seen           text;         -- JSON
alter table answers add column if not exists summary        text;         -- what it came to, JSON
alter table answers add column if not exists replies        int not null default 0;
alter table answers add column if not exists shadow_version bigint;
alter table answers add column if not exists shadow_outcome text;
alter table answers add column if not exists shadow_differs boolean;
create index if not exists answers_received on answers (label, received_at) where person is not null;
-- Counted for breakers.
create index if not exists answers_replied on answers (received_at) include (endpoint, replies, at) where replies > 0;
create index if not exists answers_shadowed on answers (label, shadow_version, shadow_differs) where shadow_version is not null;

-- Conversations taken from the rules and given back, in the order of the person's stream.
create table if not exists pauses (
    person         uuid        not null,
    person_version bigint      not null,   -- the fact itself
    our_number     text        not null,
    paused         boolean     not null,
    by             text        not null,
    at             timestamptz not null,
    primary key (person, person_version)
);

-- Our own numbers, as texts have come in on them.
create table if not exists our_numbers (
    number text primary key
);

-- Breakers that have ever opened.
create table if not exists breakers (
    scope     text primary key,            -- the endpoint, or *
    is_open   boolean     not null,
    opened_at timestamptz not null,
    most      int         not null,
    minutes   int         not null,
    closed_at timestamptz,
    closed_by text
);

-- What rules want done later or outside, until it is done or given up.
create table if not exists deeds (
    id       uuid        primary key,
    sms_id   uuid        not null,
    kind     text        not null,         -- reply, webhook, email
    rule     text        not null,
    state    text        not null,         -- waiting, done, dropped, given-up
    next_at  timestamptz not null,         -- when it is looked at next
    attempts int         not null,
    why      text,
    at       timestamptz not null
);
create index if not exists deeds_due on deeds (next_at) where state = 'waiting';
create index if not exists deeds_newest on deeds (at desc, id desc);

-- Every version of every rule set.
create table if not exists rule_set_versions (
    label      text        not null,
    version    bigint      not null,
    at         timestamptz not null,
    by         text        not null,
    waived_by  text,
    reverts_to bigint,
    rules      int         not null,
    enabled    boolean     not null,
    primary key (label, version)
);

-- Frozen cases.
create table if not exists cases (
    id     uuid        primary key,
    label  text        not null,
    name   text        not null,
    texts  int         not null,
    by     text        not null,
    at     timestamptz not null
);
