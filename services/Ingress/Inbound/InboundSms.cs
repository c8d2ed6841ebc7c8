using Sms.EventStore;

namespace Sms.Ingress.Inbound;

/// <summary>What can be said of a delivery that proved genuine.</summary>
public abstract record InboundEvent
{
    /// <summary>A customer's text was received for the first time.</summary>
    [StoredAs("ingress.sms-received.v1")]
    public sealed record SmsReceived(
        Guid SmsId, string Endpoint, string From, string To, string Text, DateTimeOffset SentAt, DateTimeOffset ReceivedAt,
        string? DeviceId, string? Ref, string? TenantName, string? MatchedRuleId) : InboundEvent;

    /// <summary>The gateway delivered the same again. Nothing follows from it; it is counted.</summary>
    [StoredAs("ingress.delivery-repeated.v1")]
    public sealed record DeliveryRepeated(DateTimeOffset ReceivedAt, string? MatchedRuleId) : InboundEvent;

    /// <summary>A genuine delivery could not be understood. It is kept as it came, for a person.</summary>
    [StoredAs("ingress.delivery-unreadable.v1")]
    public sealed record DeliveryUnreadable(
        string Endpoint, string Reason, string? ContentType, byte[] Body, DateTimeOffset ReceivedAt) : InboundEvent;
}

/// <summary>One text, or one delivery that could not be read, and how often it came again.</summary>
public sealed record InboundSms(bool Received, string? UnreadableBecause, int Repeats)
{
    private static readonly InboundSms Nothing = new(false, null, 0);

    /// <summary>One stream for each text; its id is the text's <c>SmsId</c>.</summary>
    public static readonly StreamOf<InboundSms, InboundEvent> Stream = new("sms", Nothing, Evolve);

    /// <summary>One stream for each body that could not be read.</summary>
    public static readonly StreamOf<InboundSms, InboundEvent> Unreadable = new("unreadable", Nothing, Evolve);

    private static InboundSms Evolve(InboundSms sms, InboundEvent happened) => happened switch
    {
        InboundEvent.SmsReceived => sms with { Received = true },
        InboundEvent.DeliveryUnreadable e => sms with { UnreadableBecause = e.Reason },
        InboundEvent.DeliveryRepeated => sms with { Repeats = sms.Repeats + 1 },
        _ => sms,
    };
}
