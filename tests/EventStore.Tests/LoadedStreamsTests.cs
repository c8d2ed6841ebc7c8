using Sms.Testing;
using static Sms.EventStore.Tests.Account;
using static Sms.EventStore.Tests.StoreUnderTest;

namespace Sms.EventStore.Tests;

public sealed class LoadedStreamsTests(StoreUnderTest under) : IClassFixture<StoreUnderTest>
{
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
}
