using Sms.EventStore;
using Sms.Helpdesk.Tickets;

namespace Sms.Helpdesk.Views;

/// <summary>What was said and done on each ticket. Texts stand where they were sent, everything else where it was done.</summary>
public sealed class TicketEntries : IView
{
    /// <inheritdoc/>
    public IReadOnlyList<string> Tables { get; } = ["ticket_entries"];

    /// <inheritdoc/>
    public void Project(IReadOnlyList<StoredEvent> happened, ViewWrites write)
    {
        foreach (var e in happened)
        {
            if (e.Data is not TicketEvent fact)
                continue;
            var id = Ticket.IdOf(e.StreamId);
            switch (fact)
            {
                case TicketEvent.CustomerWrote sms:
                    Wrote(id, e, 0, new MovedText(sms.SmsId, sms.Endpoint, sms.Customer!, sms.OurNumber!, sms.Text, sms.SentAt), write);
                    break;
                case TicketEvent.TextsMovedOut moved:
                    write.Add($"""
                        update ticket_entries set moved_out = {e.Version}
                        where ticket_id = {id} and sms_id = any({moved.SmsIds.ToArray()}) and kind = 'customer-wrote' and moved_out is null
                        """);
                    Done(id, e, "texts-moved-out", $"#{moved.ToNumber}", write);
                    break;
                case TicketEvent.TextsMovedIn moved:
                    for (var no = 0; no < moved.Texts.Count; no++)
                        Wrote(id, e, no + 1, moved.Texts[no], write);
                    Done(id, e, "texts-moved-in", $"#{moved.FromNumber}", write);
                    break;
                case TicketEvent.AgentReplied reply:
                    Said(id, e, "replied", reply.SendId, reply.At, e.Actor, reply.From, reply.Text, write);
                    break;
                case TicketEvent.TextSent sent:
                    Said(id, e, "sent", sent.SendId, sent.At, sent.RequestedBy, null, sent.Text, write);
                    break;
                case TicketEvent.NoteAdded note:
                    write.Add($"""
                        insert into ticket_entries (ticket_id, position, kind, at, recorded_at, actor, text)
                        values ({id}, {e.Version}, 'note', {e.At}, {e.At}, {e.Actor}, {note.Text})
                        """);
                    break;
                default:
                    if (Named(fact) is var (kind, detail))
                        Done(id, e, kind, detail, write);
                    break;
            }
        }
    }

    private static (string Kind, string? Detail)? Named(TicketEvent fact) => fact switch
    {
        TicketEvent.TicketOpened { FollowsNumber: { } before } => ("opened", $"follows #{before}"),
        TicketEvent.TicketReopened => ("reopened", null),
        TicketEvent.StatusChanged { Status: Status.Solved } changed => ("solved", changed.Reason),
        TicketEvent.StatusChanged changed => ("status", changed.Reason is null ? changed.Status : $"{changed.Status}: {changed.Reason}"),
        TicketEvent.TicketAssigned assigned => ("assigned", string.Join(", ", new[] { assigned.Agent, assigned.Team }.OfType<string>())),
        TicketEvent.PriorityChanged changed => ("priority", changed.Priority),
        TicketEvent.TagsChanged changed => ("tags", string.Join(' ', changed.Added.Select(tag => "+" + tag).Concat(changed.Removed.Select(tag => "-" + tag)))),
        TicketEvent.ReplyFailed failed => ("reply-failed", $"{failed.Status}{(failed.Reason is null ? "" : ": ")}{failed.Reason}"),
        TicketEvent.TicketMerged merged => ("merged", $"#{merged.IntoNumber}"),
        TicketEvent.TicketUnmerged => ("unmerged", null),
        TicketEvent.TicketAbsorbed absorbed => ("absorbed", $"#{absorbed.Number}"),
        TicketEvent.TicketReleased => ("released", null),
        TicketEvent.TargetMissed missed => ("missed", missed.Metric),
        _ => null,
    };

    private static void Wrote(Guid id, StoredEvent e, int no, MovedText sms, ViewWrites write) => write.Add($"""
        insert into ticket_entries (ticket_id, position, no, kind, at, recorded_at, sms_id, endpoint, customer, our_number, text)
        values ({id}, {e.Version}, {no}, 'customer-wrote', {sms.SentAt}, {e.At}, {sms.SmsId}, {sms.Endpoint}, {sms.Customer}::text, {sms.OurNumber}::text, {sms.Text})
        """);

    private static void Said(Guid id, StoredEvent e, string kind, Guid sendId, DateTimeOffset at, string actor, string? from, string text, ViewWrites write) => write.Add($"""
        insert into ticket_entries (ticket_id, position, kind, at, recorded_at, actor, send_id, our_number, text)
        values ({id}, {e.Version}, {kind}, {at}, {e.At}, {actor}, {sendId}, {from}::text, {text})
        """);

    private static void Done(Guid id, StoredEvent e, string kind, string? detail, ViewWrites write) => write.Add($"""
        insert into ticket_entries (ticket_id, position, kind, at, recorded_at, actor, sms_id, send_id, detail)
        values ({id}, {e.Version}, {kind}, {e.At}, {e.At}, {e.Actor}, {(e.Data as TicketEvent.TicketReopened)?.SmsId}::uuid,
            {(e.Data as TicketEvent.ReplyFailed)?.SendId}::uuid, {detail}::text)
        """);
}
