-- What somebody is still writing; it becomes a fact, of AutoReply's, once it is put in force.
create table if not exists rule_drafts (
    who text not null,
    label text not null,
    base bigint not null,      -- the version it was made from
    rule_set text not null,    -- JSON
    at timestamptz not null,
    primary key (who, label)
);
