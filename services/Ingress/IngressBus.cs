using Sms.BusMessages;
using Sms.EventStore;
using Sms.Ingress.Inbound;

namespace Sms.Ingress;

/// <summary>What Ingress's facts mean for the others.</summary>
public static class IngressBus
{
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
