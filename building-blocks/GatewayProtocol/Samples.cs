using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Sms.GatewayProtocol;

/// <summary>Writes texts as a gateway would: to try an endpoint with, to simulate a gateway, to test.</summary>
public static class Samples
{
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>A text as a request that lacks only its proof; <see cref="Proof.Sign"/> adds that.</summary>
    /// <param name="profile">The gateway's profile.</param>
    /// <param name="url">The public URL that the gateway would post to.</param>
    /// <param name="text">
    /// The text. What the gateway's body has no place for is left out; <see cref="Notice.Inbound.DedupeKey"/> and <see cref="Notice.At"/>
    /// do not count.
    /// </param>
    /// <exception cref="ArgumentException">The profile knows texts only in batches.</exception>
    public static InboundRequest Request(CompiledProfile profile, string url, Notice.Inbound text)
    {
        ArgumentNullException.ThrowIfNull(profile);
        ArgumentNullException.ThrowIfNull(text);
        var content = profile.Profile.Content;
        var rules = profile.Content.Inbound ?? throw new ArgumentException("The profile knows no text that comes alone.", nameof(profile));

        var fields = rules.Rules.Fields.Select(f => (Place: f.Value.Alternatives[0], Value: ValueOf(f.Key, text, content.Times)));
        if (content.Event is { } name && rules.Name.Length > 0)
            fields = fields.Prepend((name.Alternatives[0], rules.Name));
        var written = fields.Where(f => f.Value is not null).ToLookup(f => CompiledContent.HeaderName(f.Place) is not null);

        var (type, body) = content.Format is BodyFormat.Form
            ? ("application/x-www-form-urlencoded", FormBody.Write(written[false].Select(f => KeyValuePair.Create(f.Place, f.Value!.ToString()!))))
            : ("application/json", Json(written[false]!));
        return new InboundRequest(
            "POST", url,
            [new HeaderLine("Content-Type", type), .. written[true].Select(f => new HeaderLine(CompiledContent.HeaderName(f.Place)!, f.Value!.ToString()!))],
            body);
    }

    private static object? ValueOf(NoticeField field, Notice.Inbound text, TimeFormat times) => field switch
    {
        NoticeField.From => text.From,
        NoticeField.To => text.To,
        NoticeField.Text => text.Text,
        NoticeField.SentAt => text.SentAt is { } at ? GatewayTimes.Write(at, times) : null,
        NoticeField.MessageId => text.GatewayMessageId,
        NoticeField.EventId => text.EventId,
        NoticeField.DeviceId => text.DeviceId,
        NoticeField.Sim => text.Sim,
        NoticeField.Ref => text.Ref,
        NoticeField.TenantName => text.TenantName,
        NoticeField.MatchedRuleId => text.MatchedRuleId,
        NoticeField.Encrypted => text.Encrypted,
        _ => null,
    };

    internal static byte[] Json(IEnumerable<(string Place, object Value)> fields)
    {
        var body = new JsonObject();
        foreach (var (place, value) in fields)
            Put(body, [.. JsonPointer.Names(place)], value switch
            {
                bool flag => JsonValue.Create(flag),
                long number => JsonValue.Create(number),
                _ => JsonValue.Create(value.ToString()),
            });
        return JsonSerializer.SerializeToUtf8Bytes(body, Plain);
    }

    private static void Put(JsonNode container, string[] names, JsonNode? value)
    {
        if (names is [var last])
        {
            Set(container, last, value);
            return;
        }
        var next = container is JsonArray array ? array.ElementAtOrDefault(int.Parse(names[0], System.Globalization.CultureInfo.InvariantCulture)) : container[names[0]];
        if (next is null)
            Set(container, names[0], next = IsIndex(names[1]) ? new JsonArray() : new JsonObject());
        Put(next, names[1..], value);
    }

    private static void Set(JsonNode container, string name, JsonNode? value)
    {
        if (container is JsonArray array && int.TryParse(name, out var index))
        {
            while (array.Count <= index)
                array.Add(null);
            array[index] = value;
        }
        else
        {
            container[name] = value;
        }
    }

    private static bool IsIndex(string name) => name == "0";
}
