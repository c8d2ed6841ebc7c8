using Sms.EventStore;

namespace Sms.Ingress.UseCases;

/// <summary>Looks once a minute whether it is time to fetch from a gateway.</summary>
public sealed class FetchingMissed(FetchMissed fetch, StoreSchema schema, TimeProvider clock, ILogger<FetchingMissed> log) : BackgroundService
{
    private static readonly TimeSpan EverySoOften = TimeSpan.FromMinutes(1);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await schema.Ready.WaitAsync(stoppingToken);
        using var timer = new PeriodicTimer(EverySoOften, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await fetch.FetchDue(stoppingToken);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                log.LogWarning("What gateways have given up on could not be looked for ({Kind}); trying again in {Wait}.", e.GetType().Name, EverySoOften);
            }
        }
    }
}
