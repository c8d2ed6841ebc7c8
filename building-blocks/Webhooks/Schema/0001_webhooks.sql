-- Who wants to be told of what.
create table webhooks (
    id           uuid         primary key,
    event_types  text[]       not null,
    paused       boolean      not null,
    created_at   timestamptz  not null
);

-- What is to be told to whom, written in the transaction of the fact that it tells of. no is the order in which what is about
-- the same subject is told. claim and leased_until say that an instance is at it.
create table webhook_deliveries (
    webhook_id    uuid         not null,
    message_id    uuid         not null,
    no            bigint       generated always as identity,
    type          text         not null,
    subject       uuid         not null,
    stream_id     varchar      not null,
    version       bigint       not null,
    created_at    timestamptz  not null,
    state         text         not null default 'waiting',
    due_at        timestamptz  not null,
    attempts      int          not null default 0,
    tries         int          not null default 0,
    claim         uuid,
    leased_until  timestamptz,
    finished_at   timestamptz,
    primary key (webhook_id, message_id)
);
create index webhook_deliveries_due on webhook_deliveries (webhook_id, due_at, no) where state = 'waiting';
create index webhook_deliveries_in_order on webhook_deliveries (webhook_id, subject, no) where state = 'waiting';
create index webhook_deliveries_newest on webhook_deliveries (webhook_id, created_at desc, message_id desc);
create index webhook_deliveries_over on webhook_deliveries (finished_at) where finished_at is not null;

-- What came of each attempt.
create table webhook_attempts (
    webhook_id  uuid         not null,
    message_id  uuid         not null,
    attempt     int          not null,
    at          timestamptz  not null,
    took_ms     int          not null,
    outcome     text         not null,
    status      int,
    answer      text,
    primary key (webhook_id, message_id, attempt),
    foreign key (webhook_id, message_id) references webhook_deliveries on delete cascade
);

-- How each receiver does. quiet_until: it has asked, or seems, to be left alone.
create table webhook_receivers (
    webhook_id         uuid  primary key,
    failing_since      timestamptz,
    quiet_until        timestamptz,
    last_delivered_at  timestamptz,
    last_failed_at     timestamptz
);

-- Takes what is due, for an instance to attend to: of what is about one subject only the first, and of each receiver no more
-- than so many at a time, so that one that hangs holds up nobody else's. A claim that was never recorded runs out.
create function claim_webhook_deliveries(at_time timestamptz, at_once int, lease_for interval)
returns table (
    webhook uuid, message uuid, the_claim uuid, event_type text, about uuid, of_stream varchar, of_version bigint, attempt int, tried int,
    interrupted boolean, failing timestamptz)
language plpgsql as $$
declare
    receiver record;
begin
    for receiver in
        select w.id, r.failing_since,
               (select count(*) from webhook_deliveries d
                where d.webhook_id = w.id and d.state = 'waiting' and d.leased_until > clock_timestamp())::int as busy
        from webhooks w left join webhook_receivers r on r.webhook_id = w.id
        where not w.paused and (r.quiet_until is null or r.quiet_until <= at_time)
    loop
        return query
            with due as (
                select d.message_id, d.claim is not null as was_interrupted
                from webhook_deliveries d
                where d.webhook_id = receiver.id and d.state = 'waiting' and d.due_at <= at_time
                  -- Seen again: it may have been paused since the list of receivers was read.
                  and exists (select from webhooks w where w.id = d.webhook_id and not w.paused)
                  and (d.leased_until is null or d.leased_until <= clock_timestamp())
                  and not exists (
                      select from webhook_deliveries before
                      where before.webhook_id = d.webhook_id and before.subject = d.subject and before.state = 'waiting' and before.no < d.no)
                order by d.due_at, d.no
                limit greatest(at_once - receiver.busy, 0)
                for update of d skip locked)
            update webhook_deliveries d
            set claim = gen_random_uuid(), leased_until = clock_timestamp() + lease_for, attempts = d.attempts + 1, tries = d.tries + 1
            from due
            where d.webhook_id = receiver.id and d.message_id = due.message_id
            returning d.webhook_id, d.message_id, d.claim, d.type, d.subject, d.stream_id, d.version, d.attempts, d.tries,
                      due.was_interrupted, receiver.failing_since;
    end loop;
end $$;

-- Writes down what came of an attempt. Whoever has lost its claim meanwhile changes nothing but the log.
create function record_webhook_attempt(
    of_webhook uuid, of_message uuid, of_claim uuid, number int, began_at timestamptz, took int, what text, http_status int, said text,
    new_state text, next_at timestamptz, quiet timestamptz)
returns boolean language plpgsql as $$
declare
    about   uuid;
    place   bigint;
begin
    insert into webhook_attempts (webhook_id, message_id, attempt, at, took_ms, outcome, status, answer)
    values (of_webhook, of_message, number, began_at, took, what, http_status, said)
    on conflict do nothing;

    insert into webhook_receivers as r (webhook_id, failing_since, quiet_until, last_delivered_at, last_failed_at)
    values (
        of_webhook, case when new_state in ('waiting', 'failed') then began_at end, quiet,
        case when new_state = 'delivered' then began_at end, case when new_state in ('waiting', 'failed') then began_at end)
    on conflict (webhook_id) do update set
        failing_since = case when new_state = 'delivered' then null else coalesce(r.failing_since, began_at) end,
        quiet_until = greatest(r.quiet_until, quiet),
        last_delivered_at = coalesce(excluded.last_delivered_at, r.last_delivered_at),
        last_failed_at = coalesce(excluded.last_failed_at, r.last_failed_at)
    where new_state <> 'dropped';

    update webhook_deliveries d
    set state = new_state, due_at = coalesce(next_at, d.due_at), claim = null, leased_until = null,
        finished_at = case when new_state = 'waiting' then null else began_at end
    where d.webhook_id = of_webhook and d.message_id = of_message and d.claim = of_claim and d.state = 'waiting'
    returning d.subject, d.no into about, place;
    if not found then
        return false;
    end if;

    -- What stands behind it is not looked at before it is tried again, and at once when it is out of the way.
    if new_state = 'waiting' then
        update webhook_deliveries d set due_at = next_at
        where d.webhook_id = of_webhook and d.subject = about and d.state = 'waiting' and d.no > place and d.due_at < next_at;
    else
        update webhook_deliveries d set due_at = began_at
        where d.webhook_id = of_webhook and d.subject = about and d.state = 'waiting' and d.no > place and d.due_at > began_at and d.tries = 0;
    end if;
    return true;
end $$;
