using Microsoft.AspNetCore.Http.HttpResults;
using Sms.ConsentWords;
using Sms.EventStore;
using Sms.OptOut.Policies;
using Sms.OptOut.Reviews;
using Sms.ServiceHost;

namespace Sms.OptOut.UseCases;

/// <summary>An admin changes how facts count, which words count at an endpoint, or how deadlines are counted. Each change is in the rulebook's chain.</summary>
public static class SetRules
{
    /// <summary>A policy to be.</summary>
    /// <param name="Name">What to call it.</param>
    /// <param name="EffectiveFrom">From when it holds; at once when left out, never in the past.</param>
    /// <param name="Scope"><c>number</c>, <c>pool</c> or <c>everything</c>.</param>
    /// <param name="NeedsOptIn">Purposes that need permission on record; notification and marketing when left out.</param>
    /// <param name="Pools">Endpoints that are one to the person.</param>
    /// <param name="Reason">Why.</param>
    public sealed record PolicyRequest(
        string? Name, DateTimeOffset? EffectiveFrom, string? Scope, IReadOnlyList<string>? NeedsOptIn, IReadOnlyList<Pool>? Pools, string? Reason);

    /// <summary>Why a policy is withdrawn.</summary>
    public sealed record Withdrawal(string? Reason);

    /// <summary>A policy and where it stands: <c>past</c>, <c>in-force</c> or <c>scheduled</c>; and whether everybody it concerns has been told.</summary>
    public sealed record PolicyRow(ConsentPolicy Policy, string State, bool Applied);

    /// <summary>The words of an endpoint, and what had better be said otherwise.</summary>
    public sealed record WordsRow(EndpointWords Words, IReadOnlyList<string> Advice);

    /// <summary>What is set for an endpoint; what is left out is as usual.</summary>
    public sealed record WordsRequest(
        IReadOnlyList<string>? Languages, IReadOnlyList<CustomWord>? Custom, IReadOnlyList<string>? Off, IReadOnlyList<LanguageAnswers>? Answers);

    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/policies", Policies);
        api.MapPost("/policies", Schedule).RequireAuthorization(Roles.Admin);
        api.MapPost("/policies/{id:guid}/withdraw", Withdraw).RequireAuthorization(Roles.Admin);
        api.MapGet("/languages", () => LanguagePacks.All);
        api.MapGet("/endpoints/{endpoint}/words", async (string endpoint, IEventStore store, CancellationToken ct) =>
            Row((await Rules(store, ct)).State.WordsOf(endpoint) with { Endpoint = endpoint }));
        api.MapPut("/endpoints/{endpoint}/words", SetWords).RequireAuthorization(Roles.Admin);
        api.MapGet("/calendar", async (IEventStore store, CancellationToken ct) => (await Rules(store, ct)).State.Calendar);
        api.MapPut("/calendar", SetCalendar).RequireAuthorization(Roles.Admin);
    }

    private static async Task<IEnumerable<PolicyRow>> Policies(IEventStore store, TimeProvider clock, CancellationToken ct)
    {
        var (rules, now) = ((await Rules(store, ct)).State, clock.GetUtcNow());
        var inForce = rules.At(now);
        return rules.Policies.Select(policy => new PolicyRow(
            policy, policy == inForce ? "in-force" : policy.EffectiveFrom > now ? "scheduled" : "past", rules.Applied.Contains(policy.PolicyId)));
    }

    private static async Task<Results<Ok<ConsentPolicy>, ValidationProblem>> Schedule(
        PolicyRequest request, HttpContext http, IEventStore store, TimeProvider clock, CancellationToken ct)
    {
        var (now, faults) = (clock.GetUtcNow(), new Dictionary<string, string[]>());
        if (string.IsNullOrWhiteSpace(request.Name) || request.Name.Length > 200 || request.Name.Contains('\0'))
            faults["name"] = ["must be 1 to 200 characters"];
        if (string.IsNullOrWhiteSpace(request.Reason) || request.Reason.Length > 2000 || request.Reason.Contains('\0'))
            faults["reason"] = ["must say why, in 1 to 2000 characters"];
        if (request.EffectiveFrom < now)
            faults["effectiveFrom"] = ["must not be in the past: that would change what held then"];
        if (request.Scope is null || !Reach.All.Contains(request.Scope))
            faults["scope"] = [$"must be one of {string.Join(", ", Reach.All)}"];
        if (request.NeedsOptIn?.Except(Purposes.All).FirstOrDefault() is { } wrong)
            faults["needsOptIn"] = [$"'{wrong}' is none of {string.Join(", ", Purposes.All)}"];
        if (request.Pools?.Any(pool => string.IsNullOrWhiteSpace(pool?.Name) || pool.Endpoints is not { Count: > 0 }) == true)
            faults["pools"] = ["each must have a name and endpoints"];
        else if (request.Pools?.SelectMany(pool => pool.Endpoints).GroupBy(endpoint => endpoint).FirstOrDefault(of => of.Count() > 1) is { Key: var twice })
            faults["pools"] = [$"the endpoint {twice} is in two"];
        if (faults.Count > 0)
            return Problems.Invalid(faults);

        var policy = new ConsentPolicy(
            Guid.CreateVersion7(), request.Name!, (request.EffectiveFrom ?? now).ToUniversalTime(), request.Scope!,
            request.NeedsOptIn ?? ConsentPolicy.Initial.NeedsOptIn, request.Pools ?? [], request.Reason!);
        await Change(store, http, clock, new RulebookEvent.PolicyScheduled(policy) { Actor = "", At = default }, ct);
        return TypedResults.Ok(policy);
    }

    private static async Task<Results<NoContent, NotFound, ValidationProblem>> Withdraw(
        Guid id, Withdrawal request, HttpContext http, IEventStore store, TimeProvider clock, CancellationToken ct)
    {
        if (string.IsNullOrWhiteSpace(request.Reason) || request.Reason.Length > 2000 || request.Reason.Contains('\0'))
            return Problems.Invalid("reason", "must say why, in 1 to 2000 characters");
        if ((await Rules(store, ct)).State.Policies.Find(policy => policy.PolicyId == id) is not { } withdrawn)
            return TypedResults.NotFound();
        if (withdrawn.EffectiveFrom <= clock.GetUtcNow())
            throw new RefusedException("The policy is in force or was; make another one that holds from now on.");
        await Change(store, http, clock, new RulebookEvent.PolicyWithdrawn(id, request.Reason) { Actor = "", At = default }, ct);
        return TypedResults.NoContent();
    }

    private static async Task<Results<Ok<WordsRow>, ValidationProblem>> SetWords(
        string endpoint, WordsRequest request, HttpContext http, IEventStore store, TimeProvider clock, CancellationToken ct)
    {
        var words = new EndpointWords(endpoint, request.Languages ?? LanguagePacks.Usual, request.Custom ?? [], request.Off ?? [], request.Answers ?? []);
        if (words.Faults() is { Count: > 0 } faults)
            return Problems.Invalid(faults);
        await Change(store, http, clock, new RulebookEvent.WordsSet(words) { Actor = "", At = default }, ct);
        return TypedResults.Ok(Row(words));
    }

    private static async Task<Results<Ok<BusinessCalendar>, ValidationProblem>> SetCalendar(
        BusinessCalendar calendar, HttpContext http, IEventStore store, TimeProvider clock, CancellationToken ct)
    {
        calendar = calendar with { Holidays = calendar.Holidays ?? [] };
        if (calendar.Faults() is { Count: > 0 } faults)
            return Problems.Invalid(faults);
        await Change(store, http, clock, new RulebookEvent.CalendarSet(calendar) { Actor = "", At = default }, ct);
        return TypedResults.Ok(calendar);
    }

    private static async Task Change(IEventStore store, HttpContext http, TimeProvider clock, RulebookEvent change, CancellationToken ct)
    {
        var (rules, cause) = (await Rules(store, ct), http.Cause());
        await store.Commit(rules, [rules.State.Chain(change with { Actor = cause.Actor, At = clock.GetUtcNow() })], cause, ct);
    }

    private static Task<EventStream<Rulebook, RulebookEvent>> Rules(IEventStore store, CancellationToken ct) => store.Load(Rulebook.Stream, Rulebook.Id, ct);

    private static WordsRow Row(EndpointWords words) => new(words, [.. words.Answers.SelectMany(answers => answers.Lint().Advice)]);
}
