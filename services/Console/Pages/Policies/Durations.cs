using System.Text.RegularExpressions;
using Microsoft.Extensions.Localization;

namespace Sms.Console.Pages.Policies;

/// <summary>Spans of time as people write them: <c>30 min</c>, <c>1 day 12 h</c>.</summary>
public static partial class Durations
{
    private static readonly (string Name, int Seconds)[] Units = [("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1)];

    /// <summary>Writes one.</summary>
    /// <param name="words">The words of the units.</param>
    /// <param name="seconds">How long it is.</param>
    /// <param name="largest">The largest unit it may be written in.</param>
    public static string Written(IStringLocalizer<PolicyWords> words, long seconds, string largest = "day")
    {
        var parts = new List<string>();
        foreach (var (name, size) in Units.SkipWhile(unit => unit.Name != largest))
        {
            if (seconds >= size)
                parts.Add(words[seconds / size == 1 ? $"unit.{name}" : $"unit.{name}.many", seconds / size]);
            seconds %= size;
        }
        return parts.Count == 0 ? "0" : string.Join(' ', parts);
    }

    /// <summary>Reads one; null when it is none, or in larger units than it may be.</summary>
    public static long? Seconds(IStringLocalizer<PolicyWords> words, string? written, string largest = "day")
    {
        if (written?.Trim() == "0")
            return 0;
        var read = Parts().Match(written ?? "");
        if (!read.Success)
            return null;
        var sum = 0L;
        foreach (var (count, unit) in read.Groups["count"].Captures.Zip(read.Groups["unit"].Captures))
        {
            var size = Units.SkipWhile(known => known.Name != largest).FirstOrDefault(known => words[$"unit.{known.Name}.read"].Value.Split(' ').Contains(unit.Value, StringComparer.OrdinalIgnoreCase)).Seconds;
            if (size == 0)
                return null;
            sum += long.Parse(count.Value, System.Globalization.CultureInfo.InvariantCulture) * size;
        }
        return sum;
    }

    [GeneratedRegex(@"^(\s*(?<count>[0-9]{1,7})\s*(?<unit>\p{L}+))+\s*$")]
    private static partial Regex Parts();
}
