using Npgsql;

namespace Sms.EventStore;

/// <summary>Reads the columns id, stream_id, version, type, data, timestamp, correlation, causation, actor, traceparent.</summary>
internal static class StoredEventRow
{
    /// <summary>The event; or null for one that somebody else put into the log and that means nothing to this service.</summary>
    /// <exception cref="UnknownEventTypeException">The event is this service's own, written by a newer version of it.</exception>
    public static StoredEvent? Read(NpgsqlDataReader reader, EventTypes types, int first)
    {
        var type = reader.GetString(first + 3);
        if (!types.Knows(type) && !types.IsOurs(type))
            return null;
        return new StoredEvent(
            reader.GetGuid(first), reader.GetString(first + 1), reader.GetInt64(first + 2), type,
            types.Read(type, reader.GetString(first + 4)), reader.GetFieldValue<DateTimeOffset>(first + 5),
            Id(first + 6), Id(first + 7), Text(first + 8) ?? Cause.System) { TraceParent = Text(first + 9) };

        string? Text(int column) => reader.IsDBNull(column) ? null : reader.GetString(column);
        Guid? Id(int column) => Guid.TryParse(Text(column), out var id) ? id : null;
    }
}
