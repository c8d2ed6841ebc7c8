using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Sms.EventStore;

namespace Sms.Ingress.Endpoints;

/// <summary>What happened to a webhook endpoint.</summary>
public abstract record EndpointEvent
{
    /// <summary>The endpoint takes deliveries from now on.</summary>
    /// <param name="Slug">Its name.</param>
    /// <param name="RequestId">Names the request that asked for it, so that the same request again is not a second endpoint.</param>
    /// <param name="RequestDigest">A keyed digest of what it asked for, to tell the same request from another with the same key.</param>
    [StoredAs("ingress.endpoint-registered.v1")]
    public sealed record Registered(
        string Slug,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Guid? RequestId = null,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? RequestDigest = null) : EndpointEvent;

    /// <summary>What kind of gateway delivers was named. Endpoints without this fact are Mobile API Connect's.</summary>
    /// <param name="Profile">The profile's name.</param>
    /// <param name="Custom">The profile itself, as JSON, where it is none of those built in.</param>
    [StoredAs("ingress.endpoint-profile-chosen.v1")]
    public sealed record ProfileChosen(string Profile, string? Custom) : EndpointEvent;

    /// <summary>Our numbers behind the endpoint were named; they take the place of those before.</summary>
    [StoredAs("ingress.endpoint-numbers-set.v1")]
    public sealed record NumbersSet(IReadOnlyList<OurNumber> Numbers) : EndpointEvent;

    /// <summary>Our one number, as it was stored when an endpoint had no more than one.</summary>
    [StoredAs("ingress.endpoint-number-set.v1")]
    public sealed record NumberSet(string Number) : IEarlierVersion
    {
        /// <inheritdoc/>
        public object Upcast() => new NumbersSet([new OurNumber(Number, null, null)]);
    }

    /// <summary>How its deliveries are treated was changed.</summary>
    [StoredAs("ingress.endpoint-settings-changed.v1")]
    public sealed record SettingsChanged(EndpointSettings Settings) : EndpointEvent;

    /// <summary>Deliveries signed with this secret count as genuine. The secret itself is stored encrypted.</summary>
    /// <param name="SecretId">Names it without showing it.</param>
    /// <param name="Encrypted">The secret.</param>
    /// <param name="Fingerprint">The same for the same secret at any endpoint, and of no use without the master key.</param>
    [StoredAs("ingress.endpoint-secret-added.v1")]
    public sealed record SecretAdded(
        Guid SecretId, string Encrypted,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Fingerprint = null) : EndpointEvent;

    /// <summary>They do until then; for good, where no time is given.</summary>
    [StoredAs("ingress.endpoint-secret-limited.v1")]
    public sealed record SecretLimited(Guid SecretId, DateTimeOffset? Until) : EndpointEvent;

    /// <summary>They do not any more.</summary>
    [StoredAs("ingress.endpoint-secret-revoked.v1")]
    public sealed record SecretRevoked(Guid SecretId) : EndpointEvent;

    /// <summary>The endpoint takes nothing any more, as if it were not there.</summary>
    [StoredAs("ingress.endpoint-disabled.v1")]
    public sealed record Disabled(string? Reason) : EndpointEvent;

    /// <summary>It takes deliveries again.</summary>
    [StoredAs("ingress.endpoint-enabled.v1")]
    public sealed record Enabled : EndpointEvent;

    /// <summary>How texts that were missed are fetched from the gateway was set.</summary>
    [StoredAs("ingress.endpoint-history-set.v1")]
    public sealed record HistorySet(HistoryAccess Access) : EndpointEvent;

    /// <summary>They are not fetched any more.</summary>
    [StoredAs("ingress.endpoint-history-removed.v1")]
    public sealed record HistoryRemoved : EndpointEvent;

    /// <summary>A sample of our own went through its door as far as the log.</summary>
    [StoredAs("ingress.endpoint-tested.v1")]
    public sealed record Tested : EndpointEvent;
}

/// <summary>A number of ours.</summary>
/// <param name="Number">E.164 or a short code.</param>
/// <param name="DeviceId">The phone behind it, where the gateway names the phone and not the number that was texted.</param>
/// <param name="Sim">The SIM slot in that phone, from 1, where it has several.</param>
public sealed record OurNumber(string Number, string? DeviceId, int? Sim);

/// <summary>How texts that were missed are fetched from the gateway.</summary>
/// <param name="BaseUrl">Where its API is; nothing else is ever asked.</param>
/// <param name="DeviceId">The phone to ask about, where the gateway wants to know.</param>
/// <param name="User">The user name, for a gateway that wants one.</param>
/// <param name="EncryptedKey">The API key or password.</param>
/// <param name="EveryMinutes">How often to look by itself; null for only when asked to.</param>
public sealed record HistoryAccess(string BaseUrl, string? DeviceId, string? User, string EncryptedKey, int? EveryMinutes);

/// <summary>How an endpoint's deliveries are treated.</summary>
/// <param name="Label">What the endpoint is for, in its operator's word; rides on every text.</param>
/// <param name="Region">The country in which numbers without country code were written, ISO 3166-1.</param>
/// <param name="PublicUrl">Scheme and host (and path, if any) by which the gateway reaches this platform, where its proof covers the URL.</param>
/// <param name="PerSecond">The most deliveries a second that are taken by one instance; null for as many as come.</param>
public sealed record EndpointSettings(string? Label, string? Region, string? PublicUrl, int? PerSecond)
{
    /// <summary>Nothing is set.</summary>
    public static readonly EndpointSettings None = new(null, null, null, null);
}

/// <summary>A signing secret of an endpoint.</summary>
/// <param name="Encrypted">The secret.</param>
/// <param name="Until">When it stops to count; null when it does not.</param>
public sealed record EndpointSecret(string Encrypted, DateTimeOffset? Until)
{
    /// <summary>Whether deliveries signed with it are genuine at that time.</summary>
    public bool Counts(DateTimeOffset at) => Until is not { } until || at < until;
}

/// <summary>A webhook endpoint: where a gateway delivers, and the secrets that prove a delivery genuine.</summary>
/// <param name="Slug">Its name in the address, <c>/hooks/{slug}</c>; null while it is not registered.</param>
/// <param name="Profile">The kind of gateway, by the name of its profile.</param>
/// <param name="Custom">The profile as JSON, where it is none of those built in.</param>
/// <param name="Numbers">Our numbers behind it, as far as they are named.</param>
/// <param name="Settings">How its deliveries are treated.</param>
/// <param name="Secrets">By id. Several count at once while the gateway changes over.</param>
/// <param name="IsDisabled">Whether it takes nothing.</param>
/// <param name="History">How missed texts are fetched, where they are.</param>
public sealed record WebhookEndpoint(
    string? Slug, string Profile, string? Custom, ImmutableArray<OurNumber> Numbers, EndpointSettings Settings,
    ImmutableDictionary<Guid, EndpointSecret> Secrets, bool IsDisabled, HistoryAccess? History)
{
    /// <summary>The profile of an endpoint that names none.</summary>
    public const string DefaultProfile = "mobile-api-connect";

    /// <summary>One stream for each endpoint; its id is the slug.</summary>
    public static readonly StreamOf<WebhookEndpoint, EndpointEvent> Stream = new(
        "endpoint",
        new WebhookEndpoint(null, DefaultProfile, null, [], EndpointSettings.None, ImmutableDictionary<Guid, EndpointSecret>.Empty, false, null),
        Evolve);

    internal IEnumerable<KeyValuePair<Guid, string>> EncryptedSecrets => Secrets.Select(secret => KeyValuePair.Create(secret.Key, secret.Value.Encrypted));

    private static WebhookEndpoint Evolve(WebhookEndpoint endpoint, EndpointEvent happened) => happened switch
    {
        EndpointEvent.Registered e => endpoint with { Slug = e.Slug },
        EndpointEvent.ProfileChosen e => endpoint with { Profile = e.Profile, Custom = e.Custom },
        EndpointEvent.NumbersSet e => endpoint with { Numbers = [.. e.Numbers] },
        EndpointEvent.SettingsChanged e => endpoint with { Settings = e.Settings },
        EndpointEvent.SecretAdded e => endpoint with { Secrets = endpoint.Secrets.SetItem(e.SecretId, new EndpointSecret(e.Encrypted, null)) },
        EndpointEvent.SecretLimited e when endpoint.Secrets.TryGetValue(e.SecretId, out var secret) =>
            endpoint with { Secrets = endpoint.Secrets.SetItem(e.SecretId, secret with { Until = e.Until }) },
        EndpointEvent.SecretRevoked e => endpoint with { Secrets = endpoint.Secrets.Remove(e.SecretId) },
        EndpointEvent.Disabled => endpoint with { IsDisabled = true },
        EndpointEvent.Enabled => endpoint with { IsDisabled = false },
        EndpointEvent.HistorySet e => endpoint with { History = e.Access },
        EndpointEvent.HistoryRemoved => endpoint with { History = null },
        _ => endpoint,
    };
}
