-- The next thing to do for each text that is not done: let it expire, send it, or look after a claim without an outcome.
create table due_sends (
    send_id      uuid primary key,
    sms_id       uuid not null,
    endpoint     text not null,
    due_at       timestamptz not null,
    caused_by    uuid not null,
    trace_parent text
);
create index due_sends_by_time on due_sends (due_at);

-- Every text anybody asked for and where it stands. Its key refuses an id that was used for the answers to two texts.
create table messages (
    send_id      uuid primary key,
    sms_id       uuid not null,
    purpose      text not null,
    endpoint     text not null,
    our_number   text not null,
    customer     text not null,
    text         text not null,
    requested_by text not null,
    requested_at timestamptz not null,
    expires_at   timestamptz not null,
    state        text not null,
    reason       text,
    gateway_id   text,
    attempts     int not null,
    changed_at   timestamptz not null
);
create index messages_by_time on messages (requested_at, send_id);
create index messages_by_state on messages (state, requested_at, send_id);

create table message_history (
    send_id    uuid not null,
    position   bigint not null,
    state      text not null,
    reason     text,
    attempt    int,
    gateway_id text,
    retry_at   timestamptz,
    at         timestamptz not null,
    actor      text not null,
    primary key (send_id, position)
);
