-- Who has texted us.
create table contacts (
    id           uuid primary key,
    number       text not null,
    created_at   timestamptz not null,
    last_text_at timestamptz not null,
    last_text    text not null,
    texts        int not null,
    version      bigint not null
);
create index contacts_by_activity on contacts (last_text_at, id);
create index contacts_by_number on contacts (number);

-- What each of them wrote. position is the order of arrival.
create table contact_timeline (
    contact_id uuid not null,
    position   bigint not null,
    sms_id     uuid not null,
    endpoint   text not null,
    our_number text not null,
    text       text not null,
    sent_at    timestamptz not null,
    primary key (contact_id, position)
);
create index contact_timeline_by_time on contact_timeline (contact_id, sent_at, position);
