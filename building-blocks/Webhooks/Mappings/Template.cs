using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Sms.Webhooks.Mappings;

/// <summary>
/// Templates: <c>{data.contact.name}</c> is a value, <c>{data.contact.name|data.contact.number}</c> the first that is there,
/// <c>{data.text:html}</c> one written for HTML, <c>{remote.person:number}</c> one as a number.
/// </summary>
internal static partial class Template
{
    /// <summary>The formats there are.</summary>
    public static readonly string[] Formats = ["html", "number"];

    /// <summary>A JSON template filled; what names something that is not there is left out.</summary>
    public static JsonNode? Fill(JsonElement template, JsonNode values)
    {
        switch (template.ValueKind)
        {
            case JsonValueKind.Object:
                var filled = new JsonObject();
                foreach (var property in template.EnumerateObject())
                    if (Fill(property.Value, values) is { } value)
                        filled[property.Name] = value;
                return filled;
            case JsonValueKind.Array:
                return new JsonArray([.. template.EnumerateArray().Select(element => Fill(element, values)).Where(value => value is not null)]);
            case JsonValueKind.String:
                return Value(template.GetString()!, values);
            default:
                return JsonNode.Parse(template.GetRawText());
        }
    }

    /// <summary>A text template filled; null when it names something that is not there.</summary>
    /// <param name="template">The template.</param>
    /// <param name="values">What it can name.</param>
    /// <param name="written">How values are written into it, such as escaped for a URL.</param>
    public static string? Text(string template, JsonNode values, Func<string, string>? written = null)
    {
        var whole = true;
        var filled = Hole().Replace(template, hole =>
        {
            var value = Found(hole, values) is { } found ? Plain(found) : null;
            whole &= value is not null;
            return value is null ? "" : written is null ? value : written(value);
        });
        return whole ? filled : null;
    }

    /// <summary>Whether a condition holds: <c>path</c> is there, or <c>path=value</c> is that.</summary>
    public static bool Holds(string condition, JsonNode values) => condition.Split('=', 2) switch
    {
        [var path, var wanted] => At(path, values) is { } value && Plain(value) == wanted,
        _ => At(condition, values) is not null,
    };

    /// <summary>Every path that a template names, and the format it asks for.</summary>
    public static IEnumerable<(string Path, string? Format)> Named(string template) =>
        from hole in Hole().Matches(template)
        from path in hole.Groups["paths"].Value.Split('|')
        select (path, hole.Groups["format"] is { Success: true, Value: var format } ? format : null);

    private static JsonNode? Value(string template, JsonNode values) =>
        Hole().Match(template) is { Success: true } hole && hole.Length == template.Length
            ? Found(hole, values)?.DeepClone()
            : Text(template, values) is { } text ? JsonValue.Create(text) : null;

    private static JsonNode? Found(Match hole, JsonNode values)
    {
        var found = hole.Groups["paths"].Value.Split('|').Select(path => At(path, values)).FirstOrDefault(value => value is not null);
        return found is null ? null : hole.Groups["format"].Value switch
        {
            "html" => JsonValue.Create(WebUtility.HtmlEncode(Plain(found)).Replace("\n", "<br>", StringComparison.Ordinal)),
            "number" => long.TryParse(Plain(found), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? JsonValue.Create(number) : null,
            _ => found,
        };
    }

    /// <summary>The value at a path of names with dots between them; null when there is none, or an empty text.</summary>
    private static JsonNode? At(string path, JsonNode values)
    {
        var found = (JsonNode?)values;
        foreach (var name in path.Split('.'))
            found = found switch
            {
                JsonObject node => node[name],
                JsonArray list when int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index < list.Count => list[index],
                _ => null,
            };
        return found is JsonValue value && value.GetValueKind() == JsonValueKind.String && value.GetValue<string>().Length == 0 ? null : found;
    }

    private static string Plain(JsonNode value) =>
        value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : value.ToJsonString(WebhookEvents.Json);

    [GeneratedRegex(@"\{(?<paths>[A-Za-z][^{}:]*)(?::(?<format>[a-z]+))?\}")]
    private static partial Regex Hole();
}
