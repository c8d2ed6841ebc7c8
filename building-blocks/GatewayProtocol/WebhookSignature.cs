using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

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
    /// <exception cref="ArgumentException">The secret is refused by <see cref="SigningKey.From"/>.</exception>
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

/// <summary>
/// A signing secret made ready. The gateway's documentation does not say whether the key of a <c>whsec_…</c> secret is the
/// string as written or its base64-decoded rest, and vendors have done both (polarsource/polar #13522 and #14102 moved from
/// one to the other), so both readings verify.
/// </summary>
public sealed class SigningKey
{
    /// <summary>Keys shorter than this, in bytes, are refused: they can be guessed from one captured delivery.</summary>
    public const int ShortestKey = 16;

    private const string WebhookSecret = "whsec_";

    private SigningKey(byte[] asWritten, byte[]? decoded) => (AsWritten, Decoded) = (asWritten, decoded);

    /// <summary>The secret's UTF-8 bytes, <c>whsec_</c> included.</summary>
    internal byte[] AsWritten { get; }

    /// <summary>What follows <c>whsec_</c>, base64-decoded; null where there is no such reading.</summary>
    internal byte[]? Decoded { get; }

    /// <summary>Makes the key of a secret.</summary>
    /// <exception cref="ArgumentException">
    /// The secret (what follows <c>whsec_</c>, if it begins so) is shorter than <see cref="ShortestKey"/> bytes, has white space
    /// around it, as a pasted line or a file's line break leaves, or is not valid Unicode. The message never holds the secret.
    /// </exception>
    public static SigningKey From(string secret)
    {
        ArgumentNullException.ThrowIfNull(secret);
        if (secret.AsSpan().Trim().Length != secret.Length)
            throw new ArgumentException("The signing secret has white space around it.", nameof(secret));

        var asWritten = Encoding.UTF8.GetBytes(secret);
        if (Encoding.UTF8.GetString(asWritten) != secret)
            throw new ArgumentException("The signing secret is not valid Unicode.", nameof(secret));

        var prefixed = secret.StartsWith(WebhookSecret, StringComparison.Ordinal);
        var random = prefixed ? asWritten.AsSpan(WebhookSecret.Length) : asWritten;
        if (random.Length < ShortestKey)
            throw new ArgumentException($"The signing secret is shorter than {ShortestKey} bytes.", nameof(secret));

        return new SigningKey(asWritten, prefixed ? Decode(random) : null);
    }

    private static byte[]? Decode(ReadOnlySpan<byte> base64)
    {
        // Padding is optional: libraries of one language add it, those of another insist on it.
        var digits = base64.TrimEnd((byte)'=');
        var padded = new byte[(digits.Length + 3) / 4 * 4];
        padded.AsSpan().Fill((byte)'=');
        digits.CopyTo(padded);

        var decoded = new byte[padded.Length];
        return Base64.DecodeFromUtf8(padded, decoded, out _, out var length) == OperationStatus.Done && length >= ShortestKey
            ? decoded[..length]
            : null;
    }
}
