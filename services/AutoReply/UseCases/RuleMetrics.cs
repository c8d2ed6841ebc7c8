using System.Diagnostics.Metrics;
using Npgsql;
using Sms.AutoReply.Rules;
using Sms.EventStore;

namespace Sms.AutoReply.UseCases;

/// <summary>What an operator watches: rulings by outcome, replies kept back and why, and breakers that are open.</summary>
public sealed class RuleMetrics(NpgsqlDataSource database, StoreSchema schema, TimeProvider clock, ILogger<RuleMetrics> log) : BackgroundService
{
    private static readonly Meter Meter = new("Sms.AutoReply");
    private static readonly Counter<long> Rulings = Meter.CreateCounter<long>(
        "sms.autoreply.ruled", description: "Inbound texts ruled on, by outcome and by why a reply was kept back");
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(15);

    private long _open, _waiting;

    /// <summary>A text was ruled.</summary>
    public static void Ruled(Ruling ruling) => Rulings.Add(1, new("outcome", ruling.Outcome), new("withheld", ruling.Withheld ?? "none"));

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        Meter.CreateObservableGauge("sms.autoreply.breakers_open", () => Volatile.Read(ref _open), description: "Breakers that keep replies back until somebody closes them");
        Meter.CreateObservableGauge("sms.autoreply.deeds_overdue", () => Volatile.Read(ref _waiting), description: "Webhook calls, e-mails and delayed replies that are past their time");
        await schema.Ready.WaitAsync(stoppingToken);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                var (open, waiting) = (await database.Query(
                    $"""
                    select (select count(*) from breakers where is_open),
                           (select count(*) from deeds where state = 'waiting' and next_at < {clock.GetUtcNow().AddMinutes(-1)})
                    """,
                    r => (r.GetInt64(0), r.GetInt64(1)), stoppingToken))[0];
                Volatile.Write(ref _open, open);
                Volatile.Write(ref _waiting, waiting);
                if (open > 0)
                    log.LogWarning("{Open} breakers keep automatic replies back until somebody closes them: GET /breakers.", open);
            }
            catch (NpgsqlException e)
            {
                log.LogWarning("Breakers could not be counted ({Reason}).", e.Message);
            }
            await Task.Delay(LookEvery, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
