-- An uploaded list, in parts as they are worked off, and what was wrong with which row. The parts are deleted once they are done.
create table import_parts (
    import_id  uuid  not null,
    no         int   not null,
    first_row  int   not null,
    rows       text  not null,
    primary key (import_id, no)
);
create table imports (
    import_id   uuid        primary key,
    format      text        not null,
    dry_run     boolean     not null,
    actor       text        not null,
    state       text        not null,
    started_at  timestamptz not null,
    changed_at  timestamptz not null,
    rows        int         not null,
    done        int         not null default 0,
    created     int         not null default 0,
    completed   int         not null default 0,
    unchanged   int         not null default 0,
    refused     int         not null default 0
);
create index imports_by_start on imports (started_at, import_id);
create table import_errors (
    import_id uuid not null,
    row_no    int  not null,
    field     text not null,
    reason    text not null,
    primary key (import_id, row_no, field)
);
