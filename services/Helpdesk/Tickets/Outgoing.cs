using Sms.EventStore;

namespace Sms.Helpdesk.Tickets;

/// <summary>A fact about a text that left, or was to.</summary>
public abstract record OutgoingEvent
{
    /// <summary>It is known which ticket it belongs to.</summary>
    [StoredAs("helpdesk.outgoing-placed.v1")]
    public sealed record OutgoingPlaced(Guid TicketId, bool IsReply) : OutgoingEvent;

    /// <summary>Something has become of it.</summary>
    /// <param name="Version">Outbound's count: a lower one than was seen is old news.</param>
    /// <param name="Status">As in <c>SmsChanged</c>.</param>
    /// <param name="Reason">Why, as a short code.</param>
    /// <param name="At">When.</param>
    [StoredAs("helpdesk.delivery-changed.v1")]
    public sealed record DeliveryChanged(long Version, string Status, string? Reason, DateTimeOffset At) : OutgoingEvent;
}

/// <summary>A text of ours to a customer: the ticket it belongs to and what has become of it.</summary>
/// <param name="TicketId">The ticket; null while it is not known.</param>
/// <param name="IsReply">Whether an agent wrote it on the ticket.</param>
/// <param name="Version">The highest of Outbound's versions that was heard.</param>
/// <param name="Status">What has become of it; null while nothing was heard.</param>
public sealed record Outgoing(Guid? TicketId, bool IsReply, long Version, string? Status)
{
    /// <summary>One stream a text; its id is the <c>SendId</c>.</summary>
    public static readonly StreamOf<Outgoing, OutgoingEvent> Stream = new("outgoing", new Outgoing(null, false, 0, null), Evolve);

    /// <summary>Whether a text with this status will not reach the customer any more.</summary>
    public static bool HasFailed(string? status) => status is "failed" or "suppressed" or "expired" or "cancelled";

    /// <summary>The text a stream is about.</summary>
    public static Guid IdOf(string streamId) => Guid.Parse(streamId.AsSpan(Stream.Name.Length + 1));

    private static Outgoing Evolve(Outgoing text, OutgoingEvent happened) => happened switch
    {
        OutgoingEvent.OutgoingPlaced e => text with { TicketId = e.TicketId, IsReply = e.IsReply },
        OutgoingEvent.DeliveryChanged e => text with { Version = e.Version, Status = e.Status },
        _ => text,
    };
}
