using Sms.Helpdesk.Desk;
using Sms.Helpdesk.Tickets;
using static Sms.Helpdesk.Tickets.TicketEvent;

namespace Sms.Helpdesk.Sla;

/// <summary>What a ticket is treated by.</summary>
/// <param name="Policy">The policy of its endpoint.</param>
/// <param name="Calendar">The business hours that its targets are counted in.</param>
public sealed record Terms(Policy Policy, BusinessCalendar Calendar)
{
    /// <summary>What holds where nothing was set.</summary>
    public static readonly Terms Initial = new(Policy.Initial, BusinessCalendar.Always);

    internal int? TargetOf(string priority, string metric)
    {
        var target = Policy.Targets.FirstOrDefault(target => target.Priority == priority);
        return metric switch
        {
            Metric.FirstReply => target?.FirstReplyMinutes,
            Metric.NextReply => target?.NextReplyMinutes,
            _ => target?.ResolutionMinutes,
        };
    }
}

/// <summary>Which clocks start, stand still and stop. Only a person's reply stops the clock of a reply; all stand still while we wait for the customer or somebody else.</summary>
public static class SlaClocks
{
    /// <summary>What a fact does to the clocks of the ticket it is about.</summary>
    /// <param name="ticket">The ticket before it.</param>
    /// <param name="fact">The fact.</param>
    /// <param name="terms">The targets and business hours.</param>
    /// <param name="now">When.</param>
    public static IReadOnlyList<TicketEvent> After(Ticket ticket, TicketEvent fact, Terms terms, DateTimeOffset now) => fact switch
    {
        TicketOpened { Status: null } => [.. Start(ticket, Metric.FirstReply, terms, now), .. Start(ticket, Metric.Resolution, terms, now)],
        CustomerWrote when !IsActive(ticket, Metric.FirstReply) && !IsActive(ticket, Metric.NextReply) && !Status.IsOver(ticket.Status) => Start(ticket, Metric.NextReply, terms, now),
        TicketReopened => Start(ticket, Metric.Resolution, terms, now),
        AgentReplied => [.. Stop(ticket, Metric.FirstReply, terms, now), .. Stop(ticket, Metric.NextReply, terms, now)],
        StatusChanged { Status: Status.Open } when ticket.IsOver => Start(ticket, Metric.Resolution, terms, now),
        StatusChanged { Status: var status } when Status.IsOver(status) => [.. Active(ticket).SelectMany(clock => Stop(ticket, clock.Metric, terms, now))],
        StatusChanged { Status: var status } when Status.IsPaused(status) => [.. Active(ticket).Where(clock => clock.State == Clock.Running)
            .Select(clock => new ClockPaused(clock.Metric, Used(clock, terms, now)))],
        StatusChanged => [.. Active(ticket).Where(clock => clock.State == Clock.Paused).Select(clock => Run(clock.Metric, clock.TargetMinutes, clock.UsedSeconds, terms, now))],
        TicketMerged => [.. Active(ticket).SelectMany(clock => Stop(ticket, clock.Metric, terms, now))],
        PriorityChanged changed => [.. Active(ticket).SelectMany(clock => Retarget(clock, changed.Priority, terms, now))],
        _ => [],
    };

    private static TicketEvent[] Start(Ticket ticket, string metric, Terms terms, DateTimeOffset now) =>
        terms.TargetOf(ticket.Priority, metric) is { } target ? [Run(metric, target, 0, terms, now)] : [];

    private static ClockStarted Run(string metric, int targetMinutes, long usedSeconds, Terms terms, DateTimeOffset now)
    {
        var left = TimeSpan.FromMinutes(targetMinutes) - TimeSpan.FromSeconds(usedSeconds);
        return new ClockStarted(metric, targetMinutes, usedSeconds, now, left <= TimeSpan.Zero ? now : terms.Calendar.After(now, left));
    }

    private static TicketEvent[] Stop(Ticket ticket, string metric, Terms terms, DateTimeOffset now)
    {
        if (!IsActive(ticket, metric))
            return [];
        var clock = ticket.Clocks[metric];
        var used = Used(clock, terms, now);
        return [new ClockStopped(metric, used, !clock.Missed && used <= clock.TargetMinutes * 60L)];
    }

    // What was used stays used: a ticket that becomes urgent late may be late at once.
    private static TicketEvent[] Retarget(Clock clock, string priority, Terms terms, DateTimeOffset now)
    {
        var used = Used(clock, terms, now);
        return terms.TargetOf(priority, clock.Metric) switch
        {
            null => [new ClockStopped(clock.Metric, used, !clock.Missed)],
            { } target when clock.State == Clock.Paused => [Run(clock.Metric, target, used, terms, now), new ClockPaused(clock.Metric, used)],
            { } target => [Run(clock.Metric, target, used, terms, now)],
        };
    }

    private static long Used(Clock clock, Terms terms, DateTimeOffset now) =>
        clock.UsedSeconds + (clock.State == Clock.Running ? (long)terms.Calendar.Between(clock.Since, now).TotalSeconds : 0);

    private static IEnumerable<Clock> Active(Ticket ticket) => ticket.Clocks.Values.Where(clock => clock.State != Clock.Stopped);

    private static bool IsActive(Ticket ticket, string metric) => ticket.Clocks.TryGetValue(metric, out var clock) && clock.State != Clock.Stopped;
}
