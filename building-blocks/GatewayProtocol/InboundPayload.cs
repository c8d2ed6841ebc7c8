using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Sms.GatewayProtocol;

/// <summary>A text that reached a phone of the gateway, as its webhook's body tells it (<c>event</c> is <c>message.received</c>).</summary>
public sealed record InboundPayload
{
    /// <summary>The one event there is.</summary>
    public const string MessageReceived = "message.received";

    /// <summary>Who texted, as the gateway writes it: usually country code and digits without <c>+</c>, but it may be a short code or a name.</summary>
    public required string From { get; init; }

    /// <summary>The phone's own number, in the same form.</summary>
    public required string To { get; init; }

    /// <summary>What was written; may be empty. U+FFFD stands where it held U+0000, which PostgreSQL's jsonb and text cannot hold.</summary>
    public required string Text { get; init; }

    /// <summary>When the text reached the phone, in UTC.</summary>
    public required DateTimeOffset ReceivedAt { get; init; }

    /// <summary>The reference of an earlier send that the gateway echoes, if any.</summary>
    public string? Ref { get; init; }

    /// <summary>The phone (<c>dev_…</c>).</summary>
    public string? DeviceId { get; init; }

    /// <summary>The gateway account (<c>ten_…</c>).</summary>
    public string? TenantId { get; init; }

    /// <summary>The gateway account's name.</summary>
    public string? TenantName { get; init; }

    /// <summary>The gateway's own rule that matched (<c>rule_…</c>). The same text also arrives without it, by the forward-all path.</summary>
    public string? MatchedRuleId { get; init; }

    /// <summary>The body as the gateway writes it: time in milliseconds with <c>Z</c>, <c>ref</c> even when null, <c>matchedRuleId</c> only when a rule matched.</summary>
    public byte[] ToJson()
    {
        var body = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(body, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteString("event", MessageReceived);
            json.WriteString("from", From);
            json.WriteString("to", To);
            json.WriteString("text", Text);
            json.WriteString("ref", Ref);
            json.WriteString("receivedAt", GatewayTime.Format(ReceivedAt));
            json.WriteString("deviceId", DeviceId);
            json.WriteString("tenantId", TenantId);
            json.WriteString("tenantName", TenantName);
            if (MatchedRuleId is not null)
                json.WriteString("matchedRuleId", MatchedRuleId);
            json.WriteEndObject();
        }
        return body.WrittenSpan.ToArray();
    }
}
