alter table endpoints add history jsonb;

-- How far texts have been fetched from a gateway's history, and who is at it now.
create table history_fetches (
    slug           varchar      primary key,
    begun_at       timestamptz  not null,
    fetched_until  timestamptz,
    trouble        varchar
);
