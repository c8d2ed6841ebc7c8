using Sms.Testing;
using static Sms.EventStore.Tests.Account;
using static Sms.EventStore.Tests.StoreUnderTest;

namespace Sms.EventStore.Tests;

/// <summary>Facts of one lane are published each with the stream of the one before it, whatever happens to the relay in between.</summary>
public sealed class LanesTests : IAsyncLifetime
{
    private readonly StoreUnderTest _under = new();
    private readonly Dictionary<int, string> _streams = [];

    public ValueTask InitializeAsync() => _under.InitializeAsync();

    public ValueTask DisposeAsync() => _under.DisposeAsync();

    [RealServersFact]
    public async Task A_fact_is_published_with_the_stream_of_the_one_before_it_in_its_lane_and_in_no_other()
    {
        foreach (var (amount, lane) in new[] { (1, "ada"), (2, "bob"), (3, "ada"), (4, "ada") })
            await Deposited(amount, lane);
        var relay = await _under.Relay();
        await Eventually.Sees(() => relay.Published, p => p.Count == 4);
        await Deposited(5, "bob");
        await Eventually.Sees(() => relay.Published, p => p.Count == 5);
        Followed(relay).ShouldBe([(1, 0), (2, 0), (3, 1), (4, 3), (5, 2)], ignoreOrder: true);
    }

    [RealServersFact]
    public async Task A_relay_that_dies_before_it_has_moved_on_leaves_the_order_to_the_next_as_it_found_it()
    {
        await Deposited(1, "ada");
        var first = await _under.Relay();
        await Eventually.Sees(Position, p => p == 1);
        await first.DisposeAsync();

        var reached = new TaskCompletionSource();
        var dying = await _under.Relay(meanwhile: message =>
        {
            if (message.Fact.Version == 1 && message.Fact.Data is AccountEvent.Deposited { Amount: 3 })
                reached.SetResult();
            return message.Fact.Data is AccountEvent.Deposited { Amount: 3 } ? Task.Delay(Timeout.Infinite) : Task.CompletedTask;
        });
        await Deposited(2, "ada");
        await Eventually.Sees(Position, p => p == 2);
        await Deposited(3, "ada");
        await reached.Task.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
        await Deposited(4, "ada");
        await dying.DisposeAsync();

        var next = await _under.Relay();
        await Eventually.Sees(() => next.Published, p => p.Count == 2);
        Followed(next).ShouldBe([(3, 2), (4, 3)], ignoreOrder: true);
    }

    [RealServersFact]
    public async Task After_a_replay_only_the_first_of_each_lane_has_forgotten_what_it_follows()
    {
        for (var amount = 1; amount <= 4; amount++)
            await Deposited(amount, "ada");
        var relay = await _under.Relay();
        await Eventually.Sees(Position, p => p == 4);
        await new Replays(_under.Database).Start(1, "operator:test", default);
        await Eventually.Sees(() => relay.Published, p => p.Count == 7);
        Followed(relay)[4..].ShouldBe([(2, 0), (3, 2), (4, 3)], ignoreOrder: true);
        await Deposited(5, "ada");
        await Eventually.Sees(() => relay.Published, p => p.Count == 8);
        Followed(relay)[^1].ShouldBe((5, 4));
    }

    [RealServersFact]
    public async Task After_a_replay_that_was_called_off_every_lane_goes_on_from_where_it_was()
    {
        await Deposited(1, "ada");
        // More than the relay reads at once, so that it has moved ada's end back when it is held at bob's.
        await Retrying(_under.Store, Guid.NewGuid(), [.. Enumerable.Range(0, 600).Select(_ => Deposit(1000))], Because);
        await Deposited(2, "bob");
        await Deposited(3, "ada");
        var (replaying, held, hold) = (false, new TaskCompletionSource(), new TaskCompletionSource());
        var relay = await _under.Relay(meanwhile: async message =>
        {
            if (!replaying || message.Fact.Data is not AccountEvent.Deposited { Amount: 2 })
                return;
            held.TrySetResult();
            await hold.Task;
        });
        await Eventually.Sees(Position, p => p == 603);

        replaying = true;
        var replays = new Replays(_under.Database);
        await replays.Start(0, "operator:test", default);
        await held.Task.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
        (await _under.Scalar<long>($"select min(last_seq_id) from sms_lanes")).ShouldBe(1);
        await replays.Cancel("operator:test", default);
        hold.SetResult();
        await Deposited(4, "ada");
        var last = await Eventually.Sees(
            () => relay.Published.FirstOrDefault(message => message.Fact.Data is AccountEvent.Deposited { Amount: 4 }), message => message is not null);
        last!.Fact.Follows.ShouldBe(_streams[3]);
        (await _under.Scalar<long>($"select count(*) from sms_lanes where furthest_seq_id is not null")).ShouldBe(0);
    }

    [RealServersFact]
    public async Task A_replay_that_comes_to_its_end_leaves_nothing_behind()
    {
        await Deposited(1, "ada");
        await Retrying(_under.Store, Guid.NewGuid(), [.. Enumerable.Range(0, 600).Select(_ => Deposit(1000))], Because);
        await Deposited(2, "ada");
        await _under.Relay();
        await Eventually.Sees(Position, p => p == 602);
        var replays = new Replays(_under.Database);
        await replays.Start(0, "operator:test", default);
        await Eventually.Sees(() => replays.Latest(default), replay => replay!.State == ReplayState.Done);
        (await _under.Scalar<long>($"select count(*) from sms_lanes where furthest_seq_id is null and last_seq_id = 602")).ShouldBe(1);
    }

    private async Task Deposited(int amount, string lane)
    {
        var id = Guid.NewGuid();
        _streams[amount] = Account.Stream.StreamId(id.ToString());
        await Retrying(_under.Store, id, [Deposit(amount, lane)], Because);
    }

    /// <summary>What was published, by amount, each with the amount it follows (0 for none).</summary>
    private List<(int Amount, int After)> Followed(RelayUnderTest relay) =>
    [
        .. relay.Published.Select(message => (
            ((AccountEvent.Deposited)message.Fact.Data).Amount,
            message.Fact.Follows is { } stream ? _streams.Single(known => known.Value == stream).Key : 0)),
    ];

    private Task<long> Position() => _under.Scalar<long>($"select last_seq_id from mt_event_progression where name = {Relay.ProgressName}");
}
