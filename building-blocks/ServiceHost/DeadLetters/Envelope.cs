using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Sms.ServiceHost.DeadLetters;

/// <summary>The envelope MassTransit puts messages into: the message among what the bus knows of it.</summary>
internal sealed class Envelope
{
    private const string Id = "messageId", Type = "messageType", Correlation = "correlationId", Content = "message", Urn = "urn:message:";

    private static readonly JsonNodeOptions AsMassTransitReads = new() { PropertyNameCaseInsensitive = true };
    private static readonly JsonSerializerOptions AsPeopleRead = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly JsonObject _all;

    private Envelope(JsonObject all) => _all = all;

    /// <summary>The message itself.</summary>
    public JsonNode? Message => _all[Content];

    /// <summary>Its id.</summary>
    public string? MessageId => Text(_all[Id]);

    /// <summary>What it belongs to.</summary>
    public string? CorrelationId => Text(_all[Correlation]);

    /// <summary>Its type, as <c>Sms.BusMessages:SmsChanged</c>.</summary>
    public string? MessageType => Text(_all[Type] is JsonArray { Count: > 0 } types ? types[0] : null) is { } urn
        ? urn.StartsWith(Urn, StringComparison.Ordinal) ? urn[Urn.Length..] : urn
        : null;

    /// <summary>The envelope in a body; null when there is none.</summary>
    public static Envelope? Of(string body) => Parse(body) is JsonObject all && all[Type] is JsonArray && all.ContainsKey(Content) ? new Envelope(all) : null;

    /// <summary>An envelope for a message that came without.</summary>
    public static Envelope For(string messageType) =>
        new(new JsonObject(AsMassTransitReads) { [Type] = new JsonArray(Urn + messageType), [Content] = null });

    /// <summary>The same with another message in it, or the same one under another id.</summary>
    public string With(Guid messageId, JsonNode? message)
    {
        var other = (JsonObject)_all.DeepClone();
        other[Id] = messageId.ToString();
        if (message is not null)
            other[Content] = message.DeepClone();
        return other.ToJsonString();
    }

    /// <summary>JSON in lines, for people; null when it is none.</summary>
    public static string? Pretty(string body) => (Of(body)?.Message ?? Parse(body))?.ToJsonString(AsPeopleRead);

    /// <summary>Reads JSON as the bus does; null when it is none.</summary>
    public static JsonNode? Parse(string body)
    {
        try
        {
            var node = JsonNode.Parse(body, AsMassTransitReads);
            // Properties are looked at when they are first asked for, and two of one name are an error then.
            _ = (node as JsonObject)?.Count;
            _ = ((node as JsonObject)?[Content] as JsonObject)?.Count;
            return node;
        }
        catch (Exception e) when (e is JsonException or ArgumentException)
        {
            return null;
        }
    }

    private static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text.Replace('\0', '\uFFFD') : null;
}
