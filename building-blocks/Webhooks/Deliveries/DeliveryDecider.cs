using System.Globalization;

namespace Sms.Webhooks.Deliveries;

/// <summary>
/// When to try again, when to give up, when to leave a receiver alone, and when to pause: as Standard Webhooks recommends
/// (standard-webhooks.md, "Deliverability and reliability", "Delivery success and failure").
/// </summary>
public static class DeliveryDecider
{
    /// <summary>How long a receiver may have failed, whatever it was sent, before its webhook is paused: before the first delivery is given up.</summary>
    public static readonly TimeSpan PauseAfter = TimeSpan.FromDays(3);

    /// <summary>The longest wish of a receiver that is heard.</summary>
    public static readonly TimeSpan LongestRetryAfter = TimeSpan.FromDays(1);

    private static readonly TimeSpan Breath = TimeSpan.FromSeconds(30);

    // The example schedule of the specification: ten attempts within 75 hours.
    private static readonly TimeSpan[] Delays =
    [
        TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(30), TimeSpan.FromHours(2), TimeSpan.FromHours(5),
        TimeSpan.FromHours(10), TimeSpan.FromHours(14), TimeSpan.FromHours(20), TimeSpan.FromHours(24),
    ];

    /// <summary>How often a delivery is tried before it is given up.</summary>
    public static int MostTries => Delays.Length + 1;

    /// <summary>What an attempt's outcome means.</summary>
    /// <param name="outcome">It.</param>
    /// <param name="tries">How often the delivery has been tried, this attempt included.</param>
    /// <param name="failingSince">Since when the receiver has taken nothing; null when the attempt before was taken, or there was none.</param>
    /// <param name="now">The time.</param>
    /// <param name="jitter">Somewhere from 0 to below 1; spreads what failed together over a fifth of the delay.</param>
    public static AttemptVerdict Decide(AttemptOutcome outcome, int tries, DateTimeOffset? failingSince, DateTimeOffset now, double jitter)
    {
        switch (outcome.What)
        {
            case AttemptOutcome.Delivered:
                return new(DeliveryState.Delivered);
            case AttemptOutcome.NothingToTell:
                return new(DeliveryState.Dropped);
            case AttemptOutcome.Gone:
                return new(DeliveryState.Waiting, now, PauseBecause: "The receiver answered 410 Gone.");
        }

        var asked = outcome.RetryAfter is { } wish ? TimeSpan.FromTicks(Math.Clamp(wish.Ticks, 0, LongestRetryAfter.Ticks)) : TimeSpan.Zero;
        DateTimeOffset? quiet = outcome.Status is 429 or 502 or 503 or 504 ? now + (asked > TimeSpan.Zero ? asked : Breath) : null;
        if (failingSince is { } since && now - since >= PauseAfter)
            return new(DeliveryState.Waiting, now, quiet, string.Create(
                CultureInfo.InvariantCulture, $"The receiver has taken nothing since {since.UtcDateTime:yyyy-MM-dd HH:mm} UTC; the last outcome was {outcome.What}."));
        if (tries >= MostTries)
            return new(DeliveryState.Failed, QuietUntil: quiet);
        var delay = Delays[tries - 1] * (1 + 0.2 * jitter);
        return new(DeliveryState.Waiting, now + (delay > asked ? delay : asked), quiet);
    }
}
