using Npgsql;
using Sms.Testing;
using static Sms.EventStore.Tests.Account;
using static Sms.EventStore.Tests.StoreUnderTest;

namespace Sms.EventStore.Tests;

/// <summary>Where Marten by itself would do otherwise: when it draws its numbers, and what it leaves behind when an append fails.</summary>
public sealed class MartenEventStoreTests : IAsyncLifetime
{
    private readonly StoreUnderTest _under = new();

    public ValueTask InitializeAsync() => _under.InitializeAsync();

    public ValueTask DisposeAsync() => _under.DisposeAsync();

    [RealServersFact]
    public async Task A_commit_draws_no_number_before_its_transaction_has_an_id()
    {
        (await SeenOfACommitDuring("lock table mt_streams in share mode")).ShouldBe((HasId: false, NumbersDrawn: 0));
        (await SeenOfACommitDuring("lock table mt_events in share mode")).ShouldBe((HasId: true, NumbersDrawn: 2));
    }

    [RealServersFact]
    public async Task The_relay_waits_for_a_commit_that_hangs_with_its_numbers_drawn()
    {
        var (slow, _) = await _under.Instance(new Waits());
        var relay = await _under.Relay();
        await using var other = await _under.Database.OpenConnectionAsync();
        await using var blocking = await other.BeginTransactionAsync();
        await using (var hold = new NpgsqlCommand("select pg_advisory_xact_lock(4711)", other, blocking))
            await hold.ExecuteNonQueryAsync();

        var hanging = slow.Commit([Account.Stream.Start("slow", [Deposit(1)], Because)], null);
        await Eventually.Sees(() => _under.Scalar<bool>($"select is_called from mt_events_sequence"), drawn => drawn);
        for (var number = 2; number <= 40; number++)
            await Retrying(_under.Store, Guid.NewGuid(), [Deposit(number)], Because);
        await _under.RelayHasLookedAgain();
        relay.Published.ShouldBeEmpty();

        await blocking.RollbackAsync();
        await hanging;
        await Eventually.Sees(() => relay.Published.Count, published => published == 40);
        relay.PublishedIds.ShouldContain(
            (await _under.Database.Query($"select id from mt_events where stream_id = 'account-slow'", r => r.GetGuid(0))).Single());
    }

    [RealServersFact]
    public async Task What_Marten_leaves_behind_of_an_append_that_failed_is_nothing_to_the_relay()
    {
        var relay = await _under.Relay();
        var account = await _under.Store.Load(Account.Stream, "a");
        await Should.ThrowAsync<ArgumentException>(() => _under.Store.Commit(account, [Deposit(1, "\0")], Because));
        await Eventually.Sees(
            () => _under.Scalar<long>($"select count(*) from mt_events where type = 'tombstone'"), tombstones => tombstones == 1);
        await _under.Store.Commit(account, [Deposit(2)], Because);

        await Eventually.Sees(() => relay.Published.Count, published => published > 0);
        relay.Published.Select(m => m.Body).ShouldBe(["deposited 2"]);
        var log = new EventLog(_under.Database, Types, [Account.Stream]);
        (await log.Streams("account", null, 10, default)).Select(s => s.Id).ShouldBe(["account-a"]);
        (await log.Events("mt_tombstone", 0, 10, default)).Count.ShouldBe(1);
    }

    /// <summary>How far a commit of two events gets while somebody lets nobody write to a table.</summary>
    private async Task<(bool HasId, long NumbersDrawn)> SeenOfACommitDuring(string noWrites)
    {
        var before = await NumbersDrawn();
        await using var other = await _under.Database.OpenConnectionAsync();
        await using var blocking = await other.BeginTransactionAsync();
        await using (var command = new NpgsqlCommand(noWrites, other, blocking))
            await command.ExecuteNonQueryAsync();

        var commit = Retrying(_under.Store, Guid.NewGuid(), [Deposit(1), Deposit(2)], Because);
        var waiting = await Eventually.Sees(
            () => _under.Database.Query(
                $"select backend_xid is not null from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
                r => r.GetBoolean(0)),
            found => found.Count == 1);
        var drawn = await NumbersDrawn() - before;
        await blocking.RollbackAsync();
        await commit;
        return (waiting.Single(), drawn);

        Task<long> NumbersDrawn() => _under.Scalar<long>($"select case when is_called then last_value else 0 end from mt_events_sequence");
    }

    /// <summary>A view that takes as long as somebody holds a lock.</summary>
    private sealed class Waits : IView
    {
        public IReadOnlyList<string> Tables => [];

        public void Project(IReadOnlyList<StoredEvent> happened, ViewWrites write) => write.Add($"select pg_advisory_xact_lock({4711L})");
    }
}
