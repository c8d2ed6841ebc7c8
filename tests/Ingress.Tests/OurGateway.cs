using System.Text.Json;
using System.Text.Json.Nodes;

namespace Sms.Ingress.Tests;

/// <summary>A kind of gateway that is not built in: signs as Mobile API Connect does, and says more.</summary>
internal static class OurGateway
{
    /// <summary>Its profile.</summary>
    /// <param name="fromAt">Where it says who texted.</param>
    public static JsonElement Profile(string fromAt = "/sender") => JsonElement.Parse($$"""
        {
          "name": "our-gateway",
          "proof": { "scheme": "signature", "algorithm": "hmac-sha256", "covers": "{body}", "header": "X-MAC-Signature", "prefix": "sha256=", "encoding": "hex" },
          "content": {
            "format": "json",
            "event": "/kind",
            "events": [
              {
                "is": ["text"], "means": "inbound",
                "fields": { "from": "{{fromAt}}", "text": "/words", "messageId": "/id", "deviceId": "/phone", "sim": "/sim", "sentAt": "/at" },
                "needed": ["messageId"]
              },
              {
                "is": ["texts"], "means": "inbound", "each": "/list",
                "fields": { "from": "{{fromAt}}", "text": "/words", "messageId": "/id" }, "needed": ["messageId"]
              },
              {
                "is": ["report"], "means": "delivery-report",
                "fields": { "messageId": "/of", "eventId": "/id", "status": "/status", "parts": "/parts", "to": "/to", "occurredAt": "/at", "errorCode": "/code" },
                "statuses": { "SENT": "sent", "DELIVERED": "delivered", "FAILED": "failed" }
              },
              { "is": ["ping"], "means": "ping" },
              { "is": ["call"], "means": "ignored" }
            ]
          },
          "duplicates": { "inbound": ["messageId"], "reports": ["eventId"] }
        }
        """);

    /// <summary>A text.</summary>
    public static byte[] Text(string id, string from = "+919876543210", string words = "hello") =>
        Json(new() { ["kind"] = "text", ["id"] = id, ["sender"] = from, ["words"] = words, ["phone"] = "dev_1", ["sim"] = "SIM2", ["at"] = "2026-06-12T14:32:00Z" });

    /// <summary>A report on a text that was sent.</summary>
    public static byte[] Report(string id, string of, string status, int? parts = null) =>
        Json(new() { ["kind"] = "report", ["id"] = id, ["of"] = of, ["status"] = status, ["parts"] = parts, ["to"] = "+919876543210", ["at"] = "2026-06-12T14:33:00Z" });

    /// <summary>Any body.</summary>
    public static byte[] Json(JsonObject body) => JsonSerializer.SerializeToUtf8Bytes(body);
}
