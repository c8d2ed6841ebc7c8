using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Sms.GatewayProtocol;

/// <summary>A text to be sent, and what a gateway may want to know with it.</summary>
/// <param name="To">The recipient, in E.164 with <c>+</c> where it is a full number.</param>
/// <param name="From">Our number.</param>
/// <param name="Text">What to say.</param>
/// <param name="Handle">Our id of it; cut to what the gateway takes.</param>
/// <param name="Device">The gateway's id of the phone that is to send it.</param>
/// <param name="Sim">Which SIM of that phone.</param>
/// <param name="Account">The user name or account id.</param>
/// <param name="Callback">Where to report its delivery.</param>
public sealed record OutgoingText(
    string To, string From, string Text, string Handle, string? Device = null, string? Sim = null, string? Account = null, string? Callback = null);

/// <summary>What to post to a gateway for a text to be sent, by its <see cref="SendingRules"/>; all but the proof of who sends it.</summary>
/// <param name="Path">Under the gateway's base URL.</param>
/// <param name="ContentType">The type of the body.</param>
/// <param name="Body">The body.</param>
public sealed partial record SendingRequest(string Path, string ContentType, byte[] Body)
{
    /// <summary>Writes the request.</summary>
    /// <exception cref="ArgumentException">The path names something that there is not.</exception>
    public static SendingRequest For(SendingRules rules, OutgoingText text)
    {
        ArgumentNullException.ThrowIfNull(rules);
        ArgumentNullException.ThrowIfNull(text);
        var path = Fill(rules.Path, name => ValueOf(name, rules, text) is { } value ? Uri.EscapeDataString(value) : null)
            ?? throw new ArgumentException("The gateway's path names something that this endpoint does not have.", nameof(text));
        var fields = rules.Fields
            .Select(field => (Place: field.Key, Template: field.Value, Value: Fill(field.Value, name => ValueOf(name, rules, text))))
            .Where(field => field.Value is not null);
        return rules.Format is BodyFormat.Form
            ? new(path, "application/x-www-form-urlencoded", FormBody.Write(fields.Select(field => KeyValuePair.Create(field.Place, field.Value!))))
            : new(path, "application/json", Samples.Json(fields.Select(field => (field.Place, Typed(field.Template, field.Value!)))));
    }

    /// <summary>Writes the request that asks a gateway to deliver again what it received in a period.</summary>
    /// <exception cref="ArgumentException">The path names something that there is not.</exception>
    public static SendingRequest For(RedeliveryRules rules, DateTimeOffset since, DateTimeOffset until, string? device)
    {
        ArgumentNullException.ThrowIfNull(rules);
        var path = Fill(rules.Path, name => ValueOf(name) is { } value ? Uri.EscapeDataString(value) : null)
            ?? throw new ArgumentException("The gateway's path names something that this endpoint does not have.", nameof(device));
        var fields = rules.Fields.Select(field => (Place: field.Key, Template: field.Value, Value: Fill(field.Value, ValueOf))).Where(field => field.Value is not null);
        return new(path, "application/json", Samples.Json(fields.Select(field => (field.Place, Typed(field.Template, field.Value!)))));

        string? ValueOf(string name) => name switch
        {
            "since" => GatewayTime.Format(since),
            "until" => GatewayTime.Format(until),
            "device" => device,
            _ => null,
        };
    }

    /// <summary>The string or number at a place (a JSON pointer), as text; null when there is none.</summary>
    public static string? At(JsonElement body, string place)
    {
        foreach (var name in JsonPointer.Names(place))
        {
            if (body.ValueKind == JsonValueKind.Object && body.TryGetProperty(name, out var member))
                body = member;
            else if (body.ValueKind == JsonValueKind.Array && int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var index)
                && index < body.GetArrayLength())
                body = body[index];
            else
                return null;
        }
        return body.ValueKind switch
        {
            JsonValueKind.String => body.GetString(),
            JsonValueKind.Number => body.GetRawText(),
            _ => null,
        };
    }

    private static object Typed(string template, string value) => template switch
    {
        "true" => true,
        "false" => false,
        "{sim}" when long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) => number,
        _ => value,
    };

    private static string? ValueOf(string name, SendingRules rules, OutgoingText text) => name switch
    {
        "to" => Number(text.To, rules.Numbers),
        "from" => Number(text.From, rules.Numbers),
        "text" => text.Text,
        "handle" => rules.Handle.Kind is HandleKind.None ? null : text.Handle[..Math.Min(text.Handle.Length, rules.Handle.Longest)],
        "device" => text.Device,
        "sim" => text.Sim,
        "account" => text.Account,
        "callback" => text.Callback,
        _ => null,
    };

    private static string Number(string number, NumberFormat format) => format is NumberFormat.Digits ? number.TrimStart('+') : number;

    // Null when something that the template names is not there.
    private static string? Fill(string template, Func<string, string?> value)
    {
        var whole = true;
        var filled = Placeholder().Replace(template, match =>
        {
            var found = value(match.Groups["name"].Value);
            whole &= found is not null;
            return found ?? "";
        });
        return whole ? filled : null;
    }

    [GeneratedRegex(@"\{(?<name>[^{}]*)\}")]
    private static partial Regex Placeholder();
}
