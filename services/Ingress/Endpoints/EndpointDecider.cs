using Sms.EventStore;

namespace Sms.Ingress.Endpoints;

/// <summary>What can be asked of an endpoint.</summary>
public abstract record EndpointCommand
{
    /// <summary>Have this endpoint, with this number and this secret among its secrets.</summary>
    /// <param name="Slug">Its name.</param>
    /// <param name="Number">Our number behind it, or null to leave it as it is.</param>
    /// <param name="KnownSecret">The id of the secret when the endpoint has it already.</param>
    /// <param name="NewSecret">Else the secret to add, encrypted.</param>
    public sealed record Register(string Slug, string? Number, Guid? KnownSecret, EndpointEvent.SecretAdded? NewSecret) : EndpointCommand;

    /// <summary>Stop accepting a secret.</summary>
    public sealed record RevokeSecret(Guid SecretId) : EndpointCommand;
}

/// <summary>All rules about endpoints.</summary>
public static class EndpointDecider
{
    /// <summary>The most secrets that live at once.</summary>
    public const int MostSecrets = 5;

    /// <summary>The facts a command leads to; none when it is so already.</summary>
    /// <exception cref="RefusedException">It cannot be.</exception>
    public static EndpointEvent[] Decide(WebhookEndpoint endpoint, EndpointCommand command) => command switch
    {
        EndpointCommand.Register { NewSecret: not null } when endpoint.Secrets.Count >= MostSecrets =>
            throw new RefusedException($"The endpoint has {MostSecrets} secrets already: revoke one that the gateway no longer uses."),

        EndpointCommand.Register c =>
        [
            .. endpoint.Slug is null ? [new EndpointEvent.Registered(c.Slug)] : Array.Empty<EndpointEvent>(),
            .. c.Number is not null && c.Number != endpoint.Number ? [new EndpointEvent.NumberSet(c.Number)] : Array.Empty<EndpointEvent>(),
            .. c.KnownSecret is null && c.NewSecret is not null ? [c.NewSecret] : Array.Empty<EndpointEvent>(),
        ],

        EndpointCommand.RevokeSecret c when endpoint.Secrets.ContainsKey(c.SecretId) => [new EndpointEvent.SecretRevoked(c.SecretId)],
        EndpointCommand.RevokeSecret when endpoint.Slug is not null => [],
        _ => throw new RefusedException("There is no such endpoint."),
    };
}
