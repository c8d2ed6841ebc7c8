using System.Globalization;
using System.Text.RegularExpressions;

namespace Sms.Console.Pages.Rules;

/// <summary>What holds for all rules of a set, as the fields of a form.</summary>
public static partial class SettingFields
{
    private const int MostCalendars = 50;

    /// <summary>Reads a form.</summary>
    /// <param name="form">The form.</param>
    /// <param name="set">The rule set as it was: what the form does not show stays.</param>
    public static RuleSet Read(IFormCollection form, RuleSet set) => set with
    {
        Enabled = form["enabled"].Contains("true"),
        DefaultReply = form["defaultReply"].ToString().ReplaceLineEndings("\n").Trim() is { Length: > 0 } reply ? reply : null,
        DefaultReplyCooldownMinutes = Number(form["defaultReplyCooldownMinutes"]),
        TimeZone = form["timeZone"].ToString().Trim(),
        Languages = Values(form["languages"]),
        Limits = (set.Limits ?? new Limits()) with
        {
            PerPerson = Caps(form["limits.perPerson"]),
            PerEndpoint = Caps(form["limits.perEndpoint"]),
            InAll = Caps(form["limits.inAll"]),
            QuietMinutesAfterPerson = Number(form["limits.quietMinutesAfterPerson"]),
            SameTextTimes = Number(form["limits.sameTextTimes"]),
        },
        Calendars = [.. Enumerable.Range(0, MostCalendars)
            .Select(no => new Calendar(form[$"calendars[{no}].name"].ToString().Trim(), Values(form[$"calendars[{no}].days"])))
            .Where(calendar => calendar is { Name.Length: > 0 } or { Days.Count: > 0 })],
    };

    private static string[] Values(string? text) => (text ?? "").Split([',', '\n'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    // What cannot be read is refused by AutoReply, as what it does not take.
    private static IReadOnlyList<Cap> Caps(string? text) => [.. Values(text).Select(value =>
        OneCap().Match(value) is { Success: true } cap ? new Cap(Number(cap.Groups[1].Value), Number(cap.Groups[2].Value)) : new Cap(-1, 0))];

    private static int Number(string? text) => string.IsNullOrWhiteSpace(text) ? 0 : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : -1;

    [GeneratedRegex(@"^(\d{1,9})\s+in\s+(\d{1,9})$")]
    private static partial Regex OneCap();
}
