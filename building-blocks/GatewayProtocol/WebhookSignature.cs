using System.Buffers;
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

    /// <summary>Whether the body was signed with this key, in either of its readings.</summary>
    /// <param name="body">The raw bytes as they arrived; a parsed and rewritten body does not verify.</param>
    /// <param name="header">
    /// The header value, or null when there is none: 64 hexadecimal digits of either case, with or without <c>sha256=</c>,
    /// white space around it allowed. Anything else is refused.
    /// </param>
    /// <param name="key">The secret's key.</param>
    public static bool Verify(ReadOnlySpan<byte> body, string? header, SigningKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        Span<byte> claimed = stackalloc byte[HMACSHA256.HashSizeInBytes];
        return TryReadHeader(header, claimed) && Matches(body, claimed, key);
    }

    /// <summary>Whether the body was signed with one of these keys: several while a secret is being rotated, none proves nothing.</summary>
    /// <inheritdoc cref="Verify(ReadOnlySpan{byte}, string?, SigningKey)"/>
    public static bool Verify(ReadOnlySpan<byte> body, string? header, IReadOnlyList<SigningKey> keys)
    {
        ArgumentNullException.ThrowIfNull(keys);
        Span<byte> claimed = stackalloc byte[HMACSHA256.HashSizeInBytes];
        if (!TryReadHeader(header, claimed))
            return false;

        // Stopping at the key that fits tells only a sender who already holds a valid signature which key that was.
        // A forger always waits for all of them. (Indexed: enumerating the interface would allocate.)
        for (var i = 0; i < keys.Count; i++)
            if (Matches(body, claimed, keys[i]))
                return true;
        return false;
    }

    private static bool Matches(ReadOnlySpan<byte> body, ReadOnlySpan<byte> claimed, SigningKey key) =>
        MatchesReading(body, claimed, key.AsWritten)
        || (key.Decoded is { } decoded && MatchesReading(body, claimed, decoded));

    private static bool MatchesReading(ReadOnlySpan<byte> body, ReadOnlySpan<byte> claimed, byte[] key)
    {
        Span<byte> mac = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(key, body, mac);
        return CryptographicOperations.FixedTimeEquals(mac, claimed);
    }

    private static bool TryReadHeader(string? header, Span<byte> claimed)
    {
        var hex = header.AsSpan().Trim();
        if (hex.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase))
            hex = hex[Prefix.Length..];
        return hex.Length == claimed.Length * 2
            && Convert.FromHexString(hex, claimed, out _, out _) == OperationStatus.Done;
    }
}
