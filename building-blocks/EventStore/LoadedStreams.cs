using Microsoft.Extensions.Caching.Memory;
using Npgsql;

namespace Sms.EventStore;

/// <summary>
/// Reads streams, for whichever engine writes them, by their events' stored names alone. States are immutable, so a stream
/// read before is continued from where it was: a load costs what is new, not the stream's whole life. Commit's version check
/// makes a stale entry harmless.
/// </summary>
internal sealed class LoadedStreams(NpgsqlDataSource database, EventTypes types) : IDisposable
{
    private readonly MemoryCache _streams = new(new MemoryCacheOptions { SizeLimit = 10_000 });

    /// <inheritdoc cref="IEventStore.Load"/>
    public async Task<EventStream<TState, TEvent>> Load<TState, TEvent>(
        StreamOf<TState, TEvent> stream, string id, CancellationToken ct)
        where TEvent : class
    {
        var streamId = stream.StreamId(id);
        var loaded = _streams.TryGetValue(streamId, out EventStream<TState, TEvent>? known)
            ? known!
            : new EventStream<TState, TEvent>(streamId, stream.Name, stream.Initial, 0);

        await using var connection = await database.OpenConnectionAsync(ct);
        // What the planner does not see it cannot find cheaper for one stream than for another: so it plans this once a connection,
        // which in a long log takes longer than the query does.
        await using var command = new NpgsqlCommand(
            "select version, type, data::text from mt_events where stream_id = (select $1) and version > (select $2) order by version", connection);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = streamId });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = loaded.Version });
        await command.PrepareAsync(ct);
        var (state, version) = (loaded.State, loaded.Version);
        await using (var reader = await command.ExecuteReaderAsync(ct))
            while (await reader.ReadAsync(ct))
            {
                version = reader.GetInt64(0);
                state = stream.Evolve(state, (TEvent)types.Read(reader.GetString(1), reader.GetString(2)));
            }

        if (version == loaded.Version)
            return loaded;
        loaded = loaded with { State = state, Version = version };
        _streams.Set(streamId, loaded, new MemoryCacheEntryOptions { Size = 1, SlidingExpiration = TimeSpan.FromMinutes(10) });
        return loaded;
    }

    /// <summary>Forgets the streams of a commit that somebody else was faster than.</summary>
    public void Forget(IReadOnlyList<Append> appends)
    {
        foreach (var append in appends)
            _streams.Remove(append.StreamId);
    }

    /// <inheritdoc/>
    public void Dispose() => _streams.Dispose();
}
