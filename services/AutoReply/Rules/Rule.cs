namespace Sms.AutoReply.Rules;

/// <summary>A rule as an operator writes it, and as it is stored.</summary>
public sealed record Rule
{
    /// <summary>Its name, 1 to 100 characters, unique within the set.</summary>
    public string Name { get; init; } = "";

    /// <summary>Whether it is tried at all.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>How its words are compared with a text: one of <see cref="Rules.Match"/>.</summary>
    public string Match { get; init; } = "";

    /// <summary>
    /// What it looks for; any one of them is enough. A regular expression for <see cref="Rules.Match.Regex"/>; empty for
    /// <see cref="Rules.Match.Any"/>. <c>@thanks</c> stands for the words of <see cref="EverydayWords"/> in the set's languages.
    /// </summary>
    public IReadOnlyList<string> Words { get; init; } = [];

    /// <summary>Whether <c>Hours</c> and <c>HOURS</c> are different words.</summary>
    public bool CaseCounts { get; init; }

    /// <summary>Whether <c>café</c> and <c>cafe</c> are different words.</summary>
    public bool AccentsCount { get; init; }

    /// <summary>Whether <c>hours?</c> and <c>hours</c> are different words.</summary>
    public bool PunctuationCounts { get; init; } = true;

    /// <summary>Which texts it looks at; null for all.</summary>
    public RuleFilter? Only { get; init; }

    /// <summary>Rules are tried from the lowest priority to the highest, those of one priority in the order of the list.</summary>
    public int Priority { get; init; }

    /// <summary>Whether the rules after it are tried too when it has matched.</summary>
    public bool Continue { get; init; }

    /// <summary>For how many minutes after it acted it does not match the same person again. 0 for none, at most 43,200 (30 days).</summary>
    public int CooldownMinutes { get; init; }

    /// <summary>What it answers, with variables such as <c>{{from}}</c>: short for one action that replies at once.</summary>
    public string? Reply { get; init; }

    /// <summary>What it does, in order; after <see cref="Reply"/>, where there is one.</summary>
    public IReadOnlyList<RuleAction> Actions { get; init; } = [];

    /// <summary>Everything it does, the short form of a reply included.</summary>
    internal IEnumerable<RuleAction> Does => Reply is null ? Actions : Actions.Prepend(new RuleAction { Do = RuleAction.Replies, Text = Reply });

    /// <summary>Whether it texts people.</summary>
    internal bool Sends => Enabled && Does.Any(action => action.Do == RuleAction.Replies);
}

/// <summary>How a rule's words are compared with a text; the amount of white space makes no difference.</summary>
public static class Match
{
    /// <summary>The text is one of the words.</summary>
    public const string Exact = "exact";

    /// <summary>One of the words stands in the text, and not inside a longer word.</summary>
    public const string Word = "word";

    /// <summary>One of the words stands anywhere in the text, inside a longer word too.</summary>
    public const string Contains = "contains";

    /// <summary>The text begins with one of the words.</summary>
    public const string StartsWith = "starts-with";

    /// <summary>One of the words, as a regular expression, matches somewhere in the text as it was written.</summary>
    public const string Regex = "regex";

    /// <summary>Every text.</summary>
    public const string Any = "any";

    /// <summary>All of them.</summary>
    public static readonly IReadOnlyList<string> All = [Exact, Word, Contains, StartsWith, Regex, Any];
}

/// <summary>Which texts a rule looks at. What is left out makes no difference; everything that is said has to be so.</summary>
public sealed record RuleFilter
{
    /// <summary>Who texted, one of: a number, a part of one, or a pattern in which <c>*</c> is anything and <c>?</c> one character.</summary>
    public IReadOnlyList<string> From { get; init; } = [];

    /// <summary>Our number that was texted, one of; written like <see cref="From"/>.</summary>
    public IReadOnlyList<string> OurNumbers { get; init; } = [];

    /// <summary>The endpoint the text came in by, one of.</summary>
    public IReadOnlyList<string> Endpoints { get; init; } = [];

    /// <summary>Whether somebody has said who the contact is.</summary>
    public bool? ContactKnown { get; init; }

    /// <summary>A tag of the contact, one of.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>Whether the person has a ticket that is not solved.</summary>
    public bool? HasOpenTicket { get; init; }

    /// <summary>The contact's language, one of, as BCP 47 tags: <c>pt</c> takes in <c>pt-BR</c>.</summary>
    public IReadOnlyList<string> Languages { get; init; } = [];

    /// <summary>Whether it has to be the person's first text ever.</summary>
    public bool FirstContact { get; init; }

    /// <summary>When in the week.</summary>
    public WeeklyHours? Hours { get; init; }

    /// <summary>The first day, <c>yyyy-MM-dd</c>, in the zone of the rule set.</summary>
    public string? FirstDay { get; init; }

    /// <summary>The last day, <c>yyyy-MM-dd</c>, in the zone of the rule set.</summary>
    public string? LastDay { get; init; }
}

/// <summary>What a rule does.</summary>
public sealed record RuleAction
{
    public const string Replies = "reply", CallsWebhook = "webhook", SendsEmail = "email", Tags = "tag", AsksForTicket = "ticket", HandsOver = "hand-over";

    /// <summary>Every kind of action.</summary>
    public static readonly IReadOnlyList<string> Kinds = [Replies, CallsWebhook, SendsEmail, Tags, AsksForTicket, HandsOver];

    /// <summary>
    /// <c>reply</c>, <c>webhook</c>, <c>email</c>, <c>tag</c>, <c>ticket</c>, or <c>hand-over</c>: leaves the conversation to a
    /// person, no rule acts in it until somebody says so or its ticket is solved.
    /// </summary>
    public string Do { get; init; } = "";

    /// <summary>The reply, or the e-mail's text; with variables.</summary>
    public string? Text { get; init; }

    /// <summary>For a reply: how many seconds after the text it leaves, up to 86,400. It does not where a person has answered meanwhile.</summary>
    public int AfterSeconds { get; init; }

    /// <summary>The webhook's address, https.</summary>
    public string? Url { get; init; }

    /// <summary>The e-mail's recipient.</summary>
    public string? To { get; init; }

    /// <summary>The e-mail's subject; with variables.</summary>
    public string? Subject { get; init; }

    /// <summary>The tag, 1 to 50 characters.</summary>
    public string? Tag { get; init; }

    /// <summary>The ticket's priority: <c>low</c>, <c>normal</c>, <c>high</c> or <c>urgent</c>; left as it is where none is said.</summary>
    public string? Priority { get; init; }

    /// <summary>The agent who gets the ticket, as an actor: <c>operator:jo</c>.</summary>
    public string? Assignee { get; init; }

    /// <summary>The team that gets the ticket.</summary>
    public string? Team { get; init; }

    /// <summary>A note on the ticket; with variables.</summary>
    public string? Note { get; init; }
}
