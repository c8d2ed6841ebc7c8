using System.Collections.Immutable;
using Sms.EventStore;

namespace Sms.Helpdesk.Texts;

/// <summary>A fact about one text of a customer's: what came in, and what was decided about it.</summary>
public abstract record TextEvent
{
    /// <summary>It has come in.</summary>
    /// <param name="Endpoint">The endpoint it came in by.</param>
    /// <param name="Customer">Who wrote.</param>
    /// <param name="OurNumber">Our number they wrote to.</param>
    /// <param name="Text">What they wrote.</param>
    /// <param name="SentAt">When it was sent, by the gateway's clock.</param>
    /// <param name="At">When it came in here.</param>
    /// <param name="DecideBy">When it is decided with what is known by then.</param>
    [StoredAs("helpdesk.text-received.v1")]
    public sealed record TextReceived(
        string Endpoint, string Customer, string OurNumber, string Text, DateTimeOffset SentAt, DateTimeOffset At, DateTimeOffset DecideBy) : TextEvent;

    /// <summary>Consent has ruled on it, before it was decided.</summary>
    [StoredAs("helpdesk.verdict-heard.v1")]
    public sealed record VerdictHeard(string Verdict) : TextEvent;

    /// <summary>The rules have ruled on it, before it was decided.</summary>
    [StoredAs("helpdesk.ruling-heard.v1")]
    public sealed record RulingHeard(string Outcome) : TextEvent;

    /// <summary>A rule has asked for a ticket.</summary>
    /// <param name="RequestId">The request.</param>
    [StoredAs("helpdesk.ticket-asked.v1")]
    public sealed record TicketAsked(Guid RequestId) : TextEvent;

    /// <summary>Rules or consent have answered it before it had a ticket: the answer comes to its ticket with it.</summary>
    /// <param name="SendId">The answer.</param>
    /// <param name="RequestedBy">Who answered, as in <c>SmsChanged</c>.</param>
    /// <param name="Purpose">What for, as in <c>SmsChanged</c>.</param>
    /// <param name="Text">What they answered.</param>
    /// <param name="At">When.</param>
    [StoredAs("helpdesk.answer-heard.v1")]
    public sealed record AnswerHeard(Guid SendId, string RequestedBy, string Purpose, string Text, DateTimeOffset At) : TextEvent;

    /// <summary>It is decided which ticket it belongs to, if any.</summary>
    /// <param name="TicketId">The ticket; null when it was only logged.</param>
    /// <param name="Number">That ticket's number.</param>
    /// <param name="Rule">Which rule decided, one of <see cref="RouteRule"/>.</param>
    /// <param name="Reason">Why, in words.</param>
    /// <param name="Policy">Whose policy held: an endpoint's, or of every endpoint.</param>
    /// <param name="PolicyVersion">Which version of it.</param>
    [StoredAs("helpdesk.text-decided.v1")]
    public sealed record TextDecided(Guid? TicketId, long? Number, string Rule, string Reason, string Policy, int PolicyVersion) : TextEvent;

    /// <summary>A person has said that it belongs to another ticket.</summary>
    [StoredAs("helpdesk.text-moved.v1")]
    public sealed record TextMoved(Guid MoveId, Guid TicketId) : TextEvent;
}

/// <summary>One text of a customer's. Its stream is what makes a text that is delivered twice one text.</summary>
/// <param name="Received">What came in; null while only others have spoken of it.</param>
/// <param name="Verdict">Consent's verdict on it, as far as it came before the decision.</param>
/// <param name="Outcome">What the rules made of it, as far as that came before the decision.</param>
/// <param name="Decided">What was decided; null while it waits.</param>
/// <param name="TicketId">The ticket it is on now.</param>
/// <param name="Asked">The requests of rules for a ticket.</param>
/// <param name="Answers">What has answered it before it had a ticket.</param>
public sealed record Text(
    TextEvent.TextReceived? Received, string? Verdict, string? Outcome, TextEvent.TextDecided? Decided, Guid? TicketId, ImmutableHashSet<Guid> Asked,
    ImmutableList<TextEvent.AnswerHeard> Answers)
{
    /// <summary>One stream a text; its id is the text's <c>SmsId</c>.</summary>
    public static readonly StreamOf<Text, TextEvent> Stream = new("text", new Text(null, null, null, null, null, [], []), Evolve);

    /// <summary>The text a stream is about.</summary>
    public static Guid IdOf(string streamId) => Guid.Parse(streamId.AsSpan(Stream.Name.Length + 1));

    private static Text Evolve(Text text, TextEvent happened) => happened switch
    {
        TextEvent.TextReceived e => text with { Received = e },
        TextEvent.VerdictHeard e => text with { Verdict = e.Verdict },
        TextEvent.RulingHeard e => text with { Outcome = e.Outcome },
        TextEvent.TicketAsked e => text with { Asked = text.Asked.Add(e.RequestId) },
        TextEvent.AnswerHeard e => text with { Answers = text.Answers.Add(e) },
        TextEvent.TextDecided e => text with { Decided = e, TicketId = e.TicketId },
        TextEvent.TextMoved e => text with { TicketId = e.TicketId },
        _ => text,
    };
}
