using System.Collections.Concurrent;
using Sms.EventStore;

namespace Sms.ServiceHost;

/// <summary>
/// What the facts of each stream add up to as they pass by in order: the state after one is the state after the one before it and
/// this one, so that telling how a long stream stands after each of its facts does not read it from the start each time.
/// </summary>
internal sealed class StatesInPassing<TState, TEvent>(StreamOf<TState, TEvent> stream)
    where TEvent : class
{
    private const int Most = 10_000;

    private readonly ConcurrentDictionary<string, (long Version, TState State)> _states = new();

    /// <summary>The state after a fact. Facts of one stream are asked about one after the other.</summary>
    /// <param name="fact">The fact, one of the stream's.</param>
    /// <param name="read">Reads that state from the log.</param>
    /// <param name="isAskedFor">Whether it is needed; if not it is not read, only kept where it follows from the one before.</param>
    /// <returns>The state; the default where it is not needed.</returns>
    public async ValueTask<TState?> After(StoredEvent fact, Func<Task<TState>> read, bool isAskedFor)
    {
        TState state;
        if (fact.Version == 1)
            state = stream.Evolve(stream.Initial, (TEvent)fact.Data);
        else if (_states.TryGetValue(fact.StreamId, out var before) && before.Version == fact.Version - 1)
            state = stream.Evolve(before.State, (TEvent)fact.Data);
        else if (isAskedFor)
            state = await read();
        else
            return default;
        // Those it will still hear of are told again from the log, once.
        if (_states.Count >= Most)
            _states.Clear();
        _states[fact.StreamId] = (fact.Version, state);
        return state;
    }
}
