-- The agents' list.
create table tickets (
    id               uuid primary key,
    customer         text not null,
    our_number       text not null,
    status           text not null,
    opened_at        timestamptz not null,
    last_activity_at timestamptz not null,
    last_text_at     timestamptz not null,
    last_text        text not null,
    texts            int not null,
    version          bigint not null
);
create index tickets_by_activity on tickets (last_activity_at, id);
create index tickets_by_status on tickets (status, last_activity_at, id);

-- What was said and done on each. position is the order in which it was recorded.
create table ticket_entries (
    ticket_id uuid not null,
    position  bigint not null,
    kind      text not null,
    at        timestamptz not null,
    actor     text,
    sms_id    uuid,
    endpoint  text,
    text      text,
    primary key (ticket_id, position)
);
create index ticket_entries_by_time on ticket_entries (ticket_id, at, position);
