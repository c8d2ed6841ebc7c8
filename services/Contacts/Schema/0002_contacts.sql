-- Finding a contact by a fragment of its name or number. A trusted extension: who owns the database may create it.
create extension if not exists pg_trgm;

-- Who there is, and what is known of each. What changes with every text is in contact_activity, so that a text touches no index of this one.
alter table contacts
    add column root        uuid,                             -- whom it counts as: itself, or the one it was merged into in the end
    add column merged_into uuid,
    add column merged      uuid[]  not null default '{}',    -- what was merged into it directly
    add column verified    boolean not null default false,
    add column name        text,
    add column language    text,
    add column time_zone   text,
    add column numbers     text[]  not null default '{}',
    add column tags        text[]  not null default '{}',
    add column tag_keys    text[]  not null default '{}',
    add column fields      jsonb   not null default '{}',
    add column external_ids text[] not null default '{}',
    add column notes       jsonb   not null default '[]',
    add column name_words  text    not null default '',      -- as searched for: without case and accents, a space before each word
    add column spellings   text    not null default '';      -- every way networks write its numbers, without plus, a space before each
update contacts set root = id, numbers = array[number], spellings = ' ' || lower(ltrim(number, '+'));
alter table contacts alter column root set not null;

create table contact_activity (
    contact_id uuid        primary key,
    last_at    timestamptz not null,
    last_id    uuid        not null,    -- the text that was; tells texts of the same time apart
    last_text  text,
    texts      int         not null
);
insert into contact_activity (contact_id, last_at, last_id, last_text, texts)
select c.id, c.last_text_at,
       coalesce((select t.sms_id from contact_timeline t where t.contact_id = c.id order by t.sent_at desc, t.sms_id desc limit 1), '00000000-0000-0000-0000-000000000000'),
       c.last_text, c.texts
from contacts c;
create index contact_activity_by_time on contact_activity (last_at, contact_id);

drop index contacts_by_activity, contacts_by_number;
alter table contacts drop column number, drop column last_text_at, drop column last_text, drop column texts;
alter table contacts add column search_text text generated always as (name_words || spellings) stored;
create index contacts_by_root on contacts (root);
create index contacts_by_search_text on contacts using gin (search_text gin_trgm_ops) with (fastupdate = off);
create index contacts_verified on contacts (id) where verified;
create index contacts_by_tag on contacts using gin (tag_keys) with (fastupdate = off);
create index contacts_by_field on contacts using gin (fields jsonb_path_ops) with (fastupdate = off);

-- Every text in and out, change of a ticket and fact of consent, by the contact that had the number then.
create table timeline (
    kind          text        not null,
    entry_id      uuid        not null,
    contact_id    uuid        not null,
    at            timestamptz not null,
    revision      bigint      not null,
    number        text,
    our_number    text,
    endpoint      text,
    text          text,
    status        text,
    reason        text,
    purpose       text,
    actor         text,
    about         uuid,
    ticket_number bigint,
    priority      text,
    team          text,
    recorded_at   timestamptz not null,
    primary key (entry_id, kind)
);
insert into timeline (kind, entry_id, contact_id, at, revision, our_number, endpoint, text, recorded_at)
select 'text-in', t.sms_id, t.contact_id, t.sent_at, 1, t.our_number, t.endpoint, t.text, e.timestamp
from contact_timeline t join mt_events e on e.stream_id = 'contact-' || t.contact_id and e.version = t.position
on conflict do nothing;
drop table contact_timeline;
create index timeline_by_contact on timeline (contact_id, at, entry_id);
