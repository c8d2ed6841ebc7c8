using Sms.EventStore;

namespace Sms.Helpdesk.Tickets;

/// <summary>A fact about a request that carried an <c>Idempotency-Key</c>.</summary>
public abstract record AgentRequestEvent
{
    /// <summary>It was done.</summary>
    /// <param name="TicketId">The ticket it was about, or made.</param>
    /// <param name="Digest">A digest of what was asked, by which another request with the same key is told apart.</param>
    [StoredAs("helpdesk.request-done.v1")]
    public sealed record RequestDone(Guid TicketId, string Digest) : AgentRequestEvent;
}

/// <summary>A request that carried an <c>Idempotency-Key</c>. Its stream is what makes the same request one.</summary>
/// <param name="Done">What it led to; null when it is new.</param>
public sealed record AgentRequest(AgentRequestEvent.RequestDone? Done)
{
    private static readonly Guid Scope = new("8a0e6f0c-26b5-4a58-8f6b-8f1b9e6b7d35");

    /// <summary>One stream a request.</summary>
    public static readonly StreamOf<AgentRequest, AgentRequestEvent> Stream =
        new("request", new AgentRequest((AgentRequestEvent.RequestDone?)null), (_, happened) => new AgentRequest((AgentRequestEvent.RequestDone)happened));

    /// <summary>The request of this caller with this key.</summary>
    public static Guid IdFor(string caller, string key) => NamedId.Of(Scope, caller, key);
}
