namespace Sms.Helpdesk.Tickets;

/// <summary>What may be asked of a ticket.</summary>
public abstract record TicketCommand
{
    /// <summary>Begin.</summary>
    public sealed record Open(
        string Customer, string OurNumber, string Endpoint, long Number, Guid? Follows, long? FollowsNumber, string? Team, string? Agent, string How) : TicketCommand;

    /// <summary>Put a customer's text on the ticket, reopening it where it has ended.</summary>
    public sealed record RecordText(
        Guid SmsId, string Endpoint, string Customer, string OurNumber, string Text, DateTimeOffset SentAt) : TicketCommand;

    /// <summary>Stand elsewhere.</summary>
    /// <param name="Status">One of <see cref="Tickets.Status"/> but <c>new</c>.</param>
    /// <param name="Until">For <c>pending</c> and <c>on-hold</c>: when to be open again.</param>
    /// <param name="Reason">Why.</param>
    public sealed record SetStatus(string Status, DateTimeOffset? Until = null, string? Reason = null) : TicketCommand;

    /// <summary>Be with somebody else.</summary>
    public sealed record Assign(string? Agent, string? Team, string How = "manual") : TicketCommand;

    /// <summary>Be more or less urgent.</summary>
    public sealed record SetPriority(string Priority) : TicketCommand;

    /// <summary>Have other tags.</summary>
    public sealed record ChangeTags(IReadOnlyList<string> Add, IReadOnlyList<string> Remove) : TicketCommand;

    /// <summary>Keep a note that only we see.</summary>
    public sealed record AddNote(Guid NoteId, string Text) : TicketCommand;

    /// <summary>Answer the customer.</summary>
    /// <param name="SendId">The reply's identity.</param>
    /// <param name="Text">What to say.</param>
    /// <param name="ExpiresAt">When it is not worth sending any more.</param>
    /// <param name="Then">Where the ticket stands afterwards; null for <c>pending</c>.</param>
    /// <param name="Source">The canned reply or macro it was made from.</param>
    public sealed record Reply(Guid SendId, string Text, DateTimeOffset ExpiresAt, string? Then = null, string? Source = null) : TicketCommand;

    /// <summary>Know that a reply has not reached the customer and will not.</summary>
    public sealed record RecordReplyFailed(Guid SendId, string Status, string? Reason) : TicketCommand;

    /// <summary>Know what else was said to the customer.</summary>
    public sealed record RecordTextSent(Guid SendId, string RequestedBy, string Purpose, string Text, DateTimeOffset At) : TicketCommand;

    /// <summary>Look at the clock: miss targets, wake, close.</summary>
    public sealed record Attend : TicketCommand;
}
