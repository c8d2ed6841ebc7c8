using System.Collections.Immutable;
using Sms.EventStore;

namespace Sms.Webhooks.Subscriptions;

/// <summary>A secret that deliveries are signed with.</summary>
/// <param name="Encrypted">It.</param>
/// <param name="Until">When it stops to be used; null when it does not.</param>
public sealed record SigningSecret(string Encrypted, DateTimeOffset? Until)
{
    /// <summary>Whether deliveries are signed with it at that time.</summary>
    public bool Counts(DateTimeOffset at) => Until is not { } until || at < until;
}

/// <summary>A webhook: who wants to be told what, where and in which form.</summary>
/// <param name="Terms">What it is about; null while it does not exist.</param>
/// <param name="RequestDigest">A keyed digest of the request that asked for it.</param>
/// <param name="Headers">Headers to send along.</param>
/// <param name="Secrets">By id. Several count at once while the receiver changes over.</param>
/// <param name="Paused">That it is paused, and why; null when it is not.</param>
/// <param name="IsDeleted">Whether it is gone.</param>
public sealed record Subscription(
    SubscriptionTerms? Terms, string? RequestDigest, ImmutableArray<EncryptedHeader> Headers, ImmutableSortedDictionary<Guid, SigningSecret> Secrets,
    SubscriptionEvent.Paused? Paused, bool IsDeleted)
{
    /// <summary>One stream for each webhook.</summary>
    public static readonly StreamOf<Subscription, SubscriptionEvent> Stream = new(
        "webhook", new Subscription(null, null, [], ImmutableSortedDictionary<Guid, SigningSecret>.Empty, null, false), Evolve);

    /// <summary>Whether it is there.</summary>
    public bool Exists => Terms is not null && !IsDeleted;

    /// <summary>The webhook a stream is about.</summary>
    public static Guid IdOf(string streamId) => Guid.Parse(streamId.AsSpan(Stream.Name.Length + 1));

    private static Subscription Evolve(Subscription webhook, SubscriptionEvent happened) => happened switch
    {
        SubscriptionEvent.Created e => webhook with { Terms = e.Terms, RequestDigest = e.RequestDigest },
        SubscriptionEvent.Changed e => webhook with { Terms = e.Terms },
        SubscriptionEvent.HeadersSet e => webhook with { Headers = [.. e.Headers] },
        SubscriptionEvent.SecretAdded e => webhook with { Secrets = webhook.Secrets.SetItem(e.SecretId, new SigningSecret(e.Encrypted, null)) },
        SubscriptionEvent.SecretLimited e when webhook.Secrets.TryGetValue(e.SecretId, out var secret) =>
            webhook with { Secrets = webhook.Secrets.SetItem(e.SecretId, secret with { Until = e.Until }) },
        SubscriptionEvent.SecretRevoked e => webhook with { Secrets = webhook.Secrets.Remove(e.SecretId) },
        SubscriptionEvent.Paused e => webhook with { Paused = e },
        SubscriptionEvent.Resumed => webhook with { Paused = null },
        SubscriptionEvent.Deleted => webhook with { IsDeleted = true },
        _ => webhook,
    };
}
