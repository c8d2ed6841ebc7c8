using System.Globalization;
using System.Text.RegularExpressions;

namespace Sms.AutoReply.Rules;

/// <summary>Regular expressions whose time grows with the text and with nothing else, whatever the pattern and the text.</summary>
public static partial class SafePattern
{
    /// <summary>The longest pattern, in characters.</summary>
    public const int Longest = 200;

    // Repetitions are written out by the engine, one inside the other multiplied: this many are made in no time.
    private const int MostRepetitions = 1000;

    /// <summary>The pattern ready to be used, or the reason why it cannot be.</summary>
    public static (Regex? Pattern, string? Fault) Of(string pattern, bool caseCounts)
    {
        if (pattern.Length > Longest)
            return (null, $"must not be longer than {Longest} characters");
        var repetitions = 1L;
        foreach (System.Text.RegularExpressions.Match count in Counted().Matches(pattern))
            repetitions *= Math.Max(1, long.Parse(count.Groups["most"].Value, CultureInfo.InvariantCulture));
        if (repetitions > MostRepetitions)
            return (null, $"repeats more than {MostRepetitions} times, counted repetitions multiplied");
        try
        {
            var options = RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | (caseCounts ? RegexOptions.None : RegexOptions.IgnoreCase);
            return (new Regex(pattern, options), null);
        }
        catch (NotSupportedException)
        {
            return (null, "uses what takes time beyond all bounds on some texts: look-around, back-references, atomic groups or conditions");
        }
        catch (RegexParseException e)
        {
            return (null, $"is no regular expression: {e.Error} at character {e.Offset}");
        }
    }

    [GeneratedRegex(@"\{(?:\d{1,6},)?(?<most>\d{1,6}),?\}")]
    private static partial Regex Counted();
}
