using Sms.AutoReply.Rules;
using Sms.EventStore;

namespace Sms.AutoReply.Breakers;

/// <summary>
/// Keeps replies back once more have left than there may: of an endpoint, or all. It is written when it opens and when a person
/// closes it, and not for every text; what it counts are the rulings themselves.
/// </summary>
public sealed record Breaker(bool IsOpen)
{
    /// <summary>The scope of the breaker for all replies. No endpoint can be called so.</summary>
    public const string All = "*";

    /// <summary>One stream for each endpoint, and one for all.</summary>
    public static readonly StreamOf<Breaker, BreakerEvent> Stream = new("breaker", new Breaker(false), (_, happened) => new Breaker(happened is BreakerEvent.Opened));

    /// <summary>The id of a scope's stream.</summary>
    public static string IdOf(string scope) => scope == All ? "all" : $"endpoint-{scope}";
}

public abstract record BreakerEvent
{
    /// <summary>The breaker opened.</summary>
    /// <param name="Scope">The endpoint, or <c>*</c>.</param>
    /// <param name="Most">The replies that there may be.</param>
    /// <param name="Minutes">In so many minutes.</param>
    /// <param name="SmsId">The text whose reply was the first to be kept back.</param>
    /// <param name="At">When.</param>
    [StoredAs("autoreply.breaker-opened.v1")]
    public sealed record Opened(string Scope, int Most, int Minutes, Guid SmsId, DateTimeOffset At) : BreakerEvent;

    /// <summary>A person closed it; what was counted before counts no more.</summary>
    [StoredAs("autoreply.breaker-closed.v1")]
    public sealed record Closed(string Scope, string By, DateTimeOffset At) : BreakerEvent;
}

/// <summary>What breakers say about one more reply.</summary>
/// <param name="EndpointIsOpen">Whether the endpoint's is open.</param>
/// <param name="OverallIsOpen">Whether the one for all is open.</param>
/// <param name="AtEndpoint">Replies so far in each window of the limits' <see cref="Limits.PerEndpoint"/>.</param>
/// <param name="InAll">Replies so far in each window of <see cref="Limits.InAll"/>.</param>
public sealed record BreakerReading(bool EndpointIsOpen, bool OverallIsOpen, IReadOnlyList<long> AtEndpoint, IReadOnlyList<long> InAll)
{
    /// <summary>Why a reply is kept back, and the breaker that opens by it.</summary>
    public (string? Brake, string? Opens, Cap? By) Judge(Limits limits, string endpoint) =>
        OverallIsOpen ? (Withheld.OverallBreaker, null, null)
        : EndpointIsOpen ? (Withheld.EndpointBreaker, null, null)
        : Reached(limits.InAll, InAll) is { } overall ? (Withheld.OverallCap, Breaker.All, overall)
        : Reached(limits.PerEndpoint, AtEndpoint) is { } cap ? (Withheld.EndpointCap, endpoint, cap)
        : (null, null, null);

    private static Cap? Reached(IReadOnlyList<Cap> caps, IReadOnlyList<long> counts) =>
        caps.Where((cap, no) => counts[no] >= cap.Most).FirstOrDefault();
}
