using Npgsql;
using Sms.Testing;
using static Sms.EventStore.Tests.Account;
using static Sms.EventStore.Tests.StoreUnderTest;

namespace Sms.EventStore.Tests;

/// <summary>Marten and our own engine at work on one database, one after the other and at the same time.</summary>
public sealed class TwoEnginesTests : IAsyncLifetime
{
    private readonly StoreUnderTest _under = new();
    private NpgsqlDataSource _pool = null!;
    private MartenEventStore _marten = null!;
    private NpgsqlEventStore _npgsql = null!;
    private IEventStore[] _both = null!;

    public async ValueTask InitializeAsync()
    {
        await _under.InitializeAsync();
        if (!TestServers.Present)
            return;
        _pool = NpgsqlDataSource.Create(_under.ConnectionString);
        var schema = await Schema(_pool);
        _marten = new MartenEventStore(_pool, schema, Types, [new Balances()], _under.Signal, TimeProvider.System);
        _npgsql = new NpgsqlEventStore(_pool, schema, Types, [new Balances()], _under.Signal, TimeProvider.System);
        _both = [_marten, _npgsql];
    }

    public async ValueTask DisposeAsync()
    {
        if (TestServers.Present)
        {
            _marten.Dispose();
            _npgsql.Dispose();
            await _pool.DisposeAsync();
        }
        await _under.DisposeAsync();
    }

    [RealServersFact]
    public async Task What_one_engine_wrote_the_other_reads_and_continues()
    {
        foreach (var (first, second) in ((IEventStore, IEventStore)[])[(_marten, _npgsql), (_npgsql, _marten)])
        {
            var id = Guid.NewGuid();
            await first.Commit(await first.Load(Account.Stream, id), [new AccountEvent.Opened("Ada", "EUR"), Deposit(1)], Because);
            await second.Commit(await second.Load(Account.Stream, id), [Deposit(2)], Because);
            await first.Commit(await first.Load(Account.Stream, id), [Deposit(4), Deposit(8, "the last")], Because);
            var repeated = await second.Commit(
                [Account.Stream.Start(id.ToString(), [Deposit(100)], Because, ifStreamExists: [new AccountEvent.Repeated(3)])], null);

            repeated.Appended.Single().ShouldBe(new Appended($"account-{id}", 6, Existed: true));
            foreach (var store in _both)
                (await store.Load(Account.Stream, id)).ShouldBe(
                    new EventStream<Account, AccountEvent>($"account-{id}", "account", new Account(15, 3, "Ada (EUR)", "the last"), 6));
            (await BalanceOf(id)).ShouldBe((15, 6));
        }
    }

    [RealServersFact]
    public async Task Their_rows_are_alike()
    {
        var (sms, message) = (Guid.NewGuid(), Guid.NewGuid());
        var rows = new List<(string Stream, string Events)>();
        foreach (var store in _both)
        {
            var id = Guid.NewGuid();
            await store.Commit(
                await store.Load(Account.Stream, id), [new AccountEvent.Opened("Ada", "EUR"), Deposit(1, "é \"")], new Cause(sms, message, "rule:\"é\""));
            await store.Commit(await store.Load(Account.Stream, id), [Deposit(2)], Because);
            rows.Add((
                await _under.Scalar<string>(
                    $"select (to_jsonb(s) - array['id', 'timestamp', 'created'])::text from mt_streams s where id = {$"account-{id}"}"),
                await _under.Scalar<string>(
                    $"""
                    select jsonb_agg(to_jsonb(e) - array['seq_id', 'id', 'stream_id', 'timestamp'] order by seq_id)::text
                    from mt_events e where stream_id = {$"account-{id}"}
                    """)));
        }
        rows[0].ShouldBe(rows[1]);
    }

    [RealServersFact]
    public async Task Racing_writers_on_both_lose_no_update()
    {
        var id = Guid.NewGuid();
        await Task.WhenAll(Enumerable.Range(0, 8).Select(writer => Task.Run(async () =>
        {
            for (var round = 0; round < 25; round++)
                await Retrying(_both[writer % 2], id, [Deposit(1)], Because);
        })));
        foreach (var store in _both)
            (await store.Load(Account.Stream, id)).ShouldSatisfyAllConditions(
                account => account.Version.ShouldBe(200), account => account.State.Balance.ShouldBe(200));
        (await BalanceOf(id)).ShouldBe((200, 200));
    }

    [RealServersFact]
    public async Task Of_20_concurrent_starts_through_either_one_starts_and_19_append_the_alternative()
    {
        for (var round = 0; round < 5; round++)
        {
            var ids = Enumerable.Range(0, 12).Select(_ => Guid.NewGuid().ToString()).ToArray();
            var outcomes = await Task.WhenAll(Enumerable.Range(0, 20).Select(writer => Task.Run(async () =>
            {
                var mine = ids.ToArray();
                new Random(writer).Shuffle(mine);
                return (await _both[writer % 2].Commit(
                    [.. mine.Select(id => Account.Stream.Start(id, [Deposit(5)], Because, ifStreamExists: [new AccountEvent.Repeated(1)]))], null)).Appended;
            })));
            foreach (var stream in outcomes.SelectMany(o => o).GroupBy(o => o.StreamId))
            {
                stream.Select(o => o.Version).Order().ShouldBe(Enumerable.Range(1, 20).Select(v => (long)v));
                stream.Single(o => !o.Existed).Version.ShouldBe(1);
            }
        }
    }

    [RealServersFact]
    public async Task A_message_delivered_to_both_at_once_is_handled_once()
    {
        var id = Guid.NewGuid();
        for (var round = 1; round <= 5; round++)
        {
            var cause = Because with { Handled = new Handled("queue", Guid.NewGuid()) };
            var outcomes = await Task.WhenAll(
                Enumerable.Range(0, 20).Select(delivery => Task.Run(() => Retrying(_both[delivery % 2], id, [Deposit(1)], cause))));
            outcomes.Count(o => !o.AlreadyHandled).ShouldBe(1);
            (await _npgsql.Load(Account.Stream, id)).State.Balance.ShouldBe(round);
        }
    }

    [RealServersFact]
    public async Task The_relay_publishes_what_both_write_each_event_once_and_a_streams_in_order()
    {
        var relay = await _under.Relay();
        await Task.WhenAll(Enumerable.Range(0, 6).Select(writer => Task.Run(async () =>
        {
            var random = new Random(writer);
            for (var round = 0; round < 40; round++)
                await Retrying(_both[random.Next(2)], NamedId.Of(Guid.Empty, $"{random.Next(4)}"), [Deposit(1), Deposit(1)], Because);
        })));
        await Eventually.Sees(() => relay.Published.Count, published => published >= 480);
        var log = await _under.Database.Query($"select id from mt_events order by seq_id", r => r.GetGuid(0));
        relay.PublishedIds.ShouldBe(log, ignoreOrder: true);
        foreach (var stream in relay.Published.GroupBy(m => m.Fact.StreamId))
            stream.Select(m => m.Fact.Version).ShouldBeInOrder();
    }

    private async Task<(int Balance, long Version)> BalanceOf(Guid id) =>
        (await _under.Database.Query(
            $"select balance, version from balances where account = {$"account-{id}"}", r => (r.GetInt32(0), r.GetInt64(1)))).Single();
}
