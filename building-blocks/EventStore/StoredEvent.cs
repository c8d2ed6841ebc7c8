using System.Text.Json;

namespace Sms.EventStore;

/// <summary>A fact as the log holds it.</summary>
/// <param name="Id">The event's id, and the bus id of the message published from it.</param>
/// <param name="StreamId">The stream it belongs to.</param>
/// <param name="Version">Its place in that stream, from 1.</param>
/// <param name="Type">Its stored name, such as <c>helpdesk.ticket-opened.v1</c>.</param>
/// <param name="Data">The fact itself.</param>
/// <param name="At">When it was committed by this service, UTC.</param>
/// <param name="CorrelationId">The inbound text all this follows from, if any.</param>
/// <param name="CausationId">The message or event that directly led here, if any.</param>
/// <param name="Actor">Who acted.</param>
public sealed record StoredEvent(
    Guid Id, string StreamId, long Version, string Type, object Data, DateTimeOffset At,
    Guid? CorrelationId, Guid? CausationId, string Actor)
{
    /// <summary>The W3C trace the event was committed in, so that what follows from it joins the same trace.</summary>
    public string? TraceParent { get; init; }

    /// <summary>
    /// The stream of the fact before it in its lane, where it is in one and that is known. Only told to what is published from the fact.
    /// </summary>
    public string? Follows { get; init; }
}

/// <summary>
/// The name an event is stored under, explicit and versioned, never derived from the CLR name. In a building block without the
/// service's name before it: each service that has the block stores it under its own.
/// </summary>
/// <example><c>[StoredAs("helpdesk.ticket-opened.v1")]</c></example>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class StoredAsAttribute(string name) : Attribute
{
    /// <summary>The stored name.</summary>
    public string Name { get; } = name;
}

/// <summary>A shape an event had in an earlier version; stays readable for ever.</summary>
public interface IEarlierVersion
{
    /// <summary>The same fact in its present shape.</summary>
    object Upcast();
}

/// <summary>How events are written as JSON: property names as declared, as Marten's default does.</summary>
public static class EventJson
{
    /// <summary>The options all event data is written and read with.</summary>
    public static readonly JsonSerializerOptions Options = new();
}
