-- Texts that answer none, proofs, waiting, turns.
alter table due_sends alter column sms_id drop not null;
alter table due_sends
    add column stream_id  text,
    add column our_number text,
    add column customer   text,
    add column urgency    int not null default 1,
    add column leaves     boolean not null default false;
update due_sends d
set stream_id = 'reply-' || d.sms_id, our_number = m.our_number, customer = m.customer,
    urgency = case m.purpose when 'consent-answer' then 0 else 1 end, leaves = m.state in ('cleared', 'waiting')
from messages m where m.send_id = d.send_id;
alter table due_sends alter column stream_id set not null, alter column our_number set not null, alter column customer set not null;
create index due_sends_by_customer on due_sends (customer);

alter table messages alter column sms_id drop not null;
alter table messages
    add column stream_id     text,
    add column resend_of     uuid,
    add column resent_as     uuid,
    add column consent       text,
    add column consent_at    timestamptz,
    add column consent_fact  uuid,
    add column consent_hash  text,
    add column waits_for     text,
    add column waiting_since timestamptz;
update messages set stream_id = 'reply-' || sms_id;
alter table messages alter column stream_id set not null;
create index messages_by_conversation on messages (our_number, customer, requested_at, send_id);
create index messages_waiting on messages (waiting_since) where waits_for is not null;

-- One person and one of our numbers, under an id that shows neither; and when one of ours last left for them, so that every
-- conversation gets its turn.
create table conversations (
    id              uuid primary key,
    our_number      text not null,
    customer        text not null,
    last_leaving_at timestamptz,
    unique (our_number, customer)
);

-- When the next text may leave: of one of our numbers, and ('') of an endpoint.
create table turns (
    endpoint   text not null,
    our_number text not null,
    free_at    timestamptz not null default '-infinity',
    primary key (endpoint, our_number)
);

create function take_turn(of_endpoint text, of_number text, per_number interval, per_endpoint interval) returns boolean
language plpgsql as $$
declare
    free boolean;
begin
    insert into turns (endpoint, our_number) values (of_endpoint, ''), (of_endpoint, of_number) on conflict do nothing;
    perform 1 from turns where endpoint = of_endpoint and our_number in ('', of_number) order by our_number for update;
    select bool_and(free_at <= clock_timestamp()) into free
    from turns where endpoint = of_endpoint and our_number in ('', of_number);
    if free then
        update turns set free_at = clock_timestamp() + case our_number when '' then per_endpoint else per_number end
        where endpoint = of_endpoint and our_number in ('', of_number);
    end if;
    return free;
end $$;
