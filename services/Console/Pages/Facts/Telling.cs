using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Localization;

namespace Sms.Console.Pages.Facts;

/// <summary>Tells facts in sentences.</summary>
public sealed partial class Telling(IStringLocalizer<FactWords> words, Viewer viewer)
{
    private const int Longest = 300;

    /// <summary>A fact in a sentence; one of a kind that has none yet by the words of its name.</summary>
    public string Of(Fact fact)
    {
        var sentence = words[fact.Name];
        return sentence.ResourceNotFound
            ? fact.Name[(fact.Service.Length + 1)..].Replace('-', ' ')
            : Fill(sentence.Value, fact.Data, at => viewer.Local(at).ToString("HH:mm:ss", CultureInfo.CurrentCulture), yes => words[yes ? "yes" : "no"]);
    }

    /// <summary>Who acted: <c>operator:dana</c> is Dana to people.</summary>
    public static string Who(string actor) => actor.Split(':', 2) switch
    {
        ["operator", var name] => name,
        [var kind, var name] => $"{kind} {name}",
        _ => actor,
    };

    /// <summary>A sentence with what a fact holds in the places that name it.</summary>
    /// <param name="sentence">The sentence.</param>
    /// <param name="data">The fact.</param>
    /// <param name="clock">How a time is written.</param>
    /// <param name="whether">How yes and no are.</param>
    internal static string Fill(string sentence, JsonElement data, Func<DateTimeOffset, string> clock, Func<bool, string> whether)
    {
        return Holes().Replace(Parts().Replace(sentence, part => Holes().Matches(part.Value).All(hole => Value(hole) is not null) ? part.Groups[1].Value : ""),
            hole => Value(hole) ?? "–").Trim();

        string? Value(Match hole)
        {
            var found = data;
            foreach (var name in hole.Groups[1].Value.Split('.'))
                if (found.ValueKind != JsonValueKind.Object || !found.TryGetProperty(name, out found))
                    return null;
            return Written(found, hole.Groups[1].Value);
        }

        string? Written(JsonElement value, string name) => value.ValueKind switch
        {
            JsonValueKind.String when (name.EndsWith("At", StringComparison.Ordinal) || name == "Until") && value.TryGetDateTimeOffset(out var at) => clock(at),
            JsonValueKind.String when name is "RequestedBy" or "Agent" or "Assignee" => Who(value.GetString()!),
            JsonValueKind.String => value.GetString() is { Length: > 0 } text ? text.Length > Longest ? text[..Longest] + "…" : text : null,
            JsonValueKind.True or JsonValueKind.False => whether(value.GetBoolean()),
            JsonValueKind.Number => value.GetRawText(),
            JsonValueKind.Array when value.GetArrayLength() > 0 => string.Join(", ", value.EnumerateArray().Select(item => Written(item, ""))),
            _ => null,
        };
    }

    [GeneratedRegex(@"\[([^\]]*)\]")]
    private static partial Regex Parts();

    [GeneratedRegex(@"\{([\w.]+)\}")]
    private static partial Regex Holes();
}
