-- Since when a text was on no ticket, by decision, and since when it was on one.
alter table texts
    add column logged_at timestamptz,
    add column placed_at timestamptz;
update texts t set logged_at = f.logged_at, placed_at = f.placed_at
from (
    select stream_id,
           min(timestamp) filter (where type = 'helpdesk.text-decided.v1' and data ->> 'TicketId' is null) as logged_at,
           min(timestamp) filter (where type = 'helpdesk.text-moved.v1' or data ->> 'TicketId' is not null) as placed_at
    from mt_events where type in ('helpdesk.text-decided.v1', 'helpdesk.text-moved.v1') group by stream_id) f
where f.stream_id = 'text-' || t.sms_id;
drop index texts_logged;
create index texts_logged on texts (received_at, sms_id) where logged_at is not null;
