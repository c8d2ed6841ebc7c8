-- Numbers, states, owners, targets; one conversation has several tickets.
create sequence ticket_numbers;

alter table tickets
    add column number               bigint,
    add column endpoint             text not null default '',
    add column priority             text not null default 'normal',
    add column assignee             text,
    add column team                 text,
    add column tags                 text[] not null default '{}',
    add column follows              uuid,
    add column merged_into          uuid,
    add column ended_at             timestamptz,
    add column wakes_at             timestamptz,
    add column replies              int not null default 0,
    add column waiting              boolean not null default false,
    add column first_reply_due      timestamptz,
    add column next_reply_due       timestamptz,
    add column resolution_due       timestamptz,
    add column missed               text[] not null default '{}';
-- A ticket was open from the start; it is new until something was done about it.
update tickets t set status = 'new'
where status = 'open' and not exists (select from ticket_entries e where e.ticket_id = t.id and e.kind <> 'customer-wrote');
update tickets set waiting = status in ('new', 'open');
create unique index tickets_by_number on tickets (number);
create index tickets_by_customer on tickets (customer);
create index tickets_merged on tickets (merged_into) where merged_into is not null;
create index tickets_of_agent on tickets (assignee, last_activity_at, id) where status not in ('solved', 'closed');
create index tickets_of_team on tickets (team, last_activity_at, id) where status not in ('solved', 'closed');
create index tickets_of_nobody on tickets (last_activity_at, id) where assignee is null and status not in ('solved', 'closed');
create index tickets_by_tag on tickets using gin (tags);

-- How each ticket stood at any time. The row that holds now has no end.
create table ticket_history (
    like tickets,
    since timestamptz not null,
    until timestamptz not null,
    primary key (id, version)
);
insert into ticket_history select t.*, t.last_activity_at, 'infinity' from tickets t;
create index ticket_history_now on ticket_history (id) where until = 'infinity';
create index ticket_history_by_end on ticket_history (until);

alter table ticket_entries
    add column recorded_at timestamptz,
    add column no          int not null default 0,
    add column customer    text,
    add column our_number  text,
    add column send_id     uuid,
    add column detail      text,
    add column moved_out   bigint,
    add column search      tsvector generated always as (to_tsvector('simple', coalesce(text, ''))) stored;
update ticket_entries set recorded_at = at;
update ticket_entries e set recorded_at = m.timestamp from mt_events m where m.stream_id = 'ticket-' || e.ticket_id and m.version = e.position;
alter table ticket_entries alter column recorded_at set not null;
alter table ticket_entries drop constraint ticket_entries_pkey, add primary key (ticket_id, position, no);
create index ticket_entries_by_sms on ticket_entries (sms_id) where kind = 'customer-wrote';
create index ticket_entries_search on ticket_entries using gin (search);
create index ticket_entries_said on ticket_entries (at, ticket_id, position) where text is not null;

-- When something about a ticket is due by the clock.
create table ticket_dues (
    ticket_id uuid not null,
    kind      text not null,
    due_at    timestamptz not null,
    primary key (ticket_id, kind)
);
create index ticket_dues_by_time on ticket_dues (due_at);

-- Every text and what was decided about it.
create table texts (
    sms_id         uuid primary key,
    endpoint       text not null,
    customer       text not null,
    our_number     text not null,
    text           text not null,
    sent_at        timestamptz not null,
    received_at    timestamptz not null,
    decide_by      timestamptz,
    ticket_id      uuid,
    rule           text,
    reason         text,
    policy         text,
    policy_version int
);
create index texts_undecided on texts (decide_by) where decide_by is not null;
create index texts_logged on texts (received_at, sms_id) where ticket_id is null and rule is not null;

-- What became of texts of ours.
create table deliveries (
    send_id   uuid not null,
    version   bigint not null,
    status    text not null,
    reason    text,
    at        timestamptz not null,
    primary key (send_id, version)
);

-- Who writes from a number, as Contacts says.
create table customers (
    number     text primary key,
    contact_id uuid not null,
    name       text,
    version    bigint not null
);
create index customers_by_contact on customers (contact_id);

-- These two are no views: whose turn it is to get a ticket, and who is writing on one just now.
create table assignment_turns (
    team text primary key,
    turn bigint not null
);
create table ticket_writers (
    ticket_id uuid not null,
    agent     text not null,
    until     timestamptz not null,
    primary key (ticket_id, agent)
);
