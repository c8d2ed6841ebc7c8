-- Where each lane of facts ends: the last fact of it that the relay has published, and its stream. Written by the relay alone.
create table sms_lanes (
    lane         uuid    not null primary key,
    last_seq_id  bigint  not null,
    stream_id    varchar not null
);
