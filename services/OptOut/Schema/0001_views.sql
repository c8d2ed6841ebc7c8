-- Every consent word of a person to one of our numbers. The last one sent holds.
create table if not exists consent_words (
    person     text        not null,
    our_number text        not null,
    sms_id     uuid        not null,
    word       text        not null,
    opts_out   boolean     not null,
    sent_at    timestamptz not null,
    primary key (person, our_number, sms_id)
);
