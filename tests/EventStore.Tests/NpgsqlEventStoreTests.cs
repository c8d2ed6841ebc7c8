using Sms.Testing;
using static Sms.EventStore.Tests.StoreUnderTest;

namespace Sms.EventStore.Tests;

public sealed class NpgsqlEventStoreTests(StoreUnderTest under) : IClassFixture<StoreUnderTest>
{
    private static AccountEvent.Deposited Deposit(int amount) => new(amount, "a note");

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
        await under.Store.Commit(account, [Deposit(4)], Because);

        account = await under.Store.Load(Account.Stream, id);
        account.Version.ShouldBe(3);
        account.State.Balance.ShouldBe(7);
    }

    [RealServersFact]
    public async Task A_commit_on_a_version_that_is_no_more_is_a_conflict_and_changes_nothing()
    {
        var id = Guid.NewGuid();
        var early = await under.Store.Load(Account.Stream, id);
        await under.Store.Commit(early, [Deposit(1)], Because);
        await Should.ThrowAsync<VersionConflictException>(() => under.Store.Commit(early, [Deposit(10)], Because));

        var second = await under.Store.Load(Account.Stream, id);
        await under.Store.Commit(second, [Deposit(1)], Because);
        var conflict = await Should.ThrowAsync<VersionConflictException>(() => under.Store.Commit(second, [Deposit(10)], Because));
        conflict.StreamIds.ShouldBe($"account-{id}");
        (await under.Store.Load(Account.Stream, id)).State.Balance.ShouldBe(2);
    }

    [RealServersFact]
    public async Task A_message_handled_before_changes_nothing()
    {
        var (id, message) = (Guid.NewGuid(), new Handled("queue", Guid.NewGuid()));
        var cause = Because with { Handled = message };
        var account = await under.Store.Load(Account.Stream, id);
        (await under.Store.Commit(account, [Deposit(1)], cause)).AlreadyHandled.ShouldBeFalse();
        account = await under.Store.Load(Account.Stream, id);
        (await under.Store.Commit(account, [Deposit(1)], cause)).AlreadyHandled.ShouldBeTrue();
        (await under.Store.Load(Account.Stream, id)).State.Balance.ShouldBe(1);
    }

    [RealServersFact]
    public async Task Starting_a_stream_that_exists_appends_the_alternative_instead()
    {
        var ids = Enumerable.Range(0, 3).Select(_ => Guid.NewGuid().ToString()).ToArray();
        Append Start(string id) => Account.Stream.Start(id, [Deposit(5)], Because, ifStreamExists: [new AccountEvent.Repeated(1)]);

        var first = await under.Store.Commit([Start(ids[0]), Start(ids[1])], null);
        first.Appended.ShouldBe([new Appended($"account-{ids[0]}", 1, false), new Appended($"account-{ids[1]}", 1, false)]);

        var second = await under.Store.Commit([Start(ids[1]), Start(ids[2]), Start(ids[0])], null);
        second.Appended.ShouldBe(
            [new Appended($"account-{ids[1]}", 2, true), new Appended($"account-{ids[2]}", 1, false), new Appended($"account-{ids[0]}", 2, true)]);
        (await under.Store.Load(Account.Stream, ids[0])).State.ShouldBe(new Account(5, 1));
    }
}
