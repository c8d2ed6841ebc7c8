-- Replays of what was published: who asked for each, from where, and where the relay was before, where it goes on when it is called off.
create table sms_replays (
    id            bigint       generated always as identity primary key,
    actor         varchar      not null,
    asked_at      timestamptz  not null,
    from_seq_id   bigint       not null,
    end_seq_id    bigint       not null,
    cancelled_by  varchar,
    cancelled_at  timestamptz
);

-- Where a lane ended before a replay went back in it; null where it is there now.
alter table sms_lanes
    add column furthest_seq_id     bigint,
    add column furthest_stream_id  varchar;
