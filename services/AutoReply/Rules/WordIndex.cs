namespace Sms.AutoReply.Rules;

/// <summary>
/// Finds which of any number of words stand in a text, in one pass over the text: the cost grows with the text and with what is
/// found, not with how many words there are (Aho and Corasick, 1975).
/// </summary>
internal sealed class WordIndex
{
    private readonly Dictionary<(int Node, char Letter), int> _next = [];
    private readonly List<int> _fallback = [0], _shorter = [0];
    private readonly List<List<int>?> _found = [null];

    /// <summary>An index of words, each with the number that finding it yields.</summary>
    public WordIndex(IEnumerable<(string Word, int Number)> words)
    {
        var depths = new List<List<(int Node, int Parent, char Letter)>>();
        foreach (var (word, number) in words)
        {
            var node = 0;
            for (var at = 0; at < word.Length; at++)
            {
                if (!_next.TryGetValue((node, word[at]), out var next))
                {
                    next = _fallback.Count;
                    _next.Add((node, word[at]), next);
                    _fallback.Add(0);
                    _shorter.Add(0);
                    _found.Add(null);
                    if (depths.Count == at)
                        depths.Add([]);
                    depths[at].Add((next, node, word[at]));
                }
                node = next;
            }
            if (node != 0)
                (_found[node] ??= []).Add(number);
        }
        // Level by level, as each node's fallback is shorter than itself.
        foreach (var (node, parent, letter) in depths.SelectMany(level => level))
        {
            _fallback[node] = parent == 0 ? 0 : Step(_fallback[parent], letter);
            _shorter[node] = _found[_fallback[node]] is null ? _shorter[_fallback[node]] : _fallback[node];
        }
    }

    /// <summary>Adds the numbers of the words that stand anywhere in the text, some more than once.</summary>
    public void Find(string text, List<int> numbers)
    {
        var node = 0;
        foreach (var letter in text)
        {
            node = Step(node, letter);
            for (var ends = _found[node] is null ? _shorter[node] : node; ends != 0; ends = _shorter[ends])
                numbers.AddRange(_found[ends]!);
        }
    }

    private int Step(int node, char letter)
    {
        int next;
        while (!_next.TryGetValue((node, letter), out next))
        {
            if (node == 0)
                return 0;
            node = _fallback[node];
        }
        return next;
    }
}
