using System.Text.Json.Serialization;
using Sms.EventStore;

namespace Sms.Helpdesk.Tickets;

/// <content>Corrections of which ticket something belongs to. Each can be taken back.</content>
public abstract partial record TicketEvent
{
    /// <summary>Texts of this ticket belong to another one.</summary>
    /// <param name="MoveId">The move's identity, to take it back by.</param>
    /// <param name="SmsIds">The texts.</param>
    /// <param name="ToTicket">The other ticket.</param>
    /// <param name="ToNumber">Its number.</param>
    [StoredAs("helpdesk.texts-moved-out.v1")]
    public sealed record TextsMovedOut(Guid MoveId, IReadOnlyList<Guid> SmsIds, Guid ToTicket, long ToNumber) : TicketEvent
    {
        /// <summary>The move that this one takes back.</summary>
        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        public Guid? Undoes { get; init; }
    }

    /// <summary>Texts of another ticket belong to this one.</summary>
    /// <param name="MoveId">The move's identity.</param>
    /// <param name="Texts">The texts.</param>
    /// <param name="FromTicket">The other ticket.</param>
    /// <param name="FromNumber">Its number.</param>
    [StoredAs("helpdesk.texts-moved-in.v1")]
    public sealed record TextsMovedIn(Guid MoveId, IReadOnlyList<MovedText> Texts, Guid FromTicket, long FromNumber) : TicketEvent
    {
        /// <summary>The move that this one takes back.</summary>
        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        public Guid? Undoes { get; init; }
    }

    /// <summary>All of this ticket belongs to another one, where it goes on.</summary>
    /// <param name="MergeId">The merge's identity.</param>
    /// <param name="Into">The other ticket.</param>
    /// <param name="IntoNumber">Its number.</param>
    /// <param name="At">When.</param>
    [StoredAs("helpdesk.ticket-merged.v1")]
    public sealed record TicketMerged(Guid MergeId, Guid Into, long IntoNumber, DateTimeOffset At) : TicketEvent;

    /// <summary>All of another ticket belongs to this one.</summary>
    /// <param name="MergeId">The merge's identity.</param>
    /// <param name="Ticket">The other ticket.</param>
    /// <param name="Number">Its number.</param>
    [StoredAs("helpdesk.ticket-absorbed.v1")]
    public sealed record TicketAbsorbed(Guid MergeId, Guid Ticket, long Number) : TicketEvent;

    /// <summary>The ticket stands for itself again.</summary>
    /// <param name="MergeId">The merge that was taken back.</param>
    /// <param name="Status">Where it stands.</param>
    /// <param name="At">When.</param>
    [StoredAs("helpdesk.ticket-unmerged.v1")]
    public sealed record TicketUnmerged(Guid MergeId, string Status, DateTimeOffset At) : TicketEvent;

    /// <summary>A ticket that was merged into this one stands for itself again.</summary>
    /// <param name="MergeId">The merge that was taken back.</param>
    /// <param name="Ticket">The other ticket.</param>
    [StoredAs("helpdesk.ticket-released.v1")]
    public sealed record TicketReleased(Guid MergeId, Guid Ticket) : TicketEvent;
}

/// <summary>A text that changes its ticket, with all that is known of it.</summary>
public sealed record MovedText(Guid SmsId, string Endpoint, string Customer, string OurNumber, string Text, DateTimeOffset SentAt);
