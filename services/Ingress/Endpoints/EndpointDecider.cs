using Sms.EventStore;

namespace Sms.Ingress.Endpoints;

/// <summary>What can be asked of an endpoint.</summary>
public abstract record EndpointCommand
{
    /// <summary>Have this endpoint like this. What is null is left as it is.</summary>
    /// <param name="Registration">Its name, and the request that asks for it.</param>
    /// <param name="Now">When it is asked.</param>
    public sealed record Register(EndpointEvent.Registered Registration, DateTimeOffset Now) : EndpointCommand
    {
        /// <summary>The kind of gateway.</summary>
        public EndpointEvent.ProfileChosen? Profile { get; init; }

        /// <summary>Our numbers.</summary>
        public IReadOnlyList<OurNumber>? Numbers { get; init; }

        /// <summary>How deliveries are treated.</summary>
        public EndpointSettings? Settings { get; init; }

        /// <summary>The id of the secret it shall have, when it has it already.</summary>
        public Guid? KnownSecret { get; init; }

        /// <summary>Else the secret to add.</summary>
        public EndpointEvent.SecretAdded? NewSecret { get; init; }
    }

    /// <summary>Have a new secret; those before count until a time, or shorter where that was said before.</summary>
    public sealed record RotateSecret(EndpointEvent.SecretAdded NewSecret, DateTimeOffset OldUntil, DateTimeOffset Now) : EndpointCommand;

    /// <summary>Stop accepting a secret at once.</summary>
    public sealed record RevokeSecret(Guid SecretId) : EndpointCommand;

    /// <summary>Fetch missed texts in this way from now on; null not at all.</summary>
    public sealed record SetHistory(HistoryAccess? Access) : EndpointCommand;

    /// <summary>Take nothing any more.</summary>
    public sealed record Disable(string? Reason) : EndpointCommand;

    /// <summary>Take deliveries again.</summary>
    public sealed record Enable : EndpointCommand;
}

/// <summary>All rules about one endpoint.</summary>
public static class EndpointDecider
{
    /// <summary>The most secrets that count at once.</summary>
    public const int MostSecrets = 5;

    /// <summary>The facts a command leads to; none when it is so already.</summary>
    /// <exception cref="RefusedException">It cannot be.</exception>
    public static EndpointEvent[] Decide(WebhookEndpoint endpoint, EndpointCommand command) => command switch
    {
        EndpointCommand.Register c =>
        [
            .. Only(c.Registration, endpoint.Slug is null),
            .. Only(c.Profile, c.Profile is { } p && (p.Profile, p.Custom) != (endpoint.Profile, endpoint.Custom)),
            .. Only(new EndpointEvent.NumbersSet(c.Numbers ?? []), c.Numbers is not null && !c.Numbers.SequenceEqual(endpoint.Numbers)),
            .. Only(new EndpointEvent.SettingsChanged(c.Settings!), c.Settings is not null && c.Settings != endpoint.Settings),
            .. c.KnownSecret is { } known ? Only(new EndpointEvent.SecretLimited(known, null), endpoint.Secrets[known].Until is not null)
                : c.NewSecret is not null ? Add(endpoint, c.NewSecret, c.Now)
                : [],
        ],

        _ when endpoint.Slug is null => throw new RefusedException("There is no such endpoint."),

        EndpointCommand.RotateSecret c =>
        [
            .. Add(endpoint, c.NewSecret, c.Now),
            .. from old in endpoint.Secrets
               where old.Value.Until is null || old.Value.Until > c.OldUntil
               orderby old.Key
               select new EndpointEvent.SecretLimited(old.Key, c.OldUntil),
        ],
        EndpointCommand.RevokeSecret c => Only(new EndpointEvent.SecretRevoked(c.SecretId), endpoint.Secrets.ContainsKey(c.SecretId)),
        EndpointCommand.SetHistory { Access: { } access } => [new EndpointEvent.HistorySet(access)],
        EndpointCommand.SetHistory => Only(new EndpointEvent.HistoryRemoved(), endpoint.History is not null),
        EndpointCommand.Disable c => Only(new EndpointEvent.Disabled(c.Reason), !endpoint.IsDisabled),
        EndpointCommand.Enable => Only(new EndpointEvent.Enabled(), endpoint.IsDisabled),
        _ => throw new RefusedException("There is no such endpoint."),
    };

    /// <summary>A secret among those that count. Those whose time is over make room: they prove nothing any more.</summary>
    private static EndpointEvent[] Add(WebhookEndpoint endpoint, EndpointEvent.SecretAdded secret, DateTimeOffset now)
    {
        var over = endpoint.Secrets.Where(s => !s.Value.Counts(now)).Select(s => s.Key).Order().ToArray();
        return endpoint.Secrets.Count - over.Length >= MostSecrets
            ? throw new RefusedException($"The endpoint has {MostSecrets} secrets already: revoke one that the gateway no longer uses.")
            : [.. over.Select(id => new EndpointEvent.SecretRevoked(id)), secret];
    }

    private static EndpointEvent[] Only(EndpointEvent? fact, bool isNew) => isNew ? [fact!] : [];
}
