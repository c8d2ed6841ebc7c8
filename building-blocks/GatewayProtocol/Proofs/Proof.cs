namespace Sms.GatewayProtocol;

/// <summary>Proves that a request is genuine, on the bytes as they came.</summary>
public static class Proof
{
    /// <summary>Whether a request is genuine. Never throws, whatever the request holds; compares in constant time.</summary>
    /// <param name="profile">The gateway's profile.</param>
    /// <param name="request">The request as it came.</param>
    /// <param name="keys">The keys that live now: several while a secret is being rotated, none proves nothing.</param>
    /// <param name="now">When it came.</param>
    public static ProofResult Verify(CompiledProfile profile, in InboundRequest request, IReadOnlyList<SigningKey> keys, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(profile);
        ArgumentNullException.ThrowIfNull(keys);
        return Verify(profile.Scheme, request, keys, now, null);
    }

    /// <summary>The same, step by step: what was looked for, which bytes were signed, what was expected and what came.</summary>
    /// <inheritdoc cref="Verify(CompiledProfile, in InboundRequest, IReadOnlyList{SigningKey}, DateTimeOffset)"/>
    /// <returns>The steps, with what would let anybody forge this request: for administrators only.</returns>
    public static (ProofResult Result, IReadOnlyList<ProofStep> Steps) Explain(
        CompiledProfile profile, in InboundRequest request, IReadOnlyList<SigningKey> keys, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(profile);
        ArgumentNullException.ThrowIfNull(keys);
        var steps = new List<ProofStep>();
        return (Verify(profile.Scheme, request, keys, now, steps), steps);
    }

    /// <summary>The request with the headers (and, where the scheme wants it, the query parameter) of a genuine one.</summary>
    /// <param name="profile">The gateway's profile.</param>
    /// <param name="request">The request without them. A header that is there already is replaced.</param>
    /// <param name="key">The key; for Ed25519 one made with <see cref="SigningKey.FromEd25519Seed"/>.</param>
    /// <param name="now">When it is sent.</param>
    /// <param name="id">What to use as the id or nonce that goes into the signature: letters, digits and dashes.</param>
    /// <exception cref="ArgumentException">Only the public half of the key is known: nobody but the gateway can sign with it.</exception>
    public static InboundRequest Sign(CompiledProfile profile, in InboundRequest request, SigningKey key, DateTimeOffset now, string id)
    {
        ArgumentNullException.ThrowIfNull(profile);
        ArgumentNullException.ThrowIfNull(key);
        return profile.Scheme.Sign(request, key, now, id);
    }

    private static ProofResult Verify(
        CompiledProof scheme, in InboundRequest request, IReadOnlyList<SigningKey> keys, DateTimeOffset now, List<ProofStep>? steps)
    {
        if (request.IsCompressed)
        {
            steps?.Add(new ProofStep("Content-Encoding", false, "none", "a compressed body"));
            return ProofResult.Rejected(Rejection.Compressed);
        }
        if (keys.Count == 0)
        {
            steps?.Add(new ProofStep("the keys that live now", false, "at least one", "none"));
            return ProofResult.Rejected(Rejection.NoKey);
        }
        return scheme.Verify(request, keys, now, steps);
    }
}

/// <summary>A proof scheme made ready to verify with.</summary>
internal abstract class CompiledProof
{
    /// <summary>The headers it looks at.</summary>
    public abstract IEnumerable<string> Headers { get; }

    public abstract bool LooksAtUrl { get; }

    public abstract ProofResult Verify(in InboundRequest request, IReadOnlyList<SigningKey> keys, DateTimeOffset now, List<ProofStep>? steps);

    public abstract InboundRequest Sign(in InboundRequest request, SigningKey key, DateTimeOffset now, string id);

    public static CompiledProof Of(ProofScheme scheme) => scheme switch
    {
        ProofScheme.Signature signature => new SignatureProof(signature),
        ProofScheme.Token token => new TokenProof(token),
        ProofScheme.FirstPresent several => new FirstPresentProof(several),
        _ => throw new ArgumentException("The scheme is not known.", nameof(scheme)),
    };

    /// <summary>The one value of a header; null, and why, when there is none or more than one.</summary>
    protected static string? Single(in InboundRequest request, string header, List<ProofStep>? steps, out Rejection rejection)
    {
        var count = request.Count(header, out var value);
        rejection = count switch { 0 => Rejection.MissingHeader, 1 => Rejection.None, _ => Rejection.DoubledHeader };
        steps?.Add(new ProofStep($"the header {header}", count == 1, "once", count switch { 0 => "missing", 1 => value, _ => $"{count} times" }));
        return count == 1 ? value : null;
    }

    /// <summary>The request with this header and no other of its name.</summary>
    protected static InboundRequest With(in InboundRequest request, string header, string value) => request with
    {
        Headers = [.. request.Headers.Where(h => !string.Equals(h.Name, header, StringComparison.OrdinalIgnoreCase)), new HeaderLine(header, value)],
    };

    /// <summary>Whether a time lies in the window that counts.</summary>
    protected static ProofResult InTime(ProofResult genuine, DateTimeOffset time, TimeSpan tolerance, DateTimeOffset now, string name, List<ProofStep>? steps)
    {
        var age = now - time;
        var rejection = age > tolerance ? Rejection.Stale : age < -tolerance ? Rejection.FromTheFuture : Rejection.None;
        steps?.Add(new ProofStep(name, rejection is Rejection.None, $"{now:u}, give or take {tolerance.TotalSeconds:0} s", $"{time:u}"));
        return rejection is Rejection.None ? genuine : ProofResult.Rejected(rejection);
    }
}

/// <summary>Several schemes: the first whose header is there decides.</summary>
internal sealed class FirstPresentProof(ProofScheme.FirstPresent rules) : CompiledProof
{
    private readonly SignatureProof[] _schemes = [.. rules.Of.Select(scheme => new SignatureProof(scheme))];

    public override IEnumerable<string> Headers => _schemes.SelectMany(scheme => scheme.Headers);

    public override bool LooksAtUrl => _schemes.Any(scheme => scheme.LooksAtUrl);

    public override ProofResult Verify(in InboundRequest request, IReadOnlyList<SigningKey> keys, DateTimeOffset now, List<ProofStep>? steps)
    {
        foreach (var scheme in _schemes)
            if (request.Count(scheme.Header, out _) > 0)
                return scheme.Verify(request, keys, now, steps);
        steps?.Add(new ProofStep("a header with a signature", false, string.Join(" or ", _schemes.Select(s => s.Header)), "none of them"));
        return ProofResult.Rejected(Rejection.MissingHeader);
    }

    public override InboundRequest Sign(in InboundRequest request, SigningKey key, DateTimeOffset now, string id) =>
        _schemes[0].Sign(request, key, now, id);
}
