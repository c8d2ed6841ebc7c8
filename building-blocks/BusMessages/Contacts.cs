namespace Sms.BusMessages;

/// <summary>
/// A contact as it now is, told after every change of it: whoever keeps a copy takes the highest <see cref="Version"/> it has seen.
/// </summary>
public sealed record ContactChanged
{
    /// <summary>The contact.</summary>
    public required Guid ContactId { get; init; }

    /// <summary>Counts the contact's changes, from 1. A lower one than was seen is old news.</summary>
    public required long Version { get; init; }

    /// <summary>The numbers, short codes and names they write from, one per line, in the form of <see cref="InboundSmsReceived.From"/>; a number that networks show in two ways, in both.</summary>
    public required string Numbers { get; init; }

    /// <summary>Whether a person or an import has said who this is; false for one that is known by its number only.</summary>
    public required bool Verified { get; init; }

    /// <summary>Their name, where there is one.</summary>
    public string? Name { get; init; }

    /// <summary>Their tags, one per line.</summary>
    public string? Tags { get; init; }

    /// <summary>Their language as a BCP 47 tag, such as <c>de</c> or <c>pt-BR</c>.</summary>
    public string? Language { get; init; }

    /// <summary>Their time zone by its IANA name, such as <c>Europe/Berlin</c>.</summary>
    public string? TimeZone { get; init; }

    /// <summary>The contact this one has been merged into; null while it stands for itself.</summary>
    public Guid? MergedInto { get; init; }

    /// <summary>When it changed.</summary>
    public required DateTimeOffset ChangedAt { get; init; }
}

/// <summary>Asks Contacts to tag whoever writes from a number. Asking again with the same id changes nothing.</summary>
public sealed record ContactTagAsked
{
    /// <summary>The asker's id of this request.</summary>
    public required Guid RequestId { get; init; }

    /// <summary>The number the contact writes from.</summary>
    public required string Number { get; init; }

    /// <summary>The tag, 1 to 50 characters of one line.</summary>
    public required string Tag { get; init; }

    /// <summary>The inbound text that gave rise to it, where one did.</summary>
    public Guid? SmsId { get; init; }

    /// <summary>Who asks, as an actor.</summary>
    public required string RequestedBy { get; init; }

    /// <summary>When it was asked for.</summary>
    public required DateTimeOffset RequestedAt { get; init; }
}
