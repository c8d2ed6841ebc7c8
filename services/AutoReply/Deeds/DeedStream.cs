using Sms.EventStore;

namespace Sms.AutoReply.Deeds;

/// <summary>What has become of something a rule wants done later, or outside: a delayed reply, a webhook call, an e-mail.</summary>
/// <param name="Attempts">How often it was begun.</param>
/// <param name="IsOver">Whether nothing more will be tried.</param>
public sealed record DeedProgress(int Attempts, bool IsOver)
{
    /// <summary>One stream for each deed, by its id.</summary>
    public static readonly StreamOf<DeedProgress, DeedEvent> Stream = new("deed", new DeedProgress(0, false), (deed, happened) => happened switch
    {
        DeedEvent.Begun e => deed with { Attempts = e.Attempt },
        DeedEvent.AttemptFailed => deed,
        _ => deed with { IsOver = true },
    });

    /// <summary>How often something outside is tried: over about a day.</summary>
    public const int MostAttempts = 12;

    /// <summary>How long to wait after so many attempts: from 10 seconds on twice as long each time, at most 4 hours.</summary>
    public static TimeSpan Pause(int attempts) => TimeSpan.FromSeconds(Math.Min(10 * Math.Pow(2, attempts - 1), 4 * 3600));
}

public abstract record DeedEvent
{
    /// <summary>An attempt begins. Stored before it is made: the instance whose entry this is makes it, and no other until a time.</summary>
    [StoredAs("autoreply.deed-begun.v1")]
    public sealed record Begun(Guid DeedId, int Attempt, DateTimeOffset Until) : DeedEvent;

    /// <summary>An attempt failed; the next one is due at a time.</summary>
    [StoredAs("autoreply.deed-attempt-failed.v1")]
    public sealed record AttemptFailed(Guid DeedId, int Attempt, string Why, DateTimeOffset NextAt) : DeedEvent;

    /// <summary>It is done.</summary>
    [StoredAs("autoreply.deed-done.v1")]
    public sealed record Done(Guid DeedId, DateTimeOffset At) : DeedEvent;

    /// <summary>It is not tried any more.</summary>
    [StoredAs("autoreply.deed-given-up.v1")]
    public sealed record GivenUp(Guid DeedId, string Why, DateTimeOffset At) : DeedEvent;

    /// <summary>A delayed reply is due, and leaves.</summary>
    [StoredAs("autoreply.delayed-reply-due.v1")]
    public sealed record ReplyDue(
        Guid DeedId, Guid SmsId, string Rule, string Endpoint, string From, string To, string Text, DateTimeOffset At, DateTimeOffset ExpiresAt) : DeedEvent;

    /// <summary>A delayed reply does not leave: a person has answered, or taken the conversation, meanwhile.</summary>
    [StoredAs("autoreply.delayed-reply-dropped.v1")]
    public sealed record ReplyDropped(Guid DeedId, string Why, DateTimeOffset At) : DeedEvent;
}
