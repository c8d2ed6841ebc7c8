using Sms.EventStore;

namespace Sms.Webhooks.Subscriptions;

/// <summary>What can be asked of a webhook.</summary>
public abstract record SubscriptionCommand
{
    /// <summary>Tell somebody.</summary>
    public sealed record Create(SubscriptionEvent.Created Creation, SubscriptionEvent.HeadersSet? Headers, SubscriptionEvent.SecretAdded Secret)
        : SubscriptionCommand;

    /// <summary>Be about this from now on. Headers stay as they are where none are given.</summary>
    public sealed record Change(SubscriptionTerms Terms, SubscriptionEvent.HeadersSet? Headers) : SubscriptionCommand;

    /// <summary>Sign with a new secret; those before are used beside it until a time, or shorter where that was said before.</summary>
    public sealed record RotateSecret(SubscriptionEvent.SecretAdded Secret, DateTimeOffset OldUntil, DateTimeOffset Now) : SubscriptionCommand;

    /// <summary>Do not sign with a secret any more.</summary>
    public sealed record RevokeSecret(Guid SecretId, DateTimeOffset Now) : SubscriptionCommand;

    /// <summary>Send nothing for now.</summary>
    public sealed record Pause(string? Reason, bool ByItself) : SubscriptionCommand;

    /// <summary>Go on.</summary>
    public sealed record Resume : SubscriptionCommand;

    /// <summary>Send nothing any more.</summary>
    public sealed record Delete : SubscriptionCommand;
}

/// <summary>All rules about one webhook.</summary>
public static class SubscriptionDecider
{
    /// <summary>The most secrets that deliveries are signed with at once.</summary>
    public const int MostSecrets = 5;

    /// <summary>The facts a command leads to; none when it is so already.</summary>
    /// <exception cref="RefusedException">It cannot be.</exception>
    public static SubscriptionEvent[] Decide(Subscription webhook, SubscriptionCommand command) => command switch
    {
        SubscriptionCommand.Create c when webhook.Terms is null => c.Headers is null ? [c.Creation, c.Secret] : [c.Creation, c.Headers, c.Secret],

        _ when !webhook.Exists => throw new RefusedException("There is no such webhook."),

        SubscriptionCommand.Change c =>
        [
            .. Only(new SubscriptionEvent.Changed(c.Terms), c.Terms != webhook.Terms),
            .. Only(c.Headers, c.Headers is { } set && set.Headers.Count + webhook.Headers.Length > 0),
        ],
        SubscriptionCommand.RotateSecret c =>
        [
            .. Add(webhook, c.Secret, c.Now),
            .. from old in webhook.Secrets
               where old.Value.Counts(c.Now) && (old.Value.Until is null || old.Value.Until > c.OldUntil)
               select new SubscriptionEvent.SecretLimited(old.Key, c.OldUntil),
        ],
        // A receiver that was told to check signatures would take nothing any more.
        SubscriptionCommand.RevokeSecret c when webhook.Secrets.ContainsKey(c.SecretId) && !webhook.Secrets.Any(s => s.Key != c.SecretId && s.Value.Counts(c.Now)) =>
            throw new RefusedException("It is the webhook's only secret: rotate it, with no overlap."),
        SubscriptionCommand.RevokeSecret c => Only(new SubscriptionEvent.SecretRevoked(c.SecretId), webhook.Secrets.ContainsKey(c.SecretId)),
        SubscriptionCommand.Pause c => Only(new SubscriptionEvent.Paused(c.Reason, c.ByItself), webhook.Paused is null),
        SubscriptionCommand.Resume => Only(new SubscriptionEvent.Resumed(), webhook.Paused is not null),
        SubscriptionCommand.Delete => [new SubscriptionEvent.Deleted()],
        _ => throw new RefusedException("There is such a webhook already."),
    };

    /// <summary>A secret among those that count. Those whose time is over make room.</summary>
    private static SubscriptionEvent[] Add(Subscription webhook, SubscriptionEvent.SecretAdded secret, DateTimeOffset now)
    {
        var over = webhook.Secrets.Where(s => !s.Value.Counts(now)).Select(s => s.Key).ToArray();
        return webhook.Secrets.Count - over.Length >= MostSecrets
            ? throw new RefusedException($"The webhook has {MostSecrets} secrets already: revoke one that the receiver no longer checks.")
            : [.. over.Select(id => new SubscriptionEvent.SecretRevoked(id)), secret];
    }

    private static SubscriptionEvent[] Only(SubscriptionEvent? fact, bool isNew) => isNew ? [fact!] : [];
}
