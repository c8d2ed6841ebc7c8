using System.Collections.Concurrent;
using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Sms.BusMessages;
using Sms.EventStore;

namespace Sms.ServiceHost.Tests;

// A small service for the tests of what all services have in common: it adds up numbers. It runs in the place of Outbound,
// because one of its queues is to be one that the topology knows.

public abstract record TallyEvent
{
    [StoredAs("outbound.counted.v1")]
    public sealed record Counted(int Amount) : TallyEvent;
}

public sealed record Tally(int Sum)
{
    public const string Service = "outbound";
    public static readonly StreamOf<Tally, TallyEvent> Stream = new("tally", new Tally(0), (tally, happened) =>
        happened is TallyEvent.Counted counted ? new Tally(tally.Sum + counted.Amount) : tally);
}

/// <summary>The sums as rows.</summary>
public sealed class Tallies : IView
{
    public IReadOnlyList<string> Tables => ["tallies"];

    public void Project(IReadOnlyList<StoredEvent> happened, ViewWrites write)
    {
        foreach (var fact in happened)
            if (fact.Data is TallyEvent.Counted counted)
                write.Add($"""
                    insert into tallies (tally, sum) values ({fact.StreamId}, {counted.Amount})
                    on conflict (tally) do update set sum = tallies.sum + excluded.sum
                    """);
    }
}

/// <summary>Asks for a number to be added.</summary>
public sealed record Count(Guid Tally, int Amount, string? Label = null);

/// <summary>Says that one was.</summary>
public sealed record Counted(Guid Tally, int Amount);

public static class TallyBus
{
    public static IEnumerable<object> From(StoredEvent happened) => happened.Data is TallyEvent.Counted counted
        ? [new Counted(Guid.Parse(happened.StreamId["tally-".Length..]), counted.Amount)]
        : [];
}

/// <summary>The troubles a tally meets, one per try, before all goes well.</summary>
public sealed class Troubles
{
    private readonly ConcurrentDictionary<Guid, ConcurrentQueue<Exception>> _ahead = new();
    private readonly ConcurrentDictionary<Guid, int> _tries = new();

    public void Await(Guid tally, params IEnumerable<Exception> troubles) => _ahead[tally] = new(troubles);

    /// <summary>What is done is not acknowledged before this.</summary>
    public Task Acknowledgement { get; set; } = Task.CompletedTask;

    public int TriesOf(Guid tally) => _tries.GetValueOrDefault(tally);

    public void Meet(Guid tally)
    {
        _tries.AddOrUpdate(tally, 1, (_, tries) => tries + 1);
        if (_ahead.TryGetValue(tally, out var troubles) && troubles.TryDequeue(out var trouble))
            throw trouble;
    }
}

public sealed class AddCount(IEventStore store, Troubles troubles) : IConsumer<Count>
{
    public const string Queue = "outbound-add-count";

    public async Task Consume(ConsumeContext<Count> context)
    {
        var ct = context.CancellationToken;
        troubles.Meet(context.Message.Tally);
        var tally = await store.Load(Tally.Stream, context.Message.Tally, ct);
        await store.Commit(tally, [new TallyEvent.Counted(context.Message.Amount)], context.Cause(), ct);
        await troubles.Acknowledgement;
    }
}

public sealed class RecordVerdict(IEventStore store) : IConsumer<InboundSmsScreened>
{
    public const string Queue = "outbound-record-verdict";

    public async Task Consume(ConsumeContext<InboundSmsScreened> context)
    {
        if (context.Message.Verdict == "nonsense")
            throw new RefusedException("There is no such verdict.");
        var tally = await store.Load(Tally.Stream, context.Message.SmsId, context.CancellationToken);
        await store.Commit(tally, [new TallyEvent.Counted(1)], context.Cause(), context.CancellationToken);
    }
}

public static class TallyApi
{
    public sealed record Addition(int Amount);

    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/tallies/{id:guid}", Read);
        api.MapPost("/tallies/{id:guid}", Add).RequireAuthorization(Roles.Agent);
    }

    private static async Task<Ok<Tally>> Read(Guid id, IEventStore store, HttpContext http, CancellationToken ct)
    {
        var tally = await store.Load(Tally.Stream, id, ct);
        http.SetETag(tally.Version);
        return TypedResults.Ok(tally.State);
    }

    private static async Task<Results<NoContent, ValidationProblem>> Add(
        Guid id, Addition addition, IEventStore store, Troubles troubles, HttpContext http, CancellationToken ct)
    {
        if (addition.Amount == 0)
            return Problems.Invalid("amount", "must not be 0");
        troubles.Meet(id);
        var tally = await store.Load(Tally.Stream, id, ct);
        await store.Commit(tally with { Version = http.IfMatch() ?? tally.Version }, [new TallyEvent.Counted(addition.Amount)], http.Cause(), ct);
        http.SetETag(tally.Version + 1);
        return TypedResults.NoContent();
    }
}
