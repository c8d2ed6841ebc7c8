-- The tables of Marten 9 with string stream ids and the correlation, causation and header columns switched on,
-- so that Marten itself, or psql with Marten's documentation beside it, can read, aggregate and append.
create table mt_streams (
    id           varchar      not null constraint pkey_mt_streams_id primary key,
    type         varchar,
    version      bigint,
    timestamp    timestamptz  not null default now(),
    created      timestamptz  not null default now(),
    tenant_id    varchar      default '*DEFAULT*',
    is_archived  boolean      default false
);

create table mt_events (
    seq_id          bigint        not null constraint pkey_mt_events_seq_id primary key,
    id              uuid          not null,
    stream_id       varchar       constraint fkey_mt_events_stream_id references mt_streams (id) on delete cascade,
    version         bigint        not null,
    data            jsonb         not null,
    bdata           bytea,
    type            varchar(500)  not null,
    timestamp       timestamptz   not null default now(),
    tenant_id       varchar       default '*DEFAULT*',
    mt_dotnet_type  varchar,
    correlation_id  varchar,
    causation_id    varchar,
    headers         jsonb,
    is_archived     boolean       default false
);
create unique index pk_mt_events_stream_and_version on mt_events (stream_id, version);
create sequence mt_events_sequence owned by mt_events.seq_id;

create table mt_event_progression (
    name          varchar      not null constraint pk_mt_event_progression primary key,
    last_seq_id   bigint,
    last_updated  timestamptz  default transaction_timestamp()
);

-- Ours, beside Marten's: the story of one text is asked for by its correlation id.
create index sms_mt_events_correlation on mt_events (correlation_id) where correlation_id is not null;

-- Ours: which bus messages this service has handled, so that handling one again changes nothing. Kept for ever,
-- because a replay publishes old messages again.
create table sms_inbox (
    endpoint    varchar      not null,
    message_id  uuid         not null,
    handled_at  timestamptz  not null default now(),
    primary key (endpoint, message_id)
);
