using System.Collections.Concurrent;
using Npgsql;
using Sms.Testing;
using static Sms.EventStore.Tests.Account;
using static Sms.EventStore.Tests.StoreUnderTest;

namespace Sms.EventStore.Tests;

public sealed class RelayTests : IAsyncLifetime
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(5);
    private readonly StoreUnderTest _under = new();

    public ValueTask InitializeAsync() => _under.InitializeAsync();

    public ValueTask DisposeAsync() => _under.DisposeAsync();

    // ---- what is published ----

    [RealServersFact]
    public async Task What_a_fact_means_for_others_is_published_under_the_events_own_id()
    {
        var (id, sms, message) = (Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid());
        await Retrying(_under.Store, id, [new AccountEvent.Opened("Ada", "EUR"), Deposit(5)], new Cause(sms, message, "rule:x"));
        var relay = await _under.Relay();

        var published = (await Eventually.Sees(() => relay.Published, p => p.Count == 1)).Single();
        published.MessageId.ShouldBe(await _under.Scalar<Guid>($"select id from mt_events where version = 2"));
        published.Body.ShouldBe("deposited 5");
        published.Fact.ShouldSatisfyAllConditions(
            f => (f.StreamId, f.Version, f.Type).ShouldBe(($"account-{id}", 2, "bank.deposited.v1")),
            f => f.Data.ShouldBe(Deposit(5)),
            f => (f.CorrelationId, f.CausationId, f.Actor).ShouldBe((sms, message, "rule:x")));
        await PositionIs(2);
    }

    [RealServersFact]
    public async Task Several_messages_from_one_fact_have_ids_of_their_own_that_never_change()
    {
        await Retrying(_under.Store, Guid.NewGuid(), [new AccountEvent.Repeated(3)], Because);
        var relay = await _under.Relay();
        var first = (await Eventually.Sees(() => relay.Published, p => p.Count == 3)).ToArray();
        first.Select(m => m.Body).ShouldBe(["repeated 1", "repeated 2", "repeated 3"]);
        first.Select(m => m.MessageId).ShouldBeUnique();
        first[0].MessageId.ShouldBe(first[0].Fact.Id);
        await PositionIs(1);

        await Replays().Start(0, "operator:test", default);
        (await Eventually.Sees(() => relay.PublishedIds, p => p.Count == 6)).Skip(3).ShouldBe(first.Select(m => m.MessageId));
    }

    [RealServersFact]
    public async Task A_fact_in_an_earlier_shape_is_published_from_its_present_one()
    {
        await _under.WriteByHand("account-1", 1, "bank.opened.v1", """{"Owner": "Ada"}""");
        await Retrying(_under.Store, Guid.NewGuid(), [Deposit(1)], Because);
        var relay = await _under.Relay();
        (await Eventually.Sees(() => relay.Published, p => p.Count == 1)).Single().Body.ShouldBe("deposited 1");
    }

    [RealServersFact]
    public async Task An_event_that_somebody_else_put_into_the_log_is_passed()
    {
        await _under.WriteByHand("mt_tombstone", 1, "tombstone", "{}");
        await Retrying(_under.Store, Guid.NewGuid(), [Deposit(1)], Because);
        await _under.WriteByHand("stranger-1", 1, "stranger.came", """{"odd": []}""");
        var relay = await _under.Relay();
        await PositionIs(3);
        relay.Published.Count.ShouldBe(1);
        relay.Trouble.ShouldBeNull();
    }

    [RealServersFact]
    public async Task An_event_of_a_newer_version_of_the_service_stops_the_relay_and_is_not_passed()
    {
        var relay = await _under.Relay();
        await Retrying(_under.Store, Guid.NewGuid(), [Deposit(1)], Because);
        await PositionIs(1);
        await _under.WriteByHand("account-new", 1, "bank.closed.v9", "{}");
        await Retrying(_under.Store, Guid.NewGuid(), [Deposit(2)], Because);

        (await Eventually.Sees(() => relay.Trouble, t => t is not null))!.ShouldContain("bank.closed.v9");
        await Eventually.Sees(() => relay.IsActive, active => !active);
        (await Position()).ShouldBe(1);
        relay.Published.Count.ShouldBe(1);
    }

    [RealServersFact]
    public async Task An_instance_of_the_newer_version_takes_over_from_one_that_cannot_read_on()
    {
        // The older version does not know deposits yet.
        var older = await _under.Relay(types: new EventTypes("bank", typeof(IEventStore).Assembly));
        await Eventually.Sees(() => older.IsActive, active => active);
        var (store, signal) = await _under.Instance();
        var newer = await _under.Relay(signal);
        await Retrying(store, Guid.NewGuid(), [Deposit(1)], Because);
        await Eventually.Sees(() => newer.Published, p => p.Count == 1);
        older.Published.ShouldBeEmpty();
    }

    // ---- when it is published ----

    [RealServersFact]
    public async Task While_a_crowd_waits_for_commits_the_relay_lets_it_go_first()
    {
        var relay = await _under.Relay();
        _under.Signal.Waiting(17);
        await Retrying(_under.Store, Guid.NewGuid(), [Deposit(1)], Because);
        await Eventually.Sees(() => relay.IsGivingWay, givesWay => givesWay, Soon);
        relay.Published.ShouldBeEmpty();

        _under.Signal.Waiting(-1);
        await Eventually.Sees(() => relay.Published, p => p.Count == 1, Soon);
        relay.IsGivingWay.ShouldBeFalse();
    }

    [RealServersFact]
    public async Task What_has_waited_long_enough_is_published_in_spite_of_the_crowd()
    {
        await Retrying(_under.Store, Guid.NewGuid(), [Deposit(1)], Because);
        await _under.Execute($"update mt_events set timestamp = timestamp - interval '11 seconds'");
        _under.Signal.Waiting(17);
        var relay = await _under.Relay();
        await Eventually.Sees(() => relay.Published, p => p.Count == 1, Soon);
    }

    // ---- gaps ----

    [RealServersFact]
    public async Task A_number_that_nobody_is_going_to_use_delays_its_followers_only_briefly()
    {
        var relay = await _under.Relay();
        await using (var burnt = await OpenAppend.Begin(_under.ConnectionString))
        {
            await burnt.DrawNumber();
            await burnt.Rollback();
        }
        await Retrying(_under.Store, Guid.NewGuid(), [Deposit(1)], Because);
        await Eventually.Sees(() => relay.Published, p => p.Count == 1, Soon);
        await PositionIs(2);
    }

    [RealServersFact]
    public async Task A_transaction_left_open_in_another_database_holds_nothing_up_here()
    {
        var relay = await _under.Relay();
        await using var elsewhere = new NpgsqlConnection(TestServers.Postgres);
        await elsewhere.OpenAsync();
        await using var open = await elsewhere.BeginTransactionAsync();
        await using (var command = new NpgsqlCommand("select pg_current_xact_id()", elsewhere, open))
            await command.ExecuteScalarAsync();

        await using (var burnt = await OpenAppend.Begin(_under.ConnectionString))
        {
            await burnt.DrawNumber();
            await burnt.Rollback();
        }
        await Retrying(_under.Store, Guid.NewGuid(), [Deposit(1)], Because);
        await Eventually.Sees(() => relay.Published, p => p.Count == 1, Soon);
    }

    [RealServersFact]
    public async Task A_transaction_left_open_in_this_database_does_hold_a_gap()
    {
        var relay = await _under.Relay();
        await using var open = await OpenAppend.Begin(_under.ConnectionString);
        await open.TakeId();
        await open.DrawNumber();
        await Retrying(_under.Store, Guid.NewGuid(), [Deposit(1)], Because);
        await _under.RelayHasLookedAgain();
        relay.Published.ShouldBeEmpty();
        await open.Rollback();
        await Eventually.Sees(() => relay.Published, p => p.Count == 1, Soon);
    }

    [RealServersFact]
    public async Task An_append_still_open_is_waited_for()
    {
        var relay = await _under.Relay();
        await using var open = await OpenAppend.Begin(_under.ConnectionString);
        await open.Append(1);
        await Retrying(_under.Store, Guid.NewGuid(), [Deposit(2)], Because);
        await _under.RelayHasLookedAgain();
        relay.Published.ShouldBeEmpty();

        await open.Commit();
        (await Eventually.Sees(() => relay.Published, p => p.Count == 2, Soon)).Select(m => m.Body).ShouldBe(["deposited 1", "deposited 2"], ignoreOrder: true);
    }

    [RealServersFact]
    public async Task A_transaction_that_began_later_but_drew_the_lower_number_is_waited_for()
    {
        var relay = await _under.Relay();
        await using var first = await OpenAppend.Begin(_under.ConnectionString);
        await using var second = await OpenAppend.Begin(_under.ConnectionString);
        var firstId = await first.TakeId();
        (await second.TakeId()).ShouldBeGreaterThan(firstId);
        var lower = await second.Append(2);
        (await first.Append(1)).ShouldBeGreaterThan(lower);

        await first.Commit();
        await _under.RelayHasLookedAgain();
        relay.Published.ShouldBeEmpty("the lower number is still out");
        await second.Commit();
        (await Eventually.Sees(() => relay.Published, p => p.Count == 2, Soon)).Select(m => m.Body).ShouldBe(["deposited 2", "deposited 1"], ignoreOrder: true);
    }

    [RealServersFact]
    public async Task Concurrent_failing_and_slow_appends_lose_nothing_and_keep_every_streams_order()
    {
        var unpublishable = new ConcurrentQueue<Guid>();
        await using var look = NpgsqlDataSource.Create(_under.ConnectionString);
        var relay = await _under.Relay(meanwhile: async message =>
        {
            if ((await look.Query($"select 1 from mt_events where id = {message.Fact.Id}", r => r.GetInt32(0))).Count == 0)
                unpublishable.Enqueue(message.MessageId);
        });

        var streams = Enumerable.Range(0, 10).Select(_ => Guid.NewGuid()).ToArray();
        var stores = new List<IEventStore>();
        for (var writer = 0; writer < 9; writer++)
        {
            stores.Add((await _under.Instance(new UnluckyView())).Store);
            await Retrying(stores[writer], streams[writer], [Deposit(1)], Because);
        }

        var slow = Task.Run(async () =>
        {
            for (var round = 0; round < 2; round++)
            {
                await using var append = await OpenAppend.Begin(_under.ConnectionString);
                await append.Append(1000 + round);
                await Task.Delay(TimeSpan.FromSeconds(5 + 5 * round));
                await (round == 0 ? append.Rollback() : append.Commit());
            }
        });
        await Task.WhenAll(stores.Select((store, writer) => Task.Run(async () =>
        {
            var random = new Random(writer);
            while (!slow.IsCompleted)
            {
                var id = streams[random.Next(streams.Length)];
                switch (random.Next(8))
                {
                    case 0:
                        await Should.ThrowAsync<PostgresException>(() => Retrying(store, id, [Deposit(1), Deposit(13)], Because));
                        break;
                    case 1:
                        await using (var append = await OpenAppend.Begin(_under.ConnectionString))
                        {
                            await append.TakeId();
                            await Task.Delay(random.Next(20));
                            if (random.Next(2) == 0)
                                await append.DrawNumber();
                            await append.Append(random.Next(20, 90));
                            await Task.Delay(random.Next(80));
                            await (random.Next(2) == 0 ? append.Commit() : append.Rollback());
                        }
                        break;
                    default:
                        await Retrying(store, id, [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => Deposit(1))], Because);
                        await Task.Delay(random.Next(10, 60));
                        break;
                }
            }
        })));
        await slow;

        var log = await _under.Database.Query($"select id from mt_events order by seq_id", r => r.GetGuid(0));
        log.Count.ShouldBeGreaterThan(500);
        (await _under.Scalar<long>($"select last_value from mt_events_sequence")).ShouldBeGreaterThan(log.Count + 20, "numbers were to be burnt");
        await Eventually.Sees(() => relay.PublishedIds.Count, count => count >= log.Count);
        relay.PublishedIds.ShouldBe(log, ignoreOrder: true);
        unpublishable.ShouldBeEmpty();
        foreach (var stream in relay.Published.GroupBy(m => m.Fact.StreamId))
            stream.Select(m => m.Fact.Version).ShouldBe(Enumerable.Range(1, stream.Count()).Select(v => (long)v));
    }

    // ---- trouble ----

    [RealServersFact]
    public async Task What_the_broker_did_not_take_is_published_again_and_nothing_is_passed_over()
    {
        var refusals = 3;
        var relay = await _under.Relay(meanwhile: message => message.Fact.Data is AccountEvent.Deposited { Amount: 3 }
            && Interlocked.Decrement(ref refusals) >= 0 ? throw new TimeoutException("The broker is away.") : Task.CompletedTask);
        var id = Guid.NewGuid();
        await Retrying(_under.Store, id, [Deposit(1), Deposit(2), Deposit(3), Deposit(4)], Because);

        await Eventually.Sees(() => relay.Trouble, t => t == "The broker is away.");
        (await Position()).ShouldBe(0);
        var expected = await _under.Database.Query($"select id from mt_events order by seq_id", r => r.GetGuid(0));
        var published = await Eventually.Sees(() => relay.PublishedIds, p => p.Count >= 10);
        published.Distinct().ShouldBe(expected);
        published.TakeLast(4).ShouldBe(expected);
        await PositionIs(4);
        await Eventually.Sees(() => relay.Trouble, t => t is null);
    }

    [RealServersFact]
    public async Task A_relay_whose_connections_are_ended_by_the_server_goes_on()
    {
        var relay = await _under.Relay();
        for (var round = 1; round <= 3; round++)
        {
            await Retrying(_under.Store, Guid.NewGuid(), [Deposit(round)], Because);
            await Eventually.Sees(() => relay.Published.Select(m => m.MessageId).Distinct().Count(), count => count == round);
            (await _under.Scalar<long>($"select count(pg_terminate_backend(pid)) from pg_stat_activity where application_name = 'sms-relay' and datname = current_database()"))
                .ShouldBe(2);
        }
        await Retrying(_under.Store, Guid.NewGuid(), [Deposit(4)], Because);
        await Eventually.Sees(() => relay.Published.Select(m => m.Body).Distinct().Count(), count => count == 4);
    }

    // ---- several instances ----

    [RealServersFact]
    public async Task Two_relays_are_never_active_at_once_and_one_takes_over_from_the_other()
    {
        var (inside, together) = (0, 0);
        async Task Meanwhile(PublicMessage message)
        {
            // Streams are published side by side within a relay, so every fact here is of one stream.
            if (Interlocked.Increment(ref inside) > 1)
                Interlocked.Increment(ref together);
            await Task.Delay(1);
            Interlocked.Decrement(ref inside);
        }

        var id = Guid.NewGuid();
        var (secondStore, secondSignal) = await _under.Instance();
        var relays = new List<RelayUnderTest> { await _under.Relay(meanwhile: Meanwhile), await _under.Relay(secondSignal, meanwhile: Meanwhile) };
        using var enough = new CancellationTokenSource();
        var writer = Task.Run(async () =>
        {
            for (var n = 0; !enough.IsCancellationRequested; n++)
            {
                await Retrying(n % 2 == 0 ? _under.Store : secondStore, id, [Deposit(1)], Because);
                await Task.Delay(2);
            }
        });

        for (var round = 0; round < 6; round++)
        {
            var active = await Eventually.Sees(() => relays.SingleOrDefault(r => r.IsActive), r => r is not null);
            var before = active!.Published.Count;
            await Eventually.Sees(() => active.Published.Count, count => count >= before + 20);
            await active.Stop();
            relays.Add(await _under.Relay(round % 2 == 0 ? _under.Signal : secondSignal, meanwhile: Meanwhile));
        }
        await enough.CancelAsync();
        await writer;

        var expected = await _under.Database.Query($"select id from mt_events order by seq_id", r => r.GetGuid(0));
        await Eventually.Sees(() => relays.SelectMany(r => r.PublishedIds).Distinct().Count(), count => count == expected.Count);
        relays.SelectMany(r => r.PublishedIds).Distinct().ShouldBe(expected, ignoreOrder: true);
        foreach (var relay in relays)
            relay.Published.Select(m => m.Fact.Version).ShouldBeInOrder();
        together.ShouldBe(0);
        relays.Count(r => r.Published.Count > 0).ShouldBeGreaterThanOrEqualTo(4);
    }

    [RealServersFact]
    public async Task A_relay_that_vanishes_without_a_word_is_replaced()
    {
        var hangs = new TaskCompletionSource();
        var active = await _under.Relay(meanwhile: _ =>
        {
            hangs.TrySetResult();
            return Task.Delay(Timeout.Infinite);
        });
        await Eventually.Sees(() => active.IsActive, a => a);
        var (_, signal) = await _under.Instance();
        var standby = await _under.Relay(signal);
        await Retrying(_under.Store, Guid.NewGuid(), [Deposit(1)], Because);

        // It hangs in the middle of a message and will never say so; the server notices that its peer is gone.
        await hangs.Task.WaitAsync(TimeSpan.FromSeconds(30));
        await Eventually.Sees(() => _under.Scalar<long>(
            $"""
            select count(pg_terminate_backend(pid)) from pg_locks join pg_stat_activity using (pid)
            where locktype = 'advisory' and granted and application_name = 'sms-relay' and datname = current_database()
            """), count => count == 1);
        await Eventually.Sees(() => standby.Published, p => p.Count == 1);
    }

    [RealServersFact]
    public async Task What_a_standby_instance_commits_reaches_the_active_relay_without_waiting_for_its_poll()
    {
        var active = await _under.Relay();
        await Eventually.Sees(() => active.IsActive, a => a);
        var (store, signal) = await _under.Instance();
        await _under.Relay(signal);
        await OneAfterTheOther().WaitAsync(TimeSpan.FromSeconds(15));

        // Found by the active relay's own poll they would come one a second.
        async Task OneAfterTheOther()
        {
            for (var n = 1; n <= 40; n++)
            {
                await Retrying(store, Guid.NewGuid(), [Deposit(n)], Because);
                await Eventually.Sees(() => active.Published.Count, count => count == n);
            }
        }
    }

    // ---- replay ----

    [RealServersFact]
    public async Task A_replay_publishes_everything_after_a_position_again_under_the_same_ids()
    {
        var relay = await _under.Relay();
        for (var n = 1; n <= 5; n++)
            await Retrying(_under.Store, Guid.NewGuid(), [Deposit(n)], Because);
        await PositionIs(5);
        var log = await _under.Database.Query($"select id from mt_events order by seq_id", r => r.GetGuid(0));

        await Replays().Start(2, "operator:test", default);
        (await Eventually.Sees(() => relay.PublishedIds, p => p.Count == 8)).ShouldBe([.. log, .. log.Skip(2)], ignoreOrder: true);
        await PositionIs(5);
        await Retrying(_under.Store, Guid.NewGuid(), [Deposit(6)], Because);
        await Eventually.Sees(() => relay.Published.Count, count => count == 9);
    }

    [RealServersFact]
    public async Task A_replay_never_goes_forward()
    {
        await _under.Relay();
        await Retrying(_under.Store, Guid.NewGuid(), [Deposit(1)], Because);
        await PositionIs(1);
        await Should.ThrowAsync<RefusedException>(() => Replays().Start(2, "operator:test", default));
        (await Position()).ShouldBe(1);
    }

    [RealServersFact]
    public async Task A_replay_that_is_called_off_goes_on_from_where_the_relay_was_and_loses_nothing()
    {
        var (replaying, held, hold) = (false, new TaskCompletionSource(), new TaskCompletionSource());
        var relay = await _under.Relay(meanwhile: async message =>
        {
            if (!replaying || message.Fact.Data is not AccountEvent.Deposited { Amount: 2 })
                return;
            held.TrySetResult();
            await hold.Task;
        });
        for (var n = 1; n <= 3; n++)
            await Retrying(_under.Store, Guid.NewGuid(), [Deposit(n)], Because);
        await PositionIs(3);
        (await Replays().Latest(default)).ShouldBeNull();
        await Should.ThrowAsync<RefusedException>(() => Replays().Cancel("operator:bob", default));

        replaying = true;
        await Replays().Start(1, "operator:ada", default);
        await held.Task.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
        // Committed meanwhile and never published yet; and another replay, further back, of one that has not ended.
        await Retrying(_under.Store, Guid.NewGuid(), [Deposit(4)], Because);
        await Replays().Start(0, "operator:ada", default);
        var running = (await Replays().Latest(default))!;
        (running.From, running.End, running.State, running.AskedBy).ShouldBe((0, 3, ReplayState.Running, "operator:ada"));

        await Replays().Cancel("operator:bob", default);
        hold.SetResult();
        await PositionIs(4);
        var cancelled = (await Replays().Latest(default))!;
        (cancelled.State, cancelled.CancelledBy).ShouldBe((ReplayState.Cancelled, "operator:bob"));
        relay.Published.Count(message => message.Fact.Data is AccountEvent.Deposited { Amount: 4 }).ShouldBe(1);
        relay.Published.Count(message => message.Fact.Data is AccountEvent.Deposited { Amount: 1 }).ShouldBe(1);
        await Should.ThrowAsync<RefusedException>(() => Replays().Cancel("operator:bob", default));
    }

    [RealServersFact]
    public async Task A_replay_asked_for_while_the_relay_is_publishing_is_not_lost()
    {
        using var hold = new SemaphoreSlim(0);
        var held = 0;
        var relay = await _under.Relay(meanwhile: async message =>
        {
            if (message.Fact.Data is AccountEvent.Deposited { Amount: 2 } && Interlocked.Increment(ref held) == 1)
                await hold.WaitAsync();
        });
        var id = Guid.NewGuid();
        await Retrying(_under.Store, id, [Deposit(1)], Because);
        await PositionIs(1);
        await Retrying(_under.Store, id, [Deposit(2)], Because);
        await Eventually.Sees(() => held, h => h == 1);

        await Replays().Start(0, "operator:test", default);
        hold.Release();
        (await Eventually.Sees(() => relay.Published, p => p.Count == 4)).Select(m => m.Body)
            .ShouldBe(["deposited 1", "deposited 2", "deposited 1", "deposited 2"]);
        await PositionIs(2);
    }

    [RealServersFact]
    public async Task A_long_log_with_holes_is_replayed_in_order()
    {
        var id = Guid.NewGuid();
        for (var n = 0; n < 12; n++)
        {
            await Retrying(_under.Store, id, [.. Enumerable.Range(0, 100).Select(_ => Deposit(1))], Because);
            await _under.Execute($"select nextval('mt_events_sequence')");
        }
        var relay = await _under.Relay();
        await Eventually.Sees(() => relay.Published.Count, count => count == 1200);
        relay.Published.Select(m => m.Fact.Version).ShouldBe(Enumerable.Range(1, 1200).Select(v => (long)v));
    }

    private Replays Replays() => new(_under.Database);

    private Task<long> Position() => _under.Scalar<long>($"select last_seq_id from mt_event_progression where name = {Relay.ProgressName}");

    private Task<long> PositionIs(long position) => Eventually.Sees(Position, p => p == position);
}
