using System.Globalization;
using System.Text.RegularExpressions;

namespace Sms.AutoReply.Rules;

/// <summary>
/// A text with variables in double braces, as in Mobile API Connect: <c>Thanks {{contact.name | there}}, it is {{now:HH:mm}}.</c>
/// After a bar stands what is said where there is nothing; after a colon, how a date and time is written, by the clock of the
/// contact's zone, else of the rule set's.
/// </summary>
public static partial class ReplyTemplate
{
    private static readonly Dictionary<string, Func<ReceivedSms, Circumstances, string?>> Values = new()
    {
        ["from"] = (sms, _) => sms.From.Value,
        ["to"] = (sms, _) => sms.To.Value,
        ["text"] = (sms, _) => sms.Text,
        ["ref"] = (sms, _) => sms.Ref,
        ["now"] = (sms, _) => sms.At.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture),
        ["tenantName"] = (sms, _) => sms.TenantName,
        ["deviceId"] = (sms, _) => sms.DeviceId,
        ["contact.name"] = (_, seen) => seen.ContactName,
        ["contact.firstName"] = (_, seen) => seen.ContactName?.Split(' ', 2, StringSplitOptions.TrimEntries)[0],
        ["contact.language"] = (_, seen) => seen.Language,
        ["contact.tags"] = (_, seen) => seen.Tags.Count == 0 ? null : string.Join(", ", seen.Tags),
        ["ticket.number"] = (_, seen) => seen.TicketNumber?.ToString(CultureInfo.InvariantCulture),
        ["ticket.status"] = (_, seen) => seen.TicketStatus,
        ["ticket.priority"] = (_, seen) => seen.TicketPriority,
        ["ticket.assignee"] = (_, seen) => seen.TicketAssignee?.Split(':', 2)[^1],
        ["ticket.team"] = (_, seen) => seen.TicketTeam,
    };

    /// <summary>The variables there are.</summary>
    public static IReadOnlyCollection<string> Variables => Values.Keys;

    /// <summary>What is wrong with a template's variables, or null.</summary>
    public static string? Fault(string template)
    {
        foreach (System.Text.RegularExpressions.Match braces in Braces().Matches(template))
        {
            var (name, format) = (braces.Groups["name"].Value, braces.Groups["format"].Value);
            if (!Values.ContainsKey(name))
                return $"'{braces.Value}' is not a variable; there are {string.Join(", ", Variables.Select(v => $"{{{{{v}}}}}"))}";
            if (format.Length > 0 && (name != "now" || !IsFormat(format)))
                return $"'{braces.Value}' has '{format}' after a colon, which is for {{{{now}}}} and a form such as HH:mm or dd.MM.yyyy";
        }
        return Braces().Replace(template, "").Contains("{{", StringComparison.Ordinal) ? "has '{{' without '}}'" : null;
    }

    /// <summary>The text for one inbound text. What a variable brings in is never read as a template itself.</summary>
    public static string Fill(string template, ReceivedSms sms, Circumstances seen, string zone) => Braces().Replace(template, braces =>
    {
        var format = braces.Groups["format"].Value;
        var value = format.Length > 0
            ? Schedule.Local(IsZone(seen.TimeZone) ? seen.TimeZone! : zone, sms.At).ToString(format, Culture(seen.Language))
            : Values.TryGetValue(braces.Groups["name"].Value, out var of) ? of(sms, seen) : braces.Value;
        return string.IsNullOrEmpty(value) ? braces.Groups["otherwise"].Value : value;
    });

    private static bool IsZone(string? zone) => zone is not null && TimeZoneInfo.TryFindSystemTimeZoneById(zone, out _);

    private static CultureInfo Culture(string? language)
    {
        try
        {
            return language is null ? CultureInfo.InvariantCulture : CultureInfo.GetCultureInfo(language);
        }
        catch (CultureNotFoundException)
        {
            return CultureInfo.InvariantCulture;
        }
    }

    private static bool IsFormat(string format)
    {
        try
        {
            return format.Length > 1 && new DateTime(2026, 6, 12).ToString(format, CultureInfo.InvariantCulture) != format;
        }
        catch (FormatException)
        {
            return false;
        }
    }

    [GeneratedRegex(@"\{\{\s*(?<name>[^{}|:]*?)\s*(?::\s*(?<format>[^{}|]*?)\s*)?(?:\|\s*(?<otherwise>[^{}]*?)\s*)?\}\}", RegexOptions.Singleline)]
    private static partial Regex Braces();
}
