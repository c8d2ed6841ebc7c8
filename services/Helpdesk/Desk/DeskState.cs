using System.Collections.Immutable;
using Sms.EventStore;
using Sms.Helpdesk.Sla;

namespace Sms.Helpdesk.Desk;

/// <summary>A change of how the desk works.</summary>
/// <param name="Name">What is set: an endpoint, or the name of a calendar, team, agent, canned reply, macro or view.</param>
public abstract record DeskEvent(string Name)
{
    /// <summary>How the texts of an endpoint become tickets.</summary>
    [StoredAs("helpdesk.policy-set.v1")]
    public sealed record PolicySet(string Name, Policy Value) : DeskEvent(Name);

    /// <summary>When somebody is there.</summary>
    [StoredAs("helpdesk.calendar-set.v1")]
    public sealed record CalendarSet(string Name, BusinessCalendar Value) : DeskEvent(Name);

    /// <summary>Who is in a team.</summary>
    [StoredAs("helpdesk.team-set.v1")]
    public sealed record TeamSet(string Name, Team Value) : DeskEvent(Name);

    /// <summary>Whether an agent is there.</summary>
    [StoredAs("helpdesk.agent-set.v1")]
    public sealed record AgentSet(string Name, Agent Value) : DeskEvent(Name);

    /// <summary>What agents often say.</summary>
    [StoredAs("helpdesk.canned-reply-set.v1")]
    public sealed record CannedReplySet(string Name, CannedReply Value) : DeskEvent(Name);

    /// <summary>What agents often do.</summary>
    [StoredAs("helpdesk.macro-set.v1")]
    public sealed record MacroSet(string Name, Macro Value) : DeskEvent(Name);

    /// <summary>What agents often look at.</summary>
    [StoredAs("helpdesk.view-set.v1")]
    public sealed record ViewSet(string Name, SavedView Value) : DeskEvent(Name);

    /// <summary>Something is set no more.</summary>
    /// <param name="Kind">One of <see cref="SettingKind"/>.</param>
    /// <param name="Name">Which.</param>
    [StoredAs("helpdesk.setting-removed.v1")]
    public sealed record SettingRemoved(string Kind, string Name) : DeskEvent(Name);
}

/// <summary>What can be set, by the name of its collection.</summary>
public static class SettingKind
{
    public const string Policies = "policies", Calendars = "calendars", Teams = "teams", Agents = "agents", CannedReplies = "canned-replies",
        Macros = "macros", Views = "saved-views";
}

/// <summary>A team.</summary>
/// <param name="Members">Its agents, as actors such as <c>operator:dana</c>.</param>
public sealed record Team(IReadOnlyList<string> Members);

/// <summary>An agent.</summary>
/// <param name="Away">Whether they are given no new tickets for now.</param>
public sealed record Agent(bool Away);

/// <summary>A reply that agents often give. Variables as in <see cref="Wording"/>.</summary>
public sealed record CannedReply(string Title, string Text);

/// <summary>Several changes that agents often make at once.</summary>
public sealed record Macro(string Title, TicketChanges Changes);

/// <summary>Changes of a ticket; null and empty for what stays.</summary>
/// <param name="Status">Where it is to stand.</param>
/// <param name="ForMinutes">For how long, where that is <c>pending</c> or <c>on-hold</c>.</param>
/// <param name="Priority">How urgent it is.</param>
/// <param name="Agent">The agent it is to be with, as an actor; <c>me</c> for whoever asks, empty for nobody.</param>
/// <param name="Team">The team it is to be with; empty for none.</param>
/// <param name="AddTags">Tags it gets.</param>
/// <param name="RemoveTags">Tags it loses.</param>
/// <param name="Note">A note that only we see. Variables as in <see cref="Wording"/>.</param>
/// <param name="Reply">What to say to the customer. Variables as in <see cref="Wording"/>.</param>
/// <param name="Reason">Why it is to stand there.</param>
public sealed record TicketChanges(
    string? Status = null, int? ForMinutes = null, string? Priority = null, string? Agent = null, string? Team = null,
    IReadOnlyList<string>? AddTags = null, IReadOnlyList<string>? RemoveTags = null, string? Note = null, string? Reply = null, string? Reason = null);

/// <summary>A list of tickets that agents often look at.</summary>
/// <param name="Title">What it is called.</param>
/// <param name="Filter">Which tickets are in it.</param>
public sealed record SavedView(string Title, TicketFilter Filter);

/// <summary>Which tickets; null and empty for all.</summary>
/// <param name="Status">Where they stand; several are any of them.</param>
/// <param name="Agent">The agent they are with; <c>me</c> for whoever asks, <c>nobody</c>.</param>
/// <param name="Team">The team they are with; <c>none</c>.</param>
/// <param name="Priority">How urgent; several are any of them.</param>
/// <param name="Tag">A tag they have.</param>
/// <param name="Customer">The customer's number.</param>
/// <param name="OurNumber">Our number.</param>
/// <param name="Waiting">Whether the customer waits for us.</param>
/// <param name="Missed">Whether a target was missed.</param>
public sealed record TicketFilter(
    IReadOnlyList<string>? Status = null, string? Agent = null, string? Team = null, IReadOnlyList<string>? Priority = null, string? Tag = null,
    string? Customer = null, string? OurNumber = null, bool? Waiting = null, bool? Missed = null);

/// <summary>Something that is set.</summary>
/// <param name="Value">What.</param>
/// <param name="Version">The version of the desk's stream at which it was: its ETag.</param>
/// <param name="Revision">Counts how often it was set or removed, from 1.</param>
public sealed record Setting(object? Value, long Version, int Revision);

/// <summary>How the desk works.</summary>
/// <param name="Settings">What is set, by kind and name; with a null value what was removed.</param>
/// <param name="Version">How many changes there were.</param>
public sealed record DeskState(ImmutableSortedDictionary<string, ImmutableSortedDictionary<string, Setting>> Settings, long Version)
{
    /// <summary>The name under which a policy is for every endpoint that has none of its own.</summary>
    public const string EveryEndpoint = "every-endpoint";

    /// <summary>There is one desk.</summary>
    public const string Id = "default";

    public static readonly StreamOf<DeskState, DeskEvent> Stream = new(
        "desk", new DeskState(ImmutableSortedDictionary<string, ImmutableSortedDictionary<string, Setting>>.Empty, 0), Evolve);

    /// <summary>What is set, or null.</summary>
    public T? Find<T>(string kind, string name)
        where T : class => Of(kind).GetValueOrDefault(name)?.Value as T;

    /// <summary>All of a kind, by name; with a null value what was removed.</summary>
    public ImmutableSortedDictionary<string, Setting> Of(string kind) => Settings.GetValueOrDefault(kind, ImmutableSortedDictionary<string, Setting>.Empty);

    /// <summary>The policy that holds for an endpoint.</summary>
    public PolicyVersion PolicyOf(string endpoint) => Set(endpoint) ?? Set(EveryEndpoint) ?? new PolicyVersion(EveryEndpoint, 0, Policy.Initial);

    /// <summary>The policy that holds for an endpoint, with its business hours.</summary>
    public Terms TermsOf(string endpoint)
    {
        var policy = PolicyOf(endpoint).Policy;
        return new Terms(policy, policy.Calendar is { } name ? Find<BusinessCalendar>(SettingKind.Calendars, name) ?? BusinessCalendar.Always : BusinessCalendar.Always);
    }

    /// <summary>The members of a team who are there.</summary>
    public IReadOnlyList<string> Present(string team) =>
        [.. (Find<Team>(SettingKind.Teams, team)?.Members ?? []).Where(agent => Find<Agent>(SettingKind.Agents, agent) is not { Away: true })];

    private PolicyVersion? Set(string endpoint) =>
        Of(SettingKind.Policies).GetValueOrDefault(endpoint) is { Value: Policy policy } setting ? new PolicyVersion(endpoint, setting.Revision, policy) : null;

    private static DeskState Evolve(DeskState desk, DeskEvent happened) => happened switch
    {
        DeskEvent.PolicySet e => desk.With(SettingKind.Policies, e.Name, e.Value),
        DeskEvent.CalendarSet e => desk.With(SettingKind.Calendars, e.Name, e.Value),
        DeskEvent.TeamSet e => desk.With(SettingKind.Teams, e.Name, e.Value),
        DeskEvent.AgentSet e => desk.With(SettingKind.Agents, e.Name, e.Value),
        DeskEvent.CannedReplySet e => desk.With(SettingKind.CannedReplies, e.Name, e.Value),
        DeskEvent.MacroSet e => desk.With(SettingKind.Macros, e.Name, e.Value),
        DeskEvent.ViewSet e => desk.With(SettingKind.Views, e.Name, e.Value),
        DeskEvent.SettingRemoved e => desk.With(e.Kind, e.Name, null),
        _ => desk with { Version = desk.Version + 1 },
    };

    private DeskState With(string kind, string name, object? value) => new(
        Settings.SetItem(kind, Of(kind).SetItem(name, new Setting(value, Version + 1, (Of(kind).GetValueOrDefault(name)?.Revision ?? 0) + 1))), Version + 1);
}
