-- Texts that came before the one the person had written before them, and are ruled on with it. Usually empty.
create table waiting_texts (
    sms_id  uuid         primary key,
    since   timestamptz  not null
);
