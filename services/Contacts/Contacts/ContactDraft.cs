using System.Text.RegularExpressions;
using Sms.PhoneNumbers;

namespace Sms.Contacts.Contacts;

/// <summary>What somebody says of a contact. What is left out says nothing.</summary>
/// <param name="Numbers">Its numbers, short codes or sender names.</param>
/// <param name="Name">Its name, up to 200 characters.</param>
/// <param name="Language">Its language as a BCP 47 tag.</param>
/// <param name="TimeZone">Its time zone by its IANA name.</param>
/// <param name="Tags">Its tags, each one line of up to 50 characters.</param>
/// <param name="Fields">What the business keeps on it: names of up to 50 characters, values of up to 500.</param>
/// <param name="ExternalIds">Its ids in other systems, as <c>system:id</c>.</param>
/// <param name="Verified">Whether it is who it seems to be. A name or external id says so by itself.</param>
public sealed partial record ContactDraft(
    IReadOnlyList<string>? Numbers = null, string? Name = null, string? Language = null, string? TimeZone = null, IReadOnlyList<string>? Tags = null,
    IReadOnlyDictionary<string, string>? Fields = null, IReadOnlyList<string>? ExternalIds = null, bool? Verified = null)
{
    /// <summary>The longest tag, in characters.</summary>
    public const int LongestTag = 50;

    /// <summary>The longest note, in characters.</summary>
    public const int LongestNote = 2000;

    /// <summary>The most a contact has of each kind of thing.</summary>
    public const int Most = 100;

    private const int LongestName = 200, LongestFieldName = 50, LongestValue = 500;

    /// <summary>The draft as it is kept, and what is wrong with it, by field.</summary>
    /// <param name="plan">The country of numbers that are written without country code; null where it is not known.</param>
    public (ContactDraft Read, Dictionary<string, string[]> Faults) Normalised(DiallingPlan? plan)
    {
        var faults = new Dictionary<string, string[]>();
        var numbers = new List<string>();
        foreach (var written in Numbers ?? [])
            if (Number(written, plan, out var reason) is { } number)
                numbers.Add(number.Value);
            else
                faults["numbers"] = [reason!];
        var read = this with
        {
            Numbers = Numbers is null ? null : [.. numbers.DistinctBy(n => PhoneNumber.Parse(n).Canonical())],
            Name = Text("name", Name, LongestName),
            Language = Text("language", Language, LongestFieldName),
            TimeZone = Text("timeZone", TimeZone, LongestFieldName),
            Tags = Tags is null ? null : [.. Tags.Select(tag => Text("tags", tag, LongestTag)).OfType<string>().Distinct(StringComparer.OrdinalIgnoreCase)],
            Fields = Fields?.Where(f => !string.IsNullOrWhiteSpace(f.Value)).Select(f => (Name: Text("fields", f.Key, LongestFieldName) ?? "", Value: Text("fields", f.Value, LongestValue)!))
                .DistinctBy(f => f.Name).ToDictionary(f => f.Name, f => f.Value),
            ExternalIds = ExternalIds is null ? null : [.. ExternalIds.Select(id => Text("externalIds", id, LongestValue)).OfType<string>().Distinct()],
        };
        if (read.Language is { } language && !LanguageTag().IsMatch(language))
            faults["language"] = ["must be a BCP 47 tag such as de or pt-BR"];
        if (read.TimeZone is { } zone && !(TimeZoneInfo.TryFindSystemTimeZoneById(zone, out var known) && known.HasIanaId))
            faults["timeZone"] = ["must be a time zone's IANA name such as Europe/Berlin"];
        if (read.Fields?.ContainsKey("") == true)
            faults["fields"] = ["must have names"];
        if (read.ExternalIds?.FirstOrDefault(id => !ExternalId().IsMatch(id)) is not null)
            faults["externalIds"] = ["must be written system:id, such as crm:0035g"];
        foreach (var (field, count) in new[] { ("numbers", read.Numbers?.Count), ("tags", read.Tags?.Count), ("fields", read.Fields?.Count), ("externalIds", read.ExternalIds?.Count) })
            if (count > Most)
                faults[field] = [$"must be no more than {Most}"];
        return (read, faults);

        string? Text(string field, string? written, int longest)
        {
            var text = Line(written);
            if (text?.Length > longest)
                faults[field] = [$"must have no more than {longest} characters"];
            return text;
        }
    }

    /// <summary>A number as somebody wrote it; null where it is none, with the reason.</summary>
    public static PhoneNumber? Number(string? written, DiallingPlan? plan, out string? reason)
    {
        if (!PhoneNumber.TryParse(written, plan, out var number))
            reason = "must be phone numbers, short codes or sender names";
        else if (number.Kind is PhoneNumberKind.NotE164 && number.Value.StartsWith('0'))
            reason = $"holds a national number: write it with its country code, or say the region ({string.Join(", ", DiallingPlan.Regions)})";
        else
        {
            reason = null;
            return number;
        }
        return null;
    }

    /// <summary>One line of text without space around it; null where nothing is left.</summary>
    public static string? Line(string? written) =>
        Breaks().Replace(written ?? "", " ").Trim() is { Length: > 0 } text ? text : null;

    [GeneratedRegex(@"[\p{Cc}\p{Zl}\p{Zp}]+")]
    private static partial Regex Breaks();

    [GeneratedRegex("^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$")]
    private static partial Regex LanguageTag();

    [GeneratedRegex("^[A-Za-z0-9_.-]{1,50}:.+$")]
    private static partial Regex ExternalId();
}
