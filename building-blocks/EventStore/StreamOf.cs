namespace Sms.EventStore;

/// <summary>A kind of stream: its name, the state before anything happened, and how each fact changes the state.</summary>
/// <typeparam name="TState">An immutable record with what decisions need to know.</typeparam>
/// <typeparam name="TEvent">The base record of the stream's facts.</typeparam>
public sealed class StreamOf<TState, TEvent>(string name, TState initial, Func<TState, TEvent, TState> evolve) : IStreamOf
    where TEvent : class
{
    /// <summary>The kind's name, first part of its stream ids.</summary>
    public string Name { get; } = name;

    /// <summary>The state of a stream nobody wrote yet.</summary>
    public TState Initial { get; } = initial;

    /// <summary>The state after one more fact. Pure.</summary>
    public TState Evolve(TState state, TEvent happened) => evolve(state, happened);

    /// <summary>The full id of one stream of this kind. Ids are ours; a phone number or text is never part of one.</summary>
    public string StreamId(string id) => $"{Name}-{id}";

    /// <summary>The append that starts a stream which is not expected to exist.</summary>
    public Append Start(string id, IEnumerable<TEvent> events, Cause cause, IEnumerable<TEvent>? ifStreamExists = null) =>
        new(StreamId(id), Name, 0, [.. events], cause) { IfStreamExists = ifStreamExists is null ? null : [.. ifStreamExists] };

    object? IStreamOf.Fold(IEnumerable<object> events) => events.Cast<TEvent>().Aggregate(Initial, evolve);
}

/// <summary>A kind of stream as the stream browser sees it: without its types.</summary>
public interface IStreamOf
{
    /// <summary>The kind's name, first part of its stream ids.</summary>
    string Name { get; }

    /// <summary>The state that a stream's facts add up to.</summary>
    object? Fold(IEnumerable<object> events);
}

/// <summary>A stream as it was loaded: the ground a decision stands on.</summary>
/// <param name="StreamId">Its full id.</param>
/// <param name="StreamType">Its kind.</param>
/// <param name="State">What its facts add up to.</param>
/// <param name="Version">How many facts it has; 0 when it does not exist yet.</param>
public sealed record EventStream<TState, TEvent>(string StreamId, string StreamType, TState State, long Version)
    where TEvent : class
{
    /// <summary>This stream's part in a commit.</summary>
    public Append Append(IEnumerable<TEvent> events, Cause cause) => new(StreamId, StreamType, Version, [.. events], cause);
}

/// <summary>The everyday forms of <see cref="IEventStore.Load"/> and <see cref="IEventStore.Commit"/>.</summary>
public static class EventStoreExtensions
{
    /// <summary>Reads the stream with a <see cref="Guid"/> id.</summary>
    public static Task<EventStream<TState, TEvent>> Load<TState, TEvent>(
        this IEventStore store, StreamOf<TState, TEvent> stream, Guid id, CancellationToken ct = default)
        where TEvent : class =>
        store.Load(stream, id.ToString(), ct);

    /// <summary>Commits with nothing beside the appends: <see cref="IEventStore.Commit"/>.</summary>
    public static Task<Committed> Commit(
        this IEventStore store, IReadOnlyList<Append> appends, Handled? handled, CancellationToken ct = default) =>
        store.Commit(appends, handled, null, ct);

    /// <summary>
    /// Appends a decision's facts to the stream it was made on. With no facts only the handled message is recorded, so that
    /// a redelivery stays a redelivery.
    /// </summary>
    public static Task<Committed> Commit<TState, TEvent>(
        this IEventStore store, EventStream<TState, TEvent> stream, IReadOnlyCollection<TEvent> events, Cause cause,
        CancellationToken ct = default)
        where TEvent : class =>
        store.Commit(events.Count == 0 ? [] : [stream.Append(events, cause)], cause.Handled, ct);
}
