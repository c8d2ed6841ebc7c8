using Sms.BusMessages;
using Sms.EventStore;
using Sms.Ingress.Inbound;

namespace Sms.Ingress;

/// <summary>What Ingress's facts mean for the others.</summary>
public static class IngressBus
{
    // Part of every lane: a different value would forget what everybody wrote last.
    private static readonly Guid People = new("6f2b1c0e-3c86-4b0a-9d55-1f1f4b1f0a05");

    /// <summary>One person's texts are in order, whichever of our numbers they go to.</summary>
    public static Guid? LaneOf(StoredEvent stored) => stored.Data is InboundEvent.SmsReceived e ? NamedId.Of(People, e.From) : null;

    /// <summary>A text is announced once, and so is a report; repetitions, deliveries in quarantine and endpoints are Ingress's own affair.</summary>
    public static IEnumerable<object> From(StoredEvent stored) => stored.Data switch
    {
        InboundEvent.SmsReceived e =>
        [
            new InboundSmsReceived
            {
                SmsId = e.SmsId,
                Endpoint = e.Endpoint,
                From = e.From,
                To = e.To,
                Text = e.Text,
                SentAt = e.SentAt,
                ReceivedAt = e.ReceivedAt,
                DeviceId = e.DeviceId,
                Ref = e.Ref,
                TenantName = e.TenantName,
                Label = e.Label,
                GatewayMessageId = e.GatewayMessageId,
                Sim = e.Sim,
                PreviousSmsId = stored.Follows is { } previous ? InboundSms.SmsIdOf(previous) : null,
            },
        ],
        InboundEvent.DeliveryReported e =>
        [
            new DeliveryReported
            {
                ReportId = e.ReportId,
                Endpoint = e.Endpoint,
                Status = e.Status,
                GatewayMessageId = e.GatewayMessageId,
                Ref = e.Ref,
                To = e.To,
                Parts = e.Parts,
                ErrorCode = e.ErrorCode,
                Error = e.Error,
                OccurredAt = e.OccurredAt,
                ReceivedAt = e.ReceivedAt,
            },
        ],
        _ => [],
    };
}
