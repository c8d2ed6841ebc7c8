using Sms.ConsentWords;

namespace Sms.AutoReply.Rules;

/// <summary>
/// Words that OptOut answers itself when they are the whole text. A rule for one of them would never get a word out, so it
/// is refused. START, UNSTOP and YES are free: they are ordinary texts of everyone who has not opted out.
/// </summary>
public static class ReservedWords
{
    private static readonly WordBook Usual = new([.. LanguagePacks.Usual.Select(code => LanguagePacks.Find(code)!)]);

    /// <summary>The consent word that a rule's word comes down to, or null. Read as OptOut reads the texts of an endpoint with the usual languages.</summary>
    public static string? ClashWith(string word) =>
        Usual.Read(word) is { MatchedBy: MatchedBy.Keyword, Wish: Wish.OptOut or Wish.Help } reading ? reading.Word : null;
}
