-- What came of the rules for each text, newest first on the screen.
create table if not exists answers (
    sms_id   uuid        primary key,
    at       timestamptz not null,
    outcome  text        not null,   -- answered, no-rule-matched, withheld
    rule     text,
    why      text,                   -- withheld: why
    number   text,                   -- answered: who texted
    reply    text                    -- answered: what the rule said
);
create index if not exists answers_newest on answers (at desc, sms_id desc);
