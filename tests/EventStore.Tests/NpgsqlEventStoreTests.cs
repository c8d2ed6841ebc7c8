using System.Diagnostics;
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
