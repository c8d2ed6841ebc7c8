using System.Diagnostics.Metrics;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using Sms.EventStore;

namespace Sms.ServiceHost.DeadLetters;

/// <summary>What an operator watches: messages that wait for a person, by queue.</summary>
internal sealed class DeadLetterMetrics(
    OwnQueues own, NpgsqlDataSource database, StoreSchema schema, TimeProvider clock, ILogger<DeadLetterMetrics> log) : BackgroundService
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(15);

    private readonly Meter _meter = new("Sms.ServiceHost");
    private Dictionary<string, long> _open = [];

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (own.Messages.Count == 0)
            return;
        _meter.CreateObservableGauge(
            "sms.dead_letters.open", () => own.Messages.Keys.Select(queue => new Measurement<long>(_open.GetValueOrDefault(queue), new KeyValuePair<string, object?>("queue", queue))),
            description: "Messages that could not be handled and wait for a person, by queue");
        await schema.Ready.WaitAsync(stoppingToken);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                _open = await DeadLetterList.Open(database, stoppingToken);
            }
            catch (NpgsqlException e)
            {
                log.LogWarning("Dead letters could not be counted ({Reason}).", e.Message);
            }
            await Task.Delay(LookEvery, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _meter.Dispose();
        base.Dispose();
    }
}
