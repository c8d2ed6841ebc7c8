using System.Globalization;
using System.Text.RegularExpressions;
using Sms.Helpdesk.Desk;
using Sms.Helpdesk.Tickets;

namespace Sms.Helpdesk.Texts;

/// <summary>The rules by which a text finds its ticket.</summary>
public static class RouteRule
{
    /// <summary>The text names a ticket of the same customer.</summary>
    public const string Named = "named";

    /// <summary>The conversation's ticket is open.</summary>
    public const string OpenTicket = "open-ticket";

    /// <summary>A rule, or a person, asks for a ticket.</summary>
    public const string AskedFor = "asked-for";

    /// <summary>It is nothing but a word of consent.</summary>
    public const string ConsentOnly = "consent-only";

    /// <summary>A rule has answered it.</summary>
    public const string RuleAnswered = "rule-answered";

    /// <summary>The conversation's last ticket ended not long ago.</summary>
    public const string ReopenWindow = "reopen-window";

    /// <summary>None of these.</summary>
    public const string NewTicket = "new-ticket";
}

/// <summary>Which ticket a text belongs to.</summary>
/// <param name="Kind">What to do.</param>
/// <param name="Rule">One of <see cref="RouteRule"/>.</param>
/// <param name="Reason">Why, in words without what was written.</param>
public sealed record Route(RouteKind Kind, string Rule, string Reason)
{
    /// <summary>Whether the ticket is the one the text names, rather than the conversation's.</summary>
    public bool ToNamed { get; init; }
}

/// <summary>What to do with a text.</summary>
public enum RouteKind
{
    /// <summary>Nothing yet: what its decision needs to know has not come in.</summary>
    Wait,

    /// <summary>Put it on a ticket that is open.</summary>
    Append,

    /// <summary>Reopen a ticket for it.</summary>
    Reopen,

    /// <summary>Open a ticket for it.</summary>
    Open,

    /// <summary>Keep it without a ticket.</summary>
    Log,
}

/// <summary>Decides which ticket a text belongs to. Goes by the times of the texts themselves, whatever order they come in.</summary>
public static partial class Router
{
    private static readonly string[] WordsOfConsent = ["opt-out", "opt-in", "help"];

    /// <summary>The decision.</summary>
    /// <param name="text">The text, received and not decided.</param>
    /// <param name="policy">What its endpoint's policy says.</param>
    /// <param name="current">The conversation's ticket, or null.</param>
    /// <param name="named">The ticket that the text names, if it is the same customer's.</param>
    /// <param name="blocking">The number of another open ticket of the named one's conversation, for which the named one cannot be reopened.</param>
    /// <param name="now">When.</param>
    public static Route Decide(Text text, Policy policy, Ticket? current, Ticket? named, long? blocking, DateTimeOffset now)
    {
        var (received, aside) = (text.Received!, "");
        if (named is { IsOver: false })
            return new(RouteKind.Append, RouteRule.Named, $"It names #{named.Number}, which is {named.Status}.") { ToNamed = true };
        if (named is not null && blocking is null)
            return new(RouteKind.Reopen, RouteRule.Named, $"It names #{named.Number}, which was {named.Status}.") { ToNamed = true };
        if (named is not null)
            aside = $" It names #{named.Number}, which cannot be reopened beside #{blocking}.";

        if (current is { IsOver: false })
            return new(RouteKind.Append, RouteRule.OpenTicket, $"#{current.Number} is {current.Status}.{aside}");

        var asked = !text.Asked.IsEmpty || text.Outcome == "handed-over";
        var consents = !asked && policy.ConsentTexts == Policy.Log;
        var answers = !asked && policy.AnsweredTexts == Policy.Log;
        if (consents && WordsOfConsent.Contains(text.Verdict))
            return new(RouteKind.Log, RouteRule.ConsentOnly, $"It is nothing but {text.Verdict}.");
        if (answers && text.Outcome == "answered")
            return new(RouteKind.Log, RouteRule.RuleAnswered, "A rule has answered it.");
        var missing = consents && text.Verdict is null ? "consent's verdict" : answers && text.Outcome is null ? "the rules' outcome" : null;
        if (missing is not null && now < received.DecideBy)
            return new(RouteKind.Wait, "", $"It waits for {missing}.");
        if (missing is not null)
            aside = $" {char.ToUpperInvariant(missing[0])}{missing[1..]} did not come in time.{aside}";

        if (current is not null && IsWithinWindow(current, received.SentAt, policy))
            return new(RouteKind.Reopen, RouteRule.ReopenWindow, $"#{current.Number} ended less than {Span(policy.ReopenMinutes)} before it, or after it was sent.{aside}");
        return asked ? new(RouteKind.Open, RouteRule.AskedFor, $"A ticket was asked for.{aside}")
            : current is null ? new(RouteKind.Open, RouteRule.NewTicket, $"It is the first of the conversation.{aside}")
            : new(RouteKind.Open, RouteRule.NewTicket, $"#{current.Number} ended more than {Span(policy.ReopenMinutes)} before it.{aside}");
    }

    /// <summary>Whether an ended ticket is reopened by a text that was sent then. One from before ends were kept always is, as it was then.</summary>
    public static bool IsWithinWindow(Ticket ended, DateTimeOffset sentAt, Policy policy) =>
        ended.EndedAt is not { } at || sentAt <= at.AddMinutes(policy.ReopenMinutes);

    /// <summary>The numbers of tickets that a text names, as in <c>#1234</c>.</summary>
    public static IReadOnlyList<long> Names(string text) =>
        [.. Reference().Matches(text).Select(match => long.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture)).Distinct().Take(5)];

    private static string Span(int minutes) => minutes % 60 == 0 ? $"{minutes / 60} h" : $"{minutes} min";

    [GeneratedRegex(@"(?<![\w&#])#([1-9][0-9]{0,17})\b")]
    private static partial Regex Reference();
}
