using Npgsql;
using Sms.EventStore;
using Sms.OptOut.Ledger;
using Sms.OptOut.Policies;
using Sms.PhoneNumbers;
using Sms.ServiceHost;

namespace Sms.OptOut.UseCases;

/// <summary>
/// When a policy has come into force, everybody it changes something for gets that into their ledger, once, and the other services are
/// told. The policy itself holds from its date without this: rulings go by the date. Broken off, it begins again, and passes over
/// those who have it; two instances at once get in each other's way and no further.
/// </summary>
public sealed class ApplyPolicies(
    IEventStore store, PolicyEffects effects, PersonLedgers ledgers, StoreSchema schema, BulkPace pace, TimeProvider clock, ILogger<ApplyPolicies> log) : BackgroundService
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(10);
    private static readonly Cause Cause = new(null, null, Cause.System);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await schema.Ready.WaitAsync(stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        while (!stoppingToken.IsCancellationRequested)
        {
            var wait = LookEvery;
            try
            {
                wait = await ApplyDue(stoppingToken);
            }
            catch (VersionConflictException)
            {
                wait = TimeSpan.FromMilliseconds(Random.Shared.Next(50, 500));
            }
            catch (Exception e) when (e is NpgsqlException || Bus.IsOutage(e))
            {
                log.LogWarning("A policy could not be applied yet ({Reason}).", e.Message);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            await Task.Delay(wait, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Applies what is due.</summary>
    /// <returns>How long to wait for the next one, at most.</returns>
    private async Task<TimeSpan> ApplyDue(CancellationToken ct)
    {
        var rules = (await store.Load(Rulebook.Stream, Rulebook.Id, ct)).State;
        foreach (var policy in rules.Policies.Where(policy => policy.EffectiveFrom <= clock.GetUtcNow() && !rules.Applied.Contains(policy.PolicyId)))
        {
            var changed = 0L;
            await foreach (var part in effects.Of(rules.Before(policy), policy, ct))
            {
                if (part.Count == 0)
                    continue;
                changed += part.Count;
                await Apply(policy, part, ct);
                await pace.Wait(ct);
            }
            var book = await store.Load(Rulebook.Stream, Rulebook.Id, ct);
            if (!book.State.Applied.Contains(policy.PolicyId))
                await store.Commit(book, [book.State.Chain(new RulebookEvent.PolicyApplied(policy.PolicyId, changed) { Actor = Cause.System, At = clock.GetUtcNow() })], Cause, ct);
            log.LogInformation("Policy {Policy} is in force; it changed something for {Count} people.", policy.PolicyId, changed);
        }
        var next = rules.Policies.Select(policy => policy.EffectiveFrom - clock.GetUtcNow()).Where(left => left > TimeSpan.Zero).DefaultIfEmpty(LookEvery).Min();
        return next < LookEvery ? next : LookEvery;
    }

    private async Task Apply(ConsentPolicy policy, IReadOnlyList<PolicyEffects.Effect> part, CancellationToken ct)
    {
        var loaded = await ledgers.Load([.. part.Select(effect => PhoneNumber.Parse(effect.Person))], ct);
        var appends = new List<Append>(part.Count);
        foreach (var effect in part)
        {
            var ledger = loaded[PhoneNumber.Parse(effect.Person)];
            appends.AddRange(ledger.Append(
                LedgerDecider.Decide(ledger.Ledger, effect.Person, policy, new LedgerCommand.ApplyPolicy(policy, effect.Changes), clock.GetUtcNow()), Cause));
        }
        if (appends.Count > 0)
            await store.Commit(appends, null, ct);
    }
}
