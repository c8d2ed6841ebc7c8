using System.Globalization;
using System.Text;
using Npgsql;
using Sms.Testing;
using static Sms.EventStore.Tests.Account;
using static Sms.EventStore.Tests.StoreUnderTest;

namespace Sms.EventStore.Tests;

/// <summary>What any engine under <see cref="IEventStore"/> must keep to.</summary>
public sealed class EventStoreContractTests(StoreUnderTest under) : IClassFixture<StoreUnderTest>
{
    // ---- one stream ----

    [RealServersFact]
    public async Task A_stream_nobody_wrote_is_at_version_0_in_its_initial_state()
    {
        var account = await under.Store.Load(Account.Stream, Guid.NewGuid());
        account.Version.ShouldBe(0);
        account.State.ShouldBe(Account.Stream.Initial);
    }

    [RealServersFact]
    public async Task What_was_committed_is_loaded_in_order()
    {
        var id = Guid.NewGuid();
        var account = await under.Store.Load(Account.Stream, id);
        await under.Store.Commit(account, [Deposit(1), Deposit(2)], Because);
        account = await under.Store.Load(Account.Stream, id);
        await under.Store.Commit(account, [Deposit(4, "the last")], Because);

        account = await under.Store.Load(Account.Stream, id);
        account.Version.ShouldBe(3);
        account.State.ShouldBe(new Account(7, 0, Note: "the last"));
    }

    [RealServersFact]
    public async Task Starting_a_stream_twice_is_a_conflict()
    {
        var id = Guid.NewGuid().ToString();
        await under.Store.Commit([Account.Stream.Start(id, [Deposit(1)], Because)], null);
        var conflict = await Should.ThrowAsync<VersionConflictException>(
            () => under.Store.Commit([Account.Stream.Start(id, [Deposit(10)], Because)], null));
        conflict.StreamIds.ShouldBe($"account-{id}");
        (await under.Store.Load(Account.Stream, id)).State.Balance.ShouldBe(1);
    }

    [RealServersFact]
    public async Task A_commit_on_a_version_that_is_no_more_is_a_conflict_and_changes_nothing()
    {
        var id = Guid.NewGuid();
        await under.Store.Commit(await under.Store.Load(Account.Stream, id), [Deposit(1)], Because);
        var second = await under.Store.Load(Account.Stream, id);
        await under.Store.Commit(second, [Deposit(1)], Because);
        var conflict = await Should.ThrowAsync<VersionConflictException>(() => under.Store.Commit(second, [Deposit(10)], Because));
        conflict.StreamIds.ShouldBe($"account-{id}");
        (await under.Store.Load(Account.Stream, id)).State.Balance.ShouldBe(2);
    }

    [RealServersFact]
    public async Task A_commit_on_a_version_that_is_not_yet_is_a_conflict()
    {
        var id = Guid.NewGuid();
        var unwritten = await under.Store.Load(Account.Stream, id);
        await Should.ThrowAsync<VersionConflictException>(() => under.Store.Commit(unwritten with { Version = 3 }, [Deposit(1)], Because));
        await under.Store.Commit(unwritten, [Deposit(1)], Because);
        await Should.ThrowAsync<VersionConflictException>(() => under.Store.Commit(unwritten with { Version = 3 }, [Deposit(1)], Because));
        (await under.Store.Load(Account.Stream, id)).Version.ShouldBe(1);
    }

    [RealServersFact]
    public async Task An_event_that_somebody_wrote_past_the_store_is_a_conflict_too()
    {
        var id = Guid.NewGuid();
        var account = await under.Store.Load(Account.Stream, id);
        await under.WriteByHand($"account-{id}", 1, "bank.deposited.v1", """{"Amount": 1, "Note": ""}""");
        await under.Execute($"update mt_streams set version = 0 where id = {$"account-{id}"}");
        var conflict = await Should.ThrowAsync<VersionConflictException>(
            () => under.Store.Commit([Account.Stream.Start(id.ToString(), [Deposit(1)], Because, ifStreamExists: [Deposit(2)])], null));
        conflict.StreamIds.ShouldBe(account.StreamId);
    }

    [RealServersFact]
    public async Task Racing_writers_lose_no_update()
    {
        var id = Guid.NewGuid();
        var (other, _) = await under.Instance();
        var successes = await Task.WhenAll(Enumerable.Range(0, 8).Select(writer => Task.Run(async () =>
        {
            var store = writer % 2 == 0 ? under.Store : other;
            var succeeded = 0;
            for (var attempt = 0; attempt < 200; attempt++)
            {
                try
                {
                    await store.Commit(await store.Load(Account.Stream, id), [Deposit(1)], Because);
                    succeeded++;
                }
                catch (VersionConflictException)
                {
                    // Decided again in the next round.
                }
            }
            return succeeded;
        })));

        var account = await under.Store.Load(Account.Stream, id);
        successes.Sum().ShouldBeInRange(200, 1599, "the writers are to get into each other's way, and one of them is always first");
        account.Version.ShouldBe(successes.Sum());
        account.State.Balance.ShouldBe(successes.Sum());
        (await Versions($"account-{id}")).ShouldBe(Enumerable.Range(1, successes.Sum()).Select(v => (long)v));
    }

    [RealServersFact]
    public async Task What_another_instance_committed_is_seen_by_the_next_load()
    {
        var id = Guid.NewGuid();
        var (other, _) = await under.Instance();
        for (var round = 1; round <= 5; round++)
        {
            await other.Commit(await other.Load(Account.Stream, id), [Deposit(1)], Because);
            (await under.Store.Load(Account.Stream, id)).State.Balance.ShouldBe(2 * round - 1);
            await under.Store.Commit(await under.Store.Load(Account.Stream, id), [Deposit(1)], Because);
            (await other.Load(Account.Stream, id)).State.Balance.ShouldBe(2 * round);
        }
    }

    [RealServersFact]
    public async Task After_a_conflict_the_next_load_shows_what_the_other_writer_did()
    {
        var id = Guid.NewGuid();
        var (other, _) = await under.Instance();
        await under.Store.Commit(await under.Store.Load(Account.Stream, id), [Deposit(1)], Because);
        var mine = await under.Store.Load(Account.Stream, id);
        await other.Commit(await other.Load(Account.Stream, id), [Deposit(2)], Because);

        await Should.ThrowAsync<VersionConflictException>(() => under.Store.Commit(mine, [Deposit(4)], Because));
        mine = await under.Store.Load(Account.Stream, id);
        mine.State.Balance.ShouldBe(3);
        await under.Store.Commit(mine, [Deposit(4)], Because);
        (await other.Load(Account.Stream, id)).State.Balance.ShouldBe(7);
    }

    [RealServersFact]
    public async Task An_archived_stream_takes_nothing_more()
    {
        var id = Guid.NewGuid();
        await under.Store.Commit(await under.Store.Load(Account.Stream, id), [Deposit(1)], Because);
        await under.Execute($"update mt_streams set is_archived = true where id = {$"account-{id}"}");
        var account = await under.Store.Load(Account.Stream, id);
        await Should.ThrowAsync<VersionConflictException>(() => under.Store.Commit(account, [Deposit(1)], Because));
        await Should.ThrowAsync<VersionConflictException>(() => under.Store.Commit(
            [Account.Stream.Start(id.ToString(), [Deposit(1)], Because, ifStreamExists: [new AccountEvent.Repeated(1)])], null));
        (await Versions($"account-{id}")).ShouldBe([1]);
    }

    // ---- several streams ----

    [RealServersFact]
    public async Task A_commit_to_several_streams_happens_to_all_of_them_or_to_none()
    {
        var (first, second, third) = (Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid());
        await under.Store.Commit(await under.Store.Load(Account.Stream, second), [Deposit(1)], Because);
        var stale = await under.Store.Load(Account.Stream, second);
        await under.Store.Commit(stale, [Deposit(1)], Because);

        var unwritten = await under.Store.Load(Account.Stream, first);
        var conflict = await Should.ThrowAsync<VersionConflictException>(() => under.Store.Commit(
            [
                unwritten.Append([Deposit(10)], Because),
                stale.Append([Deposit(10)], Because),
                Account.Stream.Start(third.ToString(), [Deposit(10)], Because, ifStreamExists: [Deposit(10)]),
            ], null));

        conflict.StreamIds.ShouldBe($"account-{second}");
        (await under.Store.Load(Account.Stream, first)).Version.ShouldBe(0);
        (await under.Store.Load(Account.Stream, second)).State.Balance.ShouldBe(2);
        (await under.Store.Load(Account.Stream, third)).Version.ShouldBe(0);
    }

    [RealServersFact]
    public async Task What_was_appended_is_told_in_the_order_asked_for()
    {
        var ids = Enumerable.Range(0, 30).Select(_ => Guid.NewGuid()).ToArray();
        await under.Store.Commit([.. ids[..10].Select(id => Account.Stream.Start(id.ToString(), [Deposit(1)], Because))], null);
        var appends = new List<Append>();
        foreach (var id in ids)
            appends.Add((await under.Store.Load(Account.Stream, id)).Append([Deposit(2), Deposit(3)], Because));
        new Random(1).Shuffle(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(appends));

        var committed = await under.Store.Commit(appends, null);
        committed.Appended.ShouldBe(appends.Select(a => new Appended(a.StreamId, a.ExpectedVersion + 2, false)));
        foreach (var id in ids)
            (await under.Store.Load(Account.Stream, id)).State.Balance.ShouldBe(Array.IndexOf(ids, id) < 10 ? 6 : 5);
    }

    [RealServersFact]
    public async Task Commits_to_the_same_streams_in_any_order_never_block_each_other_for_good()
    {
        var ids = Enumerable.Range(0, 6).Select(_ => Guid.NewGuid()).ToArray();
        var conflicts = 0;
        await Task.WhenAll(Enumerable.Range(0, 8).Select(writer => Task.Run(async () =>
        {
            var random = new Random(writer);
            for (var round = 0; round < 25;)
            {
                var mine = ids.ToArray();
                random.Shuffle(mine);
                var appends = new List<Append>();
                foreach (var id in mine[..random.Next(2, 7)])
                    appends.Add((await under.Store.Load(Account.Stream, id)).Append([Deposit(1)], Because));
                try
                {
                    await under.Store.Commit(appends, null);
                    round++;
                }
                catch (VersionConflictException)
                {
                    Interlocked.Increment(ref conflicts);
                }
            }
        })));
        conflicts.ShouldBePositive();
        var commits = 0L;
        foreach (var id in ids)
        {
            var account = await under.Store.Load(Account.Stream, id);
            account.State.Balance.ShouldBe((int)account.Version);
            commits += account.Version;
        }
        commits.ShouldBeGreaterThan(2 * 8 * 25);
    }

    [RealServersFact]
    public async Task One_stream_twice_in_a_commit_is_a_mistake_and_so_is_an_append_of_nothing()
    {
        var account = await under.Store.Load(Account.Stream, Guid.NewGuid());
        await Should.ThrowAsync<ArgumentException>(() => under.Store.Commit(
            [account.Append([Deposit(1)], Because), account.Append([Deposit(1)], Because)], null));
        await Should.ThrowAsync<ArgumentException>(() => under.Store.Commit([account.Append([], Because)], null));
    }

    // ---- starting what may exist already ----

    [RealServersFact]
    public async Task Starting_a_stream_that_exists_appends_the_alternative_instead()
    {
        var ids = Enumerable.Range(0, 3).Select(_ => Guid.NewGuid().ToString()).ToArray();

        var first = await under.Store.Commit([StartOrRepeat(ids[0]), StartOrRepeat(ids[1])], null);
        first.Appended.ShouldBe([new Appended($"account-{ids[0]}", 1, false), new Appended($"account-{ids[1]}", 1, false)]);

        var second = await under.Store.Commit([StartOrRepeat(ids[1]), StartOrRepeat(ids[2]), StartOrRepeat(ids[0])], null);
        second.Appended.ShouldBe(
            [new Appended($"account-{ids[1]}", 2, true), new Appended($"account-{ids[2]}", 1, false), new Appended($"account-{ids[0]}", 2, true)]);
        (await under.Store.Load(Account.Stream, ids[0])).State.ShouldBe(new Account(5, 1, Note: "a note"));
    }

    [RealServersFact]
    public async Task Of_20_concurrent_starts_of_the_same_streams_one_starts_each_and_19_append_the_alternative()
    {
        var ids = Enumerable.Range(0, 12).Select(_ => Guid.NewGuid().ToString()).ToArray();
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 20).Select(writer => Task.Run(async () =>
        {
            // Every writer starts every stream, in batches that overlap with the others' in their own way.
            var random = new Random(writer);
            var mine = ids.ToArray();
            random.Shuffle(mine);
            var appended = new List<Appended>();
            for (var at = 0; at < mine.Length;)
            {
                var size = Math.Min(random.Next(1, 8), mine.Length - at);
                appended.AddRange((await under.Store.Commit([.. mine[at..(at + size)].Select(StartOrRepeat)], null)).Appended);
                at += size;
            }
            return appended;
        })));

        foreach (var id in ids)
        {
            var streamId = $"account-{id}";
            var outcome = outcomes.SelectMany(o => o).Where(o => o.StreamId == streamId).ToList();
            outcome.Count(o => !o.Existed).ShouldBe(1);
            outcome.Single(o => !o.Existed).Version.ShouldBe(1);
            outcome.Select(o => o.Version).Order().ShouldBe(Enumerable.Range(1, 20).Select(v => (long)v));
            (await Versions(streamId)).ShouldBe(Enumerable.Range(1, 20).Select(v => (long)v));
            (await under.Store.Load(Account.Stream, id)).State.ShouldBe(new Account(5, 19, Note: "a note"));
        }
    }

    [RealServersFact]
    public async Task Starting_the_same_streams_in_any_order_never_blocks_for_good()
    {
        for (var round = 0; round < 10; round++)
        {
            var ids = Enumerable.Range(0, 80).Select(_ => Guid.NewGuid().ToString()).ToArray();
            var outcomes = await Task.WhenAll(Enumerable.Range(0, 6).Select(writer => Task.Run(async () =>
            {
                var mine = ids.ToArray();
                new Random(writer).Shuffle(mine);
                return (await under.Store.Commit([.. mine.Select(StartOrRepeat)], null)).Appended;
            })));
            outcomes.SelectMany(o => o).Count(o => !o.Existed).ShouldBe(80);
        }
    }

    [RealServersFact]
    public async Task Alternatives_and_ordinary_appends_share_a_commit()
    {
        var (known, fresh, other) = (Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid());
        await under.Store.Commit([StartOrRepeat(known.ToString()), Account.Stream.Start(other.ToString(), [Deposit(1)], Because)], null);
        var committed = await under.Store.Commit(
            [
                (await under.Store.Load(Account.Stream, other)).Append([Deposit(1), Deposit(1)], Because),
                StartOrRepeat(known.ToString()), StartOrRepeat(fresh.ToString()),
            ], null);
        committed.Appended.ShouldBe(
            [new Appended($"account-{other}", 3, false), new Appended($"account-{known}", 2, true), new Appended($"account-{fresh}", 1, false)]);
    }

    // ---- the inbox ----

    [RealServersFact]
    public async Task A_message_handled_before_changes_nothing()
    {
        var id = Guid.NewGuid();
        var cause = Because with { Handled = new Handled("queue", Guid.NewGuid()) };
        (await under.Store.Commit(await under.Store.Load(Account.Stream, id), [Deposit(1)], cause)).AlreadyHandled.ShouldBeFalse();
        (await under.Store.Commit(await under.Store.Load(Account.Stream, id), [Deposit(1)], cause)).AlreadyHandled.ShouldBeTrue();
        (await under.Store.Load(Account.Stream, id)).State.Balance.ShouldBe(1);
    }

    [RealServersFact]
    public async Task A_message_delivered_20_times_at_once_is_handled_exactly_once()
    {
        var id = Guid.NewGuid();
        var (other, _) = await under.Instance();
        for (var round = 1; round <= 5; round++)
        {
            var cause = Because with { Handled = new Handled("queue", Guid.NewGuid()) };
            var outcomes = await Task.WhenAll(Enumerable.Range(0, 20).Select(
                delivery => Task.Run(() => Retrying(delivery % 2 == 0 ? under.Store : other, id, [Deposit(1)], cause))));
            outcomes.Count(o => !o.AlreadyHandled).ShouldBe(1);
            (await under.Store.Load(Account.Stream, id)).State.Balance.ShouldBe(round);
        }
    }

    [RealServersFact]
    public async Task A_message_delivered_20_times_at_once_is_handled_exactly_once_even_if_every_delivery_starts_a_stream_of_its_own()
    {
        var ids = Enumerable.Range(0, 20).Select(_ => Guid.NewGuid()).ToArray();
        var cause = Because with { Handled = new Handled("queue", Guid.NewGuid()) };
        var outcomes = await Task.WhenAll(ids.Select(id => Task.Run(() => Retrying(under.Store, id, [Deposit(1)], cause))));
        outcomes.Count(o => !o.AlreadyHandled).ShouldBe(1);
        var versions = new List<long>();
        foreach (var id in ids)
            versions.Add((await under.Store.Load(Account.Stream, id)).Version);
        versions.Sum().ShouldBe(1);
    }

    [RealServersFact]
    public async Task The_same_message_on_another_endpoint_is_another_message()
    {
        var (id, message) = (Guid.NewGuid(), Guid.NewGuid());
        foreach (var endpoint in (string[])["helpdesk-record", "contacts-record"])
            (await Retrying(under.Store, id, [Deposit(1)], Because with { Handled = new Handled(endpoint, message) })).AlreadyHandled.ShouldBeFalse();
        (await under.Store.Load(Account.Stream, id)).State.Balance.ShouldBe(2);
    }

    [RealServersFact]
    public async Task A_conflict_leaves_the_message_unhandled()
    {
        var id = Guid.NewGuid();
        var cause = Because with { Handled = new Handled("queue", Guid.NewGuid()) };
        var stale = await under.Store.Load(Account.Stream, id);
        await under.Store.Commit(stale, [Deposit(1)], Because);

        await Should.ThrowAsync<VersionConflictException>(() => under.Store.Commit(stale, [Deposit(2)], cause));
        (await under.Store.Commit(await under.Store.Load(Account.Stream, id), [Deposit(2)], cause)).AlreadyHandled.ShouldBeFalse();
        (await under.Store.Load(Account.Stream, id)).State.Balance.ShouldBe(3);
    }

    [RealServersFact]
    public async Task A_message_that_changes_nothing_is_remembered_as_handled()
    {
        var id = Guid.NewGuid();
        var cause = Because with { Handled = new Handled("queue", Guid.NewGuid()) };
        (await under.Store.Commit(await under.Store.Load(Account.Stream, id), [], cause)).ShouldSatisfyAllConditions(
            c => c.AlreadyHandled.ShouldBeFalse(), c => c.Appended.ShouldBeEmpty());
        (await under.Store.Commit(await under.Store.Load(Account.Stream, id), [Deposit(1)], cause)).AlreadyHandled.ShouldBeTrue();
        (await under.Store.Load(Account.Stream, id)).Version.ShouldBe(0);
    }

    [RealServersFact]
    public async Task Nothing_to_append_and_no_message_is_nothing()
    {
        var committed = await under.Store.Commit([], null);
        committed.AlreadyHandled.ShouldBeFalse();
        committed.Appended.ShouldBeEmpty();
    }

    // ---- what is written beside ----

    [RealServersFact]
    public async Task What_is_written_beside_is_there_with_the_events_whichever_alternative_they_are()
    {
        var (store, _) = await under.Instance(new Balances());
        var id = Guid.NewGuid();
        for (var time = 1; time <= 2; time++)
            await store.Commit([StartOrRepeat(id.ToString())], null, Kept($"{id}-{time}"));
        var account = await under.Store.Load(Account.Stream, id);
        await under.Store.Commit([account.Append([Deposit(1)], Because)], null, Kept($"{id}-3"));
        await under.Store.Commit([], null, Kept($"{id}-4"));
        (await IsKept($"{id}-%")).ShouldBe(4);
    }

    [RealServersFact]
    public async Task What_is_written_beside_is_not_there_without_the_events()
    {
        var id = Guid.NewGuid();
        var cause = Because with { Handled = new Handled("queue", Guid.NewGuid()) };
        var stale = await under.Store.Load(Account.Stream, id);
        await under.Store.Commit([stale.Append([Deposit(1)], cause)], cause.Handled, Kept($"{id}-1"));
        await Should.ThrowAsync<VersionConflictException>(() => under.Store.Commit([stale.Append([Deposit(1)], Because)], null, Kept($"{id}-2")));
        (await under.Store.Commit([], cause.Handled, Kept($"{id}-3"))).AlreadyHandled.ShouldBeTrue();
        (await IsKept($"{id}-%")).ShouldBe(1);
    }

    [RealServersFact]
    public async Task What_cannot_be_written_beside_takes_the_events_back()
    {
        var id = Guid.NewGuid();
        await Should.ThrowAsync<PostgresException>(() => under.Store.Commit([Account.Stream.Start(id.ToString(), [Deposit(1)], Because)], null, $"select 1 / {0}"));
        (await under.Store.Load(Account.Stream, id)).Version.ShouldBe(0);
    }

    private static Sql Kept(string what) =>
        $"insert into balances (account, balance, version, note, changed) values ({what}, 0, 0, '', {DateTimeOffset.UtcNow})";

    private Task<long> IsKept(string like) => under.Scalar<long>($"select count(*) from balances where account like {like}");

    // ---- views ----

    [RealServersFact]
    public async Task A_view_always_says_what_the_events_add_up_to()
    {
        var (store, _) = await under.Instance(new Balances());
        var ids = Enumerable.Range(0, 4).Select(_ => Guid.NewGuid()).ToArray();
        await Task.WhenAll(Enumerable.Range(0, 6).Select(writer => Task.Run(async () =>
        {
            var random = new Random(writer);
            for (var round = 0; round < 20; round++)
            {
                var id = ids[random.Next(ids.Length)];
                if (random.Next(3) == 0)
                    await store.Commit([StartOrRepeat(id.ToString())], null);
                else
                    await Retrying(store, id, [Deposit(random.Next(20, 90)), Deposit(1)], Because);
            }
        })));

        foreach (var id in ids)
        {
            var account = await store.Load(Account.Stream, id);
            (await BalanceOf(id)).ShouldBe((account.State.Balance, account.Version));
        }
    }

    [RealServersFact]
    public async Task A_view_sees_each_alternative_at_the_version_it_got()
    {
        var (store, _) = await under.Instance(new Balances());
        var (known, fresh) = (Guid.NewGuid(), Guid.NewGuid());
        await Retrying(store, known, [Deposit(1), Deposit(1), Deposit(1)], Because);
        await store.Commit(
            [
                Account.Stream.Start(known.ToString(), [Deposit(100), Deposit(100)], Because, ifStreamExists: [Deposit(10)]),
                Account.Stream.Start(fresh.ToString(), [Deposit(100), Deposit(100)], Because, ifStreamExists: [Deposit(10)]),
            ], null);
        (await BalanceOf(known)).ShouldBe((13, 4));
        (await BalanceOf(fresh)).ShouldBe((200, 2));
    }

    [RealServersFact]
    public async Task A_view_that_fails_takes_the_events_and_the_inbox_back()
    {
        var (store, _) = await under.Instance(new Balances(), new UnluckyView());
        var (id, other) = (Guid.NewGuid(), Guid.NewGuid());
        var cause = Because with { Handled = new Handled("queue", Guid.NewGuid()) };

        var unlucky = await store.Load(Account.Stream, id);
        await Should.ThrowAsync<PostgresException>(() => store.Commit(unlucky, [Deposit(13)], cause));
        await Should.ThrowAsync<PostgresException>(() => store.Commit(
            [unlucky.Append([Deposit(13)], cause), Account.Stream.Start(other.ToString(), [Deposit(1)], cause, ifStreamExists: [Deposit(2)])],
            cause.Handled));

        (await store.Load(Account.Stream, id)).Version.ShouldBe(0);
        (await store.Load(Account.Stream, other)).Version.ShouldBe(0);
        (await under.Scalar<long>($"select count(*) from balances where account in ({$"account-{id}"}, {$"account-{other}"})")).ShouldBe(0);
        (await store.Commit(unlucky, [Deposit(14)], cause)).AlreadyHandled.ShouldBeFalse();
        (await BalanceOf(id)).ShouldBe((14, 1));
    }

    [RealServersFact]
    public async Task A_views_own_violated_key_is_not_mistaken_for_a_conflict()
    {
        var (store, _) = await under.Instance(new Receipts());
        await Retrying(store, Guid.NewGuid(), [Deposit(7001, "receipt")], Because);
        var second = await store.Load(Account.Stream, Guid.NewGuid());
        (await Should.ThrowAsync<PostgresException>(() => store.Commit(second, [Deposit(7001, "receipt")], Because)))
            .SqlState.ShouldBe(PostgresErrorCodes.UniqueViolation);
    }

    [RealServersFact]
    public async Task A_handled_message_does_not_touch_the_views_again()
    {
        var (store, _) = await under.Instance(new Balances());
        var id = Guid.NewGuid();
        var cause = Because with { Handled = new Handled("queue", Guid.NewGuid()) };
        await Retrying(store, id, [Deposit(1)], cause);
        await Retrying(store, id, [Deposit(1)], cause);
        (await store.Commit(
            [Account.Stream.Start(id.ToString(), [Deposit(1)], cause, ifStreamExists: [Deposit(1)])], cause.Handled)).AlreadyHandled.ShouldBeTrue();
        (await BalanceOf(id)).ShouldBe((1, 1));
    }

    // ---- what is stored comes back ----

    [RealServersFact]
    public async Task Any_text_comes_back_as_it_was()
    {
        var (store, _) = await under.Instance(new Balances());
        foreach (var text in (string[])
        [
            "👩‍👩‍👧‍👦 and 🏴󠁧󠁢󠁳󠁣󠁴󠁿", "\u05e9\u05dc\u05d5\u05dd \u202bעולם\u202c مرحبا", "𝔘𝔫𝔦𝔠𝔬𝔡𝔢 𠜎𠜱", "line\u2028and paragraph\u2029apart",
            "quotes \" ' \\ / {} $1 %s", "\u0001\u001f\t\r\n\u007f\u0085", "e\u0301 is not \u00e9", "\ufeffbyte order mark", "", " ",
            "\\u0000 as six characters",
        ])
        {
            var id = Guid.NewGuid();
            await Retrying(store, id, [Deposit(1, text)], Because);
            (await store.Load(Account.Stream, id)).State.Note.ShouldBe(text);
            (await under.Scalar<string>($"select note from balances where account = {$"account-{id}"}")).ShouldBe(text);
        }
    }

    [RealServersFact]
    public async Task A_megabyte_comes_back_as_it_was()
    {
        var text = new StringBuilder();
        for (var i = 0; text.Length < 1_000_000; i++)
            text.Append(CultureInfo.InvariantCulture, $"{i} é 🙂 ");
        var id = Guid.NewGuid();
        await Retrying(under.Store, id, [Deposit(1, text.ToString())], Because);
        (await under.Store.Load(Account.Stream, id)).State.Note.ShouldBe(text.ToString());
    }

    [RealServersFact]
    public async Task A_NUL_cannot_be_stored_and_the_error_says_so_without_repeating_the_text()
    {
        var id = Guid.NewGuid();
        var account = await under.Store.Load(Account.Stream, id);
        var error = await Should.ThrowAsync<ArgumentException>(() => under.Store.Commit(account, [Deposit(1, "my secret\0text")], Because));
        error.Message.ShouldContain("U+0000");
        error.ToString().ShouldNotContain("secret");
        (await under.Store.Load(Account.Stream, id)).Version.ShouldBe(0);
    }

    [RealServersFact]
    public async Task An_event_of_an_earlier_version_is_read_in_its_present_shape()
    {
        var id = Guid.NewGuid();
        await under.WriteByHand($"account-{id}", 1, "bank.opened.v1", """{"Owner": "Ada"}""");
        var account = await under.Store.Load(Account.Stream, id);
        account.State.Owner.ShouldBe("Ada (EUR)");
        await under.Store.Commit(account, [new AccountEvent.Opened("Grace", "USD")], Because);
        (await under.Store.Load(Account.Stream, id)).State.Owner.ShouldBe("Grace (USD)");
    }

    [RealServersFact]
    public async Task Events_are_read_by_their_stored_names_whatever_their_class_was_called_when_they_were_written()
    {
        var id = Guid.NewGuid();
        // Before there was a version 2, the record of version 1 had the name that version 2's has now.
        await under.WriteByHand($"account-{id}", 1, "bank.opened.v1", """{"Owner": "Ada"}""", typeof(AccountEvent.Opened));
        (await under.Store.Load(Account.Stream, id)).State.Owner.ShouldBe("Ada (EUR)");

        await under.WriteByHand($"account-{id}", 2, "bank.deposited.v2", """{"Cents": 100}""", typeof(AccountEvent.Deposited));
        (await Should.ThrowAsync<UnknownEventTypeException>(() => under.Store.Load(Account.Stream, id))).StoredName.ShouldBe("bank.deposited.v2");
    }

    [RealServersFact]
    public async Task A_stream_with_an_event_of_a_newer_version_of_the_service_is_not_guessed_at()
    {
        var id = Guid.NewGuid();
        await Retrying(under.Store, id, [Deposit(1)], Because);
        await under.Store.Load(Account.Stream, id);
        await under.WriteByHand($"account-{id}", 2, "bank.closed.v9", "{}");
        (await Should.ThrowAsync<UnknownEventTypeException>(() => under.Store.Load(Account.Stream, id))).StoredName.ShouldBe("bank.closed.v9");
    }

    private static Append StartOrRepeat(string id) =>
        Account.Stream.Start(id, [Deposit(5)], Because, ifStreamExists: [new AccountEvent.Repeated(1)]);

    private Task<List<long>> Versions(string streamId) =>
        under.Database.Query($"select version from mt_events where stream_id = {streamId} order by seq_id", r => r.GetInt64(0));

    private async Task<(int Balance, long Version)> BalanceOf(Guid id) =>
        (await under.Database.Query(
            $"select balance, version from balances where account = {$"account-{id}"}", r => (r.GetInt32(0), r.GetInt64(1)))).Single();
}
