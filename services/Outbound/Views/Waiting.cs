using System.Diagnostics.Metrics;
using Npgsql;
using Sms.EventStore;
using Sms.Outbound.Sends;
using Sms.ServiceHost;

namespace Sms.Outbound.Views;

/// <summary>Who waits for a gateway that takes nothing: its phone is offline, its key is wrong, or it does not serve.</summary>
public sealed class Waiting : IView
{
    /// <summary>A conversation that waits.</summary>
    /// <param name="Conversation">Its id.</param>
    /// <param name="Endpoint">The endpoint whose gateway takes nothing.</param>
    /// <param name="OurNumber">Our number.</param>
    /// <param name="Customer">The person.</param>
    /// <param name="For">One of <see cref="WaitsFor"/>.</param>
    /// <param name="Texts">How many texts wait.</param>
    /// <param name="Since">When the first attempt at the oldest failed.</param>
    /// <param name="AgeSeconds">How long ago that was.</param>
    public sealed record Row(
        Guid Conversation, string Endpoint, string OurNumber, string Customer, string For, long Texts, DateTimeOffset Since, double AgeSeconds);

    /// <inheritdoc/>
    public IReadOnlyList<string> Tables => ["messages"];

    /// <inheritdoc/>
    public void Project(IReadOnlyList<StoredEvent> happened, ViewWrites write)
    {
        foreach (var e in happened)
        {
            switch (e.Data)
            {
                case SendEvent.DispatchFailed { RetryAt: not null } failed:
                    WaitsSince(failed, failed.WaitsFor ?? WaitsFor.Gateway);
                    break;
                case SendEvent.OutcomeUnknown { RepeatAt: not null } unknown:
                    WaitsSince(unknown, WaitsFor.Gateway);
                    break;
                case SendEvent.SmsRequested or SendEvent.DispatchStarted or SendEvent.SmsResent or SendEvent.ConsentSought or SendEvent.SmsCleared:
                    break;
                case SendEvent over:
                    write.Add($"""
                        update messages set waits_for = null, waiting_since = null where send_id = {over.SendId} and waits_for is not null
                        """);
                    break;
            }

            void WaitsSince(SendEvent about, string what) => write.Add($"""
                update messages set waits_for = {what}, waiting_since = coalesce(waiting_since, {e.At}) where send_id = {about.SendId}
                """);
        }
    }

    /// <summary><c>GET /waiting</c>, who has waited longest first; <c>?for=device</c> of these only.</summary>
    public static void Map(RouteGroupBuilder api) => api.MapGet("/waiting", List);

    private static async Task<Page<Row>> List(
        string? @for, Cursor? after, int? limit, NpgsqlDataSource database, TimeProvider clock, CancellationToken ct)
    {
        var (size, (at, id), now) = (Paging.Size(limit), after ?? new Cursor(DateTimeOffset.UnixEpoch, Guid.Empty), clock.GetUtcNow());
        var rows = await database.Query($"""
            select * from (
                select c.id, m.endpoint, m.our_number, m.customer, m.waits_for, count(*), min(m.waiting_since) as since
                from messages m join conversations c on c.our_number = m.our_number and c.customer = m.customer
                where m.waits_for is not null and ({@for}::text is null or m.waits_for = {@for}::text)
                group by c.id, m.endpoint, m.our_number, m.customer, m.waits_for) w
            where (since, id) > ({at}, {id})
            order by since, id limit {size + 1}
            """,
            r => new Row(
                r.GetGuid(0), r.GetString(1), r.GetString(2), r.GetString(3), r.GetString(4), r.GetInt64(5),
                r.GetFieldValue<DateTimeOffset>(6), (now - r.GetFieldValue<DateTimeOffset>(6)).TotalSeconds), ct);
        return rows.ToPage(size, row => new Cursor(row.Since, row.Conversation).ToString());
    }

    /// <summary>For whoever is to be woken: how long the oldest text has waited, and how many wait, by endpoint and for what.</summary>
    public sealed class Gauge(NpgsqlDataSource database, StoreSchema schema, TimeProvider clock, ILogger<Gauge> log) : BackgroundService
    {
        private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(5);
        private readonly Meter _meter = new("Sms.Outbound");
        private IReadOnlyList<(string Endpoint, string For, long Texts, DateTimeOffset Since)> _seen = [];

        /// <inheritdoc/>
        protected override async Task ExecuteAsync(CancellationToken stoppingToken)
        {
            _meter.CreateObservableGauge(
                "sms.outbound.waiting.oldest", () => Measure(seen => (clock.GetUtcNow() - seen.Since).TotalSeconds), "s",
                "How long the oldest text has waited that a gateway does not take");
            _meter.CreateObservableGauge("sms.outbound.waiting.texts", () => Measure(seen => (double)seen.Texts), description: "Texts that a gateway does not take");
            await schema.Ready.WaitAsync(stoppingToken);
            while (!stoppingToken.IsCancellationRequested)
            {
                try
                {
                    _seen = await database.Query(
                        $"select endpoint, waits_for, count(*), min(waiting_since) from messages where waits_for is not null group by endpoint, waits_for",
                        r => (r.GetString(0), r.GetString(1), r.GetInt64(2), r.GetFieldValue<DateTimeOffset>(3)), stoppingToken);
                }
                catch (NpgsqlException e)
                {
                    log.LogWarning("Who waits cannot be read ({Reason}); looking again in {Wait}.", e.Message, LookEvery);
                }
                await Task.Delay(LookEvery, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }

        /// <inheritdoc/>
        public override void Dispose()
        {
            _meter.Dispose();
            base.Dispose();
        }

        private IEnumerable<Measurement<double>> Measure(Func<(string Endpoint, string For, long Texts, DateTimeOffset Since), double> value) =>
            _seen.Select(seen => new Measurement<double>(value(seen), new("endpoint", seen.Endpoint), new("for", seen.For)));
    }
}
