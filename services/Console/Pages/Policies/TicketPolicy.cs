namespace Sms.Console.Pages.Policies;

/// <summary>How the texts of an endpoint become tickets, as Helpdesk tells it.</summary>
public sealed record TicketPolicy(
    int ReopenMinutes, bool KeepOwner, string ConsentTexts, string AnsweredTexts, int WaitSeconds, int IdleHours, string Assignment, string? Team, string? Calendar,
    IReadOnlyList<TicketPolicy.Target> Targets)
{
    /// <summary>The name of the policy of every endpoint that has none of its own.</summary>
    public const string EveryEndpoint = "every-endpoint";

    /// <summary>What may become of a text, and who may get a ticket.</summary>
    public static readonly IReadOnlyList<string> Fates = ["log", "open"], Assignments = ["manual", "round-robin", "least-busy"];

    /// <summary>What can be promised.</summary>
    public static readonly IReadOnlyList<string> Metrics = ["firstReplyMinutes", "nextReplyMinutes", "resolutionMinutes"];

    /// <summary>What is promised to customers of one priority; null for nothing.</summary>
    public sealed record Target(string Priority, int? FirstReplyMinutes, int? NextReplyMinutes, int? ResolutionMinutes);

    /// <summary>What is promised.</summary>
    public int? Promised(string priority, string metric) => Targets.FirstOrDefault(target => target.Priority == priority) is not { } target ? null : metric switch
    {
        "firstReplyMinutes" => target.FirstReplyMinutes,
        "nextReplyMinutes" => target.NextReplyMinutes,
        _ => target.ResolutionMinutes,
    };
}

/// <summary>The policy that holds for an endpoint, and whose it is.</summary>
public sealed record PolicyInForce(string Endpoint, int Version, TicketPolicy Policy);

/// <summary>When somebody is there.</summary>
public sealed record BusinessCalendar(string Zone, IReadOnlyList<OpeningHours> Week, IReadOnlyList<string> Holidays);

/// <summary>Some hours of a weekday.</summary>
public sealed record OpeningHours(string Day, string From, string Until);
