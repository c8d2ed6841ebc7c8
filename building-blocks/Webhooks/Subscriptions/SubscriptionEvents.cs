using System.Text.Json.Serialization;
using Sms.EventStore;

namespace Sms.Webhooks.Subscriptions;

/// <summary>What happened to a webhook. Stored under the name of the service that has it.</summary>
public abstract record SubscriptionEvent
{
    /// <summary>Somebody wants to be told.</summary>
    /// <param name="Terms">Of what, where and in which form.</param>
    /// <param name="RequestDigest">A keyed digest of the request that asked for it, to tell the same request from another with the same key.</param>
    [StoredAs("webhook-created.v1")]
    public sealed record Created(
        SubscriptionTerms Terms,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? RequestDigest = null) : SubscriptionEvent;

    /// <summary>The terms were changed.</summary>
    [StoredAs("webhook-changed.v1")]
    public sealed record Changed(SubscriptionTerms Terms) : SubscriptionEvent;

    /// <summary>Headers to send along were set; they take the place of those before.</summary>
    [StoredAs("webhook-headers-set.v1")]
    public sealed record HeadersSet(IReadOnlyList<EncryptedHeader> Headers) : SubscriptionEvent;

    /// <summary>Deliveries are signed with this secret too. The secret itself is stored encrypted.</summary>
    [StoredAs("webhook-secret-added.v1")]
    public sealed record SecretAdded(Guid SecretId, string Encrypted) : SubscriptionEvent;

    /// <summary>They are until then.</summary>
    [StoredAs("webhook-secret-limited.v1")]
    public sealed record SecretLimited(Guid SecretId, DateTimeOffset Until) : SubscriptionEvent;

    /// <summary>They are not any more.</summary>
    [StoredAs("webhook-secret-revoked.v1")]
    public sealed record SecretRevoked(Guid SecretId) : SubscriptionEvent;

    /// <summary>Nothing is sent for now; what happens meanwhile waits.</summary>
    /// <param name="Reason">Why, in words.</param>
    /// <param name="ByItself">Whether the platform did it, because the receiver wants nothing or takes nothing.</param>
    [StoredAs("webhook-paused.v1")]
    public sealed record Paused(string? Reason, bool ByItself) : SubscriptionEvent;

    /// <summary>What waited is sent, and what comes.</summary>
    [StoredAs("webhook-resumed.v1")]
    public sealed record Resumed : SubscriptionEvent;

    /// <summary>Nothing is sent any more.</summary>
    [StoredAs("webhook-deleted.v1")]
    public sealed record Deleted : SubscriptionEvent;
}

/// <summary>What a webhook is about.</summary>
/// <param name="Name">What people call it.</param>
/// <param name="Url">Where to send; for a mapping with paths of its own, what comes before them.</param>
/// <param name="EventTypes">What it asks for; <c>*</c> is everything.</param>
/// <param name="Mapping">The form, by the name of a mapping.</param>
/// <param name="CustomMapping">The mapping as JSON, where it is none of those built in.</param>
/// <param name="Settings">What the mapping wants to know.</param>
public sealed record SubscriptionTerms(
    string? Name, string Url, IReadOnlyList<string> EventTypes, string Mapping, string? CustomMapping, IReadOnlyList<MappingSetting> Settings)
{
    /// <summary>Whether they say the same.</summary>
    public bool Equals(SubscriptionTerms? other) => other is not null
        && (Name, Url, Mapping, CustomMapping) == (other.Name, other.Url, other.Mapping, other.CustomMapping)
        && EventTypes.SequenceEqual(other.EventTypes) && Settings.SequenceEqual(other.Settings);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Name, Url, Mapping, CustomMapping, EventTypes.Count, Settings.Count);
}

/// <summary>A value that a mapping's templates can name, such as the group tickets go to.</summary>
public sealed record MappingSetting(string Name, string Value);

/// <summary>A header to send along. Its value may be a credential, and is stored encrypted.</summary>
public sealed record EncryptedHeader(string Name, string Encrypted);
