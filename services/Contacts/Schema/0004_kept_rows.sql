-- So that rows that nobody will enter any more can be told: of an upload that broke off, or of a dry run nobody went on with.
alter table import_parts add stored_at timestamptz not null default now();
