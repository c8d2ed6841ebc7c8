using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using Sms.EventStore;

namespace Sms.Webhooks.Deliveries;

/// <summary>Attends to what is due, as long as the service runs; any number of instances share the work.</summary>
internal sealed class DispatchWebhooks(NpgsqlDataSource database, StoreSchema schema, DeliverWebhook deliver, TimeProvider clock, ILogger<DispatchWebhooks> log)
    : BackgroundService
{
    /// <summary>How many deliveries to one receiver are under way at a time.</summary>
    public const int AtOncePerReceiver = 4;

    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim _done = new(0);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var underWay = new List<Task>();
        try
        {
            await schema.Ready.WaitAsync(stoppingToken);
            while (true)
            {
                underWay.RemoveAll(delivery => delivery.IsCompleted);
                underWay.AddRange((await Claim(stoppingToken)).Select(Deliver));
                await _done.WaitAsync(LookEvery, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // What has been claimed is finished: the receiver's answer is still worth having.
            await Task.WhenAll(underWay);
        }
    }

    private async Task Deliver(ClaimedDelivery delivery)
    {
        await deliver.Deliver(delivery);
        _done.Release();
    }

    private async Task<List<ClaimedDelivery>> Claim(CancellationToken ct)
    {
        try
        {
            // Not cut off by a stop: what was claimed in vain would wait for its claim to run out.
            ct.ThrowIfCancellationRequested();
            return await database.Query(
                $"select * from claim_webhook_deliveries({clock.GetUtcNow()}, {AtOncePerReceiver}, {DeliverWebhook.Lease})",
                r => new ClaimedDelivery(
                    r.GetGuid(0), r.GetGuid(1), r.GetGuid(2), r.GetString(3), r.GetGuid(4), r.GetString(5), r.GetInt64(6), r.GetInt32(7), r.GetInt32(8),
                    r.GetBoolean(9), r.IsDBNull(10) ? null : r.GetFieldValue<DateTimeOffset>(10)), CancellationToken.None);
        }
        catch (NpgsqlException e)
        {
            log.LogWarning("Due webhook deliveries cannot be read ({Kind}); looking again in {Wait}.", e.GetType().Name, LookEvery);
            return [];
        }
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _done.Dispose();
        base.Dispose();
    }
}
