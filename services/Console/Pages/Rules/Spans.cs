using Microsoft.Extensions.Localization;

namespace Sms.Console.Pages.Rules;

/// <summary>How long something lasts, in the largest unit that comes out even.</summary>
public static class Spans
{
    /// <summary>So many seconds.</summary>
    public static string OfSeconds(IStringLocalizer<RulesWords> t, int seconds) => seconds % 60 == 0 ? Words(t, seconds / 60) : t["span.seconds", seconds];

    /// <summary>So many minutes.</summary>
    public static string Words(IStringLocalizer<RulesWords> t, int minutes) => minutes switch
    {
        > 0 when minutes % 1440 == 0 => minutes == 1440 ? t["span.day"] : t["span.days", minutes / 1440],
        > 0 when minutes % 60 == 0 => minutes == 60 ? t["span.hour"] : t["span.hours", minutes / 60],
        1 => t["span.minute"],
        _ => t["span.minutes", minutes],
    };
}
