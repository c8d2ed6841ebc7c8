namespace Sms.ConsentWords;

/// <summary>Words and phrases to be found at a place in a text, without looking at more than those that begin with the word there.</summary>
internal sealed class PhraseList
{
    private readonly HashSet<string> _phrases = [];
    private readonly Dictionary<string, int> _longestByFirstWord = [];

    public PhraseList(IEnumerable<string> patterns)
    {
        foreach (var phrase in patterns.SelectMany(LanguagePack.Spellings).Select(WrittenText.Words))
        {
            if (phrase.Length == 0 || !_phrases.Add(phrase))
                continue;
            var words = phrase.Split(' ');
            _longestByFirstWord[words[0]] = Math.Max(words.Length, _longestByFirstWord.GetValueOrDefault(words[0]));
        }
    }

    /// <summary>Every word there is in it.</summary>
    public IEnumerable<string> Words => _phrases.SelectMany(phrase => phrase.Split(' '));

    /// <summary>The phrases that are one word.</summary>
    public IEnumerable<string> SingleWords => _phrases.Where(phrase => !phrase.Contains(' '));

    /// <summary>Whether it has this one word.</summary>
    public bool Contains(string word) => _phrases.Contains(word);

    /// <summary>How many words from a place on are the longest phrase that stands there; 0 when none does.</summary>
    public int At(string[] words, int place)
    {
        if (!_longestByFirstWord.TryGetValue(words[place], out var longest))
            return 0;
        for (var length = Math.Min(longest, words.Length - place); length > 1; length--)
            if (_phrases.Contains(string.Join(' ', words, place, length)))
                return length;
        return _phrases.Contains(words[place]) ? 1 : 0;
    }
}
