using System.Diagnostics;
using Npgsql;
using Sms.Testing;
using static Sms.EventStore.Tests.Account;
using static Sms.EventStore.Tests.StoreUnderTest;

namespace Sms.EventStore.Tests;

/// <summary>What is particular to this engine: how few statements it takes.</summary>
public sealed class NpgsqlEventStoreTests(StoreUnderTest under) : IClassFixture<StoreUnderTest>
{
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
    public async Task What_is_repeated_is_not_planned_again_whatever_the_planner_makes_of_a_key()
    {
        await using var connection = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(under.ConnectionString) { MaxPoolSize = 1 });
        using var store = new NpgsqlEventStore(connection, await Schema(connection), Types, [new Balances()], new CommitSignal(), TimeProvider.System);
        // To read a stream from an event on that few streams have looks cheaper than to read streams in general.
        await under.Execute($"insert into mt_streams (id, type, version) select 'long-' || gen_random_uuid(), 'long', 100 from generate_series(1, 100)");
        await under.Execute($"""
            insert into mt_events (seq_id, id, stream_id, version, data, type, headers)
            select nextval('mt_events_sequence'), gen_random_uuid(), s.id, v, jsonb_build_object(), 'bank.deposited.v1', jsonb_build_object()
            from mt_streams s, generate_series(1, 100) v where s.type = 'long'
            """);
        await under.Execute($"analyze mt_events");
        var id = Guid.NewGuid();
        await Retrying(store, id, [.. Enumerable.Repeat(Deposit(1), 110)], Because);
        for (var i = 1; i < 20; i++)
            await Retrying(store, id, [Deposit(1)], Because);

        var plans = await connection.Query($"select statement, custom_plans, generic_plans from pg_prepared_statements", r => (Statement: r.GetString(0), Custom: r.GetInt64(1), Generic: r.GetInt64(2)));
        plans.Single(plan => plan.Statement.Contains("insert into balances", StringComparison.Ordinal)).ShouldSatisfyAllConditions(plan => plan.Custom.ShouldBe(0), plan => plan.Generic.ShouldBe(110 + 19));
        // PostgreSQL looks at five before it decides.
        plans.Single(plan => plan.Statement.Contains("from mt_events where stream_id", StringComparison.Ordinal)).ShouldSatisfyAllConditions(plan => plan.Custom.ShouldBe(5), plan => plan.Generic.ShouldBe(15));
        (await connection.Query($"select current_setting('plan_cache_mode')", r => r.GetString(0))).ShouldBe(["auto"], "nobody else who gets this connection is concerned");
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
}
