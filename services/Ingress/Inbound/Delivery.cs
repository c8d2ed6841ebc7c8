using System.Security.Cryptography;
using Sms.EventStore;
using Sms.GatewayProtocol;
using Sms.PhoneNumbers;

namespace Sms.Ingress.Inbound;

/// <summary>What a genuine delivery means for the log. Pure: the same delivery means the same on every instance, at any time.</summary>
public static class Delivery
{
    private static readonly Guid Texts = new("6f2b1c0e-3c86-4b0a-9d55-1f1f4b1f0a01");
    private static readonly Guid Bodies = new("6f2b1c0e-3c86-4b0a-9d55-1f1f4b1f0a02");

    /// <summary>What to append for a delivery: a text, or a body that could not be read; a repetition where it is known already.</summary>
    /// <param name="endpoint">The endpoint's slug.</param>
    /// <param name="body">The raw bytes, proven genuine.</param>
    /// <param name="contentType">As the gateway gave it.</param>
    /// <param name="now">When it came.</param>
    public static (Guid Id, Append Append) Read(string endpoint, ReadOnlySpan<byte> body, string? contentType, DateTimeOffset now)
    {
        if (!InboundPayload.TryRead(body, out var payload, out var reason))
            return Unreadable(endpoint, body, contentType, reason, now);
        if (!PhoneNumber.TryParse(payload.From, out var from))
            return Unreadable(endpoint, body, contentType, "from: neither a phone number, a short code nor a sender name", now);
        if (!PhoneNumber.TryParse(payload.To, out var to))
            return Unreadable(endpoint, body, contentType, "to: neither a phone number, a short code nor a sender name", now);

        var smsId = NamedId.Of(Texts, endpoint, payload.DedupeKey());
        return (smsId, InboundSms.Stream.Start(
            smsId.ToString(),
            [
                new InboundEvent.SmsReceived(
                    smsId, endpoint, from.Value, to.Value, payload.Text, payload.ReceivedAt.ToUniversalTime(), now,
                    payload.DeviceId, payload.Ref, payload.TenantName, payload.MatchedRuleId),
            ],
            new Cause(smsId, null, Cause.System),
            ifStreamExists: [new InboundEvent.DeliveryRepeated(now, payload.MatchedRuleId)]));
    }

    private static (Guid, Append) Unreadable(
        string endpoint, ReadOnlySpan<byte> body, string? contentType, string reason, DateTimeOffset now)
    {
        var id = NamedId.Of(Bodies, endpoint, Convert.ToHexString(SHA256.HashData(body)));
        return (id, InboundSms.Unreadable.Start(
            id.ToString(),
            [new InboundEvent.DeliveryUnreadable(endpoint, reason, contentType, body.ToArray(), now)],
            new Cause(null, null, Cause.System),
            ifStreamExists: [new InboundEvent.DeliveryRepeated(now, null)]));
    }
}
