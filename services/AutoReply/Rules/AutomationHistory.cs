using System.Collections.Immutable;

namespace Sms.AutoReply.Rules;

/// <summary>What rules have done for one person, as far as the next decision depends on it.</summary>
public sealed record AutomationHistory(
    ImmutableList<AutomationHistory.Turn> Turns, ImmutableDictionary<string, DateTimeOffset> LastActed, ImmutableHashSet<string> HandedOver)
{
    // The longest window of a cap, and no more turns than any cap could count.
    private static readonly TimeSpan Remembered = TimeSpan.FromMinutes(Cap.LongestMinutes);
    private const int MostTurns = 1000;

    private static readonly TimeSpan LoopWindow = TimeSpan.FromMinutes(10);

    /// <summary>Nothing yet.</summary>
    public static readonly AutomationHistory None = new([], ImmutableDictionary<string, DateTimeOffset>.Empty, []);

    /// <summary>One text that rules acted on.</summary>
    /// <param name="At">When the text came.</param>
    /// <param name="Replies">How many replies it got.</param>
    /// <param name="Heard">A digest of what it said.</param>
    /// <param name="Said">Digests of the replies.</param>
    public sealed record Turn(DateTimeOffset At, int Replies, long Heard, IReadOnlyList<long> Said);

    /// <summary>The history after rules have acted on one more text.</summary>
    /// <param name="turn">The text.</param>
    /// <param name="rules">The rules that acted.</param>
    /// <param name="handedOver">Our number, where a rule left the conversation on it to a person.</param>
    public AutomationHistory After(Turn turn, IEnumerable<string> rules, string? handedOver)
    {
        var turns = Turns.RemoveAll(old => old.At < turn.At - Remembered).Add(turn);
        var last = LastActed;
        foreach (var rule in rules)
            if (!last.TryGetValue(rule, out var at) || at < turn.At)
                last = last.SetItem(rule, turn.At);
        return new(
            turns.Count > MostTurns ? turns.RemoveAt(0) : turns, last, handedOver is null ? HandedOver : HandedOver.Add(handedOver));
    }

    /// <summary>The history once the conversation on one of our numbers is left to a person.</summary>
    public AutomationHistory Paused(string ourNumber) => this with { HandedOver = HandedOver.Add(ourNumber) };

    /// <summary>The history once the conversation on one of our numbers is the rules' again.</summary>
    public AutomationHistory Resumed(string ourNumber) => this with { HandedOver = HandedOver.Remove(ourNumber) };

    /// <summary>Whether a rule acted for the person less than its cooldown before or, where texts are handled out of order, after.</summary>
    public bool IsCooling(string rule, int minutes, DateTimeOffset at) =>
        minutes > 0 && LastActed.TryGetValue(rule, out var last) && (at - last).Duration() < TimeSpan.FromMinutes(minutes);

    /// <summary>The cap that so many more replies would break, or null.</summary>
    public Cap? Broken(IReadOnlyList<Cap> caps, DateTimeOffset at, int more) =>
        caps.FirstOrDefault(cap => more + Turns.Sum(turn => (at - turn.At).Duration() < TimeSpan.FromMinutes(cap.Minutes) ? turn.Replies : 0) > cap.Most);

    /// <summary>How often the same text was given the same reply within the last ten minutes.</summary>
    public int TimesRepeated(long heard, long said, DateTimeOffset at) =>
        Turns.Count(turn => turn.Heard == heard && turn.Said.Contains(said) && (at - turn.At).Duration() < LoopWindow);

    /// <summary>Whether the text is what we ourselves said to the person in the last ten minutes.</summary>
    public bool IsEcho(long heard, DateTimeOffset at) =>
        Turns.Exists(turn => turn.Said.Contains(heard) && (at - turn.At).Duration() < LoopWindow);

    /// <summary>A digest by which alike texts are recognised; the same for ever, as it is stored (FNV-1a, 64 bits).</summary>
    public static long Digest(string text)
    {
        var hash = 14695981039346656037UL;
        foreach (var letter in FoldedText.Of(text, Differences.None))
            hash = (hash ^ letter) * 1099511628211UL;
        return unchecked((long)hash);
    }
}
