using Sms.EventStore;
using Sms.PhoneNumbers;

namespace Sms.AutoReply.Rules;

/// <summary>
/// What rules make of a text. The one place where it is decided: for live texts, in the shadow, for what-if, frozen cases and
/// previews alike. Whether a reply may leave is not decided here: Outbound holds it for the verdict.
/// </summary>
public static class AnswerDecider
{
    /// <summary>The name under which the default reply appears.</summary>
    public const string DefaultReply = "(default reply)";

    private const int LongestText = 1600;

    // Never change it: a reply's id must stay the same on every replay.
    private static readonly Guid Scope = new("9b0e6a44-3c51-4f0d-8f58-0f6f7f1f2c8a");

    /// <summary>Tries the rules on a text.</summary>
    /// <param name="rules">The rules.</param>
    /// <param name="sms">The text.</param>
    /// <param name="seen">What is known.</param>
    /// <param name="history">What rules have done for this person so far.</param>
    public static Ruling Decide(CompiledRules rules, ReceivedSms sms, Circumstances seen, AutomationHistory history)
    {
        var ruleSet = rules.RuleSet;
        if (!ruleSet.Enabled)
            return new Ruling { Outcome = Outcomes.None, Withheld = Withheld.SwitchedOff };
        if (history.HandedOver.Contains(sms.To.Value))
            return new Ruling { Outcome = Outcomes.None, Withheld = Withheld.HandedOver };

        var (tried, matched, stoppedBy) = (new List<TriedRule>(), new List<Rule>(), (string?)null);
        foreach (var (rule, notFound) in rules.Candidates(sms.Text))
        {
            var why = notFound ?? RuleFilters.WhyNot(rule.Only, ruleSet, sms, seen)
                ?? (history.IsCooling(rule.Name, rule.CooldownMinutes, sms.At) ? "cooling-down" : null);
            tried.Add(new TriedRule(rule.Name, why ?? "matched"));
            if (why is not null)
                continue;
            matched.Add(rule);
            if (!rule.Continue)
            {
                stoppedBy = rule.Name;
                break;
            }
        }
        if (matched.Count == 0 && ruleSet.DefaultReply is { } text)
        {
            var cooling = history.IsCooling(DefaultReply, ruleSet.DefaultReplyCooldownMinutes, sms.At);
            tried.Add(new TriedRule(DefaultReply, cooling ? "cooling-down" : "matched"));
            if (!cooling)
                matched.Add(new Rule { Name = DefaultReply, Match = Match.Any, Reply = text });
        }

        var deeds = matched.SelectMany(rule => rule.Does.Select(action => Fill(rule.Name, action, sms, seen, ruleSet.TimeZone)))
            .Select((deed, place) => deed with { Id = IdOf(sms.SmsId, place) }).ToList();
        var withheld = WhyNoReply(ruleSet, sms, seen, history, deeds);
        deeds.RemoveAll(deed => deed.Do == RuleAction.Replies && (withheld is not null || string.IsNullOrWhiteSpace(deed.Text)));

        return new Ruling
        {
            Outcome = deeds.Exists(deed => deed.Do == RuleAction.HandsOver) ? Outcomes.HandedOver
                : deeds.Exists(deed => deed.Do == RuleAction.Replies) ? Outcomes.Answered
                : deeds.Count > 0 ? Outcomes.Acted
                : Outcomes.None,
            Rules = [.. deeds.Select(deed => deed.Rule).Distinct()],
            Tried = tried,
            StoppedBy = stoppedBy,
            Withheld = withheld,
            Deeds = deeds,
        };
    }

    /// <summary>What a ruling adds to the person's history; null where nothing was done.</summary>
    public static (AutomationHistory.Turn Turn, string? HandedOver)? Remembered(ReceivedSms sms, Ruling ruling)
    {
        if (ruling.Deeds.Count == 0)
            return null;
        var said = ruling.Deeds.Where(deed => deed.Do == RuleAction.Replies).Select(deed => AutomationHistory.Digest(deed.Text!)).ToList();
        return (
            new AutomationHistory.Turn(sms.At, said.Count, AutomationHistory.Digest(sms.Text), said),
            ruling.Outcome == Outcomes.HandedOver ? sms.To.Value : null);
    }

    private static string? WhyNoReply(RuleSet ruleSet, ReceivedSms sms, Circumstances seen, AutomationHistory history, List<Deed> deeds)
    {
        var replies = deeds.Where(deed => deed.Do == RuleAction.Replies).ToList();
        if (replies.Count == 0)
            return null;
        var heard = AutomationHistory.Digest(sms.Text);
        var limits = ruleSet.Limits;
        return sms.From.Kind is PhoneNumberKind.Name ? Withheld.SenderIsAName
            : sms.From.Kind is PhoneNumberKind.ShortCode ? Withheld.SenderIsAShortCode
            : sms.From == sms.To || seen.FromOurNumber ? Withheld.SenderIsOurNumber
            : replies.TrueForAll(reply => string.IsNullOrWhiteSpace(reply.Text)) ? Withheld.ReplyIsEmpty
            : seen.PersonAnsweredAt > sms.At.AddMinutes(-limits.QuietMinutesAfterPerson) && limits.QuietMinutesAfterPerson > 0 ? Withheld.PersonAnswers
            : history.IsEcho(heard, sms.At) ? Withheld.Echo
            : replies.Exists(reply => history.TimesRepeated(heard, AutomationHistory.Digest(reply.Text!), sms.At) >= limits.SameTextTimes) ? Withheld.Repeats
            : history.Broken(limits.PerPerson, sms.At, replies.Count) is not null ? Withheld.PersonCap
            : seen.Brake;
    }

    private static Deed Fill(string rule, RuleAction action, ReceivedSms sms, Circumstances seen, string zone)
    {
        return new Deed
        {
            Id = Guid.Empty,
            Rule = rule,
            Do = action.Do,
            Text = Filled(action.Do == RuleAction.AsksForTicket ? action.Note : action.Text) is { } text ? Cut(text, action.Do == RuleAction.AsksForTicket ? 1000 : LongestText) : null,
            AfterSeconds = action.AfterSeconds,
            Url = action.Url,
            To = action.To,
            Subject = Filled(action.Subject)?.ReplaceLineEndings(" "),
            Tag = action.Tag,
            Priority = action.Priority,
            Assignee = action.Assignee,
            Team = action.Team,
        };

        string? Filled(string? template) => template is null ? null : ReplyTemplate.Fill(template, sms, seen, zone);
    }

    // The first keeps the id that replies had when there was one to a text.
    private static Guid IdOf(Guid smsId, int place) =>
        place == 0 ? NamedId.Of(Scope, smsId.ToString()) : NamedId.Of(Scope, smsId.ToString(), place.ToString(System.Globalization.CultureInfo.InvariantCulture));

    /// <summary>Quoting a long text can make a reply longer than a text may be; it ends before half a character would be sent.</summary>
    private static string Cut(string reply, int longest) =>
        reply.Length <= longest ? reply
        : char.IsHighSurrogate(reply[longest - 1]) ? reply[..(longest - 1)]
        : reply[..longest];
}
