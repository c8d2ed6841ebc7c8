namespace Sms.Webhooks.Deliveries;

/// <summary>What came of telling a receiver.</summary>
/// <param name="What">In a word: <c>delivered</c>, <c>nothing-to-tell</c>, <c>gone</c>, <c>timeout</c>, <c>http-500</c> and the like.</param>
/// <param name="Status">The HTTP status of the last answer, where there was one.</param>
/// <param name="RetryAfter">How long the receiver asks to be left alone.</param>
/// <param name="Said">How the last answer began.</param>
public sealed record AttemptOutcome(string What, int? Status = null, TimeSpan? RetryAfter = null, string? Said = null)
{
    /// <summary>The receiver has it.</summary>
    public const string Delivered = "delivered";

    /// <summary>The mapping has no call for it, or there is nothing to tell any more.</summary>
    public const string NothingToTell = "nothing-to-tell";

    /// <summary>The receiver wants nothing any more (410).</summary>
    public const string Gone = "gone";

    /// <summary>The mapping names something that is neither in the event nor known of the subject.</summary>
    public const string LacksValue = "mapping-lacks-a-value";

    /// <summary>The instance that was at it ended before it could say.</summary>
    public const string Interrupted = "interrupted";
}

/// <summary>What an outcome means for the delivery and its receiver.</summary>
/// <param name="State">One of <see cref="DeliveryState"/>.</param>
/// <param name="NextAt">When to try again, while it waits.</param>
/// <param name="QuietUntil">Until when the receiver is sent nothing at all.</param>
/// <param name="PauseBecause">Why the webhook is to be paused; null when it is not.</param>
public sealed record AttemptVerdict(string State, DateTimeOffset? NextAt = null, DateTimeOffset? QuietUntil = null, string? PauseBecause = null);

/// <summary>Where a delivery stands.</summary>
public static class DeliveryState
{
    /// <summary>Not told yet.</summary>
    public const string Waiting = "waiting";

    /// <summary>Told.</summary>
    public const string Delivered = "delivered";

    /// <summary>Given up, until somebody asks for it again.</summary>
    public const string Failed = "failed";

    /// <summary>Nothing to tell, or nobody any more to tell it to.</summary>
    public const string Dropped = "dropped";

    /// <summary>All of them.</summary>
    public static readonly IReadOnlyList<string> All = [Waiting, Delivered, Failed, Dropped];
}
