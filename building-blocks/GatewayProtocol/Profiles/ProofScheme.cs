using System.Text.Json.Serialization;

namespace Sms.GatewayProtocol;

/// <summary>How a request is proven genuine.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "scheme", UnknownDerivedTypeHandling = JsonUnknownDerivedTypeHandling.FailSerialization)]
[JsonDerivedType(typeof(Signature), "signature")]
[JsonDerivedType(typeof(Token), "jwt")]
[JsonDerivedType(typeof(FirstPresent), "first-present")]
public abstract record ProofScheme
{
    /// <summary>How a secret becomes a key.</summary>
    public KeyRules Key { get; init; } = new();

    /// <summary>A signature over bytes of the request, in a header.</summary>
    public sealed record Signature : ProofScheme
    {
        /// <summary>The algorithm.</summary>
        public required SignatureAlgorithm Algorithm { get; init; }

        /// <summary>
        /// What is signed, with these parts in braces and everything else as it stands: <c>{body}</c> the raw body;
        /// <c>{timestamp}</c> the header of <see cref="Timestamp"/>; <c>{header:Name}</c> any header; <c>{url}</c> the public URL;
        /// <c>{url-without-query}</c>; <c>{sorted-form}</c> the form's fields sorted, name and value run together, nothing when the
        /// body is no form; <c>{plivo-v3}</c> the URL with its query sorted, then the form's fields sorted.
        /// </summary>
        public required string Covers { get; init; }

        /// <summary>The header with the signature.</summary>
        public required string Header { get; init; }

        /// <summary>How the signature is written.</summary>
        public required SignatureEncoding Encoding { get; init; }

        /// <summary>What may stand before it, such as <c>sha256=</c>. In a list, entries without it are other versions and passed over.</summary>
        public string? Prefix { get; init; }

        /// <summary>What separates several signatures in one header; null when there is one only.</summary>
        public string? Separator { get; init; }

        /// <summary>The time that is signed with it; null when the scheme has none, and a captured delivery stays valid as long as the secret.</summary>
        public TimestampRules? Timestamp { get; init; }

        /// <summary>
        /// The query parameter with the SHA-256 of a body that is no form, in hexadecimal, where <see cref="Covers"/> covers the URL
        /// but not such a body.
        /// </summary>
        public string? BodyDigestParameter { get; init; }
    }

    /// <summary>A JSON Web Token (RFC 7519), HS256 and nothing else, whatever its header claims.</summary>
    public sealed record Token : ProofScheme
    {
        /// <summary>The header with it.</summary>
        public string Header { get; init; } = "Authorization";

        /// <summary>What stands before it.</summary>
        public string Prefix { get; init; } = "Bearer ";

        /// <summary>Whether <c>aud</c> must be there and hold the public URL of the request.</summary>
        public bool AudienceIsUrl { get; init; }

        /// <summary>Whether <c>exp</c> must be there. Where it is there it always counts, as <c>nbf</c> does.</summary>
        public bool MustExpire { get; init; }

        /// <summary>Seconds after <c>iat</c> for which a token counts; null when that does not matter. Needs <c>iat</c>.</summary>
        public int? LongestAgeSeconds { get; init; }

        /// <summary>Seconds that the clocks may differ.</summary>
        public int LeewaySeconds { get; init; } = 60;

        /// <summary>The claim with the SHA-256 of the body in hexadecimal; null when the token does not cover the body.</summary>
        public string? BodyDigestClaim { get; init; }
    }

    /// <summary>Several schemes in order of preference: the first whose header is there decides, and no other is tried after it.</summary>
    public sealed record FirstPresent : ProofScheme
    {
        /// <summary>The schemes. They share this record's <see cref="ProofScheme.Key"/>.</summary>
        public required IReadOnlyList<Signature> Of { get; init; }
    }
}

/// <summary>A time that is signed.</summary>
public sealed record TimestampRules
{
    /// <summary>The header with it, Unix time in digits.</summary>
    public required string Header { get; init; }

    /// <summary>Whether it counts seconds or milliseconds.</summary>
    public UnixTime Unit { get; init; } = UnixTime.Seconds;

    /// <summary>Seconds it may lie in the past or in the future.</summary>
    public int ToleranceSeconds { get; init; } = 300;
}

/// <summary>How a secret becomes a key.</summary>
public sealed record KeyRules
{
    /// <summary>Which bytes of the secret are the key.</summary>
    public KeyReading Reading { get; init; } = KeyReading.AsWritten;

    /// <summary>The fewest bytes a key may have, 8 to 64; shorter ones can be guessed from one captured delivery.</summary>
    public int Shortest { get; init; } = SigningKey.ShortestKey;
}

/// <summary>Which bytes of a secret are the key.</summary>
public enum KeyReading
{
    /// <summary>The secret's UTF-8 bytes.</summary>
    AsWritten,

    /// <summary>The secret decoded from base64, after <c>whsec_</c> if it begins so.</summary>
    Base64,

    /// <summary>The secret as written, and of one that begins with <c>whsec_</c> also the rest decoded from base64: either may have been meant.</summary>
    AsWrittenOrBase64,

    /// <summary>The secret decoded from hexadecimal.</summary>
    Hex,

    /// <summary>An Ed25519 public key in base64, 32 bytes.</summary>
    PublicKey,
}

/// <summary>How a signature is computed.</summary>
public enum SignatureAlgorithm
{
    /// <summary>HMAC-SHA1 (RFC 2104).</summary>
    HmacSha1,

    /// <summary>HMAC-SHA256.</summary>
    HmacSha256,

    /// <summary>HMAC-SHA512.</summary>
    HmacSha512,

    /// <summary>Ed25519 (RFC 8032).</summary>
    Ed25519,
}

/// <summary>How a signature is written.</summary>
public enum SignatureEncoding
{
    /// <summary>Hexadecimal digits of either case.</summary>
    Hex,

    /// <summary>Base64, padded or not.</summary>
    Base64,
}

/// <summary>What Unix time is counted in.</summary>
public enum UnixTime
{
    /// <summary>Seconds.</summary>
    Seconds,

    /// <summary>Milliseconds.</summary>
    Milliseconds,
}
