using System.Collections.Immutable;
using Sms.EventStore;

namespace Sms.Outbound.Sends;

/// <summary>A fact about a text as a gateway knows it, by the gateway's own id.</summary>
public abstract record GatewayTextEvent
{
    /// <summary>The gateway gave this id to one of our texts.</summary>
    /// <param name="SendId">The text.</param>
    /// <param name="Occasion">The text's stream.</param>
    [StoredAs("outbound.gateway-id-assigned.v1")]
    public sealed record IdAssigned(Guid SendId, string Occasion) : GatewayTextEvent;

    /// <summary>The gateway reports about an id that it has given to none of our texts, or not yet.</summary>
    /// <param name="ReportId">The report.</param>
    /// <param name="Endpoint">The endpoint it came in by.</param>
    /// <param name="Status">What it says, as in <see cref="BusMessages.DeliveryReported.Status"/>.</param>
    /// <param name="Reason">Why it failed, as a short code.</param>
    /// <param name="OccurredAt">When, by the gateway's clock.</param>
    [StoredAs("outbound.report-kept.v1")]
    public sealed record ReportKept(Guid ReportId, string Endpoint, string Status, string? Reason, DateTimeOffset OccurredAt) : GatewayTextEvent;
}

/// <summary>
/// A text as a gateway knows it. Its report can overtake the answer by which we learn its id; both are written to this stream,
/// and whichever comes second finds the other.
/// </summary>
/// <param name="Assigned">Which of our texts it is, once that is known.</param>
/// <param name="Kept">The reports that came before.</param>
public sealed record GatewayText(GatewayTextEvent.IdAssigned? Assigned, ImmutableList<GatewayTextEvent.ReportKept> Kept)
{
    // Part of every such text's identity: a different value would forget what was reported.
    private static readonly Guid Scope = new("b6b1f5a0-2c0c-4d52-8b60-5f5c9d0a7e31");

    /// <summary>What a gateway says about one text.</summary>
    public static readonly StreamOf<GatewayText, GatewayTextEvent> Stream = new("gateway-text", new GatewayText(null, []), Evolve);

    /// <summary>The stream of the text that the gateway behind an endpoint calls by this id.</summary>
    public static Guid IdFor(string endpoint, string gatewayId) => NamedId.Of(Scope, endpoint, gatewayId);

    /// <summary>What the reports that came before say about the text it turns out to be.</summary>
    public IEnumerable<SendCommand> About(Guid sendId) =>
        Kept.Select(kept => new SendCommand.RecordReport(sendId, kept.ReportId, kept.Status, kept.Reason, kept.OccurredAt));

    private static GatewayText Evolve(GatewayText text, GatewayTextEvent happened) => happened switch
    {
        GatewayTextEvent.IdAssigned e => text with { Assigned = e },
        GatewayTextEvent.ReportKept e => text with { Kept = text.Kept.Add(e) },
        _ => text,
    };
}
