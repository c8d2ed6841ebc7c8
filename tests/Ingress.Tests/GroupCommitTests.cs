using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Sms.EventStore;
using Sms.Ingress.Inbound;
using Microsoft.Extensions.DependencyInjection;
using Sms.Testing;

namespace Sms.Ingress.Tests;

/// <summary>What is taken in before the start is there all at once, and so goes in shared commits.</summary>
public sealed class GroupCommitTests(IngressBehindGates ingress) : IClassFixture<IngressBehindGates>
{
    [RealServersFact]
    public async Task The_same_delivery_many_times_in_one_commit_is_accepted_once()
    {
        using var commits = Commits();
        var (smsId, append) = Delivered(Gateway.Text().ToJson());
        var results = Take(commits, Enumerable.Repeat(append, 50));

        await commits.StartAsync(default);
        var appended = await Task.WhenAll(results);

        appended.Count(a => !a.Existed).ShouldBe(1);
        (await ingress.Stream($"sms-{smsId}")).ShouldBe(
            ["ingress.sms-received.v1", .. Enumerable.Repeat("ingress.delivery-repeated.v1", 49)]);
        await commits.StopAsync(default);
    }

    [RealServersFact]
    public async Task A_delivery_known_for_long_is_a_repetition_each_time_it_comes_in_one_commit()
    {
        using var commits = Commits();
        await commits.StartAsync(default);
        var (smsId, append) = Delivered(Gateway.Text().ToJson());
        (await Take(commits, append)).Existed.ShouldBeFalse();

        (await Task.WhenAll(Take(commits, Enumerable.Repeat(append, 50)))).ShouldAllBe(a => a.Existed);
        (await ingress.Stream($"sms-{smsId}")).Length.ShouldBe(51);
        await commits.StopAsync(default);
    }

    [RealServersFact]
    public async Task The_relay_knows_of_a_crowd_for_as_long_as_it_waits()
    {
        var signal = ingress.Services.GetRequiredService<CommitSignal>();
        using var commits = Commits();
        var waiting = Take(commits, Enumerable.Range(0, 20).Select(_ => Delivered(Gateway.Text().ToJson()).Append));
        signal.IsCrowded.ShouldBeTrue();

        await commits.StartAsync(default);
        await Task.WhenAll(waiting);
        await Eventually.Sees(() => signal.IsCrowded, crowded => !crowded);
        await commits.StopAsync(default);
    }

    [RealServersFact]
    public async Task One_delivery_that_the_database_refuses_fails_alone()
    {
        using var commits = Commits();
        var poison = QuarantinedDelivery.Stream.Start(
            Guid.NewGuid().ToString(), [new InboundEvent.DeliveryQuarantined("sms", "jsonb takes no \0", null, "", 0, DateTimeOffset.UnixEpoch)],
            new Cause(null, null, Cause.System));
        var good = Take(commits, Enumerable.Range(0, 20).Select(_ => Delivered(Gateway.Text().ToJson()).Append));
        var bad = Take(commits, poison);
        var more = Take(commits, Enumerable.Range(0, 20).Select(_ => Delivered(Gateway.Text().ToJson()).Append));

        await commits.StartAsync(default);

        await Should.ThrowAsync<ArgumentException>(bad);
        (await Task.WhenAll([.. good, .. more])).ShouldAllBe(appended => !appended.Existed);
        await commits.StopAsync(default);
    }

    [RealServersFact]
    public async Task What_was_taken_in_before_the_stop_is_committed_and_nothing_is_taken_in_after_it()
    {
        using var commits = Commits();
        var results = Take(commits, Enumerable.Range(0, 1000).Select(_ => Delivered(Gateway.Text().ToJson()).Append));

        await commits.StartAsync(default);
        await results[0];
        await commits.StopAsync(default);

        (await Task.WhenAll(results)).Length.ShouldBe(1000);
        commits.TryCommit([Delivered(Gateway.Text().ToJson()).Append]).ShouldBeNull();
    }

    [RealServersFact]
    public async Task An_outage_fails_all_that_wait_and_the_next_delivery_after_it_is_committed()
    {
        using var commits = Commits();
        var results = Take(commits, Enumerable.Range(0, 50).Select(_ => Delivered(Gateway.Text().ToJson()).Append));
        ingress.DatabaseGate.Shut();
        await commits.StartAsync(default);
        foreach (var result in results)
            await Should.ThrowAsync<NpgsqlException>(result);

        ingress.DatabaseGate.Open();
        (await Take(commits, Delivered(Gateway.Text().ToJson()).Append)).Existed.ShouldBeFalse();
        await commits.StopAsync(default);
    }

    [RealServersFact]
    public async Task When_too_many_wait_the_next_is_turned_away_and_those_that_wait_are_committed_all_the_same()
    {
        using var commits = Commits();
        var (_, append) = Delivered(Gateway.Text().ToJson());
        var waiting = new List<Task<IReadOnlyList<Appended>>>();
        while (commits.TryCommit([append], patience: Patience) is { } taken)
            waiting.Add(taken);

        waiting.Count.ShouldBeInRange(1000, 100_000);
        await commits.StartAsync(default);
        (await Task.WhenAll(waiting)).Count(a => !a[0].Existed).ShouldBe(1);
        (await Take(commits, append)).Existed.ShouldBeTrue();
        await commits.StopAsync(default);
    }

    [RealServersFact]
    public async Task What_nobody_waits_for_any_more_is_not_committed()
    {
        using var commits = Commits();
        var (smsId, append) = Delivered(Gateway.Text().ToJson());
        await Should.ThrowAsync<TimeoutException>(commits.TryCommit([append], patience: TimeSpan.FromMilliseconds(20)).ShouldNotBeNull());
        await commits.StartAsync(default);
        await Take(commits, Delivered(Gateway.Text().ToJson()).Append);
        (await ingress.Log.Stream($"sms-{smsId}", default)).ShouldBeNull();
        await commits.StopAsync(default);
    }

    [RealServersFact]
    public async Task A_commit_that_hangs_does_not_hold_up_who_comes_after_it()
    {
        using var commits = Commits();
        await commits.StartAsync(default);
        var (smsId, append) = Delivered(Gateway.Text().ToJson());
        await Take(commits, append);
        await using var elsewhere = new NpgsqlConnection(ingress.ConnectionString);
        await elsewhere.OpenAsync();
        await using var transaction = await elsewhere.BeginTransactionAsync();
        await using (var hold = new NpgsqlCommand("select 1 from mt_streams where id = $1 for update", elsewhere, transaction) { Parameters = { new() { Value = $"sms-{smsId}" } } })
            await hold.ExecuteNonQueryAsync();

        var held = Take(commits, append);
        await Eventually.Sees(
            () => ingress.Database.Query($"select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'", r => r.GetInt32(0)),
            waiting => waiting.Count == 1);
        await Take(commits, Delivered(Gateway.Text().ToJson()).Append).WaitAsync(TimeSpan.FromSeconds(10));
        held.IsCompleted.ShouldBeFalse();
        await transaction.RollbackAsync();
        (await held).Existed.ShouldBeTrue();
        await commits.StopAsync(default);
    }

    // These look at what is committed, not at how soon.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private GroupCommit Commits() => new(
        ingress.Store, ingress.Services.GetRequiredService<CommitSignal>(), TimeProvider.System,
        NullLogger<GroupCommit>.Instance);

    private static Task<Appended>[] Take(GroupCommit commits, IEnumerable<Append> appends) => [.. appends.Select(append => Take(commits, append))];

    private static async Task<Appended> Take(GroupCommit commits, Append append) => (await commits.TryCommit([append], patience: Patience).ShouldNotBeNull())[0];

    private static (Guid Id, Append Append) Delivered(byte[] body) => Deliveries.Read("sms", body, null, DateTimeOffset.UnixEpoch);
}
