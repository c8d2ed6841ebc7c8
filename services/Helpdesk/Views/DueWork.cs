using Npgsql;
using Sms.EventStore;
using Sms.Helpdesk.Tickets;

namespace Sms.Helpdesk.Views;

/// <summary>When something is to be looked at: a target that may be missed, a ticket to wake or to close. What follows is decided on the ticket.</summary>
public sealed class DueWork : IView
{
    private const string Wake = "wake", Close = "close";

    /// <inheritdoc/>
    public IReadOnlyList<string> Tables { get; } = ["ticket_dues"];

    /// <inheritdoc/>
    public void Project(IReadOnlyList<StoredEvent> happened, ViewWrites write)
    {
        foreach (var e in happened)
        {
            switch (e.Data)
            {
                case TicketEvent.StatusChanged changed:
                    Standing(Ticket.IdOf(e.StreamId), changed.WakesAt, changed.ClosesAt, write);
                    break;
                case TicketEvent.TicketReopened or TicketEvent.TicketMerged or TicketEvent.TicketUnmerged:
                    Standing(Ticket.IdOf(e.StreamId), null, null, write);
                    break;
                case TicketEvent.ClockStarted clock:
                    At(Ticket.IdOf(e.StreamId), clock.Metric, clock.DueAt, write);
                    break;
                case TicketEvent.ClockPaused clock:
                    Never(Ticket.IdOf(e.StreamId), clock.Metric, write);
                    break;
                case TicketEvent.ClockStopped clock:
                    Never(Ticket.IdOf(e.StreamId), clock.Metric, write);
                    break;
                case TicketEvent.TargetMissed missed:
                    Never(Ticket.IdOf(e.StreamId), missed.Metric, write);
                    break;
            }
        }
    }

    /// <summary>The tickets and texts for which something is due, the longest due first.</summary>
    public static async Task<(List<Guid> Tickets, List<Guid> Texts)> At(NpgsqlDataSource database, DateTimeOffset now, int most, CancellationToken ct) => (
        await database.Query($"select ticket_id from ticket_dues where due_at <= {now} group by ticket_id order by min(due_at) limit {most}", r => r.GetGuid(0), ct),
        await database.Query($"select sms_id from texts where decide_by <= {now} order by decide_by limit {most}", r => r.GetGuid(0), ct));

    private static void Standing(Guid id, DateTimeOffset? wakesAt, DateTimeOffset? closesAt, ViewWrites write)
    {
        write.Add($"delete from ticket_dues where ticket_id = {id} and kind in ({Wake}, {Close})");
        if (wakesAt is { } wakes)
            At(id, Wake, wakes, write);
        if (closesAt is { } closes)
            At(id, Close, closes, write);
    }

    private static void At(Guid id, string kind, DateTimeOffset at, ViewWrites write) => write.Add($"""
        insert into ticket_dues (ticket_id, kind, due_at) values ({id}, {kind}, {at}) on conflict (ticket_id, kind) do update set due_at = excluded.due_at
        """);

    private static void Never(Guid id, string kind, ViewWrites write) => write.Add($"delete from ticket_dues where ticket_id = {id} and kind = {kind}");
}
