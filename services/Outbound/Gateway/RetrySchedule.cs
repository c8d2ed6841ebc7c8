namespace Sms.Outbound.Gateway;

/// <summary>When to try a text again that the gateway did not take. There is no last try: a text ends by expiring.</summary>
public static class RetrySchedule
{
    private static readonly (TimeSpan First, TimeSpan Longest) Later = (TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(5));

    // A phone comes back within seconds or in hours, and whoever texted is waiting.
    private static readonly (TimeSpan First, TimeSpan Longest) Device = (TimeSpan.FromSeconds(2), TimeSpan.FromMinutes(1));

    private static readonly (TimeSpan First, TimeSpan Longest) Operator = (TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(5));

    /// <summary>The time of the next attempt, or null when there is to be none; after an unknown outcome only for a gateway that would recognise it.</summary>
    /// <param name="answer">What the last attempt came to.</param>
    /// <param name="attempt">How many attempts there have been, from 1.</param>
    /// <param name="now">The time.</param>
    /// <param name="jitter">Somewhere from 0 to below 1; spreads texts that failed together.</param>
    public static DateTimeOffset? Next(GatewayAnswer answer, int attempt, DateTimeOffset now, double jitter) => answer switch
    {
        GatewayAnswer.TryLater { After: { } asked } => now + asked + jitter * Later.First,
        GatewayAnswer.TryLater or GatewayAnswer.Unknown => now + Backoff(Later, attempt, jitter),
        GatewayAnswer.WaitForDevice => now + Backoff(Device, attempt, jitter),
        GatewayAnswer.WaitForOperator => now + Backoff(Operator, attempt, jitter),
        _ => null,
    };

    // Doubles each time; at least half of it is waited, the other half is spread over.
    private static TimeSpan Backoff((TimeSpan First, TimeSpan Longest) pace, int attempt, double jitter)
    {
        var full = Math.Min(pace.First.TotalSeconds * Math.Pow(2, attempt - 1), pace.Longest.TotalSeconds);
        return TimeSpan.FromSeconds(full * (0.5 + 0.5 * jitter));
    }
}
