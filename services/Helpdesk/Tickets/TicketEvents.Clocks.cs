using Sms.EventStore;

namespace Sms.Helpdesk.Tickets;

/// <content>What is promised about a ticket: each of <see cref="Tickets.Metric"/> has a clock.</content>
public abstract partial record TicketEvent
{
    /// <summary>A clock runs.</summary>
    /// <param name="Metric">One of <see cref="Tickets.Metric"/>.</param>
    /// <param name="TargetMinutes">How much business time there is.</param>
    /// <param name="UsedSeconds">How much of it is used already.</param>
    /// <param name="Since">From when it runs.</param>
    /// <param name="DueAt">When it will be used up.</param>
    [StoredAs("helpdesk.clock-started.v1")]
    public sealed record ClockStarted(string Metric, int TargetMinutes, long UsedSeconds, DateTimeOffset Since, DateTimeOffset DueAt) : TicketEvent;

    /// <summary>A clock stands still: we wait for the customer, or for somebody else.</summary>
    /// <param name="Metric">One of <see cref="Tickets.Metric"/>.</param>
    /// <param name="UsedSeconds">How much of its time is used.</param>
    [StoredAs("helpdesk.clock-paused.v1")]
    public sealed record ClockPaused(string Metric, long UsedSeconds) : TicketEvent;

    /// <summary>What the clock was for is done, or needs doing no more.</summary>
    /// <param name="Metric">One of <see cref="Tickets.Metric"/>.</param>
    /// <param name="UsedSeconds">How much time it took.</param>
    /// <param name="Met">Whether that was in time.</param>
    [StoredAs("helpdesk.clock-stopped.v1")]
    public sealed record ClockStopped(string Metric, long UsedSeconds, bool Met) : TicketEvent;

    /// <summary>The time is used up and it is not done.</summary>
    /// <param name="Metric">One of <see cref="Tickets.Metric"/>.</param>
    /// <param name="DueAt">When it should have been.</param>
    [StoredAs("helpdesk.target-missed.v1")]
    public sealed record TargetMissed(string Metric, DateTimeOffset DueAt) : TicketEvent;
}
