using System.Collections.Immutable;
using Sms.EventStore;

namespace Sms.Ingress.Endpoints;

/// <summary>What happened to a webhook endpoint.</summary>
public abstract record EndpointEvent
{
    /// <summary>The endpoint takes deliveries from now on.</summary>
    [StoredAs("ingress.endpoint-registered.v1")]
    public sealed record Registered(string Slug) : EndpointEvent;

    /// <summary>Our number behind the endpoint was named.</summary>
    [StoredAs("ingress.endpoint-number-set.v1")]
    public sealed record NumberSet(string Number) : EndpointEvent;

    /// <summary>Deliveries signed with this secret count as genuine. The secret itself is stored encrypted.</summary>
    [StoredAs("ingress.endpoint-secret-added.v1")]
    public sealed record SecretAdded(Guid SecretId, string Encrypted) : EndpointEvent;

    /// <summary>They do not any more.</summary>
    [StoredAs("ingress.endpoint-secret-revoked.v1")]
    public sealed record SecretRevoked(Guid SecretId) : EndpointEvent;
}

/// <summary>A webhook endpoint: where a gateway delivers, and the secrets that prove a delivery genuine.</summary>
/// <param name="Slug">Its name in the address, <c>/hooks/{slug}</c>; null while it is not registered.</param>
/// <param name="Number">Our number behind it, if named.</param>
/// <param name="Secrets">Encrypted, by id. Several live at once while the gateway changes over.</param>
public sealed record WebhookEndpoint(string? Slug, string? Number, ImmutableDictionary<Guid, string> Secrets)
{
    /// <summary>One stream for each endpoint; its id is the slug.</summary>
    public static readonly StreamOf<WebhookEndpoint, EndpointEvent> Stream =
        new("endpoint", new WebhookEndpoint(null, null, ImmutableDictionary<Guid, string>.Empty), Evolve);

    private static WebhookEndpoint Evolve(WebhookEndpoint endpoint, EndpointEvent happened) => happened switch
    {
        EndpointEvent.Registered e => endpoint with { Slug = e.Slug },
        EndpointEvent.NumberSet e => endpoint with { Number = e.Number },
        EndpointEvent.SecretAdded e => endpoint with { Secrets = endpoint.Secrets.SetItem(e.SecretId, e.Encrypted) },
        EndpointEvent.SecretRevoked e => endpoint with { Secrets = endpoint.Secrets.Remove(e.SecretId) },
        _ => endpoint,
    };
}
