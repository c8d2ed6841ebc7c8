using Sms.ConsentWords;
using Sms.EventStore;

namespace Sms.AutoReply.Rules;

/// <summary>The rules for the texts of one endpoint label, and what holds for all of them.</summary>
public sealed record RuleSet
{
    /// <summary>The rule set for texts whose label has none of its own.</summary>
    public const string Default = "default";

    /// <summary>One stream for each label; its version is the rule set's.</summary>
    public static readonly StreamOf<RuleSet, RuleSetEvent> Stream = new("ruleset", new RuleSet(), Evolve);

    /// <summary>The master switch: off, no rule is tried.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>The time zone of hours, days and dates, by its IANA name.</summary>
    public string TimeZone { get; init; } = "UTC";

    /// <summary>The languages that texts come in, ISO 639-1: whose consent words no rule may use, and what <c>@thanks</c> stands for.</summary>
    public IReadOnlyList<string> Languages { get; init; } = LanguagePacks.Usual;

    /// <summary>What is answered where no rule has matched, with variables; null for nothing.</summary>
    public string? DefaultReply { get; init; }

    /// <summary>For how many minutes the same person does not get the default reply again.</summary>
    public int DefaultReplyCooldownMinutes { get; init; }

    /// <summary>The days on which hours do not hold.</summary>
    public IReadOnlyList<HolidayCalendar> Calendars { get; init; } = [];

    /// <summary>How much may be answered.</summary>
    public Limits Limits { get; init; } = new();

    /// <summary>The rules.</summary>
    public IReadOnlyList<Rule> Rules { get; init; } = [];

    public static RuleSet Evolve(RuleSet ruleSet, RuleSetEvent happened) => happened switch
    {
        RuleSetEvent.RuleSetPublished published => published.RuleSet,
        // Before there were limits there was none; what was in force then was meant so.
        RuleSetEvent.RuleSetReplaced replaced => new RuleSet { Rules = [.. replaced.Rules.Select(rule => rule.Now())], Limits = Limits.None },
        _ => ruleSet,
    };
}

/// <summary>What happened to a rule set.</summary>
public abstract record RuleSetEvent
{
    /// <summary>The whole list of rules was replaced. Stored before there was more to a rule set than its rules; nothing writes it any more.</summary>
    [StoredAs("autoreply.ruleset-replaced.v1")]
    public sealed record RuleSetReplaced(IReadOnlyList<EarlierRule> Rules) : RuleSetEvent;

    /// <summary>A version of the rule set was put in force.</summary>
    /// <param name="RuleSet">All of it.</param>
    /// <param name="By">Who did, as an actor.</param>
    /// <param name="WaivedBy">Who vouched for it without a trial, by name; null where there was one or none was needed.</param>
    /// <param name="RevertsTo">The earlier version it is a copy of, where it is one.</param>
    [StoredAs("autoreply.ruleset-published.v1")]
    public sealed record RuleSetPublished(RuleSet RuleSet, string By, string? WaivedBy, long? RevertsTo) : RuleSetEvent;
}

/// <summary>A rule as it was stored when all it could do was to reply.</summary>
public sealed record EarlierRule(string Name, string Match, IReadOnlyList<string> Words, string Reply)
{
    internal Rule Now() => new() { Name = Name, Match = Match, Words = Words, Reply = Reply };
}

/// <summary>
/// How many replies there may be. A text has no header that says it was sent by a machine, so how often and how alike texts
/// come is all there is to tell a loop by. What people send does not count.
/// </summary>
public sealed record Limits
{
    /// <summary>To one person. Five in ten minutes is SMSEagle's limit, the others Zammad's for one ticket.</summary>
    public IReadOnlyList<Cap> PerPerson { get; init; } = [new(5, 10), new(15, 30), new(25, 60), new(50, 180), new(100, 600)];

    /// <summary>Through one endpoint. Zammad's for its whole system, times ten: a business texts more than a mailbox answers.</summary>
    public IReadOnlyList<Cap> PerEndpoint { get; init; } = [new(300, 10), new(600, 30), new(1200, 60), new(2400, 180), new(3600, 600)];

    /// <summary>In all, twice as many.</summary>
    public IReadOnlyList<Cap> InAll { get; init; } = [new(600, 10), new(1200, 30), new(2400, 60), new(4800, 180), new(7200, 600)];

    /// <summary>For how many minutes after a person has answered somebody no rule does; 0 to 1,440. Five is Chatwoot's.</summary>
    public int QuietMinutesAfterPerson { get; init; } = 5;

    /// <summary>How often the same text is given the same answer within ten minutes, before it is taken for a machine's: 1 to 100.</summary>
    public int SameTextTimes { get; init; } = 2;

    /// <summary>No limits but those that tell a loop.</summary>
    public static Limits None => new() { PerPerson = [], PerEndpoint = [], InAll = [], QuietMinutesAfterPerson = 0, SameTextTimes = 100 };
}

/// <summary>At most so many replies in so many minutes.</summary>
/// <param name="Most">0 to 100,000.</param>
/// <param name="Minutes">1 to 1,440.</param>
public sealed record Cap(int Most, int Minutes)
{
    /// <summary>The longest window, a day.</summary>
    public const int LongestMinutes = 1440;
}
