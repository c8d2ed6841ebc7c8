using System.Diagnostics.Metrics;
using Npgsql;
using Sms.EventStore;

namespace Sms.OptOut.UseCases;

/// <summary>What an operator watches: rulings by verdict, reviews that wait or have waited longer than the law allows, texts that wait for an earlier one.</summary>
public sealed class ConsentMetrics(NpgsqlDataSource database, StoreSchema schema, TimeProvider clock, ILogger<ConsentMetrics> log) : BackgroundService
{
    private static readonly Meter Meter = new("Sms.OptOut");
    private static readonly Counter<long> Screened = Meter.CreateCounter<long>(
        "sms.optout.screened", description: "Inbound texts ruled on, by verdict and by how a wish was found in them");
    private static readonly Counter<long> Rulings = Meter.CreateCounter<long>(
        "sms.optout.sends_ruled", description: "Texts of ours ruled on, by purpose and reason");
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(30);

    private long _open, _overdue;
    private double _waited;

    /// <summary>An inbound text was ruled on.</summary>
    public static void Ruled(string verdict, string? matchedBy) =>
        Screened.Add(1, new("verdict", verdict), new("matched_by", matchedBy ?? "none"));

    /// <summary>A text of ours was ruled on.</summary>
    public static void RuledOnSend(string purpose, string reason) => Rulings.Add(1, new("purpose", purpose), new("reason", reason));

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        Meter.CreateObservableGauge("sms.optout.reviews_open", () => Volatile.Read(ref _open), description: "Texts that a person has to decide on");
        Meter.CreateObservableGauge("sms.optout.reviews_overdue", () => Volatile.Read(ref _overdue), description: "Those past their legal deadline");
        Meter.CreateObservableGauge(
            "sms.optout.texts_waiting.oldest", () => Volatile.Read(ref _waited), "s", "How long a text has waited for the one the person wrote before it");
        await schema.Ready.WaitAsync(stoppingToken);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                var now = clock.GetUtcNow();
                var (open, overdue, since) = (await database.Query(
                    $"""
                    select count(*), count(*) filter (where deadline < {now}), coalesce((select min(since) from waiting_texts), {now})
                    from reviews where decided_at is null
                    """,
                    r => (r.GetInt64(0), r.GetInt64(1), r.GetFieldValue<DateTimeOffset>(2)), stoppingToken))[0];
                Volatile.Write(ref _open, open);
                Volatile.Write(ref _overdue, overdue);
                Volatile.Write(ref _waited, (now - since).TotalSeconds);
            }
            catch (NpgsqlException e)
            {
                log.LogWarning("What waits could not be counted ({Reason}).", e.Message);
            }
            await Task.Delay(LookEvery, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
