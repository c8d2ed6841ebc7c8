namespace Sms.Console.Pages.Inbox;

/// <summary>A ticket in a list, as Helpdesk tells it.</summary>
public sealed record TicketRow(
    Guid Id, long? Number, string Customer, string? CustomerName, string OurNumber, string Endpoint, string Status, string Priority, string? Assignee, string? Team,
    IReadOnlyList<string> Tags, Guid? MergedInto, DateTimeOffset LastActivityAt, string LastText, bool Waiting, DateTimeOffset? WakesAt, DateTimeOffset? DueAt,
    IReadOnlyList<string> Missed);

/// <summary>How many tickets there are.</summary>
public sealed record TicketCounts(
    IReadOnlyDictionary<string, long> ByStatus, IReadOnlyDictionary<string, long> ByAgent, IReadOnlyDictionary<string, long> ByTeam, long Waiting, long Missed,
    IReadOnlyDictionary<string, long> Views);

/// <summary>Something that was written, and the ticket it is on.</summary>
public sealed record FoundText(Guid TicketId, long? Number, string Status, string Customer, string Kind, DateTimeOffset At, string? Actor, string Text, long Position, int No);

/// <summary>Something that is set, by its name.</summary>
public sealed record Setting<T>(string Name, T Value, long Version);

/// <summary>A list of tickets that agents often look at.</summary>
public sealed record SavedView(string Title, TicketFilter Filter);

/// <summary>Which tickets; null for all.</summary>
public sealed record TicketFilter(
    IReadOnlyList<string>? Status = null, string? Agent = null, string? Team = null, IReadOnlyList<string>? Priority = null, string? Tag = null, bool? Waiting = null,
    bool? Missed = null);

/// <summary>A team's agents.</summary>
public sealed record Team(IReadOnlyList<string> Members);

/// <summary>Whether an agent gets no new tickets for now.</summary>
public sealed record Agent(bool Away);

/// <summary>A reply that agents often give, with its variables.</summary>
public sealed record CannedReply(string Title, string Text);

/// <summary>A canned reply as it would be given on a ticket.</summary>
public sealed record ReadyReply(string Name, string Title, string Text);

/// <summary>Several changes that agents often make at once.</summary>
public sealed record Macro(string Title, MacroChanges Changes);

/// <summary>What a macro changes; null for what stays.</summary>
public sealed record MacroChanges(
    string? Status = null, int? ForMinutes = null, string? Priority = null, string? Agent = null, string? Team = null, IReadOnlyList<string>? AddTags = null,
    IReadOnlyList<string>? RemoveTags = null, string? Note = null, string? Reply = null);

/// <summary>A ticket with what is not its own.</summary>
public sealed record ShownTicket(TicketDetail Ticket, string? CustomerName, IReadOnlyList<string> Writing)
{
    /// <summary>What to call the customer.</summary>
    public string Who => CustomerName ?? Ticket.Customer;
}

/// <summary>A ticket.</summary>
public sealed record TicketDetail(
    Guid Id, long Number, string Customer, string OurNumber, string Endpoint, string Status, string Priority, string? Assignee, string? Team, IReadOnlyList<string> Tags,
    Guid? Follows, long? FollowsNumber, Guid? MergedInto, IReadOnlyList<TicketDetail.Merge> Absorbed, IReadOnlyDictionary<Guid, TicketDetail.Move> Moves,
    DateTimeOffset? WakesAt, DateTimeOffset? ClosesAt, bool Waiting, IReadOnlyList<TicketDetail.Clock> Clocks, long Version)
{
    /// <summary>A ticket that goes on in this one.</summary>
    public sealed record Merge(Guid MergeId, Guid Ticket, long Number);

    /// <summary>Texts that went to another ticket.</summary>
    public sealed record Move(Guid ToTicket, long ToNumber, IReadOnlyList<Guid> SmsIds);

    /// <summary>How much of the promised time is used.</summary>
    public sealed record Clock(string Metric, int TargetMinutes, string State, long UsedSeconds, DateTimeOffset? DueAt, bool Missed);

    /// <summary>Whether it has ended.</summary>
    public bool IsOver => Status is "solved" or "closed";

    /// <summary>Whether it takes no reply unless it is opened again.</summary>
    public bool IsClosed => Status == "closed";
}

/// <summary>Something said or done on a ticket.</summary>
public sealed record Entry(
    Guid TicketId, long Position, int No, string Kind, DateTimeOffset At, string? Actor, Guid? SmsId, Guid? SendId, string? OurNumber, string? Text, string? Detail,
    string? Delivery, string? DeliveryReason)
{
    /// <summary>Whether it was said: by the customer, an agent, or by itself.</summary>
    public bool IsText => Kind is "customer-wrote" or "replied" or "sent";

    /// <summary>Whether it says nothing that the entry before it does not say: a reply makes a ticket wait, a text wakes it.</summary>
    public bool IsEcho => Kind == "status" && Detail is { } detail && (detail.EndsWith(": replied", StringComparison.Ordinal) || detail.EndsWith(": customer-wrote", StringComparison.Ordinal));

    /// <summary>Whether it is a text of ours that has not reached the customer and will not.</summary>
    public bool HasFailed => Delivery is "failed" or "suppressed" or "expired" or "cancelled";
}

/// <summary>Whether a person may be texted.</summary>
public sealed record Consent(string State, bool AutomationPaused, IReadOnlyList<Consent.Place> Places)
{
    /// <summary>What may leave from one of our numbers; without a number, from any other.</summary>
    public sealed record Place(string? OurNumber, string? Endpoint, IReadOnlyList<ForPurpose> Purposes);

    /// <summary>Whether a text for a purpose may leave.</summary>
    public sealed record ForPurpose(string Purpose, bool Allowed, string Reason, DateTimeOffset? Since);

    /// <summary>Whether a reply may leave from a number of ours.</summary>
    public ForPurpose? Reply(string ourNumber) =>
        (Places.FirstOrDefault(place => place.OurNumber == ourNumber) ?? Places.FirstOrDefault(place => place.OurNumber is null))?.Purposes.FirstOrDefault(purpose => purpose.Purpose == "reply");
}

/// <summary>What Contacts knows of the customer.</summary>
public sealed record ContactRow(Guid Id, string? Name, IReadOnlyList<string> Numbers, IReadOnlyList<string> Tags, string? Language, string? TimeZone, DateTimeOffset CreatedAt);

/// <summary>An endpoint and the numbers of ours behind it.</summary>
public sealed record EndpointRow(string Slug, string? Label, string? Number, IReadOnlyList<EndpointRow.OurNumber> Numbers, bool Disabled)
{
    /// <summary>A number of ours.</summary>
    public sealed record OurNumber(string Number);
}
