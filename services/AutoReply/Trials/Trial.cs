using System.Security.Cryptography;
using System.Text.Json;
using Sms.AutoReply.Rules;
using Sms.EventStore;

namespace Sms.AutoReply.Trials;

/// <summary>Whether a draft has been tried on what was really texted.</summary>
public sealed record Trial(bool Tried)
{
    /// <summary>One stream for each draft, named after all that is in it: another draft is another stream.</summary>
    public static readonly StreamOf<Trial, TrialEvent> Stream = new("trial", new Trial(false), (_, _) => new Trial(true));

    /// <summary>The stream of a draft for a label.</summary>
    public static string IdOf(string label, RuleSet ruleSet) => $"{label}-{Fingerprint(ruleSet)[..32]}";

    /// <summary>The rules of a draft that text people and are not in force just so, by name: they have to be tried before they are armed.</summary>
    public static IReadOnlyList<string> Arms(RuleSet inForce, RuleSet draft)
    {
        var armed = inForce.Rules.Where(rule => rule.Sends).Select(Fingerprint).ToHashSet();
        var rules = draft.Rules.Where(rule => rule.Sends && !armed.Contains(Fingerprint(rule))).Select(rule => rule.Name);
        return draft.DefaultReply is not null && draft.DefaultReply != inForce.DefaultReply ? [.. rules, AnswerDecider.DefaultReply] : [.. rules];
    }

    private static string Fingerprint<T>(T of) => Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(of, EventJson.Options)));
}

public abstract record TrialEvent
{
    /// <summary>A draft was tried.</summary>
    /// <param name="Label">For the texts of this label.</param>
    /// <param name="From">That came from this time on.</param>
    /// <param name="To">And before this one.</param>
    /// <param name="Texts">How many there were.</param>
    /// <param name="Changed">Of how many something else would have come.</param>
    /// <param name="By">Who tried it, as an actor.</param>
    [StoredAs("autoreply.draft-tried.v1")]
    public sealed record DraftTried(string Label, DateTimeOffset From, DateTimeOffset To, int Texts, int Changed, string By) : TrialEvent;
}
