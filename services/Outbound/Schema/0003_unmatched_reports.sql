-- Reports by an id that a gateway gave to none of our texts, or not yet.
create table unmatched_reports (
    report_id   uuid primary key,
    stream_id   text not null,
    endpoint    text not null,
    status      text not null,
    reason      text,
    occurred_at timestamptz not null
);
create index unmatched_reports_by_stream on unmatched_reports (stream_id);
create index unmatched_reports_by_time on unmatched_reports (occurred_at, report_id);
