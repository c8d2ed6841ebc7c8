using System.Collections.Concurrent;
using Microsoft.Extensions.Logging.Abstractions;

namespace Sms.EventStore.Tests;

/// <summary>The relay of one instance; what it publishes ends in a list.</summary>
public sealed class RelayUnderTest : IAsyncDisposable
{
    private readonly RelayConnection _connection;
    private readonly Relay _relay;
    private readonly ConcurrentQueue<PublicMessage> _published = new();

    /// <param name="connectionString">The store.</param>
    /// <param name="schema">Of the store.</param>
    /// <param name="types">The events this instance knows.</param>
    /// <param name="signal">Of the instance it belongs to.</param>
    /// <param name="meanwhile">What happens while a message is on its way, before the broker has it.</param>
    public RelayUnderTest(string connectionString, StoreSchema schema, EventTypes types, CommitSignal signal, Func<PublicMessage, Task>? meanwhile)
    {
        _connection = new RelayConnection(connectionString);
        _relay = new Relay(_connection, schema, types, new Publication((fact, _) => ValueTask.FromResult(Announce(fact)), Publish) { LaneOf = LaneOf }, signal, TimeProvider.System, NullLogger<Relay>.Instance);

        async Task Publish(PublicMessage message, CancellationToken ct)
        {
            if (meanwhile is not null)
                await meanwhile(message).WaitAsync(ct);
            _published.Enqueue(message);
        }
    }

    /// <summary>A deposit is one message, a repetition as many as its times, an opened account stays private.</summary>
    public static IEnumerable<object> Announce(StoredEvent happened) => happened.Data switch
    {
        AccountEvent.Deposited e => [$"deposited {e.Amount}"],
        AccountEvent.Repeated e => Enumerable.Range(1, e.Times).Select(n => $"repeated {n}"),
        _ => [],
    };

    /// <summary>Deposits with the same note are in one lane, whichever account they are on.</summary>
    public static Guid? LaneOf(StoredEvent happened) =>
        happened.Data is AccountEvent.Deposited { Note: var note } ? NamedId.Of(Guid.Empty, note) : null;

    /// <summary>What the broker has, in the order it came.</summary>
    public IReadOnlyList<PublicMessage> Published => [.. _published];

    public IReadOnlyList<Guid> PublishedIds => [.. _published.Select(m => m.MessageId)];

    public bool IsActive => _relay.IsActive;

    public bool IsGivingWay => _relay.IsGivingWay;

    public string? Trouble => _relay.Trouble;

    public Task Start() => _relay.StartAsync(CancellationToken.None);

    public Task Stop() => _relay.StopAsync(CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        await Stop();
        _relay.Dispose();
        await _connection.DisposeAsync();
    }
}
