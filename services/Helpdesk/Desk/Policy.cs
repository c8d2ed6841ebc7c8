using Sms.Helpdesk.Tickets;

namespace Sms.Helpdesk.Desk;

/// <summary>How the texts of an endpoint become tickets, and what is promised about those. Every change of it is a version of its own.</summary>
/// <param name="ReopenMinutes">How long after its end a ticket is reopened by its customer's next text; 0 to 43,200 (30 days).</param>
/// <param name="KeepOwner">Whether a reopened ticket stays with whom it was with.</param>
/// <param name="ConsentTexts"><c>log</c>: a text that is nothing but STOP, START or HELP opens no ticket; <c>open</c>: it does like any other.</param>
/// <param name="AnsweredTexts"><c>log</c>: a text that a rule has answered opens no ticket; <c>open</c>: it does.</param>
/// <param name="WaitSeconds">How long a text waits for what these two settings need to know, 1 to 3,600; then it opens a ticket.</param>
/// <param name="IdleHours">After so long without a word a ticket that waits for its customer is closed; 0 for never, at most 8,760.</param>
/// <param name="Assignment">Who gets a new ticket: <c>manual</c> (nobody yet), <c>round-robin</c> or <c>least-busy</c> of the team.</param>
/// <param name="Team">The team a new ticket is with; null for none.</param>
/// <param name="Calendar">The business hours that targets are counted in; null for day and night.</param>
/// <param name="Targets">What is promised, by priority.</param>
public sealed record Policy(
    int ReopenMinutes, bool KeepOwner, string ConsentTexts, string AnsweredTexts, int WaitSeconds, int IdleHours, string Assignment,
    string? Team, string? Calendar, IReadOnlyList<SlaTarget> Targets)
{
    public const string Log = "log", Open = "open";
    public const string Manual = "manual", RoundRobin = "round-robin", LeastBusy = "least-busy";

    /// <summary>What holds where nothing was set.</summary>
    public static readonly Policy Initial = new(24 * 60, true, Log, Open, 30, 7 * 24, Manual, null, null, []);

    /// <summary>What is wrong with it, by field; nothing when it can be used.</summary>
    public Dictionary<string, string[]> Faults()
    {
        var faults = new Dictionary<string, string[]>();
        Check("reopenMinutes", ReopenMinutes is >= 0 and <= 43_200, "must be 0 to 43200 minutes, which is 30 days");
        Check("consentTexts", ConsentTexts is Log or Open, "must be log or open");
        Check("answeredTexts", AnsweredTexts is Log or Open, "must be log or open");
        Check("waitSeconds", WaitSeconds is >= 1 and <= 3_600, "must be 1 to 3600 seconds, which is an hour");
        Check("idleHours", IdleHours is >= 0 and <= 8_760, "must be 0 (never) to 8760 hours, which is a year");
        Check("assignment", Assignment is Manual or RoundRobin or LeastBusy, $"must be {Manual}, {RoundRobin} or {LeastBusy}");
        Check("team", Assignment is not (RoundRobin or LeastBusy) || Team is not null, "must be named for tickets to be given to its members");
        Check("targets", Targets.All(target => target is not null && Priorities.All.Contains(target.Priority))
            && Targets.Select(target => target.Priority).Distinct().Count() == Targets.Count, $"must be for each of {string.Join(", ", Priorities.All)} once at most");
        foreach (var target in Targets.Where(target => target is not null))
        {
            foreach (var (metric, minutes) in new[] { ("firstReplyMinutes", target.FirstReplyMinutes), ("nextReplyMinutes", target.NextReplyMinutes), ("resolutionMinutes", target.ResolutionMinutes) })
                Check($"targets.{target.Priority}.{metric}", minutes is null or (>= 1 and <= 525_600), "must be 1 to 525600 minutes, which is a year");
        }
        return faults;

        void Check(string field, bool good, string reason)
        {
            if (!good)
                faults.TryAdd(field, [reason]);
        }
    }
}

/// <summary>What is promised to customers of one priority, in minutes of business time; null for nothing.</summary>
/// <param name="Priority">One of <see cref="Priorities"/>.</param>
/// <param name="FirstReplyMinutes">From the ticket's opening to the first reply of a person.</param>
/// <param name="NextReplyMinutes">From a further text that waits for an answer to the reply.</param>
/// <param name="ResolutionMinutes">From the opening to the solution, without the time we waited for the customer.</param>
public sealed record SlaTarget(string Priority, int? FirstReplyMinutes, int? NextReplyMinutes, int? ResolutionMinutes);

/// <summary>A policy at one of its versions.</summary>
/// <param name="Endpoint">The endpoint it was set for, or <see cref="DeskState.EveryEndpoint"/>.</param>
/// <param name="Version">Counts the changes of the endpoint's policy; 0 is what holds where nothing was set.</param>
/// <param name="Policy">What it says.</param>
public sealed record PolicyVersion(string Endpoint, int Version, Policy Policy);
