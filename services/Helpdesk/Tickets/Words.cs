namespace Sms.Helpdesk.Tickets;

/// <summary>Where a ticket stands.</summary>
public static class Status
{
    /// <summary>Nobody of us has done anything about it yet.</summary>
    public const string New = "new";

    /// <summary>It is on us.</summary>
    public const string Open = "open";

    /// <summary>It is on the customer.</summary>
    public const string Pending = "pending";

    /// <summary>It is on somebody else.</summary>
    public const string OnHold = "on-hold";

    /// <summary>Settled, unless the customer says otherwise.</summary>
    public const string Solved = "solved";

    /// <summary>Over.</summary>
    public const string Closed = "closed";

    /// <summary>All there are.</summary>
    public static readonly IReadOnlyList<string> All = [New, Open, Pending, OnHold, Solved, Closed];

    /// <summary>Whether a ticket has ended, so that the next text needs a decision.</summary>
    public static bool IsOver(string? status) => status is null or Solved or Closed;

    /// <summary>Whether targets wait with it.</summary>
    public static bool IsPaused(string status) => status is Pending or OnHold;
}

/// <summary>How urgent a ticket is.</summary>
public static class Priorities
{
    /// <summary>What a ticket has where nothing is said.</summary>
    public const string Normal = "normal";

    /// <summary>All there are, the least urgent first.</summary>
    public static readonly IReadOnlyList<string> All = ["low", Normal, "high", "urgent"];
}

/// <summary>What is promised about a ticket.</summary>
public static class Metric
{
    public const string FirstReply = "first-reply";
    public const string NextReply = "next-reply";
    public const string Resolution = "resolution";
}
