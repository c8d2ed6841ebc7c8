using JasperFx;
using JasperFx.Events;
using JasperFx.Events.Projections;
using Marten;
using Marten.Events.Aggregation;
using Marten.Services;
using Npgsql;
using Sms.Testing;
using static Sms.EventStore.Tests.Account;
using static Sms.EventStore.Tests.StoreUnderTest;

namespace Sms.EventStore.Tests;

/// <summary>Somebody's own Marten, pointed at a service's database and told what decision 12 says it must be told.</summary>
public sealed class PlainMartenTests : IAsyncLifetime
{
    private readonly StoreUnderTest _under = new();
    private DocumentStore _marten = null!;

    public async ValueTask InitializeAsync()
    {
        await _under.InitializeAsync();
        if (TestServers.Present)
            _marten = Marten();
    }

    public async ValueTask DisposeAsync()
    {
        if (TestServers.Present)
            _marten.Dispose();
        await _under.DisposeAsync();
    }

    private DocumentStore Marten() => DocumentStore.For(options =>
    {
        options.Connection(_under.ConnectionString);
        options.AutoCreateSchemaObjects = AutoCreate.None;
        options.Events.StreamIdentity = StreamIdentity.AsString;
        options.Events.AppendMode = EventAppendMode.Rich;
        options.Events.MetadataConfig.CorrelationIdEnabled = true;
        options.Events.MetadataConfig.CausationIdEnabled = true;
        options.Events.MetadataConfig.HeadersEnabled = true;
        options.Events.IgnoreIndex("sms_mt_events_correlation");
        options.Events.MapEventType<AccountEvent.Opened>("bank.opened.v2");
        options.Events.MapEventType<AccountEvent.Deposited>("bank.deposited.v1");
        options.Projections.Add(new BalanceProjection(), ProjectionLifecycle.Live);
    });

    [RealServersFact]
    public async Task It_reads_a_stream_with_its_causes()
    {
        var (id, sms, message) = (Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid());
        await Retrying(_under.Store, id, [new AccountEvent.Opened("Ada", "EUR"), Deposit(5, "👋")], new Cause(sms, message, "operator:ada"));

        await using var session = _marten.QuerySession();
        var events = await session.Events.FetchStreamAsync($"account-{id}");
        events.Select(e => e.Data).ShouldBe([new AccountEvent.Opened("Ada", "EUR"), Deposit(5, "👋")]);
        events.Select(e => (e.Version, e.StreamKey)).ShouldBe([(1, $"account-{id}"), (2, $"account-{id}")]);
        events[1].ShouldSatisfyAllConditions(
            e => e.EventTypeName.ShouldBe("bank.deposited.v1"), e => e.CorrelationId.ShouldBe(sms.ToString()),
            e => e.CausationId.ShouldBe(message.ToString()), e => e.GetHeader("actor")!.ToString().ShouldBe("operator:ada"));
    }

    [RealServersFact]
    public async Task It_aggregates_a_stream()
    {
        var id = Guid.NewGuid();
        await Retrying(_under.Store, id, [Deposit(1), Deposit(2)], Because);
        await Retrying(_under.Store, id, [Deposit(4)], Because);
        await using var session = _marten.QuerySession();
        (await session.Events.AggregateStreamAsync<Balance>($"account-{id}")).ShouldNotBeNull().Amount.ShouldBe(7);
        (await session.Events.AggregateStreamAsync<Balance>($"account-{id}", version: 2)).ShouldNotBeNull().Amount.ShouldBe(3);
    }

    [RealServersFact]
    public async Task It_appends_and_the_service_reads_publishes_and_continues_that()
    {
        var id = Guid.NewGuid();
        var relay = await _under.Relay();
        await Retrying(_under.Store, id, [Deposit(1)], Because);

        await using (var connection = await _under.Database.OpenConnectionAsync())
        await using (var transaction = await connection.BeginTransactionAsync())
        {
            await using (var takeId = new NpgsqlCommand("select pg_current_xact_id()", connection, transaction))
                await takeId.ExecuteNonQueryAsync();
            await using var session = _marten.LightweightSession(SessionOptions.ForTransaction(transaction));
            session.Events.Append($"account-{id}", Deposit(2));
            await session.SaveChangesAsync();
            await transaction.CommitAsync();
        }

        await Retrying(_under.Store, id, [Deposit(4)], Because);
        (await _under.Store.Load(Account.Stream, id)).ShouldSatisfyAllConditions(
            account => account.Version.ShouldBe(3), account => account.State.Balance.ShouldBe(7));
        await Eventually.Sees(() => relay.Published.Select(m => m.Body), bodies => bodies.SequenceEqual(["deposited 1", "deposited 2", "deposited 4"]));
    }

    [RealServersFact]
    public async Task Letting_it_make_what_it_misses_in_the_database_harms_nothing()
    {
        var id = Guid.NewGuid();
        await Retrying(_under.Store, id, [Deposit(1)], Because);
        var indexes = await Indexes();

        await _marten.Storage.ApplyAllConfiguredChangesToDatabaseAsync(AutoCreate.CreateOrUpdate);

        (await Indexes()).ShouldBe(indexes);
        await _marten.Storage.Database.AssertDatabaseMatchesConfigurationAsync();
        await Retrying(_under.Store, id, [Deposit(2)], Because);
        (await Schema(_under.Database)).ShouldNotBeNull("a service that starts now has nothing to do");
        await using var session = _marten.QuerySession();
        (await session.Events.AggregateStreamAsync<Balance>($"account-{id}")).ShouldNotBeNull().Amount.ShouldBe(3);

        Task<List<string>> Indexes() => _under.Database.Query(
            $"select indexname::text from pg_indexes where tablename in ('mt_streams', 'mt_events', 'sms_inbox') order by 1", r => r.GetString(0));
    }

    public sealed record Balance(string Id, int Amount);

    private sealed class BalanceProjection : SingleStreamProjection<Balance, string>
    {
        public override Balance Evolve(Balance? balance, string id, IEvent happened) => happened.Data switch
        {
            AccountEvent.Deposited e => new Balance(id, (balance?.Amount ?? 0) + e.Amount),
            _ => balance ?? new Balance(id, 0),
        };
    }
}
