using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Sms.GatewayProtocol;

/// <summary>Verifies a JSON Web Token: HS256, whatever its header claims (RFC 8725, 3.1), then its claims.</summary>
internal sealed class TokenProof(ProofScheme.Token rules) : CompiledProof
{
    private const int LongestToken = 8192;

    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 16, AllowDuplicateProperties = false };

    public override IEnumerable<string> Headers => [rules.Header];

    public override bool LooksAtUrl => rules.AudienceIsUrl;

    public override ProofResult Verify(in InboundRequest request, IReadOnlyList<SigningKey> keys, DateTimeOffset now, List<ProofStep>? steps)
    {
        if (Single(request, rules.Header, steps, out var rejection) is not { } header)
            return ProofResult.Rejected(rejection);
        header = header.Trim();
        if (!header.StartsWith(rules.Prefix, StringComparison.OrdinalIgnoreCase)
            || header[rules.Prefix.Length..].Trim() is not { Length: > 0 and <= LongestToken } token
            || token.Split('.') is not [var head, var claims, var signature]
            || Decode(signature) is not { } claimed
            || Parse(head) is not { } algorithm)
            return Reject(Rejection.Malformed, "a token of three parts", steps);
        using (algorithm)
        {
            // Extensions that must be understood are not: none is known (RFC 7515, 4.1.11).
            if (!algorithm.RootElement.TryGetProperty("alg", out var alg) || alg.ValueKind is not JsonValueKind.String || Text(alg) != "HS256" || algorithm.RootElement.TryGetProperty("crit", out _))
                return Reject(Rejection.WrongAlgorithm, "HS256", steps);
        }

        var signed = Encoding.ASCII.GetBytes(token[..(head.Length + 1 + claims.Length)]);
        var key = KeyOf(signed, claimed, keys, steps);
        if (key < 0)
            return ProofResult.Rejected(Rejection.WrongSignature);
        if (Parse(claims) is not { } parsed)
            return Reject(Rejection.Malformed, "claims in JSON", steps);
        using (parsed)
            return VerifyClaims(parsed.RootElement, request, now, steps) is var wrong and not Rejection.None
                ? ProofResult.Rejected(wrong)
                : ProofResult.Genuine(key);
    }

    public override InboundRequest Sign(in InboundRequest request, SigningKey key, DateTimeOffset now, string id)
    {
        var unix = now.ToUnixTimeSeconds();
        var claims = new Dictionary<string, object> { ["iat"] = unix, ["jti"] = id };
        if (rules.MustExpire)
            (claims["nbf"], claims["exp"]) = (unix - 600, unix + 600);
        if (rules.AudienceIsUrl)
            claims["aud"] = new[] { request.Url };
        if (rules.BodyDigestClaim is { } digest)
            claims[digest] = Convert.ToHexStringLower(SHA256.HashData(request.Body.Span));
        var signed = Base64Url.EncodeToString("""{"alg":"HS256","typ":"JWT"}"""u8) + "."
            + Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(claims));
        var mac = HMACSHA256.HashData(key.AsWritten, Encoding.ASCII.GetBytes(signed));
        return With(request, rules.Header, $"{rules.Prefix}{signed}.{Base64Url.EncodeToString(mac)}");
    }

    private static int KeyOf(byte[] signed, byte[] claimed, IReadOnlyList<SigningKey> keys, List<ProofStep>? steps)
    {
        Span<byte> mac = stackalloc byte[HMACSHA256.HashSizeInBytes];
        steps?.Add(new ProofStep("what is signed, the token's first two parts", true, Found: Encoding.ASCII.GetString(signed)));
        for (var i = 0; i < keys.Count; i++)
        {
            HMACSHA256.HashData(keys[i].AsWritten, signed, mac);
            var matches = CryptographicOperations.FixedTimeEquals(mac, claimed);
            steps?.Add(new ProofStep($"key {i + 1}", matches, Base64Url.EncodeToString(mac), Base64Url.EncodeToString(claimed)));
            if (matches)
                return i;
        }
        return -1;
    }

    private Rejection VerifyClaims(JsonElement claims, in InboundRequest request, DateTimeOffset now, List<ProofStep>? steps)
    {
        var leeway = TimeSpan.FromSeconds(rules.LeewaySeconds);
        if (!TryTime(claims, "exp", out var expires) || !TryTime(claims, "nbf", out var begins) || !TryTime(claims, "iat", out var issued))
            return Because(Rejection.Malformed, "exp, nbf and iat are numbers of seconds", "something else", steps);
        if (expires is null && rules.MustExpire || issued is null && rules.LongestAgeSeconds is not null)
            return Because(Rejection.Malformed, rules.MustExpire ? "exp" : "iat", "missing", steps);
        if (now - leeway >= expires)
            return Because(Rejection.Stale, $"exp after {now:u}", $"{expires:u}", steps);
        if (now + leeway < begins)
            return Because(Rejection.FromTheFuture, $"nbf not after {now:u}", $"{begins:u}", steps);
        if (now + leeway < issued)
            return Because(Rejection.FromTheFuture, $"iat not after {now:u}", $"{issued:u}", steps);
        if (rules.LongestAgeSeconds is { } age && now - leeway - TimeSpan.FromSeconds(age) > issued)
            return Because(Rejection.Stale, $"iat within {age} s of {now:u}", $"{issued:u}", steps);
        if (rules.AudienceIsUrl && !IsFor(claims, request.Url, out var audience))
            return Because(Rejection.WrongAudience, $"aud {request.Url}", audience, steps);
        if (rules.BodyDigestClaim is { } name)
        {
            var digest = Convert.ToHexStringLower(SHA256.HashData(request.Body.Span));
            var given = claims.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String ? Text(value) : null;
            if (!string.Equals(given, digest, StringComparison.OrdinalIgnoreCase))
                return Because(Rejection.WrongBody, $"{name} {digest}", given ?? "missing", steps);
        }
        steps?.Add(new ProofStep("the token's claims", true));
        return Rejection.None;
    }

    private static bool IsFor(JsonElement claims, string url, out string audience)
    {
        audience = "missing";
        if (!claims.TryGetProperty("aud", out var aud))
            return false;
        var values = aud.ValueKind is JsonValueKind.Array ? aud.EnumerateArray().ToArray() : [aud];
        var written = values.Where(v => v.ValueKind is JsonValueKind.String).Select(Text).OfType<string>().ToList();
        audience = string.Join(", ", written);
        return written.Exists(one => SameUrl(one, url));
    }

    // A host's case and a port that goes without saying make no other URL (RFC 3986, 6.2).
    private static bool SameUrl(string one, string other) =>
        Uri.TryCreate(one, UriKind.Absolute, out var a) && Uri.TryCreate(other, UriKind.Absolute, out var b)
        && string.Equals(a.AbsoluteUri, b.AbsoluteUri, StringComparison.Ordinal);

    private static bool TryTime(JsonElement claims, string name, out DateTimeOffset? time)
    {
        time = null;
        if (!claims.TryGetProperty(name, out var value))
            return true;
        if (value.ValueKind is not JsonValueKind.Number || !value.TryGetDouble(out var seconds) || !(seconds is >= 0 and <= 253_402_300_799))
            return false;
        time = DateTimeOffset.FromUnixTimeMilliseconds((long)(seconds * 1000));
        return true;
    }

    private static string? Text(JsonElement value)
    {
        try
        {
            return value.GetString();
        }
        catch (InvalidOperationException)
        {
            return null; // Half a surrogate pair.
        }
    }

    private static byte[]? Decode(string part)
    {
        // Base64Url passes over white space and padding; a token holds neither (RFC 7515, 2).
        if (part.Any(c => !char.IsAsciiLetterOrDigit(c) && c is not ('-' or '_')))
            return null;
        var decoded = new byte[Base64Url.GetMaxDecodedLength(part.Length)];
        return Base64Url.DecodeFromChars(part, decoded, out _, out var length) == OperationStatus.Done ? decoded[..length] : null;
    }

    private static JsonDocument? Parse(string part)
    {
        if (Decode(part) is not { } json)
            return null;
        try
        {
            var document = JsonDocument.Parse(json, Strict);
            if (document.RootElement.ValueKind is JsonValueKind.Object)
                return document;
            document.Dispose();
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // Not JSON, or a name in it is half a surrogate pair.
        }
        return null;
    }

    private static Rejection Because(Rejection rejection, string expected, string found, List<ProofStep>? steps)
    {
        steps?.Add(new ProofStep("the token's claims", false, expected, found));
        return rejection;
    }

    private static ProofResult Reject(Rejection rejection, string expected, List<ProofStep>? steps)
    {
        steps?.Add(new ProofStep("the token", false, expected, "something else"));
        return ProofResult.Rejected(rejection);
    }
}
