using System.Text.Json;
using System.Text.Json.Nodes;

namespace Sms.Webhooks.Deliveries;

/// <summary>An event as one webhook is told of it.</summary>
/// <param name="Id">Its identity, the same however often it is sent.</param>
/// <param name="Type">The type of event.</param>
/// <param name="Subject">What it is about.</param>
/// <param name="At">When it happened.</param>
/// <param name="Data">What is said of it.</param>
public sealed record WebhookMessage(Guid Id, string Type, Guid Subject, DateTimeOffset At, JsonElement Data)
{
    /// <summary>The identity as it is sent: <c>webhook-id</c> of Standard Webhooks.</summary>
    public string WebhookId => $"msg_{Id:N}";

    /// <summary>The event in the form that Standard Webhooks recommends: type, timestamp, data.</summary>
    internal JsonObject ToEvent() => new()
    {
        ["type"] = Type,
        ["timestamp"] = JsonSerializer.SerializeToNode(At.UtcDateTime),
        ["data"] = JsonObject.Create(Data),
    };
}
