using Sms.Testing;
using static Sms.EventStore.Tests.Account;
using static Sms.EventStore.Tests.StoreUnderTest;

namespace Sms.EventStore.Tests;

public sealed class EventLogTests : IAsyncLifetime
{
    private static readonly StreamOf<int, AccountEvent> Counters = new("counter", 0, (count, _) => count + 1);
    private readonly StoreUnderTest _under = new();
    private EventLog _log = null!;

    public async ValueTask InitializeAsync()
    {
        await _under.InitializeAsync();
        _log = new EventLog(_under.Database, Types, [Account.Stream, Counters]);
    }

    public ValueTask DisposeAsync() => _under.DisposeAsync();

    [RealServersFact]
    public async Task Streams_are_listed_by_id_a_part_at_a_time_of_one_kind_or_all()
    {
        foreach (var id in (string[])["c", "a", "b"])
            await _under.Store.Commit([Account.Stream.Start(id, [Deposit(1), Deposit(2)], Because), Counters.Start(id, [Deposit(1)], Because)], null);

        (await List("account", null, 2)).ShouldBe(["account-a", "account-b"]);
        (await List("account", "account-b", 2)).ShouldBe(["account-c"]);
        (await List(null, "account-b", 2)).ShouldBe(["account-c", "counter-a"]);
        (await List("parrot", null, 2)).ShouldBeEmpty();
        (await _log.Streams("account", null, 1, default)).Single().ShouldSatisfyAllConditions(
            s => s.Type.ShouldBe("account"), s => s.Version.ShouldBe(2), s => s.LastWritten.ShouldBe(s.Created));

        async Task<IEnumerable<string>> List(string? type, string? after, int limit) =>
            (await _log.Streams(type, after, limit, default)).Select(s => s.Id);
    }

    [RealServersFact]
    public async Task A_streams_events_are_shown_with_their_cause_whether_or_not_they_are_known()
    {
        var (sms, message, id) = (Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid());
        await Retrying(_under.Store, id, [Deposit(5)], new Cause(sms, message, "operator:ada"));
        await _under.WriteByHand($"account-{id}", 2, "tombstone", "{}");

        var events = await _log.Events($"account-{id}", 0, 10, default);
        events.Select(e => (e.Version, e.Type)).ShouldBe([(1, "bank.deposited.v1"), (2, "tombstone")]);
        (events[0].CorrelationId, events[0].CausationId, events[0].Actor).ShouldBe((sms.ToString(), message.ToString(), "operator:ada"));
        events[0].Data.GetProperty("Amount").GetInt32().ShouldBe(5);
        (events[1].CorrelationId, events[1].CausationId, events[1].Actor).ShouldBe((null, null, null));

        (await _log.Events($"account-{id}", 1, 10, default)).Count.ShouldBe(1);
        (await _log.Events($"account-{id}", 0, 1, default)).Count.ShouldBe(1);
        (await _log.Events("account-nobody", 0, 10, default)).ShouldBeEmpty();
    }

    [RealServersFact]
    public async Task The_story_of_a_text_is_everything_it_led_to_in_order()
    {
        var sms = Guid.NewGuid();
        var cause = new Cause(sms, null, Cause.System);
        await Retrying(_under.Store, Guid.NewGuid(), [Deposit(1)], cause);
        await Retrying(_under.Store, Guid.NewGuid(), [Deposit(99)], cause with { CorrelationId = Guid.NewGuid() });
        await Retrying(_under.Store, Guid.NewGuid(), [Deposit(2), Deposit(3)], cause);
        (await _log.Story(sms, default)).Select(e => e.Data.GetProperty("Amount").GetInt32()).ShouldBe([1, 2, 3]);
        (await _log.Story(Guid.NewGuid(), default)).ShouldBeEmpty();
    }

    [RealServersFact]
    public async Task The_state_at_any_version_can_be_looked_at()
    {
        var id = Guid.NewGuid();
        await Retrying(_under.Store, id, [Deposit(1), Deposit(2), Deposit(4)], Because);
        foreach (var (version, balance) in ((long, int)[])[(1, 1), (2, 3), (3, 7), (99, 7)])
            (await _log.StateAt($"account-{id}", "account", version, default)).ShouldBeOfType<Account>().Balance.ShouldBe(balance);
        (await _log.StateAt($"account-{id}", "counter", 2, default)).ShouldBe(2);
        (await _log.StateAt($"account-{id}", "parrot", 2, default)).ShouldBeNull();
        (await _log.StateAt($"account-{id}", null, 2, default)).ShouldBeNull();
        (await _log.StateAt("account-nobody", "account", 2, default)).ShouldBeNull();
    }

    [RealServersFact]
    public async Task A_stream_is_found_by_its_id()
    {
        var id = Guid.NewGuid();
        await Retrying(_under.Store, id, [Deposit(1)], Because);
        (await _log.Stream($"account-{id}", default)).ShouldNotBeNull().Version.ShouldBe(1);
        (await _log.Stream("account-nobody", default)).ShouldBeNull();
    }

    [RealServersFact]
    public async Task The_relays_position_is_shown_against_the_end_of_the_log()
    {
        (await _log.RelayPosition(default)).ShouldBe((0, 0));
        await Retrying(_under.Store, Guid.NewGuid(), [Deposit(1), Deposit(2)], Because);
        (await _log.RelayPosition(default)).ShouldBe((0, 2));
        await _under.Relay();
        await Eventually.Sees(() => _log.RelayPosition(default), p => p == (2, 2));
    }
}
