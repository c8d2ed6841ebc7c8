using Sms.AutoReply.Rules;
using Sms.EventStore;

namespace Sms.AutoReply.Shadows;

/// <summary>Rules of a label that are tried on its live texts beside those in force, and do nothing.</summary>
/// <param name="RuleSet">The rules; null where there are none in the shadow.</param>
public sealed record Shadow(RuleSet? RuleSet)
{
    /// <summary>One stream for each label.</summary>
    public static readonly StreamOf<Shadow, ShadowEvent> Stream = new("shadow", new Shadow((RuleSet?)null), (_, happened) => happened switch
    {
        ShadowEvent.Began e => new Shadow(e.RuleSet),
        _ => new Shadow((RuleSet?)null),
    });

    /// <summary>
    /// What the rules in the shadow make of a text, on the same ground as those in force: what those have done is what was done
    /// for the person, and so what cooldowns and caps go by.
    /// </summary>
    public static ShadowRuling? Rule(
        Shadow shadow, long version, Func<RuleSet, CompiledRules> compiled, ReceivedSms sms, Circumstances seen, AutomationHistory history, Ruling live)
    {
        if (shadow.RuleSet is not { } ruleSet)
            return null;
        var ruling = AnswerDecider.Decide(compiled(ruleSet), sms, seen, history);
        return new ShadowRuling(version, ruling, !ruling.SameAs(live));
    }
}

public abstract record ShadowEvent
{
    /// <summary>Rules were put into the shadow.</summary>
    [StoredAs("autoreply.shadow-began.v1")]
    public sealed record Began(RuleSet RuleSet, string By, DateTimeOffset At) : ShadowEvent;

    /// <summary>They were taken out of it: dropped, or put in force.</summary>
    [StoredAs("autoreply.shadow-ended.v1")]
    public sealed record Ended(bool Promoted, string By, DateTimeOffset At) : ShadowEvent;
}
