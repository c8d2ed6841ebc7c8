using Sms.EventStore;
using Sms.OptOut.Ledger;
using Sms.ServiceHost;

namespace Sms.OptOut.UseCases;

/// <summary>The service starts with a key to sign proofs with: from now on its public half is among those that are published.</summary>
public sealed class IntroduceProofKey(IServiceProvider services, IEventStore store, TimeProvider clock, ILogger<IntroduceProofKey> log) : BackgroundService
{
    private static readonly TimeSpan BetweenTries = TimeSpan.FromSeconds(1);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (services.GetService<ProofKey>() is not { } key)
            return;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                var keys = await store.Load(ProofKeys.Stream, ProofKeys.Id, stoppingToken);
                await store.Commit(keys, ProofKeys.Introduce(keys.State, key, clock.GetUtcNow()), new Cause(null, null, Cause.System), stoppingToken);
                return;
            }
            catch (Exception e) when (e is VersionConflictException || Bus.IsOutage(e))
            {
                log.LogInformation("The key of proofs could not be noted yet ({Kind}).", e.GetType().Name);
                await Task.Delay(BetweenTries, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }
}
