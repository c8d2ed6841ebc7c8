using System.Text;

namespace Sms.AutoReply.Rules;

/// <summary>
/// Words that OptOut answers itself when they are the whole text. A rule for one of them would never get a word out, so it
/// is refused. START, UNSTOP and YES are free: they are ordinary texts of everyone who has not opted out.
/// </summary>
public static class ConsentWords
{
    private static readonly Dictionary<string, string> ByLetters =
        new[] { "STOP", "STOP ALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPT OUT", "REMOVE", "HELP", "INFO" }
            .ToDictionary(Letters);

    /// <summary>The consent word that a rule's word comes down to, or null. Compared as OptOut does: by letters and digits.</summary>
    public static string? ClashWith(string word) => ByLetters.GetValueOrDefault(Letters(word));

    private static string Letters(string word) =>
        string.Concat(FoldedText.Of(word).Normalize(NormalizationForm.FormKD).EnumerateRunes().Where(Rune.IsLetterOrDigit));
}
