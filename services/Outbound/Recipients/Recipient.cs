using Sms.EventStore;

namespace Sms.Outbound.Recipients;

/// <summary>A fact about one person as seen from one of our numbers.</summary>
public abstract record RecipientEvent
{
    /// <summary>They have told this number to stop.</summary>
    /// <param name="SmsId">The text by which they did.</param>
    /// <param name="SentAt">When it was sent, by the gateway's clock.</param>
    [StoredAs("outbound.recipient-opted-out.v1")]
    public sealed record OptedOut(Guid SmsId, DateTimeOffset SentAt) : RecipientEvent;

    /// <summary>They have told this number to start again.</summary>
    /// <param name="SmsId">The text by which they did.</param>
    /// <param name="SentAt">When it was sent, by the gateway's clock.</param>
    [StoredAs("outbound.recipient-opted-in.v1")]
    public sealed record OptedIn(Guid SmsId, DateTimeOffset SentAt) : RecipientEvent;

    /// <summary>
    /// A text to them has been claimed for sending. It is written with the version the opt-out state was read at, so a claim
    /// and a STOP that happen at once cannot both believe they were first.
    /// </summary>
    /// <param name="SmsId">The inbound text it answers.</param>
    /// <param name="SendId">The answer.</param>
    /// <param name="Attempt">Which attempt at it.</param>
    [StoredAs("outbound.recipient-text-leaving.v1")]
    public sealed record TextLeaving(Guid SmsId, Guid SendId, int Attempt) : RecipientEvent;
}

/// <summary>Whether one person may be texted from one of our numbers, as far as Outbound has heard.</summary>
/// <param name="OptedOut">Whether they are opted out.</param>
/// <param name="AsOf">When the text that says so was sent; null when they never said either way.</param>
public sealed record Recipient(bool OptedOut, DateTimeOffset? AsOf)
{
    // Part of every recipient's identity: a different value would forget who opted out.
    private static readonly Guid Scope = new("e3f2b7a4-2c55-4a0f-b1b8-8d7a1f3c9e60");

    /// <summary>What has happened between one person and one of our numbers.</summary>
    public static readonly StreamOf<Recipient, RecipientEvent> Stream = new("recipient", new Recipient(false, null), Evolve);

    /// <summary>The stream of this person and this number of ours.</summary>
    public static Guid IdFor(string ourNumber, string person) => NamedId.Of(Scope, ourNumber, person);

    /// <summary>
    /// What a verdict changes. Only the keywords count, and the latest by the time it was sent, so the order verdicts arrive in
    /// does not matter; of a STOP and a START sent at the same time the STOP holds. A verdict on an ordinary text says what was
    /// known when it was screened, which may be before a STOP that was sent earlier came in: it changes nothing here. Nor does a
    /// STOP that the ledger knows to be overtaken by a later START, which may be one that was ruled an ordinary text.
    /// </summary>
    public static RecipientEvent[] Hear(Recipient recipient, Guid smsId, string verdict, bool optedOut, DateTimeOffset sentAt) => verdict switch
    {
        "opt-out" when !optedOut => [],
        "opt-out" when recipient.AsOf is null || sentAt > recipient.AsOf || (sentAt == recipient.AsOf && !recipient.OptedOut) =>
            [new RecipientEvent.OptedOut(smsId, sentAt)],
        "opt-in" when recipient.AsOf is null || sentAt > recipient.AsOf => [new RecipientEvent.OptedIn(smsId, sentAt)],
        _ => [],
    };

    private static Recipient Evolve(Recipient recipient, RecipientEvent happened) => happened switch
    {
        RecipientEvent.OptedOut e => new Recipient(true, e.SentAt),
        RecipientEvent.OptedIn e => new Recipient(false, e.SentAt),
        _ => recipient,
    };
}
