using Sms.AutoReply.Rules;

namespace Sms.AutoReply.Trials;

/// <summary>One thing that happened to a person, in the order of their stream.</summary>
public abstract record PastTurn
{
    /// <summary>A text was ruled.</summary>
    /// <param name="Sms">The text.</param>
    /// <param name="Seen">What was known.</param>
    /// <param name="Was">The <see cref="Summary"/> of what was decided.</param>
    /// <param name="IsTried">Whether it is to be ruled anew; else it counts as it was decided.</param>
    public sealed record Text(ReceivedSms Sms, Circumstances Seen, string Was, bool IsTried) : PastTurn;

    /// <summary>The conversation on one of our numbers was taken from the rules, or given back.</summary>
    public sealed record Pause(string OurNumber, bool Paused) : PastTurn;
}

/// <summary>
/// Rules anew on what people have texted, without any effect. What rules would have done before counts for what they would do
/// next: cooldowns and caps go by the replies of the rules that are tried.
/// </summary>
public static class Replay
{
    /// <summary>One person's texts, each that is tried with what these rules make of it.</summary>
    public static IEnumerable<(PastTurn.Text Text, Ruling Ruling)> Of(IEnumerable<PastTurn> person, CompiledRules rules)
    {
        var history = AutomationHistory.None;
        foreach (var turn in person)
        {
            if (turn is PastTurn.Pause pause)
            {
                history = pause.Paused ? history.Paused(pause.OurNumber) : history.Resumed(pause.OurNumber);
            }
            else if (turn is PastTurn.Text { IsTried: true } text)
            {
                var ruling = AnswerDecider.Decide(rules, text.Sms, text.Seen, history);
                if (AnswerDecider.Remembered(text.Sms, ruling) is var (remembered, handedOver))
                    history = history.After(remembered, ruling.Rules, handedOver);
                yield return (text, ruling);
            }
            else if (turn is PastTurn.Text past && Summary.Read(past.Was) is { Deeds.Count: > 0 } was)
            {
                var ruling = new Ruling { Outcome = was.Outcome, Rules = was.Rules, Deeds = was.Deeds };
                if (AnswerDecider.Remembered(past.Sms, ruling) is var (remembered, handedOver))
                    history = history.After(remembered, was.Rules, handedOver);
            }
        }
    }
}
