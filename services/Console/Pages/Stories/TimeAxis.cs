using System.Globalization;

namespace Sms.Console.Pages.Stories;

/// <summary>
/// An axis of time on which milliseconds and hours both have their place: each mark is ten times the one before, or near to it.
/// </summary>
/// <param name="longest">Where it ends.</param>
public sealed class TimeAxis(TimeSpan longest)
{
    private static readonly TimeSpan[] Steps =
    [
        TimeSpan.Zero, TimeSpan.FromMilliseconds(10), TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(1),
        TimeSpan.FromMinutes(10), TimeSpan.FromHours(1), TimeSpan.FromHours(10), TimeSpan.FromDays(1), TimeSpan.FromDays(10), TimeSpan.FromDays(100),
    ];

    private readonly double _end = Math.Max(1, Stretch(longest));

    /// <summary>The marks on it.</summary>
    public IEnumerable<TimeSpan> Marks => Steps.Where(step => step <= longest);

    /// <summary>Where a moment is, in per cent from the left; room is left for a dot at both ends.</summary>
    public string Place(TimeSpan after) => string.Create(CultureInfo.InvariantCulture, $"{2 + 94 * Stretch(after) / _end:0.##}%");

    /// <summary>A span in the two units that matter: <c>11 ms</c>, <c>1.2 s</c>, <c>3 min 12 s</c>.</summary>
    public static string Written(TimeSpan span) => span switch
    {
        { TotalMilliseconds: < 1000 } => string.Create(CultureInfo.CurrentCulture, $"{span.TotalMilliseconds:0} ms"),
        { TotalSeconds: < 60 } => string.Create(CultureInfo.CurrentCulture, $"{span.TotalSeconds:0.#} s"),
        { TotalMinutes: < 60 } => Two(span.Minutes, "min", span.Seconds, "s"),
        { TotalHours: < 24 } => Two(span.Hours, "h", span.Minutes, "min"),
        _ => Two((int)span.TotalDays, "d", span.Hours, "h"),
    };

    private static string Two(int large, string unit, int small, string part) =>
        string.Create(CultureInfo.CurrentCulture, $"{large} {unit}{(small == 0 ? "" : string.Create(CultureInfo.CurrentCulture, $" {small} {part}"))}");

    // Services' clocks may be a little apart.
    private static double Stretch(TimeSpan span) => Math.Log10(1 + Math.Max(0, span.TotalMilliseconds));
}
