-- Who may sign in. Made from the log, as the other views.
create table if not exists accounts (
    id uuid primary key,
    name text not null,
    role text not null,
    closed boolean not null default false,
    sessions integer not null default 0,
    failures integer not null default 0,
    last_failure timestamptz,
    opened_at timestamptz not null,
    signed_in_at timestamptz
);

create table if not exists invitations (
    id uuid primary key,
    role text not null,
    for_account text,
    until timestamptz not null,
    made_at timestamptz not null,
    made_by text not null,
    used_by text,
    over boolean not null default false
);
create index if not exists invitations_made_at on invitations (made_at);

-- What people did in the console.
create table if not exists actions (
    id uuid primary key,
    at timestamptz not null,
    actor text not null,
    service text not null,
    what text not null,
    subject text,
    status integer not null
);
create index if not exists actions_at on actions (at desc, id desc);
create index if not exists actions_actor on actions (actor, at desc, id desc);

-- Beside the log, because it is nobody's to read: what passwords hash to.
create table if not exists passwords (
    account_id uuid primary key,
    hash text not null
);

-- With what session cookies are signed, encrypted with the master key; the same for all instances.
create table if not exists session_keys (
    name text primary key,
    made_at timestamptz not null default now(),
    closed text not null
);
