using Sms.BusMessages;
using Sms.EventStore;
using Sms.Ingress.Inbound;

namespace Sms.Ingress;

/// <summary>What Ingress's facts mean for the others.</summary>
public static class IngressBus
{
    /// <summary>A text is announced once; repetitions, unreadable deliveries and endpoints are Ingress's own affair.</summary>
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
            },
        ],
        _ => [],
    };
}
