using System.Collections.Immutable;
using Sms.EventStore;

namespace Sms.AutoReply.People;

/// <summary>Which numbers a contact has had, so that one it loses is told of it.</summary>
public sealed record KnownContact(long Version, ImmutableHashSet<string> Numbers)
{
    /// <summary>One stream for each contact.</summary>
    public static readonly StreamOf<KnownContact, KnownContactEvent> Stream = new(
        "contact", new KnownContact(0, []), (_, happened) => happened switch
        {
            KnownContactEvent.NumbersSeen e => new KnownContact(e.Version, [.. e.Numbers]),
            _ => throw new InvalidOperationException("There is no other fact about a contact."),
        });
}

public abstract record KnownContactEvent
{
    /// <summary>The numbers a contact has now; none once it has been merged into another.</summary>
    [StoredAs("autoreply.contact-numbers-seen.v1")]
    public sealed record NumbersSeen(long Version, IReadOnlyList<string> Numbers) : KnownContactEvent;
}
