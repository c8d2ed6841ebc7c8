using System.Diagnostics.Metrics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using Sms.EventStore;

namespace Sms.Webhooks.Deliveries;

/// <summary>Shows how much waits, for whoever is to be woken, and forgets deliveries that are over, by age.</summary>
internal sealed class WebhookUpkeep : BackgroundService
{
    private const string LogDays = "Webhooks:LogDays";
    private const int AtOnce = 1000;
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(10), ForgetEvery = TimeSpan.FromMinutes(10);

    private readonly NpgsqlDataSource _database;
    private readonly StoreSchema _schema;
    private readonly TimeProvider _clock;
    private readonly ILogger<WebhookUpkeep> _log;
    private readonly int _days;
    private readonly Meter _meter = new("Sms.Webhooks");
    private IReadOnlyList<(Guid Webhook, bool Paused, long Waiting, DateTimeOffset Since)> _seen = [];

    public WebhookUpkeep(NpgsqlDataSource database, StoreSchema schema, IConfiguration configuration, TimeProvider clock, ILogger<WebhookUpkeep> log)
    {
        (_database, _schema, _clock, _log) = (database, schema, clock, log);
        _days = configuration[LogDays] switch
        {
            null or "" => 30,
            var text when int.TryParse(text, out var days) && days is >= 1 and <= 3650 => days,
            _ => throw new InvalidOperationException($"{LogDays} must be a number of days from 1 to 3650."),
        };
        _meter.CreateObservableGauge("sms.webhooks.waiting", () => Measure(seen => seen.Waiting), description: "Deliveries that wait, by webhook");
        _meter.CreateObservableGauge("sms.webhooks.waiting.oldest", () => Measure(seen => (clock.GetUtcNow() - seen.Since).TotalSeconds), "s", "How long the oldest of them has waited");
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await _schema.Ready.WaitAsync(stoppingToken);
        for (var forgetAt = _clock.GetUtcNow(); !stoppingToken.IsCancellationRequested;)
        {
            try
            {
                _seen = await _database.Query(
                    $"""
                    select w.id, w.paused, count(*), min(d.created_at) from webhooks w join webhook_deliveries d on d.webhook_id = w.id
                    where d.state = 'waiting' group by w.id, w.paused
                    """, r => (r.GetGuid(0), r.GetBoolean(1), r.GetInt64(2), r.GetFieldValue<DateTimeOffset>(3)), stoppingToken);
                if (_clock.GetUtcNow() >= forgetAt)
                {
                    while ((await Forget(stoppingToken)).Count == AtOnce) { }
                    forgetAt = _clock.GetUtcNow() + ForgetEvery;
                }
            }
            catch (NpgsqlException e)
            {
                _log.LogWarning("Webhook deliveries cannot be looked after ({Kind}); looking again in {Wait}.", e.GetType().Name, LookEvery);
            }
            await Task.Delay(LookEvery, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private Task<List<Guid>> Forget(CancellationToken ct) => _database.Query(
        $"""
        delete from webhook_deliveries d using (
            select webhook_id, message_id from webhook_deliveries where finished_at < {_clock.GetUtcNow().AddDays(-_days)} limit {AtOnce}) old
        where (d.webhook_id, d.message_id) = (old.webhook_id, old.message_id)
        returning d.message_id
        """, r => r.GetGuid(0), ct);

    private IEnumerable<Measurement<double>> Measure(Func<(Guid Webhook, bool Paused, long Waiting, DateTimeOffset Since), double> value) =>
        _seen.Select(seen => new Measurement<double>(value(seen), new("webhook", seen.Webhook.ToString()), new("paused", seen.Paused)));

    /// <inheritdoc/>
    public override void Dispose()
    {
        _meter.Dispose();
        base.Dispose();
    }
}
