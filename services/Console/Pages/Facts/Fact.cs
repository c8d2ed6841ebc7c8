using System.Text.Json;

namespace Sms.Console.Pages.Facts;

/// <summary>A fact, as a service's log holds it.</summary>
/// <param name="Seq">Its place in that log.</param>
/// <param name="Id">Its id, which what follows from it names as its cause.</param>
/// <param name="StreamId">The stream it is in.</param>
/// <param name="Version">Its place there, from 1.</param>
/// <param name="Type">Its stored name: <c>helpdesk.ticket-opened.v1</c>.</param>
/// <param name="Data">What it says.</param>
/// <param name="At">When it was committed.</param>
/// <param name="CorrelationId">The text, or other beginning, that it follows from.</param>
/// <param name="CausationId">The fact that led to it.</param>
/// <param name="Actor">Who acted.</param>
public sealed record Fact(
    long Seq, Guid Id, string StreamId, long Version, string Type, JsonElement Data, DateTimeOffset At, Guid? CorrelationId, Guid? CausationId, string? Actor)
{
    /// <summary>The service that keeps it.</summary>
    public string Service => Type[..Type.IndexOf('.', StringComparison.Ordinal)];

    /// <summary>Its stored name without the version.</summary>
    public string Name => Type[..Type.LastIndexOf('.')];
}
