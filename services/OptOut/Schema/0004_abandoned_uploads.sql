-- So that what an upload left behind that broke off can be told from one that is coming in.
alter table import_parts add stored_at timestamptz not null default now();
