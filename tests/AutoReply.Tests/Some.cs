using Sms.AutoReply.Rules;
using Sms.PhoneNumbers;

namespace Sms.AutoReply.Tests;

/// <summary>Rules and texts to decide on.</summary>
internal static class Some
{
    public static readonly DateTimeOffset Noon = new(2026, 6, 12, 12, 0, 0, TimeSpan.Zero);

    public static readonly PhoneNumber Customer = PhoneNumber.Parse("+919876543210"), Us = PhoneNumber.Parse("+911234500000");

    public static readonly Rule Hours = Rule("hours", Match.Exact, ["HOURS"], "9 to 18, {{from}}");

    public static Rule Rule(string name, string match, string[] words, string? reply = "thanks") => new() { Name = name, Match = match, Words = words, Reply = reply };

    public static ReceivedSms Sms(string text, DateTimeOffset? at = null) =>
        new(new Guid("0c9a1f9e-7a2b-5c53-9d39-3f1f0a8b7c11"), "sms", Customer, Us, text, at ?? Noon);

    public static Ruling Decide(string text, params Rule[] rules) => Decide(Sms(text), new RuleSet { Rules = rules });

    public static Ruling Decide(ReceivedSms sms, RuleSet ruleSet, Circumstances? seen = null, AutomationHistory? history = null) =>
        AnswerDecider.Decide(new CompiledRules(ruleSet), sms, seen ?? Circumstances.Unknown, history ?? AutomationHistory.None);

    public static AutomationHistory After(this AutomationHistory history, ReceivedSms sms, Ruling ruling) =>
        AnswerDecider.Remembered(sms, ruling) is var (turn, handedOver) ? history.After(turn, ruling.Rules, handedOver) : history;
}
