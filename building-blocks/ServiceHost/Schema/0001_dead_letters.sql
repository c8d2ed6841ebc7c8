-- Messages that could not be handled, taken out of the error queues.
create table dead_letters (
    id               uuid         primary key,
    queue            varchar      not null,
    state            varchar      not null,     -- open, requeued, discarded
    message_id       uuid,
    message_type     varchar,
    cause            varchar      not null,     -- the same for failures that are alike
    exception_type   varchar,                   -- null where the broker gave the message up
    summary          varchar      not null,
    failures         int          not null,
    first_failed_at  timestamptz  not null,
    failed_at        timestamptz  not null
);
create index dead_letters_by_time on dead_letters (failed_at desc, id desc);
create index dead_letters_open on dead_letters (queue, cause) where state = 'open';
