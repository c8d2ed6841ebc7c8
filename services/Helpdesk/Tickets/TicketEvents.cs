using System.Text.Json.Serialization;
using Sms.EventStore;

namespace Sms.Helpdesk.Tickets;

/// <summary>A fact about a ticket. Who recorded it, and when, is kept with the event.</summary>
public abstract partial record TicketEvent
{
    /// <summary>A ticket was opened.</summary>
    /// <param name="Customer">The number, short code or name the customer writes from.</param>
    /// <param name="OurNumber">Our number they write to.</param>
    [StoredAs("helpdesk.ticket-opened.v1")]
    public sealed record TicketOpened(string Customer, string OurNumber) : TicketEvent
    {
        /// <summary>The number people know it by; null before tickets had one.</summary>
        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        public long? Number { get; init; }

        /// <summary>The endpoint whose policy it follows.</summary>
        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        public string? Endpoint { get; init; }

        /// <summary>When.</summary>
        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        public DateTimeOffset? At { get; init; }

        /// <summary>The ticket of the same conversation that ended before it.</summary>
        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        public Guid? Follows { get; init; }

        /// <summary>That ticket's number.</summary>
        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        public long? FollowsNumber { get; init; }

        /// <summary>The status it begins with, where that is not <c>new</c>.</summary>
        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        public string? Status { get; init; }
    }

    /// <summary>A ticket from before there were numbers has got one.</summary>
    [StoredAs("helpdesk.ticket-numbered.v1")]
    public sealed record TicketNumbered(long Number) : TicketEvent;

    /// <summary>The customer has written.</summary>
    /// <param name="SmsId">The text's identity.</param>
    /// <param name="Endpoint">The webhook endpoint it came in by; an answer to it leaves through the same one.</param>
    /// <param name="Text">What they wrote.</param>
    /// <param name="SentAt">When it was sent, by the gateway's clock.</param>
    [StoredAs("helpdesk.customer-wrote.v1")]
    public sealed record CustomerWrote(Guid SmsId, string Endpoint, string Text, DateTimeOffset SentAt) : TicketEvent
    {
        /// <summary>Where it is not the ticket's: the number it was sent from.</summary>
        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        public string? Customer { get; init; }

        /// <summary>Where it is not the ticket's: our number it was sent to.</summary>
        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        public string? OurNumber { get; init; }
    }

    /// <summary>The customer's text has reopened the ticket.</summary>
    /// <param name="SmsId">The text.</param>
    [StoredAs("helpdesk.ticket-reopened.v1")]
    public sealed record TicketReopened(Guid SmsId) : TicketEvent
    {
        /// <summary>When; null before that was kept.</summary>
        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        public DateTimeOffset? At { get; init; }

        /// <summary>Whether whom it was with was taken off it.</summary>
        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
        public bool OwnerCleared { get; init; }
    }

    /// <summary>An agent has declared the matter settled, as it was stored before there were more states.</summary>
    [StoredAs("helpdesk.ticket-solved.v1")]
    public sealed record TicketSolved : TicketEvent, IEarlierVersion
    {
        /// <inheritdoc/>
        public object Upcast() => new StatusChanged(Tickets.Status.Solved, null, null, null, null);
    }

    /// <summary>The ticket stands elsewhere now.</summary>
    /// <param name="Status">One of <see cref="Tickets.Status"/>.</param>
    /// <param name="At">When; null where it was not kept.</param>
    /// <param name="Reason">Why: what the agent said, or a word such as <c>idle</c>.</param>
    /// <param name="WakesAt">When it becomes open again by itself.</param>
    /// <param name="ClosesAt">When it is closed if nothing happens.</param>
    [StoredAs("helpdesk.status-changed.v1")]
    public sealed record StatusChanged(
        string Status, DateTimeOffset? At, string? Reason, DateTimeOffset? WakesAt, DateTimeOffset? ClosesAt) : TicketEvent;

    /// <summary>The ticket is with somebody else now.</summary>
    /// <param name="Agent">The agent, as an actor; null for nobody.</param>
    /// <param name="Team">The team; null for none.</param>
    /// <param name="How"><c>manual</c>, <c>round-robin</c> or <c>least-busy</c>.</param>
    [StoredAs("helpdesk.ticket-assigned.v1")]
    public sealed record TicketAssigned(string? Agent, string? Team, string How) : TicketEvent;

    /// <summary>It is more or less urgent now.</summary>
    [StoredAs("helpdesk.priority-changed.v1")]
    public sealed record PriorityChanged(string Priority) : TicketEvent;

    /// <summary>Its tags are others now.</summary>
    [StoredAs("helpdesk.tags-changed.v1")]
    public sealed record TagsChanged(IReadOnlyList<string> Added, IReadOnlyList<string> Removed) : TicketEvent;

    /// <summary>A note, which only we see.</summary>
    [StoredAs("helpdesk.note-added.v1")]
    public sealed record NoteAdded(Guid NoteId, string Text) : TicketEvent;

    /// <summary>An agent has answered. It leaves through Outbound's gate; what becomes of it is on the stream of the text itself.</summary>
    /// <param name="SendId">The reply's identity.</param>
    /// <param name="InReplyTo">The text it answers; the zero id where the customer has written none.</param>
    /// <param name="Endpoint">The endpoint it leaves through.</param>
    /// <param name="From">Our number: the one that was texted.</param>
    /// <param name="To">The customer's number.</param>
    /// <param name="Text">What it says.</param>
    /// <param name="At">When it was written.</param>
    /// <param name="ExpiresAt">When it is not worth sending any more.</param>
    /// <param name="Source">The canned reply or macro it was made from.</param>
    [StoredAs("helpdesk.agent-replied.v1")]
    public sealed record AgentReplied(
        Guid SendId, Guid InReplyTo, string Endpoint, string From, string To, string Text, DateTimeOffset At, DateTimeOffset ExpiresAt,
        string? Source) : TicketEvent;

    /// <summary>A reply has not reached the customer and will not.</summary>
    /// <param name="SendId">The reply.</param>
    /// <param name="Status">What became of it, as in <c>SmsChanged</c>.</param>
    /// <param name="Reason">Why.</param>
    [StoredAs("helpdesk.reply-failed.v1")]
    public sealed record ReplyFailed(Guid SendId, string Status, string? Reason) : TicketEvent;

    /// <summary>Something else answers a text of this ticket: a rule, or consent itself.</summary>
    /// <param name="SendId">Its identity.</param>
    /// <param name="RequestedBy">Who wanted it sent, as an actor.</param>
    /// <param name="Purpose">What it is for, as in <c>SmsChanged</c>.</param>
    /// <param name="Text">What it says.</param>
    /// <param name="At">When.</param>
    [StoredAs("helpdesk.text-sent.v1")]
    public sealed record TextSent(Guid SendId, string RequestedBy, string Purpose, string Text, DateTimeOffset At) : TicketEvent;
}
