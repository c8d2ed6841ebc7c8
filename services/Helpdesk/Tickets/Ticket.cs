using System.Collections.Immutable;
using System.Globalization;
using Sms.EventStore;

namespace Sms.Helpdesk.Tickets;

/// <summary>One matter of one customer. Of all tickets of a conversation (a customer's number and one of ours) at most one is open.</summary>
public sealed record Ticket
{
    // Part of every ticket's identity: a different value would start every conversation anew.
    private static readonly Guid Scope = new("0c8a2f57-6f5d-4d0b-9a67-3c0b2f0f6a52");

    /// <summary>A ticket's facts, in the order they were recorded.</summary>
    public static readonly StreamOf<Ticket, TicketEvent> Stream = new("ticket", new Ticket(), Evolve);

    /// <summary>Where it stands, one of <see cref="Tickets.Status"/>; null while there is no such ticket.</summary>
    public string? Status { get; init; }

    /// <summary>The number people know it by; 0 for one from before there were numbers that has not got one yet.</summary>
    public long Number { get; init; }

    /// <summary>The number, short code or name the customer writes from.</summary>
    public string Customer { get; init; } = "";

    /// <summary>Our number they write to.</summary>
    public string OurNumber { get; init; } = "";

    /// <summary>The endpoint whose policy it follows; empty where it is not known.</summary>
    public string Endpoint { get; init; } = "";

    /// <summary>How urgent it is, one of <see cref="Priorities"/>.</summary>
    public string Priority { get; init; } = Priorities.Normal;

    /// <summary>The agent it is with, as an actor.</summary>
    public string? Assignee { get; init; }

    /// <summary>The team it is with.</summary>
    public string? Team { get; init; }

    /// <summary>Its tags.</summary>
    public ImmutableSortedSet<string> Tags { get; init; } = [];

    /// <summary>The ticket of the same conversation that ended before it.</summary>
    public Guid? Follows { get; init; }

    /// <summary>That ticket's number.</summary>
    public long? FollowsNumber { get; init; }

    /// <summary>When it ended; null while it is open, and where that was not kept.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>When it becomes open by itself.</summary>
    public DateTimeOffset? WakesAt { get; init; }

    /// <summary>When it is closed if nothing happens.</summary>
    public DateTimeOffset? ClosesAt { get; init; }

    /// <summary>The ticket in which it goes on, and the merge that made it so.</summary>
    public Merge? MergedInto { get; init; }

    /// <summary>Where it stood when it was merged.</summary>
    public string? StatusBeforeMerge { get; init; }

    /// <summary>The tickets that go on in this one.</summary>
    public ImmutableList<Merge> Absorbed { get; init; } = [];

    /// <summary>Texts that went from here to other tickets and have not been taken back, by move.</summary>
    public ImmutableDictionary<Guid, Move> Moves { get; init; } = ImmutableDictionary<Guid, Move>.Empty;

    /// <summary>How many texts of the customer are on it.</summary>
    public int Texts { get; init; }

    /// <summary>How many times agents have answered.</summary>
    public int Replies { get; init; }

    /// <summary>Whether the customer waits for us.</summary>
    public bool Waiting { get; init; }

    /// <summary>What a reply answers; null while the customer has written nothing.</summary>
    public Answerable? Latest { get; init; }

    /// <summary>What is promised about it, by <see cref="Metric"/>.</summary>
    public ImmutableSortedDictionary<string, Clock> Clocks { get; init; } = ImmutableSortedDictionary<string, Clock>.Empty;

    /// <summary>A ticket that goes on in another.</summary>
    public sealed record Merge(Guid MergeId, Guid Ticket, long Number);

    /// <summary>Texts that went to another ticket.</summary>
    public sealed record Move(Guid ToTicket, long ToNumber, ImmutableArray<Guid> SmsIds);

    /// <summary>A text of the customer's, as far as an answer to it needs to know.</summary>
    public sealed record Answerable(Guid SmsId, string Endpoint, string Customer, string OurNumber, DateTimeOffset SentAt);

    /// <summary>Whether it has ended.</summary>
    public bool IsOver => Tickets.Status.IsOver(Status);

    /// <summary>The first ticket of a conversation. The ids of tickets follow from what they are of, so two first texts that are handled at once meet on one stream.</summary>
    public static Guid IdFor(string customer, string ourNumber) => NamedId.Of(Scope, customer, ourNumber);

    /// <summary>The ticket of a conversation that is opened after so many others.</summary>
    public static Guid IdFor(string customer, string ourNumber, int before) => before == 0
        ? IdFor(customer, ourNumber)
        : NamedId.Of(Scope, customer, ourNumber, (before + 1).ToString(CultureInfo.InvariantCulture));

    /// <summary>The ticket a stream is about.</summary>
    public static Guid IdOf(string streamId) => Guid.Parse(streamId.AsSpan(Stream.Name.Length + 1));

    private static Ticket Evolve(Ticket ticket, TicketEvent happened) => happened switch
    {
        TicketEvent.TicketOpened e => ticket with
        {
            Status = e.Status ?? Tickets.Status.New, Number = e.Number ?? 0, Customer = e.Customer, OurNumber = e.OurNumber, Endpoint = e.Endpoint ?? "",
            Follows = e.Follows, FollowsNumber = e.FollowsNumber, EndedAt = Tickets.Status.IsOver(e.Status ?? Tickets.Status.New) ? e.At : null,
        },
        TicketEvent.TicketNumbered e => ticket with { Number = e.Number },
        TicketEvent.CustomerWrote e => ticket.With(new Answerable(e.SmsId, e.Endpoint, e.Customer ?? ticket.Customer, e.OurNumber ?? ticket.OurNumber, e.SentAt)) with { Waiting = true },
        TicketEvent.TicketReopened e => ticket.Standing(Tickets.Status.Open) with { Assignee = e.OwnerCleared ? null : ticket.Assignee },
        TicketEvent.StatusChanged e => ticket.Standing(e.Status, e.At) with { WakesAt = e.WakesAt, ClosesAt = e.ClosesAt },
        TicketEvent.TicketAssigned e => ticket with { Assignee = e.Agent, Team = e.Team },
        TicketEvent.PriorityChanged e => ticket with { Priority = e.Priority },
        TicketEvent.TagsChanged e => ticket with { Tags = ticket.Tags.Except(e.Removed).Union(e.Added) },
        TicketEvent.AgentReplied => ticket with { Replies = ticket.Replies + 1, Waiting = false },

        TicketEvent.TextsMovedOut e => ticket with
        {
            Texts = ticket.Texts - e.SmsIds.Count,
            Moves = e.Undoes is null ? ticket.Moves.SetItem(e.MoveId, new Move(e.ToTicket, e.ToNumber, [.. e.SmsIds])) : ticket.Moves,
        },
        TicketEvent.TextsMovedIn e => e.Texts.Aggregate(ticket, (to, text) => to.With(new Answerable(text.SmsId, text.Endpoint, text.Customer, text.OurNumber, text.SentAt)))
            with { Moves = e.Undoes is { } undone ? ticket.Moves.Remove(undone) : ticket.Moves },
        TicketEvent.TicketMerged e => ticket.Standing(Tickets.Status.Closed, e.At) with
        {
            MergedInto = new Merge(e.MergeId, e.Into, e.IntoNumber), StatusBeforeMerge = ticket.Status,
        },
        TicketEvent.TicketUnmerged e => ticket.Standing(e.Status, e.At) with { MergedInto = null, StatusBeforeMerge = null },
        TicketEvent.TicketAbsorbed e => ticket with { Absorbed = ticket.Absorbed.Add(new Merge(e.MergeId, e.Ticket, e.Number)) },
        TicketEvent.TicketReleased e => ticket with { Absorbed = ticket.Absorbed.RemoveAll(merge => merge.MergeId == e.MergeId) },

        TicketEvent.ClockStarted e => ticket.With(new Clock(e.Metric, e.TargetMinutes, Clock.Running, e.UsedSeconds, e.Since, e.DueAt, false)),
        TicketEvent.ClockPaused e => ticket.With(ticket.Clocks[e.Metric] with { State = Clock.Paused, UsedSeconds = e.UsedSeconds, DueAt = null }),
        TicketEvent.ClockStopped e => ticket.With(ticket.Clocks[e.Metric] with { State = Clock.Stopped, UsedSeconds = e.UsedSeconds, DueAt = null }),
        TicketEvent.TargetMissed e => ticket.With(ticket.Clocks[e.Metric] with { Missed = true }),
        _ => ticket,
    };

    private Ticket With(Answerable text) => this with { Texts = Texts + 1, Latest = Latest is null || text.SentAt >= Latest.SentAt ? text : Latest };

    private Ticket With(Clock clock) => this with { Clocks = Clocks.SetItem(clock.Metric, clock) };

    private Ticket Standing(string status, DateTimeOffset? at = null) =>
        this with { Status = status, EndedAt = Tickets.Status.IsOver(status) ? IsOver ? EndedAt : at : null, Waiting = Waiting && !Tickets.Status.IsOver(status), WakesAt = null, ClosesAt = null };
}

/// <summary>How much of the time that is promised is used.</summary>
/// <param name="Metric">What for, one of <see cref="Tickets.Metric"/>.</param>
/// <param name="TargetMinutes">How much there is, in business time.</param>
/// <param name="State"><c>running</c>, <c>paused</c> or <c>stopped</c>.</param>
/// <param name="UsedSeconds">How much was used when it last started, paused or stopped.</param>
/// <param name="Since">When it last started.</param>
/// <param name="DueAt">While it runs, when it will be used up.</param>
/// <param name="Missed">Whether it was, and it is not done.</param>
public sealed record Clock(string Metric, int TargetMinutes, string State, long UsedSeconds, DateTimeOffset Since, DateTimeOffset? DueAt, bool Missed)
{
    public const string Running = "running", Paused = "paused", Stopped = "stopped";
}
