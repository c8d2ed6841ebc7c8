using Microsoft.AspNetCore.Http.HttpResults;
using Sms.EventStore;
using Sms.Helpdesk.Desk;
using Sms.Helpdesk.Sla;
using Sms.Helpdesk.Views;
using Sms.ServiceHost;

namespace Sms.Helpdesk.UseCases;

/// <summary>
/// How the desk works: policies of endpoints, business hours, teams, agents, canned replies, macros, saved views. Each can be read as it was
/// at any version or time, changed with <c>If-Match</c>, and says who set it in <c>/desk/audit</c>.
/// </summary>
public static class SetUpDesk
{
    /// <summary>Something that is set.</summary>
    /// <param name="Name">Its name.</param>
    /// <param name="Value">What is set.</param>
    /// <param name="Revision">Counts how often it was.</param>
    /// <param name="Version">Its ETag.</param>
    public sealed record Row<T>(string Name, T Value, int Revision, long Version);

    public static void Map(RouteGroupBuilder api)
    {
        Of<Policy>(api, SettingKind.Policies, Roles.Admin, (name, value) => new DeskEvent.PolicySet(name, value with { Targets = value.Targets ?? [] }),
            (value, desk) => (value with { Targets = value.Targets ?? [] }).Faults() is { Count: > 0 } faults ? faults
                : value.Team is { } team && desk.Find<Team>(SettingKind.Teams, team) is null ? Fault("team", "is not known: set it first")
                : value.Calendar is { } calendar && desk.Find<BusinessCalendar>(SettingKind.Calendars, calendar) is null ? Fault("calendar", "is not known: set it first")
                : []);
        Of<BusinessCalendar>(api, SettingKind.Calendars, Roles.Admin, (name, value) => new DeskEvent.CalendarSet(name, value with { Week = value.Week ?? [], Holidays = value.Holidays ?? [] }),
            (value, _) => value.Faults());
        Of<Team>(api, SettingKind.Teams, Roles.Admin, (name, value) => new DeskEvent.TeamSet(name, value),
            (value, _) => value.Members is not null && value.Members.All(agent => agent is { Length: <= 100 } && agent.Contains(':', StringComparison.Ordinal)) && value.Members.Distinct().Count() == value.Members.Count
                ? [] : Fault("members", "must be actors such as operator:dana, each once"));
        Of<Agent>(api, SettingKind.Agents, Roles.Agent, (name, value) => new DeskEvent.AgentSet(name, value), (_, _) => []);
        Of<CannedReply>(api, SettingKind.CannedReplies, Roles.Agent, (name, value) => new DeskEvent.CannedReplySet(name, value),
            (value, _) => Title(value.Title) ?? (TicketRoutes.Faults(new TicketChanges(Reply: value.Text ?? ""), null).TryGetValue("reply", out var wrong) ? Fault("text", wrong[0]) : []));
        Of<Macro>(api, SettingKind.Macros, Roles.Agent, (name, value) => new DeskEvent.MacroSet(name, value),
            (value, desk) => Title(value.Title) ?? (value.Changes is null ? Fault("changes", "must be said") : TicketRoutes.Faults(value.Changes, desk)));
        Of<SavedView>(api, SettingKind.Views, Roles.Agent, (name, value) => new DeskEvent.ViewSet(name, value),
            (value, _) => Title(value.Title) ?? (value.Filter is null ? Fault("filter", "must be said") : TicketLists.Fault(value.Filter) is var (field, reason) ? Fault(field, reason) : []));
        api.MapGet("/desk/policies/{endpoint}", async (string endpoint, AsOf? asOf, IEventStore store, EventLog log, CancellationToken ct) =>
                (await At(asOf, store, log, ct)).PolicyOf(endpoint))
            .WithName("GetPolicyInForce").WithSummary("The policy that an endpoint's tickets go by: its own, else that of every endpoint, else what holds where nothing was set; asOf a version of the desk or a time, as it was then");
        api.MapGet("/desk/audit", (AsOf? asOf, long? after, int? limit, EventLog log, CancellationToken ct) =>
                Audit.Of(DeskState.Stream.StreamId(DeskState.Id), asOf, after, limit, log, ct))
            .WithName("AuditDesk").WithSummary("Every change of how the desk works, with who and when; asOf a version of the desk or a time, what had been by then");
    }

    private static void Of<T>(
        RouteGroupBuilder api, string kind, string role, Func<string, T, DeskEvent> set, Func<T, DeskState, Dictionary<string, string[]>> faults)
        where T : class
    {
        var (group, title) = (api.MapGroup("/" + kind), string.Concat(kind.Split('-').Select(word => char.ToUpperInvariant(word[0]) + word[1..])));
        // As delegates: the analyzer of route handlers falls over one with a type parameter.
        Delegate list = async (AsOf? asOf, IEventStore store, EventLog log, CancellationToken ct) =>
            (await At(asOf, store, log, ct)).Of(kind).Where(row => row.Value.Value is T).Select(row => Shown(row.Key, row.Value));
        Delegate one = async Task<Results<Ok<Row<T>>, NotFound>> (string name, AsOf? asOf, HttpContext http, IEventStore store, EventLog log, CancellationToken ct) =>
        {
            if ((await At(asOf, store, log, ct)).Of(kind).GetValueOrDefault(name) is not { Value: T } setting)
                return TypedResults.NotFound();
            http.SetETag(setting.Version);
            return TypedResults.Ok(Shown(name, setting));
        };
        Delegate put = async Task<Results<Ok<Row<T>>, ValidationProblem>> (string name, T value, HttpContext http, IEventStore store, CancellationToken ct) =>
            name.Length > 100 || name.Any(char.IsControl)
                ? Problems.Invalid("name", "must be 1 to 100 characters of one line")
                : await Change<Results<Ok<Row<T>>, ValidationProblem>>(kind, name, http, store, desk => faults(value, desk) is { Count: > 0 } wrong
                    ? (null, Problems.Invalid(wrong)) : (set(name, value), null), setting => TypedResults.Ok(Shown(name, setting)), ct);
        Delegate delete = async Task<Results<NoContent, NotFound>> (string name, HttpContext http, IEventStore store, CancellationToken ct) =>
            await Change<Results<NoContent, NotFound>>(kind, name, http, store, desk => desk.Of(kind).GetValueOrDefault(name)?.Value is null
                ? (null, TypedResults.NotFound()) : (new DeskEvent.SettingRemoved(kind, name), null), _ => TypedResults.NoContent(), ct);
        group.MapGet("", list).WithName($"List{title}").WithSummary($"All {kind}; asOf a version of the desk or a time, as they were then");
        group.MapGet("/{name}", one).WithName($"Get{title}").WithSummary($"One of the {kind}; asOf a version of the desk or a time, as it was then");
        group.MapPut("/{name}", put).RequireAuthorization(role).WithName($"Set{title}").WithSummary($"Sets one of the {kind}").TakesIfMatch();
        group.MapDelete("/{name}", delete).RequireAuthorization(role).WithName($"Remove{title}").WithSummary($"Removes one of the {kind}").TakesIfMatch();

        static Row<T> Shown(string name, Setting setting) => new(name, (T)setting.Value!, setting.Revision, setting.Version);
    }

    /// <summary>Changes one setting, and that again when somebody changed another at the same moment.</summary>
    private static Task<TResult> Change<TResult>(
        string kind, string name, HttpContext http, IEventStore store, Func<DeskState, (DeskEvent? Change, TResult? Refusal)> decide, Func<Setting, TResult> done, CancellationToken ct) =>
        TicketWork.Retried(async () =>
        {
            var desk = await store.Load(DeskState.Stream, DeskState.Id, ct);
            // What was removed is not there, like what never was.
            var there = desk.State.Of(kind).GetValueOrDefault(name) is { Value: not null } set ? set.Version : 0;
            if (http.IfMatch() is { } read && read != there)
                throw new VersionConflictException(desk.StreamId);
            var (change, refusal) = decide(desk.State);
            if (change is null)
                return refusal!;
            await store.Commit(desk, [change], http.Cause(), ct);
            var setting = DeskState.Stream.Evolve(desk.State, change).Of(kind)[name];
            http.SetETag(setting.Version);
            return done(setting);
        });

    private static async Task<DeskState> At(AsOf? asOf, IEventStore store, EventLog log, CancellationToken ct)
    {
        if (asOf is null)
            return (await store.Load(DeskState.Stream, DeskState.Id, ct)).State;
        var stream = DeskState.Stream.StreamId(DeskState.Id);
        return (DeskState?)await log.StateAt(stream, DeskState.Stream.Name, await asOf.On(log, stream, ct), ct) ?? DeskState.Stream.Initial;
    }

    private static Dictionary<string, string[]> Fault(string field, string reason) => new() { [field] = [reason] };

    private static Dictionary<string, string[]>? Title(string? title) =>
        string.IsNullOrWhiteSpace(title) || title.Length > 200 || title.Any(char.IsControl) ? Fault("title", "must be 1 to 200 characters of one line") : null;
}
