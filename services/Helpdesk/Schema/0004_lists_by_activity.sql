-- Open tickets in the order of the list, with what they are counted by.
create index tickets_open on tickets (last_activity_at, id) include (status, assignee, team, waiting, missed) where status not in ('solved', 'closed');

-- A list as it stood is walked back from then, and what had been merged into a ticket is looked up.
drop index ticket_history_by_end;
create index ticket_history_by_activity on ticket_history (last_activity_at, id);
create index ticket_history_merged on ticket_history (merged_into) where merged_into is not null;
