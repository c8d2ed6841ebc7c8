namespace Sms.GatewayProtocol;

/// <summary>What became of a text that was sent, as far as a report says.</summary>
public enum DeliveryStatus
{
    /// <summary>It left the phone or the provider.</summary>
    Sent,

    /// <summary>It reached the customer's phone.</summary>
    Delivered,

    /// <summary>It did not, and will not.</summary>
    Failed,

    /// <summary>It did not in the time it had.</summary>
    Expired,
}

/// <summary>
/// One thing a request tells. Numbers are as the gateway wrote them. U+FFFD stands wherever a text held U+0000, which PostgreSQL's
/// jsonb and text cannot hold.
/// </summary>
/// <param name="At">Where in the body: a JSON pointer to the element of a batch, else empty.</param>
public abstract record Notice(string At)
{
    /// <summary>A customer's text.</summary>
    /// <param name="At">Where in the body.</param>
    /// <param name="From">Who texted: a number with or without <c>+</c>, a national number, a short code or a name.</param>
    /// <param name="To">Our number, if the gateway says.</param>
    /// <param name="Text">What was written; may be empty.</param>
    /// <param name="SentAt">When it was sent, UTC, if the gateway says.</param>
    /// <param name="GatewayMessageId">The gateway's id of it.</param>
    /// <param name="EventId">The gateway's id of this delivery; another one for the same text means nothing.</param>
    /// <param name="DeviceId">The phone.</param>
    /// <param name="Sim">The SIM in the phone, as the gateway counts or names them.</param>
    /// <param name="Ref">A reference of ours that the gateway echoes.</param>
    /// <param name="TenantName">The gateway account's name.</param>
    /// <param name="MatchedRuleId">The gateway's own rule that matched.</param>
    /// <param name="Encrypted">Whether <paramref name="Text"/> is ciphertext that only the phone's owner can read.</param>
    /// <param name="DedupeKey">The same for every delivery of this text and for no other text of the same gateway account.</param>
    public sealed record Inbound(
        string At, string From, string? To, string Text, DateTimeOffset? SentAt, string? GatewayMessageId, string? EventId, string? DeviceId,
        string? Sim, string? Ref, string? TenantName, string? MatchedRuleId, bool Encrypted, string DedupeKey) : Notice(At);

    /// <summary>What became of a text that was sent.</summary>
    /// <param name="At">Where in the body.</param>
    /// <param name="GatewayMessageId">The gateway's id of that text.</param>
    /// <param name="Ref">Our reference of it, if the gateway echoes it.</param>
    /// <param name="To">Whom it was sent to.</param>
    /// <param name="Status">What became of it. Reports may come in any order.</param>
    /// <param name="Parts">Of how many parts it was. Some gateways report each part for itself, under the same id.</param>
    /// <param name="ErrorCode">The gateway's code of what went wrong.</param>
    /// <param name="Error">The gateway's words for it. They may quote numbers: not for logs.</param>
    /// <param name="OccurredAt">When, UTC, if the gateway says.</param>
    /// <param name="DedupeKey">The same for every delivery of this report.</param>
    public sealed record DeliveryReport(
        string At, string? GatewayMessageId, string? Ref, string? To, DeliveryStatus Status, int? Parts, string? ErrorCode, string? Error,
        DateTimeOffset? OccurredAt, string DedupeKey) : Notice(At);

    /// <summary>The gateway tried whether it is heard.</summary>
    public sealed record Ping(string At) : Notice(At);

    /// <summary>An event that nothing follows from.</summary>
    /// <param name="At">Where in the body.</param>
    /// <param name="Event">Its name, one of those the profile lists; empty for one that it does not.</param>
    public sealed record Ignored(string At, string Event) : Notice(At);

    /// <summary>An element of a batch that cannot be understood, while others can.</summary>
    /// <param name="At">Where in the body.</param>
    /// <param name="Reason">Why, in words that name the field and never quote what it holds.</param>
    public sealed record Unreadable(string At, string Reason) : Notice(At);
}

/// <summary>What a request tells: one thing or, from a batch, many; or why it cannot be understood.</summary>
/// <param name="Notices">What it tells; nothing when it cannot be understood.</param>
/// <param name="Reason">Why it cannot be understood, in plain words that name the field and never quote what it holds; else null.</param>
public readonly record struct ReadResult(IReadOnlyList<Notice> Notices, string? Reason)
{
    internal static ReadResult Refused(string reason) => new([], reason);
}
