using System.Text.Json;
using System.Text.Json.Serialization;

namespace Sms.GatewayProtocol;

/// <summary>What the body says, and where.</summary>
public sealed record ContentRules
{
    /// <summary>How it is written.</summary>
    public required BodyFormat Format { get; init; }

    /// <summary>Where the event's name is; null when there is one kind of event only.</summary>
    public FieldPath? Event { get; init; }

    /// <summary>What the events mean.</summary>
    public required IReadOnlyList<EventRules> Events { get; init; }

    /// <summary>What an event that <see cref="Events"/> does not name is.</summary>
    public OtherEvents Otherwise { get; init; } = OtherEvents.Unreadable;

    /// <summary>How times are written.</summary>
    public TimeFormat Times { get; init; } = TimeFormat.Iso;
}

/// <summary>What some events mean.</summary>
public sealed record EventRules
{
    /// <summary>The events' names, compared exactly; the empty name stands for a body without one. Nothing when there is one kind only.</summary>
    public IReadOnlyList<string> Is { get; init; } = [];

    /// <summary>What they tell.</summary>
    public required NoticeKind Means { get; init; }

    /// <summary>JSON pointer (RFC 6901) to an array when one body tells of several; <see cref="Fields"/> are then found from each element.</summary>
    public string? Each { get; init; }

    /// <summary>Where the fields are.</summary>
    public IReadOnlyDictionary<NoticeField, FieldPath> Fields { get; init; } = new Dictionary<NoticeField, FieldPath>();

    /// <summary>With <see cref="Each"/>: where fields are that stand once for all, found from the top of the body.</summary>
    public IReadOnlyDictionary<NoticeField, FieldPath> Envelope { get; init; } = new Dictionary<NoticeField, FieldPath>();

    /// <summary>
    /// Fields without which it cannot be understood, besides those that are always needed: of a text, who sent it and what it says,
    /// and whatever an id by which duplicates are recognised is made of.
    /// </summary>
    public IReadOnlyList<NoticeField> Needed { get; init; } = [];

    /// <summary>For delivery reports: the status that these events mean; null when <see cref="Statuses"/> tells it.</summary>
    public DeliveryStatus? Status { get; init; }

    /// <summary>For delivery reports: what the values of <see cref="NoticeField.Status"/> mean, null for one that says nothing final or new.</summary>
    public IReadOnlyDictionary<string, DeliveryStatus?> Statuses { get; init; } = new Dictionary<string, DeliveryStatus?>();
}

/// <summary>How a body is written.</summary>
public enum BodyFormat
{
    /// <summary>JSON (RFC 8259) in UTF-8.</summary>
    Json,

    /// <summary><c>application/x-www-form-urlencoded</c>; of a GET, the query.</summary>
    Form,
}

/// <summary>What an event is that a profile does not name.</summary>
public enum OtherEvents
{
    /// <summary>Kept for a person to look at.</summary>
    Unreadable,

    /// <summary>Acknowledged and forgotten.</summary>
    Ignored,
}

/// <summary>How times are written.</summary>
public enum TimeFormat
{
    /// <summary>ISO 8601 with a zone. Without one it is refused: taken for this machine's it would be hours wrong and look right.</summary>
    Iso,

    /// <summary>ISO 8601; UTC where it names no zone.</summary>
    IsoOrUtc,

    /// <summary>Unix time in seconds.</summary>
    UnixSeconds,

    /// <summary>Unix time in milliseconds.</summary>
    UnixMilliseconds,
}

/// <summary>What an event tells.</summary>
public enum NoticeKind
{
    /// <summary>A customer's text arrived.</summary>
    Inbound,

    /// <summary>What became of a text that was sent.</summary>
    DeliveryReport,

    /// <summary>The gateway tries whether it is heard.</summary>
    Ping,

    /// <summary>Something this platform has no use for.</summary>
    Ignored,
}

/// <summary>What a body may tell.</summary>
[JsonConverter(typeof(NoticeFieldName))]
public enum NoticeField
{
    /// <summary>Who texted.</summary>
    From,

    /// <summary>Whom: our number. Of a report, the customer's.</summary>
    To,

    /// <summary>What was written.</summary>
    Text,

    /// <summary>When it was sent, as exactly as the gateway knows.</summary>
    SentAt,

    /// <summary>The gateway's id of the text; of a report, of the text it reports on.</summary>
    MessageId,

    /// <summary>The gateway's id of this event.</summary>
    EventId,

    /// <summary>The phone.</summary>
    DeviceId,

    /// <summary>The SIM in the phone.</summary>
    Sim,

    /// <summary>A reference of ours that the gateway echoes.</summary>
    Ref,

    /// <summary>The gateway account's name.</summary>
    TenantName,

    /// <summary>The gateway's own rule that matched.</summary>
    MatchedRuleId,

    /// <summary>Whether the text is encrypted with a key that only the phone's owner has.</summary>
    Encrypted,

    /// <summary>What became of a text that was sent.</summary>
    Status,

    /// <summary>Of how many parts it was.</summary>
    Parts,

    /// <summary>The code of what went wrong.</summary>
    ErrorCode,

    /// <summary>What went wrong, in the gateway's words.</summary>
    Error,

    /// <summary>When what is reported happened.</summary>
    OccurredAt,
}

/// <summary>Fields are named in camel case, as values and as names.</summary>
public sealed class NoticeFieldName() : JsonStringEnumConverter<NoticeField>(JsonNamingPolicy.CamelCase, allowIntegerValues: false);

/// <summary>
/// Where a field is: a JSON pointer (RFC 6901) such as <c>/data/from</c>, the name of a form's field such as <c>From</c>, or a
/// header such as <c>header:webhook-id</c>. Of several the first that is there counts. As JSON a string, or an array of them.
/// </summary>
[JsonConverter(typeof(FieldPathJson))]
public sealed record FieldPath(IReadOnlyList<string> Alternatives)
{
    /// <summary>One place.</summary>
    public static implicit operator FieldPath(string path) => new([path]);

    /// <summary>As a person would say it.</summary>
    public override string ToString() => string.Join(" or ", Alternatives);
}

/// <summary>A string, or an array of strings.</summary>
public sealed class FieldPathJson : JsonConverter<FieldPath>
{
    /// <inheritdoc/>
    public override FieldPath Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType is JsonTokenType.String)
            return reader.GetString()!;
        var alternatives = new List<string>();
        if (reader.TokenType is not JsonTokenType.StartArray)
            throw new JsonException();
        while (reader.Read() && reader.TokenType is JsonTokenType.String)
            alternatives.Add(reader.GetString()!);
        return reader.TokenType is JsonTokenType.EndArray && alternatives.Count > 0 ? new FieldPath(alternatives) : throw new JsonException();
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, FieldPath value, JsonSerializerOptions options)
    {
        if (value.Alternatives is [var only])
        {
            writer.WriteStringValue(only);
            return;
        }
        writer.WriteStartArray();
        foreach (var alternative in value.Alternatives)
            writer.WriteStringValue(alternative);
        writer.WriteEndArray();
    }
}
