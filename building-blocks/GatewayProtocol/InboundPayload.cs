using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;

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

    /// <summary>
    /// What makes this text this text, as 64 hexadecimal digits: a digest of phone, sender, recipient, words and time. The
    /// gateway gives no message id, and the same text may come by several paths whose bodies differ, so nothing that differs
    /// between them (rule, reference, account, a leading <c>+</c>, how the time is written) takes part. The same words at
    /// another time are another text.
    /// </summary>
    public string DedupeKey()
    {
        var key = new DedupeKey(64 + 3 * (From.Length + To.Length + Text.Length));
        key.Add(DeviceId);
        key.AddNumber(From);
        key.AddNumber(To);
        key.Add(Text);
        key.Add(ReceivedAt);
        return key.ToString();
    }

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

    /// <summary>
    /// Reads a webhook's body. Never throws, whatever the bytes are. Unknown fields are passed over; a field that is read may
    /// appear once only. <c>from</c>, <c>to</c> and <c>ref</c> may be numbers, read as their digits; an optional field that is
    /// empty counts as absent; a byte order mark is allowed; U+0000 becomes U+FFFD.
    /// </summary>
    /// <param name="body">The raw bytes.</param>
    /// <param name="payload">What it says, when it could be read.</param>
    /// <param name="reason">Why it could not be read, in plain words that name the field and never quote what the body says.</param>
    public static bool TryRead(
        ReadOnlySpan<byte> body, [NotNullWhen(true)] out InboundPayload? payload, [NotNullWhen(false)] out string? reason)
    {
        reason = Read(body.StartsWith(ByteOrderMark) ? body[ByteOrderMark.Length..] : body, out payload);
        return payload is not null;
    }

    private const int DeepestNesting = 32;
    private const int LongestName = 320;

    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    private sealed record Field(string Name, bool Needed = false, bool MayBeNumber = false, bool MayBeBlank = false, int Longest = LongestName)
    {
        public byte[] Utf8Name { get; } = Encoding.UTF8.GetBytes(Name);
    }

    private const int Event = 0, Sender = 1, Recipient = 2, Words = 3, Time = 4, Reference = 5, Device = 6, Tenant = 7, TenantTitle = 8, Rule = 9;

    private static readonly Field[] Fields =
    [
        new("event", Needed: true),
        new("from", Needed: true, MayBeNumber: true),
        new("to", Needed: true, MayBeNumber: true),
        new("text", Needed: true, MayBeBlank: true, Longest: int.MaxValue),
        new("receivedAt", Needed: true),
        new("ref", MayBeNumber: true),
        new("deviceId"),
        new("tenantId"),
        new("tenantName"),
        new("matchedRuleId"),
    ];

    private static string? Read(ReadOnlySpan<byte> body, out InboundPayload? payload)
    {
        payload = null;
        if (body.IsEmpty)
            return "the body is empty";
        if (!Utf8.IsValid(body))
            return "the body is not valid UTF-8";

        var values = new string?[Fields.Length];
        var receivedAt = default(DateTimeOffset);
        var seen = 0;
        string? wrong = null;
        try
        {
            // One deeper than allowed, so that it is this method and not the reader that notices.
            var json = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = DeepestNesting + 1 });
            json.Read();
            if (json.TokenType != JsonTokenType.StartObject)
                return "the body is not a JSON object";

            // The first thing that is wrong is remembered and reading goes on: a body that breaks off is not JSON before
            // anything else, and what belongs to another event need not look like a text.
            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                var index = IndexOfField(ref json);
                json.Read();
                if (index >= 0)
                {
                    var field = Fields[index];
                    if ((seen & (1 << index)) != 0)
                        wrong ??= $"{field.Name} appears twice";
                    seen |= 1 << index;
                    var problem = ReadValue(ref json, field, out values[index]);
                    if (index == Time && values[Time] is { } time)
                        problem ??= ReadTime(ref json, time, out receivedAt);
                    wrong ??= problem;
                }
                if (!TrySkip(ref json))
                    return $"the body is nested deeper than {DeepestNesting} levels";
            }
            json.Read(); // Throws if anything follows the object.
        }
        catch (JsonException e)
        {
            return $"the body is not JSON (line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1})";
        }

        if (values[Event] is { } name && name != MessageReceived)
            return $"event is not {MessageReceived}";
        for (var i = 0; i < Fields.Length && wrong is null; i++)
            if (Fields[i].Needed && (seen & (1 << i)) == 0)
                wrong = $"{Fields[i].Name} is missing";
        if (wrong is not null)
            return wrong;

        payload = new InboundPayload
        {
            From = values[Sender]!,
            To = values[Recipient]!,
            Text = values[Words]!,
            ReceivedAt = receivedAt,
            Ref = values[Reference],
            DeviceId = values[Device],
            TenantId = values[Tenant],
            TenantName = values[TenantTitle],
            MatchedRuleId = values[Rule],
        };
        return null;
    }

    private static int IndexOfField(ref Utf8JsonReader json)
    {
        try
        {
            for (var i = 0; i < Fields.Length; i++)
                if (json.ValueTextEquals(Fields[i].Utf8Name))
                    return i;
        }
        catch (InvalidOperationException)
        {
            // A name with half a surrogate pair in it is none of ours.
        }
        return -1;
    }

    private static string? ReadValue(ref Utf8JsonReader json, Field field, out string? value)
    {
        value = null;
        switch (json.TokenType)
        {
            case JsonTokenType.Null:
                return field.Needed ? $"{field.Name} is null" : null;
            case JsonTokenType.Number when field.MayBeNumber:
                if (json.ValueSpan.ContainsAnyExceptInRange((byte)'0', (byte)'9'))
                    return $"{field.Name} is a number that is not plain digits";
                value = Encoding.ASCII.GetString(json.ValueSpan);
                break;
            case JsonTokenType.String:
                try
                {
                    value = json.GetString()!.Replace('\0', '\uFFFD');
                }
                catch (InvalidOperationException)
                {
                    return $"{field.Name} holds half of a surrogate pair";
                }
                break;
            default:
                return $"{field.Name} is not a string";
        }

        if (value.Length > field.Longest)
            return $"{field.Name} is longer than {field.Longest} characters";
        if (!field.Needed && value.Length == 0)
            value = null;
        return field.Needed && !field.MayBeBlank && string.IsNullOrWhiteSpace(value) ? $"{field.Name} is empty" : null;
    }

    private static string? ReadTime(ref Utf8JsonReader json, string written, out DateTimeOffset time)
    {
        if (!json.TryGetDateTimeOffset(out time))
            return "receivedAt is not an ISO 8601 time";
        time = time.ToUniversalTime();
        // Without a zone the reader takes this machine's, which is hours wrong and looks right.
        var timeOfDay = written.IndexOf('T', StringComparison.Ordinal);
        return timeOfDay < 0 || written.AsSpan(timeOfDay).IndexOfAny('Z', '+', '-') < 0
            ? "receivedAt has no time zone"
            : null;
    }

    private static bool TrySkip(ref Utf8JsonReader json)
    {
        if (json.TokenType is not (JsonTokenType.StartObject or JsonTokenType.StartArray))
            return true;
        var depth = json.CurrentDepth;
        while (json.Read() && json.CurrentDepth > depth)
            if (json.CurrentDepth >= DeepestNesting)
                return false;
        return true;
    }
}
