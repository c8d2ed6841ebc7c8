using Microsoft.Extensions.Localization;

namespace Sms.Console.Pages.Facts;

/// <summary>Words for the short codes in which services say how something stands.</summary>
public static class Codes
{
    /// <summary>The words for a code; for one that has none yet, the code's own.</summary>
    /// <param name="words">Where they are.</param>
    /// <param name="kind">What kind of code it is: the beginning of the words' key.</param>
    /// <param name="code">The code.</param>
    public static string Code<T>(this IStringLocalizer<T> words, string kind, string code) =>
        words[$"{kind}.{code}"] is { ResourceNotFound: false } found ? found.Value : code.Replace('-', ' ');
}
