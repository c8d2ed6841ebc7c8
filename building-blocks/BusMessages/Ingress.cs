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

    /// <summary>What the endpoint is for, in its operator's word (<c>support</c>, <c>orders</c>), where one was given. A consumer may be limited to some.</summary>
    public string? Label { get; init; }

    /// <summary>The gateway's own id of the text, where it gives one. Not to be relied on: some gateways number one text twice.</summary>
    public string? GatewayMessageId { get; init; }

    /// <summary>
    /// The text of the same person that was stored last before this one, whichever of our numbers it went to; null for their first, and
    /// for the first that a replay tells of again. Whoever must not answer this one before having understood that one can wait for it.
    /// </summary>
    public Guid? PreviousSmsId { get; init; }

    /// <summary>The SIM slot of the phone the text came in by, counted from 1, where the gateway tells.</summary>
    public int? Sim { get; init; }
}

/// <summary>A gateway reports what became of a text of ours. Reports come late, twice and out of order; a text of several parts may have one for each.</summary>
public sealed record DeliveryReported
{
    /// <summary>The report's identity, the same for every redelivery of it.</summary>
    public required Guid ReportId { get; init; }

    /// <summary>The endpoint the report came in by.</summary>
    public required string Endpoint { get; init; }

    /// <summary>What is reported: <c>sent</c>, <c>delivered</c>, <c>failed</c> or <c>expired</c>.</summary>
    public required string Status { get; init; }

    /// <summary>The gateway's id of our text, as it answered when the text was handed over.</summary>
    public string? GatewayMessageId { get; init; }

    /// <summary>Our own reference that went with the text, where the gateway echoes it.</summary>
    public string? Ref { get; init; }

    /// <summary>The person texted, where the report says.</summary>
    public string? To { get; init; }

    /// <summary>How many parts the text was sent in, where the report says.</summary>
    public int? Parts { get; init; }

    /// <summary>The gateway's code of a failure.</summary>
    public string? ErrorCode { get; init; }

    /// <summary>The gateway's words about a failure.</summary>
    public string? Error { get; init; }

    /// <summary>When it happened, by the gateway's clock; the time of receipt where it does not say.</summary>
    public required DateTimeOffset OccurredAt { get; init; }

    /// <summary>When the report was accepted here.</summary>
    public required DateTimeOffset ReceivedAt { get; init; }
}
