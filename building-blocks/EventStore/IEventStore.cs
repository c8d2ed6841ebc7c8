namespace Sms.EventStore;

/// <summary>A service's event log: read a stream, and append to streams. Everything else is built from these two.</summary>
public interface IEventStore
{
    /// <summary>Reads a stream and folds it to its state now. A stream nobody wrote yet has version 0 and its initial state.</summary>
    /// <exception cref="UnknownEventTypeException">The stream holds an event that this version of the service does not know.</exception>
    Task<EventStream<TState, TEvent>> Load<TState, TEvent>(
        StreamOf<TState, TEvent> stream, string id, CancellationToken ct = default)
        where TEvent : class;

    /// <summary>
    /// Commits in one transaction: every append, the views those events touch, and the inbox row of the message being
    /// handled. Either all of it happens or none.
    /// </summary>
    /// <param name="appends">One entry per stream; a stream may appear once.</param>
    /// <param name="handled">The message being handled, or null when there is none (an HTTP request, a clock).</param>
    /// <param name="beside">What else is to be written with it, of what is no fact (raw bytes, say), or null. Not done for a message handled before.</param>
    /// <param name="ct">Cancels the wait; a commit already under way may still happen.</param>
    /// <returns>What was appended, in the order asked for; or that the message had been handled before and nothing happened.</returns>
    /// <exception cref="VersionConflictException">A stream is not at the version its append expects: load, decide again.</exception>
    /// <exception cref="ArgumentException">An event's text holds U+0000; PostgreSQL stores every character but that one.</exception>
    Task<Committed> Commit(IReadOnlyList<Append> appends, Handled? handled, Sql? beside, CancellationToken ct = default);
}

/// <summary>The message a commit is the handling of. The same message is never handled twice by the same endpoint.</summary>
/// <param name="Endpoint">The queue it came from.</param>
/// <param name="MessageId">The bus's id of it: the id of the event it was published from.</param>
public readonly record struct Handled(string Endpoint, Guid MessageId);

/// <summary>Why events happen; stored beside each of them.</summary>
/// <param name="CorrelationId">The inbound text (<c>SmsId</c>) that all this follows from, if any.</param>
/// <param name="CausationId">The message or event that directly led here, if any.</param>
/// <param name="Actor">Who acted: <c>system</c>, <c>rule:{name}</c>, <c>operator:{name}</c>.</param>
/// <param name="Handled">The bus message being handled, if it is one.</param>
public sealed record Cause(Guid? CorrelationId, Guid? CausationId, string Actor, Handled? Handled = null)
{
    /// <summary>The actor where no person and no rule is behind what happens.</summary>
    public const string System = "system";
}

/// <summary>One stream's part in a commit.</summary>
/// <param name="StreamId">The stream, such as <c>ticket-0198…</c>.</param>
/// <param name="StreamType">The kind of stream, such as <c>ticket</c>.</param>
/// <param name="ExpectedVersion">The version the decision was made on; 0 starts the stream.</param>
/// <param name="Events">The facts to append, at least one.</param>
/// <param name="Cause">Why.</param>
public sealed record Append(string StreamId, string StreamType, long ExpectedVersion, IReadOnlyList<object> Events, Cause Cause)
{
    /// <summary>
    /// Only with <see cref="ExpectedVersion"/> 0: what to append instead, at whatever version it is, when the stream turns
    /// out to exist already. Decided by the store inside the transaction, so a duplicate costs no second try.
    /// </summary>
    public IReadOnlyList<object>? IfStreamExists { get; init; }
}

/// <summary>What became of a commit.</summary>
/// <param name="AlreadyHandled">True when the message had been handled before: nothing was appended.</param>
/// <param name="Appended">One entry per append, in the order asked for.</param>
public sealed record Committed(bool AlreadyHandled, IReadOnlyList<Appended> Appended)
{
    internal static readonly Committed Before = new(true, []);
}

/// <summary>What became of one append.</summary>
/// <param name="StreamId">The stream.</param>
/// <param name="Version">Its version now.</param>
/// <param name="Existed">True when <see cref="Append.IfStreamExists"/> was appended in place of the events.</param>
public readonly record struct Appended(string StreamId, long Version, bool Existed);

/// <summary>A stream is not at the version a commit expected: somebody else wrote first. Load it and decide again.</summary>
public sealed class VersionConflictException(string streamIds, Exception? inner = null)
    : Exception($"Another writer was first on: {streamIds}.", inner)
{
    /// <summary>The streams concerned, separated by commas.</summary>
    public string StreamIds { get; } = streamIds;
}

/// <summary>A stored event has a name that this version of the service does not know.</summary>
public sealed class UnknownEventTypeException(string storedName)
    : Exception($"The stored event type '{storedName}' is not known to this version of the service.")
{
    /// <summary>The name as stored.</summary>
    public string StoredName { get; } = storedName;
}
