using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Sms.Webhooks.Deliveries;

/// <summary>The symmetric signature of Standard Webhooks: HMAC-SHA256 of id, timestamp and body, in base64 (standard-webhooks.md, "Signature scheme").</summary>
public static class StandardSignature
{
    /// <summary>How secrets begin.</summary>
    public const string Prefix = "whsec_";

    // "At least 24 bytes (192 bits, 512 maximum)".
    private const int Shortest = 24, Longest = 64;

    /// <summary>A secret of our own making, 32 random bytes.</summary>
    public static string NewSecret() => Prefix + Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));

    /// <summary>What is wrong with a secret, or null.</summary>
    public static string? Fault(string secret) => Key(secret) is { Length: >= Shortest and <= Longest } ? null
        : $"must be {Prefix} and then {Shortest} to {Longest} bytes in base64";

    /// <summary>The signature header: one signature for each secret, with spaces between them.</summary>
    /// <param name="id">The header <c>webhook-id</c>.</param>
    /// <param name="timestamp">The header <c>webhook-timestamp</c>, in seconds since 1970.</param>
    /// <param name="body">The body, byte by byte as it is sent.</param>
    /// <param name="secrets">The secrets, at least one.</param>
    public static string Sign(string id, long timestamp, ReadOnlySpan<byte> body, IEnumerable<string> secrets)
    {
        var head = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{id}.{timestamp}."));
        var signed = new byte[head.Length + body.Length];
        head.CopyTo(signed, 0);
        body.CopyTo(signed.AsSpan(head.Length));
        return string.Join(' ', secrets.Select(secret => "v1," + Convert.ToBase64String(HMACSHA256.HashData(Key(secret)!, signed))));
    }

    private static byte[]? Key(string secret)
    {
        var key = new byte[secret.Length];
        return secret.StartsWith(Prefix, StringComparison.Ordinal) && Convert.TryFromBase64String(secret[Prefix.Length..], key, out var length)
            ? key[..length]
            : null;
    }
}
