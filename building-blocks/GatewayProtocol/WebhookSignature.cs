using System.Security.Cryptography;

namespace Sms.GatewayProtocol;

/// <summary>
/// Mobile API Connect's proof that a webhook is genuine: <c>X-MAC-Signature: sha256=&lt;hex&gt;</c>, the HMAC-SHA256 of the raw
/// body with the signing secret. The scheme has no timestamp, so a captured delivery stays valid for as long as the secret.
/// </summary>
public static class WebhookSignature
{
    /// <summary>The header that carries it.</summary>
    public const string Header = "X-MAC-Signature";

    private const string Prefix = "sha256=";

    /// <summary>The header value for a body, as the gateway sends it: keyed with the secret as it is written.</summary>
    /// <exception cref="ArgumentException">The secret is refused by <see cref="SigningKey.From(string)"/>.</exception>
    public static string Sign(ReadOnlySpan<byte> body, string secret) => Sign(body, SigningKey.From(secret));

    /// <inheritdoc cref="Sign(ReadOnlySpan{byte}, string)"/>
    public static string Sign(ReadOnlySpan<byte> body, SigningKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        Span<byte> mac = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(key.AsWritten, body, mac);
        return Prefix + Convert.ToHexStringLower(mac);
    }
}
