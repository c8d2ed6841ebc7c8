using Sms.PhoneNumbers;

namespace Sms.AutoReply.Rules;

/// <summary>A text that the rules are tried on.</summary>
/// <param name="SmsId">Its id.</param>
/// <param name="Endpoint">The endpoint it came in by.</param>
/// <param name="From">Who texted.</param>
/// <param name="To">Our number.</param>
/// <param name="Text">What it says.</param>
/// <param name="At">When it was accepted. Every decision about time goes by it, so that it matters to none when the text is handled.</param>
/// <param name="Ref">The caller's reference, where there is one.</param>
/// <param name="TenantName">The gateway account's name.</param>
/// <param name="DeviceId">The gateway's id of the phone.</param>
public sealed record ReceivedSms(
    Guid SmsId, string Endpoint, PhoneNumber From, PhoneNumber To, string Text, DateTimeOffset At,
    string? Ref = null, string? TenantName = null, string? DeviceId = null);

/// <summary>What was known when the rules were tried, beside the text and what rules had done before. Stored with the ruling, so that it can be repeated.</summary>
public sealed record Circumstances
{
    /// <summary>Nothing is known.</summary>
    public static readonly Circumstances Unknown = new();

    /// <summary>Whether somebody has said who the contact is.</summary>
    public bool ContactKnown { get; init; }

    /// <summary>The contact's name.</summary>
    public string? ContactName { get; init; }

    /// <summary>The contact's tags.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>The contact's language, BCP 47.</summary>
    public string? Language { get; init; }

    /// <summary>The contact's time zone, IANA.</summary>
    public string? TimeZone { get; init; }

    /// <summary>The number of the person's ticket that is not solved; null for none.</summary>
    public long? TicketNumber { get; init; }

    /// <summary>How it stands.</summary>
    public string? TicketStatus { get; init; }

    /// <summary>Its priority.</summary>
    public string? TicketPriority { get; init; }

    /// <summary>The agent it is with, as an actor.</summary>
    public string? TicketAssignee { get; init; }

    /// <summary>The team it is with.</summary>
    public string? TicketTeam { get; init; }

    /// <summary>Whether it is the person's first text.</summary>
    public bool FirstContact { get; init; }

    /// <summary>When a person last texted this person from our side.</summary>
    public DateTimeOffset? PersonAnsweredAt { get; init; }

    /// <summary>Whether the sender is a number of our own.</summary>
    public bool FromOurNumber { get; init; }

    /// <summary>The breaker that keeps replies back, one of <see cref="Withheld"/>; null for none.</summary>
    public string? Brake { get; init; }
}
