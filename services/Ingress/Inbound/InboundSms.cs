using System.Text.Json.Serialization;
using Sms.EventStore;

namespace Sms.Ingress.Inbound;

/// <summary>What can be said of a delivery that proved genuine.</summary>
public abstract record InboundEvent
{
    /// <summary>A customer's text was received for the first time.</summary>
    [StoredAs("ingress.sms-received.v1")]
    public sealed record SmsReceived(
        Guid SmsId, string Endpoint, string From, string To, string Text, DateTimeOffset SentAt, DateTimeOffset ReceivedAt,
        string? DeviceId, string? Ref, string? TenantName, string? MatchedRuleId) : InboundEvent
    {
        /// <summary>What the endpoint was for at that moment.</summary>
        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        public string? Label { get; init; }

        /// <summary>The gateway's own id of the text.</summary>
        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        public string? GatewayMessageId { get; init; }

        /// <summary>The SIM slot it came in by, from 1.</summary>
        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        public int? Sim { get; init; }
    }

    /// <summary>The gateway delivered the same again. Nothing follows from it; it is counted.</summary>
    [StoredAs("ingress.delivery-repeated.v1")]
    public sealed record DeliveryRepeated(DateTimeOffset ReceivedAt, string? MatchedRuleId) : InboundEvent;

    /// <summary>A gateway reported, for the first time in these words, what became of a text of ours.</summary>
    [StoredAs("ingress.delivery-reported.v1")]
    public sealed record DeliveryReported(
        Guid ReportId, string Endpoint, string Status, string? GatewayMessageId, string? Ref, string? To, int? Parts, string? ErrorCode, string? Error,
        DateTimeOffset OccurredAt, DateTimeOffset ReceivedAt) : InboundEvent;

    /// <summary>A genuine delivery could not be understood. Its bytes are kept beside the log, for a person.</summary>
    /// <param name="Endpoint">Where it came.</param>
    /// <param name="Reason">Why it could not be understood.</param>
    /// <param name="ContentType">What it claimed to be.</param>
    /// <param name="Digest">The SHA-256 of its body, 64 hexadecimal digits.</param>
    /// <param name="Length">The bytes of its body.</param>
    /// <param name="ReceivedAt">When it came.</param>
    /// <param name="Body">Only of deliveries stored when bytes were part of the fact.</param>
    [StoredAs("ingress.delivery-quarantined.v1")]
    public sealed record DeliveryQuarantined(
        string Endpoint, string Reason, string? ContentType, string Digest, int Length, DateTimeOffset ReceivedAt,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] byte[]? Body = null) : InboundEvent;

    /// <summary>The same as it was stored when a body was part of the fact.</summary>
    [StoredAs("ingress.delivery-unreadable.v1")]
    public sealed record DeliveryUnreadable(string Endpoint, string Reason, string? ContentType, byte[] Body, DateTimeOffset ReceivedAt) : IEarlierVersion
    {
        /// <inheritdoc/>
        public object Upcast() => new DeliveryQuarantined(Endpoint, Reason, ContentType, QuarantinedDelivery.DigestOf(Body), Body.Length, ReceivedAt, Body);
    }

    /// <summary>It was read again and still not understood.</summary>
    [StoredAs("ingress.quarantine-read-in-vain.v1")]
    public sealed record ReadInVain(string Reason) : InboundEvent;

    /// <summary>It was read again and understood.</summary>
    /// <param name="Became">The texts and reports it held.</param>
    /// <param name="KnownAlready">How many of them had come by another delivery meanwhile.</param>
    [StoredAs("ingress.quarantine-released.v1")]
    public sealed record Released(IReadOnlyList<Guid> Became, int KnownAlready) : InboundEvent;

    /// <summary>A person decided that nothing follows from it.</summary>
    [StoredAs("ingress.quarantine-discarded.v1")]
    public sealed record Discarded(string Reason) : InboundEvent;
}

/// <summary>One text and how often it came again.</summary>
public sealed record InboundSms(bool Received, int Repeats)
{
    /// <summary>One stream for each text; its id is the text's <c>SmsId</c>.</summary>
    public static readonly StreamOf<InboundSms, InboundEvent> Stream = new("sms", new(false, 0), Evolve);

    /// <summary>The text that a stream is about.</summary>
    public static Guid SmsIdOf(string streamId) => Guid.Parse(streamId.AsSpan(Stream.Name.Length + 1));

    private static InboundSms Evolve(InboundSms sms, InboundEvent happened) => happened switch
    {
        InboundEvent.SmsReceived => sms with { Received = true },
        InboundEvent.DeliveryRepeated => sms with { Repeats = sms.Repeats + 1 },
        _ => sms,
    };
}

/// <summary>One report on a text of ours and how often it came again.</summary>
public sealed record ReportedDelivery(string? Status, int Repeats)
{
    /// <summary>One stream for each report.</summary>
    public static readonly StreamOf<ReportedDelivery, InboundEvent> Stream = new("report", new(null, 0), Evolve);

    private static ReportedDelivery Evolve(ReportedDelivery report, InboundEvent happened) => happened switch
    {
        InboundEvent.DeliveryReported e => report with { Status = e.Status },
        InboundEvent.DeliveryRepeated => report with { Repeats = report.Repeats + 1 },
        _ => report,
    };
}
