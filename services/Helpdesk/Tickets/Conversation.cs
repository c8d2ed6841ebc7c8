using Sms.EventStore;

namespace Sms.Helpdesk.Tickets;

/// <summary>A fact about the conversation of a customer with one of our numbers.</summary>
public abstract record ConversationEvent
{
    /// <summary>It goes on in this ticket. Recorded whenever one is opened or reopened, so that of two attempts at once the store lets one be.</summary>
    /// <param name="TicketId">The ticket.</param>
    /// <param name="Why"><c>opened</c>, <c>reopened</c>, <c>split</c>, <c>merged</c> or <c>undone</c>.</param>
    [StoredAs("helpdesk.conversation-turned.v1")]
    public sealed record TurnedTo(Guid TicketId, string Why) : ConversationEvent;
}

/// <summary>A customer's number and one of ours: which ticket the next text looks at.</summary>
/// <param name="Current">The ticket it goes on in, or that it ended with; null before the first.</param>
/// <param name="Opened">How many tickets it has had.</param>
public sealed record Conversation(Guid? Current, int Opened)
{
    private static readonly Guid Scope = new("5b1f8b1e-3f0e-4b42-8f0c-7a1b8f1f3c21");

    /// <summary>The conversation's facts; none for each text.</summary>
    public static readonly StreamOf<Conversation, ConversationEvent> Stream = new("conversation", new Conversation(null, 0), Evolve);

    /// <summary>The conversation of this customer's number with this number of ours.</summary>
    public static Guid IdFor(string customer, string ourNumber) => NamedId.Of(Scope, customer, ourNumber);

    /// <summary>A ticket was opened in it.</summary>
    public const string WasOpened = "opened", WasReopened = "reopened", WasSplit = "split", WasMerged = "merged", WasUndone = "undone";

    private static Conversation Evolve(Conversation conversation, ConversationEvent happened) => happened switch
    {
        ConversationEvent.TurnedTo e => new Conversation(e.TicketId, conversation.Opened + (e.Why is WasOpened or WasSplit ? 1 : 0)),
        _ => conversation,
    };
}
