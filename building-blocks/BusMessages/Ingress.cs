namespace Sms.BusMessages;

/// <summary>A customer's text has been proven genuine and stored; it will not change any more.</summary>
public sealed record InboundSmsReceived
{
    /// <summary>The text's identity, the same for every redelivery of it, and the correlation id of all that follows from it.</summary>
    public required Guid SmsId { get; init; }

    /// <summary>The webhook endpoint it came in by (its slug, such as <c>sms</c>); replies leave through the same one.</summary>
    public required string Endpoint { get; init; }

    /// <summary>Who texted: E.164 with <c>+</c> where it is a full number, else the short code or name as the gateway gave it.</summary>
    public required string From { get; init; }

    /// <summary>Our number that was texted, in the same form as <see cref="From"/>.</summary>
    public required string To { get; init; }

    /// <summary>What the customer wrote, unchanged.</summary>
    public required string Text { get; init; }

    /// <summary>When the gateway says the text was sent or reached its phone. Orders a person's texts, whatever order they arrive in.</summary>
    public required DateTimeOffset SentAt { get; init; }

    /// <summary>When the webhook was accepted here.</summary>
    public required DateTimeOffset ReceivedAt { get; init; }

    /// <summary>The gateway's id of the phone or device, where it gives one.</summary>
    public string? DeviceId { get; init; }

    /// <summary>The caller's own reference that the gateway echoes, where there is one.</summary>
    public string? Ref { get; init; }

    /// <summary>The name of the gateway account, where it gives one.</summary>
    public string? TenantName { get; init; }
}
