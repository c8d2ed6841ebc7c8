using Sms.EventStore;
using Sms.Helpdesk.Tickets;

namespace Sms.Helpdesk.Views;

/// <summary>Every ticket as it stands now, and as it stood at any time.</summary>
public sealed class TicketInbox : IView
{
    /// <inheritdoc/>
    public IReadOnlyList<string> Tables { get; } = ["tickets", "ticket_history"];

    /// <inheritdoc/>
    public void Project(IReadOnlyList<StoredEvent> happened, ViewWrites write)
    {
        foreach (var ticket in happened.Where(e => e.Data is TicketEvent).GroupBy(e => e.StreamId))
        {
            var (id, last) = (Ticket.IdOf(ticket.Key), ticket.Last());
            foreach (var e in ticket)
                if (Change(id, e, (TicketEvent)e.Data) is { } change)
                    write.Add(change);
            var activity = ticket.LastOrDefault(e => e.Data is not (TicketEvent.ClockStarted or TicketEvent.ClockPaused or TicketEvent.ClockStopped or TicketEvent.TargetMissed))?.At;
            write.Add($"""
                with ended as (update ticket_history set until = {last.At} where id = {id} and until = 'infinity'),
                     ticket as (
                         update tickets set version = {last.Version}, last_activity_at = coalesce({activity}::timestamptz, last_activity_at)
                         where id = {id} returning *)
                insert into ticket_history select ticket.*, {last.At}, 'infinity' from ticket
                """);
        }
    }

    private static Sql? Change(Guid id, StoredEvent e, TicketEvent fact) => fact switch
    {
        TicketEvent.TicketOpened opened => $"""
            insert into tickets (id, number, customer, our_number, endpoint, status, follows, opened_at, ended_at, last_activity_at, last_text_at, last_text, texts, version)
            values ({id}, {opened.Number}::bigint, {opened.Customer}, {opened.OurNumber}, {opened.Endpoint ?? ""}, {opened.Status ?? Status.New}, {opened.Follows}::uuid,
                {e.At}, {(opened.Status is { } status && Status.IsOver(status) ? opened.At : null)}::timestamptz, {e.At}, '-infinity', '', 0, {e.Version})
            """,
        TicketEvent.TicketNumbered numbered => $"update tickets set number = {numbered.Number} where id = {id}",
        TicketEvent.CustomerWrote sms => $"""
            update tickets
            set last_text = case when {sms.SentAt} >= last_text_at then {sms.Text} else last_text end,
                last_text_at = greatest(last_text_at, {sms.SentAt}), texts = texts + 1, waiting = true
            where id = {id}
            """,
        TicketEvent.TicketReopened reopened => $"""
            update tickets set status = {Status.Open}, ended_at = null, wakes_at = null, assignee = case when {reopened.OwnerCleared} then null else assignee end
            where id = {id}
            """,
        TicketEvent.StatusChanged changed => Standing(id, changed.Status, changed.At, changed.WakesAt),
        TicketEvent.TicketAssigned assigned => $"update tickets set assignee = {assigned.Agent}::text, team = {assigned.Team}::text where id = {id}",
        TicketEvent.PriorityChanged changed => $"update tickets set priority = {changed.Priority} where id = {id}",
        TicketEvent.TagsChanged changed => $"""
            update tickets set tags = (
                select coalesce(array_agg(tag order by tag collate "C"), array[]::text[]) from (
                    select unnest(tags) as tag except select unnest({changed.Removed.ToArray()}::text[]) union select unnest({changed.Added.ToArray()}::text[])) all_tags)
            where id = {id}
            """,
        TicketEvent.AgentReplied => $"update tickets set replies = replies + 1, waiting = false where id = {id}",
        TicketEvent.TextsMovedOut moved => $"update tickets set texts = texts - {moved.SmsIds.Count} where id = {id}",
        TicketEvent.TextsMovedIn moved when moved.Texts.MaxBy(text => text.SentAt) is { } latest => $"""
            update tickets
            set texts = texts + {moved.Texts.Count}, last_text = case when {latest.SentAt} >= last_text_at then {latest.Text} else last_text end,
                last_text_at = greatest(last_text_at, {latest.SentAt})
            where id = {id}
            """,
        TicketEvent.TicketMerged merged => $"""
            update tickets set merged_into = {merged.Into}, status = {Status.Closed}, waiting = false, wakes_at = null,
                ended_at = case when status in ('solved', 'closed') then ended_at else {merged.At} end
            where id = {id}
            """,
        TicketEvent.TicketUnmerged unmerged => $"""
            update tickets set merged_into = null, status = {unmerged.Status}, ended_at = case when {Status.IsOver(unmerged.Status)} then ended_at end where id = {id}
            """,
        TicketEvent.ClockStarted clock => Due(id, clock.Metric, clock.DueAt, missed: false),
        TicketEvent.ClockPaused clock => Due(id, clock.Metric, null, missed: null),
        TicketEvent.ClockStopped clock => Due(id, clock.Metric, null, missed: null),
        TicketEvent.TargetMissed missed => Due(id, missed.Metric, missed.DueAt, missed: true),
        _ => null,
    };

    private static Sql Standing(Guid id, string status, DateTimeOffset? at, DateTimeOffset? wakesAt) => $"""
        update tickets
        set status = {status}, wakes_at = {wakesAt}::timestamptz, waiting = waiting and not {Status.IsOver(status)},
            ended_at = case when {Status.IsOver(status)} then case when status in ('solved', 'closed') then ended_at else {at}::timestamptz end end
        where id = {id}
        """;

    private static Sql Due(Guid id, string metric, DateTimeOffset? dueAt, bool? missed) => $"""
        update tickets
        set first_reply_due = case when {metric} = 'first-reply' then {dueAt}::timestamptz else first_reply_due end,
            next_reply_due = case when {metric} = 'next-reply' then {dueAt}::timestamptz else next_reply_due end,
            resolution_due = case when {metric} = 'resolution' then {dueAt}::timestamptz else resolution_due end,
            missed = case when {missed}::boolean is null then missed
                when {missed}::boolean then array_append(array_remove(missed, {metric}), {metric}) else array_remove(missed, {metric}) end
        where id = {id}
        """;
}
