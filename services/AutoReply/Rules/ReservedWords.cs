using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using Sms.ConsentWords;

namespace Sms.AutoReply.Rules;

/// <summary>
/// Words that OptOut answers itself when they are the whole text. A rule for one of them would never get a word out, and would
/// stand where the person's wish belongs, so it is refused. START, UNSTOP and YES are free: they are ordinary texts of everyone
/// who has not opted out.
/// </summary>
public static class ReservedWords
{
    // Texts of no meaning. A pattern that takes them too is for any text, not for a consent word.
    private static readonly string[] Anything = ["qzxv", "jkwq vzx 17"];

    private static readonly ConcurrentDictionary<string, WordBook> Books = [];

    /// <summary>The consent word that a rule's word comes down to, or null. Read as OptOut reads the texts of an endpoint with these languages.</summary>
    public static string? ClashWith(string word, IReadOnlyList<string> languages) =>
        BookOf(languages).Read(word) is { MatchedBy: MatchedBy.Keyword, Wish: Wish.OptOut or Wish.Help } reading ? reading.Word : null;

    /// <summary>The consent word that a pattern is for, or null.</summary>
    public static string? ClashWith(Regex pattern, IReadOnlyList<string> languages) =>
        Array.Exists(Anything, pattern.IsMatch) ? null : Keywords(languages).FirstOrDefault(pattern.IsMatch);

    private static IEnumerable<string> Keywords(IReadOnlyList<string> languages) =>
        LanguagePacks.English.Required.Concat(languages.Select(LanguagePacks.Find).OfType<LanguagePack>().SelectMany(pack => (string[])[.. pack.Stop, .. pack.Help]));

    private static WordBook BookOf(IReadOnlyList<string> languages) =>
        Books.GetOrAdd(string.Join(' ', languages), _ => new WordBook([.. languages.Select(LanguagePacks.Find).OfType<LanguagePack>()]));
}
