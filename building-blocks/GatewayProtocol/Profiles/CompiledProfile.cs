namespace Sms.GatewayProtocol;

/// <summary>A profile made ready: what <see cref="Proof"/> and <see cref="Reading"/> work with. Immutable; one for all threads.</summary>
public sealed class CompiledProfile
{
    internal CompiledProfile(GatewayProfile profile)
    {
        if (GatewayProfiles.Problems(profile) is [var first, ..])
            throw new ArgumentException($"The profile cannot be used: {first.Field} {first.Reason}.", nameof(profile));
        Profile = profile;
        Scheme = CompiledProof.Of(profile.Proof);
        Content = new CompiledContent(profile.Content, profile.Duplicates, profile.History);
        LooksAtUrl = profile.Content.Format is BodyFormat.Form || Scheme.LooksAtUrl;
        Headers =
        [
            .. Scheme.Headers
                .Concat(profile.Content.Events.SelectMany(e => e.Fields.Values.Concat(e.Envelope.Values)).Append(profile.Content.Event)
                    .SelectMany(path => path?.Alternatives ?? []).Select(CompiledContent.HeaderName).OfType<string>())
                .Concat(["Content-Type", "Content-Encoding"]).Distinct(StringComparer.OrdinalIgnoreCase),
        ];
    }

    /// <summary>What it was made from.</summary>
    public GatewayProfile Profile { get; }

    /// <summary>The headers that matter, in any case of letters: an <see cref="InboundRequest"/> need hold no others.</summary>
    public IReadOnlyList<string> Headers { get; }

    /// <summary>Whether <see cref="InboundRequest.Url"/> matters.</summary>
    public bool LooksAtUrl { get; }

    internal CompiledProof Scheme { get; }

    internal CompiledContent Content { get; }

    /// <summary>Makes the key of a secret, as this gateway derives it.</summary>
    /// <inheritdoc cref="SigningKey.From(KeyRules, string)"/>
    public SigningKey KeyOf(string secret) => SigningKey.From(Profile.Proof.Key, secret);
}
