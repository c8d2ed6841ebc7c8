using System.Diagnostics;
using System.Text.Json;
using Npgsql;
using Sms.Testing;
using static Sms.EventStore.Tests.Account;
using static Sms.EventStore.Tests.StoreUnderTest;

namespace Sms.EventStore.Tests;

/// <summary>What is particular to this engine: what it writes beside the events, and how few statements it takes.</summary>
public sealed class NpgsqlEventStoreTests(StoreUnderTest under) : IClassFixture<StoreUnderTest>
{
    private sealed record Stored(
        Guid Id, string Type, string DotnetType, string? Correlation, string? Causation, string Headers, string Tenant, DateTimeOffset At, bool Archived);

    [RealServersFact]
    public async Task An_event_is_stored_with_its_name_its_cause_and_its_actor()
    {
        var (id, sms, message) = (Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid());
        var before = DateTimeOffset.UtcNow;
        await Retrying(under.Store, id, [Deposit(1)], new Cause(sms, message, "rule:\"opening hours\" é"));

        var stored = (await Read(id)).Single();
        stored.Type.ShouldBe("bank.deposited.v1");
        stored.DotnetType.ShouldBe("Sms.EventStore.Tests.AccountEvent+Deposited, Sms.EventStore.Tests");
        (stored.Correlation, stored.Causation).ShouldBe((sms.ToString(), message.ToString()));
        JsonElement.Parse(stored.Headers).GetProperty("actor").GetString().ShouldBe("rule:\"opening hours\" é");
        JsonElement.Parse(stored.Headers).TryGetProperty("traceparent", out _).ShouldBeFalse();
        (stored.Tenant, stored.Archived).ShouldBe(("*DEFAULT*", false));
        stored.At.ShouldBeInRange(before.AddMilliseconds(-1), DateTimeOffset.UtcNow);
        stored.Id.Version.ShouldBe(7);
    }

    [RealServersFact]
    public async Task An_event_without_a_cause_has_none()
    {
        var id = Guid.NewGuid();
        await Retrying(under.Store, id, [Deposit(1)], Because);
        var stored = (await Read(id)).Single();
        (stored.Correlation, stored.Causation).ShouldBe((null, null));
        stored.Headers.ShouldBe("""{"actor": "system"}""");
    }

    [RealServersFact]
    public async Task An_event_carries_the_trace_it_was_committed_in()
    {
        using var activity = new Activity("test").SetIdFormat(ActivityIdFormat.W3C).Start();
        var id = Guid.NewGuid();
        await Retrying(under.Store, id, [Deposit(1)], Because);
        JsonElement.Parse((await Read(id)).Single().Headers).GetProperty("traceparent").GetString().ShouldBe(activity.Id);
    }

    [RealServersFact]
    public async Task A_stream_has_its_kind_its_version_and_the_time_it_was_last_written()
    {
        var id = Guid.NewGuid();
        await Retrying(under.Store, id, [Deposit(1), Deposit(1)], Because);
        var first = await Row();
        await Retrying(under.Store, id, [Deposit(1)], Because);
        var second = await Row();

        (first.Type, first.Version, second.Version).ShouldBe(("account", 2, 3));
        first.Written.ShouldBe(first.Created);
        second.Created.ShouldBe(first.Created);
        second.Written.ShouldBe((await Read(id))[2].At);
        second.Written.ShouldBeGreaterThan(first.Written);

        async Task<(string Type, long Version, DateTimeOffset Written, DateTimeOffset Created)> Row() => (await under.Database.Query(
            $"select type, version, timestamp, created from mt_streams where id = {$"account-{id}"}",
            r => (r.GetString(0), r.GetInt64(1), r.GetFieldValue<DateTimeOffset>(2), r.GetFieldValue<DateTimeOffset>(3)))).Single();
    }

    [RealServersFact]
    public async Task Data_is_JSON_with_the_properties_as_declared()
    {
        var id = Guid.NewGuid();
        await Retrying(under.Store, id, [Deposit(7, "a note")], Because);
        (await under.Scalar<string>($"select data::text from mt_events where stream_id = {$"account-{id}"}"))
            .ShouldBe("""{"Note": "a note", "Amount": 7}""");
    }

    [RealServersFact]
    public async Task A_commit_with_its_views_is_one_round_trip()
    {
        var (store, _) = await under.Instance(new Balances());
        var id = Guid.NewGuid();
        await Retrying(store, id, [Deposit(1)], Because);
        var account = await store.Load(Account.Stream, id);
        (await RoundTrips(() => store.Commit(account, [Deposit(1), Deposit(2)], Because with { Handled = new Handled("q", Guid.NewGuid()) }))).ShouldBe(1);
    }

    [RealServersFact]
    public async Task With_alternatives_the_views_take_a_second_round_trip()
    {
        var (store, _) = await under.Instance(new Balances());
        var start = Account.Stream.Start(Guid.NewGuid().ToString(), [Deposit(1)], Because, ifStreamExists: [Deposit(2)]);
        (await RoundTrips(() => store.Commit([start], null))).ShouldBe(2);
        (await RoundTrips(() => under.Store.Commit([start], null))).ShouldBe(1);
    }

    [RealServersFact]
    public async Task However_many_streams_a_commit_has_it_is_one_statement()
    {
        var ids = Enumerable.Range(0, 500).Select(_ => Guid.NewGuid().ToString()).ToArray();
        var cause = new Cause(Guid.NewGuid(), null, Cause.System);
        var starts = ids[..300].Select(id => Account.Stream.Start(id, [Deposit(1)], cause)).ToArray();
        await under.Store.Commit(starts[..100], null);

        Append[] appends =
        [
            .. starts[..100].Select(a => a with { ExpectedVersion = 1 }), .. starts[100..],
            .. ids[300..].Select(id => Account.Stream.Start(id, [Deposit(1), Deposit(2)], cause, ifStreamExists: [Deposit(3)])),
        ];
        (await RoundTrips(() => under.Store.Commit(appends, null))).ShouldBe(1);

        // A command's number within its transaction is on every row it wrote: rows of one statement share it.
        var correlation = cause.CorrelationId.ToString();
        (await Statements($"""
            select count(*), count(distinct cmin::text) from mt_events
            where xmin = (select xmin from mt_events where correlation_id = {correlation} order by seq_id desc limit 1)
            """)).ShouldBe((700, 1));
        (await Statements($"""
            select count(*), count(distinct cmin::text) from mt_streams
            where xmin = (select xmin from mt_events where correlation_id = {correlation} order by seq_id desc limit 1)
            """)).ShouldBe((500, 2), "one for the streams that were started, one for those that were continued");

        async Task<(long Rows, long Statements)> Statements(Sql sql) =>
            (await under.Database.Query(sql, r => (r.GetInt64(0), r.GetInt64(1)))).Single();
    }

    [RealServersFact]
    public async Task A_load_reads_only_what_is_new()
    {
        var id = Guid.NewGuid();
        await Retrying(under.Store, id, [Deposit(1), Deposit(2)], Because);
        await under.Store.Load(Account.Stream, id);
        await under.Execute($"update mt_events set data = jsonb_set(data, array['Amount'], '1000') where stream_id = {$"account-{id}"} and version = 1");
        await Retrying(under.Store, id, [Deposit(4)], Because);
        (await under.Store.Load(Account.Stream, id)).State.Balance.ShouldBe(7);
        var (another, _) = await under.Instance();
        (await another.Load(Account.Stream, id)).State.Balance.ShouldBe(1006);
    }

    /// <summary>How many times this test's own flow went to the database, as Npgsql itself traces it.</summary>
    private static async Task<int> RoundTrips(Func<Task> act)
    {
        using var mine = new Activity("test").Start();
        var trips = 0;
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Npgsql",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = activity =>
            {
                if (activity.TraceId == mine.TraceId && activity.GetTagItem("db.query.text") is not null)
                    Interlocked.Increment(ref trips);
            },
        };
        ActivitySource.AddActivityListener(listener);
        await act();
        return trips;
    }

    private Task<List<Stored>> Read(Guid id) => under.Database.Query(
        $"""
        select id, type, mt_dotnet_type, correlation_id, causation_id, headers::text, tenant_id, timestamp, is_archived
        from mt_events where stream_id = {$"account-{id}"} order by version
        """,
        r => new Stored(
            r.GetGuid(0), r.GetString(1), r.GetString(2), Text(r, 3), Text(r, 4), r.GetString(5), r.GetString(6),
            r.GetFieldValue<DateTimeOffset>(7), r.GetBoolean(8)));

    private static string? Text(NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetString(column);
}
