using System.Text.Json;
using System.Text.Json.Serialization;

namespace Sms.Console.Pages.Rules;

/// <summary>A rule set as AutoReply's API has it; what this console does not know of it stays in it.</summary>
public sealed record RuleSet
{
    /// <summary>How it is written: what is not there is left out.</summary>
    internal static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public bool Enabled { get; init; } = true;
    public string TimeZone { get; init; } = "UTC";
    public IReadOnlyList<string>? Languages { get; init; }
    public string? DefaultReply { get; init; }
    public int DefaultReplyCooldownMinutes { get; init; }
    public IReadOnlyList<Calendar> Calendars { get; init; } = [];
    public Limits? Limits { get; init; }
    public IReadOnlyList<Rule> Rules { get; init; } = [];
    [JsonExtensionData] public Dictionary<string, JsonElement>? Others { get; init; }

    /// <summary>The rules in the order in which they are tried.</summary>
    [JsonIgnore] public IReadOnlyList<Rule> InOrder => [.. Rules.OrderBy(rule => rule.Priority)];

    /// <summary>As the body of a request.</summary>
    public HttpContent Body() => JsonContent.Create(this, options: Json);
}

/// <summary>A rule.</summary>
public sealed record Rule
{
    public string Name { get; init; } = "";
    public bool Enabled { get; init; } = true;
    public string Match { get; init; } = "";
    public IReadOnlyList<string> Words { get; init; } = [];
    public bool CaseCounts { get; init; }
    public bool AccentsCount { get; init; }
    public bool PunctuationCounts { get; init; } = true;
    public Only? Only { get; init; }
    public int Priority { get; init; }
    public bool Continue { get; init; }
    public int CooldownMinutes { get; init; }
    public string? Reply { get; init; }
    public IReadOnlyList<RuleAction> Actions { get; init; } = [];
    [JsonExtensionData] public Dictionary<string, JsonElement>? Others { get; init; }

    /// <summary>Everything it does, in order.</summary>
    [JsonIgnore] public IEnumerable<RuleAction> Does => Reply is null ? Actions : Actions.Prepend(new RuleAction { Do = "reply", Text = Reply });

    /// <summary>Whether another says the same, whatever its place.</summary>
    public bool Says(Rule other) => Written(this) == Written(other);

    private static string Written(Rule rule) => JsonSerializer.Serialize(rule with { Priority = 0 }, RuleSet.Json);
}

/// <summary>Which texts a rule looks at.</summary>
public sealed record Only
{
    public IReadOnlyList<string> From { get; init; } = [];
    public IReadOnlyList<string> OurNumbers { get; init; } = [];
    public IReadOnlyList<string> Endpoints { get; init; } = [];
    public bool? ContactKnown { get; init; }
    public IReadOnlyList<string> Tags { get; init; } = [];
    public bool? HasOpenTicket { get; init; }
    public IReadOnlyList<string> Languages { get; init; } = [];
    public bool FirstContact { get; init; }
    public Hours? Hours { get; init; }
    public string? FirstDay { get; init; }
    public string? LastDay { get; init; }
    [JsonExtensionData] public Dictionary<string, JsonElement>? Others { get; init; }
}

/// <summary>When in the week.</summary>
public sealed record Hours
{
    public string? TimeZone { get; init; }
    public IReadOnlyList<Open> Open { get; init; } = [];
    public string? Calendar { get; init; }
    public bool Closed { get; init; }
}

/// <summary>The same hours on some days.</summary>
public sealed record Open(IReadOnlyList<string> Days, string From, string To);

/// <summary>Days on which it is closed.</summary>
public sealed record Calendar(string Name, IReadOnlyList<string> Days);

/// <summary>How much may be answered.</summary>
public sealed record Limits
{
    public IReadOnlyList<Cap> PerPerson { get; init; } = [];
    public IReadOnlyList<Cap> PerEndpoint { get; init; } = [];
    public IReadOnlyList<Cap> InAll { get; init; } = [];
    public int QuietMinutesAfterPerson { get; init; }
    public int SameTextTimes { get; init; } = 1;
    [JsonExtensionData] public Dictionary<string, JsonElement>? Others { get; init; }
}

/// <summary>At most so many replies in so many minutes.</summary>
public sealed record Cap(int Most, int Minutes);

/// <summary>What a rule does; and what came of one, when its variables were filled in.</summary>
public sealed record RuleAction
{
    /// <summary>Every kind, in the order in which they are offered.</summary>
    public static readonly IReadOnlyList<string> Kinds = ["reply", "tag", "ticket", "hand-over", "email", "webhook"];

    /// <summary>What a ticket's priority can be.</summary>
    public static readonly IReadOnlyList<string> Priorities = ["low", "normal", "high", "urgent"];

    public string Do { get; init; } = "";
    public string? Text { get; init; }
    public int AfterSeconds { get; init; }
    public string? Url { get; init; }
    public string? To { get; init; }
    public string? Subject { get; init; }
    public string? Tag { get; init; }
    public string? Priority { get; init; }
    public string? Assignee { get; init; }
    public string? Team { get; init; }
    public string? Note { get; init; }
}

/// <summary>What rules came to for a text.</summary>
/// <param name="Outcome"><c>answered</c>, <c>acted</c>, <c>handed-over</c> or <c>none</c>.</param>
/// <param name="Rules">The rules that did something.</param>
/// <param name="Withheld">Why replies were kept back.</param>
/// <param name="Deeds">What there was to be done.</param>
public sealed record Came(string Outcome, IReadOnlyList<string>? Rules, string? Withheld, IReadOnlyList<RuleAction>? Deeds)
{
    /// <summary>What was said.</summary>
    public IEnumerable<string> Replies => (Deeds ?? []).Where(deed => deed.Do == "reply").Select(deed => deed.Text ?? "");
}

/// <summary>A text, with what came of it and what would.</summary>
public sealed record Compared(Guid SmsId, DateTimeOffset ReceivedAt, string Number, string Text, Came Before, Came After, IReadOnlyList<TriedRule>? Tried)
{
    /// <summary><c>same</c>, <c>new</c> (an answer where there was none), <c>lost</c>, or <c>changed</c>.</summary>
    public string Kind =>
        JsonSerializer.Serialize(Before, RuleSet.Json) == JsonSerializer.Serialize(After, RuleSet.Json) ? "same"
        : (Before.Replies.Any(), After.Replies.Any()) switch { (false, true) => "new", (true, false) => "lost", _ => "changed" };
}

/// <summary>A rule that was tried on a text, and <c>matched</c> or why not.</summary>
public sealed record TriedRule(string Rule, string Why);

/// <summary>How often a rule did something lately.</summary>
public sealed record Activity(string Rule, long Texts, DateTimeOffset Latest);

/// <summary>A version of a rule set.</summary>
public sealed record Version(string Label, [property: JsonPropertyName("version")] long No, DateTimeOffset At, string By, string? WaivedBy, long? RevertsTo, int Rules, bool Enabled);

/// <summary>A breaker.</summary>
public sealed record Breaker(string Scope, bool IsOpen, DateTimeOffset OpenedAt, int Most, int Minutes);

/// <summary>How the rules in the shadow compare.</summary>
public sealed record Shadow(RuleSet RuleSet, long Texts, long Differ, IReadOnlyList<Compared>? Examples);
