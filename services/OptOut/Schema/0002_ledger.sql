-- consent_words (0001) holds what was entered before facts were chained; nothing writes it any more, and a person's words there enter
-- their chain with the first fact after them.

-- Every fact of every person, in little: for lists over many people. One person's ledger is read from the stream.
create table consent_facts (
    person       text        not null,
    no           int         not null,
    fact_id      uuid        not null,
    kind         text        not null,
    our_number   text,
    endpoint     text,
    purpose      text,
    reach        text,
    effective_at timestamptz not null,
    recorded_at  timestamptz not null,
    source       text        not null,
    reason       text,
    shown        text,
    primary key (person, no)
);
-- Whom a policy can concern.
create index consent_facts_that_decide on consent_facts (person) where kind in ('opted-out', 'opted-in');

-- Our numbers that people have to do with.
create table our_numbers (
    our_number text not null,
    endpoint   text not null default '',
    primary key (our_number, endpoint)
);

create table reviews (
    review_id  uuid        primary key,
    person     text        not null,
    our_number text        not null,
    endpoint   text        not null,
    sms_id     uuid        not null,
    wrote      text        not null,
    word       text,
    opened_at  timestamptz not null,
    deadline   timestamptz not null,
    decided_at timestamptz,
    decided_by text,
    outcome    text,
    reason     text
);
create index reviews_by_deadline on reviews (deadline, review_id) where decided_at is null;

-- An uploaded list, in parts as they are worked off, and what was wrong with which row. The parts are deleted once they are done.
create table import_parts (
    import_id  uuid  not null,
    no         int   not null,
    first_row  int   not null,
    rows       text  not null,
    primary key (import_id, no)
);
create table imports (
    import_id   uuid        primary key,
    format      text        not null,
    actor       text        not null,
    state       text        not null,
    started_at  timestamptz not null,
    changed_at  timestamptz not null,
    rows        int         not null,
    done        int         not null default 0,
    recorded    int         not null default 0,
    unchanged   int         not null default 0,
    refused     int         not null default 0
);
create table import_errors (
    import_id uuid not null,
    row_no    int  not null,
    field     text not null,
    reason    text not null,
    primary key (import_id, row_no, field)
);
