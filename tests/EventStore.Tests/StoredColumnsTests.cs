using System.Diagnostics;
using System.Text.Json;
using Npgsql;
using Sms.Testing;
using static Sms.EventStore.Tests.Account;
using static Sms.EventStore.Tests.StoreUnderTest;

namespace Sms.EventStore.Tests;

/// <summary>What any engine writes into Marten's tables beside what happened.</summary>
public sealed class StoredColumnsTests(StoreUnderTest under) : IClassFixture<StoreUnderTest>
{
    private sealed record Stored(
        Guid Id, string Type, string DotnetType, string? Correlation, string? Causation, string Headers, string Tenant, DateTimeOffset At, bool Archived);

    [RealServersFact]
    public async Task An_event_is_stored_with_its_name_its_cause_and_its_actor()
    {
        var (id, sms, message) = (Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid());
        var before = DateTimeOffset.UtcNow;
        await Retrying(under.Store, id, [Deposit(1)], new Cause(sms, message, "rule:\"opening hours\" é"));

        var stored = (await Read(id)).Single();
        stored.Type.ShouldBe("bank.deposited.v1");
        stored.DotnetType.ShouldBe("Sms.EventStore.Tests.AccountEvent+Deposited, Sms.EventStore.Tests");
        (stored.Correlation, stored.Causation).ShouldBe((sms.ToString(), message.ToString()));
        JsonElement.Parse(stored.Headers).GetProperty("actor").GetString().ShouldBe("rule:\"opening hours\" é");
        JsonElement.Parse(stored.Headers).TryGetProperty("traceparent", out _).ShouldBeFalse();
        (stored.Tenant, stored.Archived).ShouldBe(("*DEFAULT*", false));
        stored.At.ShouldBeInRange(before.AddMilliseconds(-1), DateTimeOffset.UtcNow);
        stored.Id.Version.ShouldBe(7);
    }

    [RealServersFact]
    public async Task An_event_without_a_cause_has_none()
    {
        var id = Guid.NewGuid();
        await Retrying(under.Store, id, [Deposit(1)], Because);
        var stored = (await Read(id)).Single();
        (stored.Correlation, stored.Causation).ShouldBe((null, null));
        stored.Headers.ShouldBe("""{"actor": "system"}""");
    }

    [RealServersFact]
    public async Task A_trace_is_not_taken_for_the_cause_of_what_has_none()
    {
        using var activity = new Activity("test").SetIdFormat(ActivityIdFormat.W3C).Start();
        var id = Guid.NewGuid();
        await Retrying(under.Store, id, [Deposit(1)], Because);
        var stored = (await Read(id)).Single();
        (stored.Correlation, stored.Causation).ShouldBe((null, null));
    }

    [RealServersFact]
    public async Task An_event_carries_the_trace_it_was_committed_in()
    {
        using var activity = new Activity("test").SetIdFormat(ActivityIdFormat.W3C).Start();
        var id = Guid.NewGuid();
        await Retrying(under.Store, id, [Deposit(1)], Because);
        JsonElement.Parse((await Read(id)).Single().Headers).GetProperty("traceparent").GetString().ShouldBe(activity.Id);
    }

    [RealServersFact]
    public async Task A_stream_has_its_kind_its_version_and_the_time_it_was_last_written()
    {
        var id = Guid.NewGuid();
        await Retrying(under.Store, id, [Deposit(1), Deposit(1)], Because);
        var first = await Row();
        await Retrying(under.Store, id, [Deposit(1)], Because);
        var second = await Row();

        (first.Type, first.Version, second.Version).ShouldBe(("account", 2, 3));
        first.Written.ShouldBe(first.Created);
        second.Created.ShouldBe(first.Created);
        second.Written.ShouldBe((await Read(id))[2].At);
        second.Written.ShouldBeGreaterThan(first.Written);

        async Task<(string Type, long Version, DateTimeOffset Written, DateTimeOffset Created)> Row() => (await under.Database.Query(
            $"select type, version, timestamp, created from mt_streams where id = {$"account-{id}"}",
            r => (r.GetString(0), r.GetInt64(1), r.GetFieldValue<DateTimeOffset>(2), r.GetFieldValue<DateTimeOffset>(3)))).Single();
    }

    [RealServersFact]
    public async Task Data_is_JSON_with_the_properties_as_declared()
    {
        var id = Guid.NewGuid();
        await Retrying(under.Store, id, [Deposit(7, "a note")], Because);
        (await under.Scalar<string>($"select data::text from mt_events where stream_id = {$"account-{id}"}"))
            .ShouldBe("""{"Note": "a note", "Amount": 7}""");
    }

    private Task<List<Stored>> Read(Guid id) => under.Database.Query(
        $"""
        select id, type, mt_dotnet_type, correlation_id, causation_id, headers::text, tenant_id, timestamp, is_archived
        from mt_events where stream_id = {$"account-{id}"} order by version
        """,
        r => new Stored(
            r.GetGuid(0), r.GetString(1), r.GetString(2), Text(r, 3), Text(r, 4), r.GetString(5), r.GetString(6),
            r.GetFieldValue<DateTimeOffset>(7), r.GetBoolean(8)));

    private static string? Text(NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetString(column);
}
