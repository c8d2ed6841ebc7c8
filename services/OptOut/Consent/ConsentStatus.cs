using System.Collections.Immutable;
using Sms.EventStore;
using Sms.PhoneNumbers;

namespace Sms.OptOut.Consent;

/// <summary>
/// Whether one person may be texted from one of our numbers: their consent words in the order they were <em>sent</em>. The
/// last one holds, so the order of arrival makes no difference; of two sent at the same moment the opt-out holds.
/// </summary>
public sealed record ConsentStatus(ImmutableArray<SentWord> Words)
{
    public static readonly StreamOf<ConsentStatus, ConsentEvent> Stream = new("consent", new ConsentStatus([]), Evolve);

    // Never change it: it is part of every stream id.
    private static readonly Guid Scope = new("5c2f6d1e-8a0b-4c37-9f0e-2d4b7a916e53");

    /// <summary>Whether the person is opted out. Someone who never sent a consent word is not.</summary>
    public bool OptedOut => Words is [.., { OptsOut: true }];

    /// <summary>The stream's id: derived from the two numbers, and not showing them.</summary>
    public static Guid IdOf(PhoneNumber person, PhoneNumber ourNumber) => NamedId.Of(Scope, ourNumber.Value, person.Value);

    public static ConsentStatus Evolve(ConsentStatus status, ConsentEvent happened) => happened switch
    {
        ConsentEvent.OptOutRequested e => status.With(new SentWord(e.SentAt, OptsOut: true)),
        ConsentEvent.OptInRequested e => status.With(new SentWord(e.SentAt, OptsOut: false)),
        _ => status,
    };

    private ConsentStatus With(SentWord word) =>
        new([.. Words.Add(word).OrderBy(w => w.SentAt).ThenBy(w => w.OptsOut)]);
}

/// <summary>A consent word at its place in time.</summary>
/// <param name="SentAt">When the person sent it.</param>
/// <param name="OptsOut">Whether it asks for no more texts, rather than for texts again.</param>
public readonly record struct SentWord(DateTimeOffset SentAt, bool OptsOut);
