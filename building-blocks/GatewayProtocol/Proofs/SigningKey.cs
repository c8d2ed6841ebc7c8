using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace Sms.GatewayProtocol;

/// <summary>
/// A signing secret made ready. The documentation of Mobile API Connect does not say whether the key of a <c>whsec_…</c> secret is
/// the string as written or its base64-decoded rest, and vendors have done both (polarsource/polar #13522 and #14102 moved from one
/// to the other), so a key may have two readings and both verify.
/// </summary>
public sealed class SigningKey
{
    /// <summary>Keys shorter than this, in bytes, are refused unless a gateway makes no longer ones: they can be guessed from one captured delivery.</summary>
    public const int ShortestKey = 16;

    private const string WebhookSecret = "whsec_";

    private static readonly KeyRules EitherReading = new() { Reading = KeyReading.AsWrittenOrBase64 };

    private SigningKey(byte[] asWritten, byte[]? decoded, byte[]? seed = null) => (AsWritten, Decoded, Seed) = (asWritten, decoded, seed);

    /// <summary>The key; of a secret with two readings its UTF-8 bytes, <c>whsec_</c> included.</summary>
    internal byte[] AsWritten { get; }

    /// <summary>The other reading, what follows <c>whsec_</c> base64-decoded; null where there is none.</summary>
    internal byte[]? Decoded { get; }

    /// <summary>The private half of an Ed25519 key; null where only the public one is known.</summary>
    internal byte[]? Seed { get; }

    /// <summary>Makes the key of a secret of Mobile API Connect: as written, or decoded, whichever fits.</summary>
    /// <inheritdoc cref="From(KeyRules, string)"/>
    public static SigningKey From(string secret) => From(EitherReading, secret);

    /// <summary>Makes the key of a secret.</summary>
    /// <param name="rules">How the gateway derives it.</param>
    /// <param name="secret">The secret as the gateway shows it.</param>
    /// <exception cref="ArgumentException">
    /// The secret is shorter than the gateway's are, has white space around it, as a pasted line or a file's line break leaves, is not
    /// valid Unicode, or is not in the form the gateway's secrets have. The message never holds the secret.
    /// </exception>
    public static SigningKey From(KeyRules rules, string secret)
    {
        ArgumentNullException.ThrowIfNull(rules);
        ArgumentNullException.ThrowIfNull(secret);
        if (secret.AsSpan().Trim().Length != secret.Length)
            throw new ArgumentException("The signing secret has white space around it.", nameof(secret));
        if (secret.StartsWith("v1,", StringComparison.Ordinal))
            throw new ArgumentException("The signing secret begins with 'v1,', which belongs to signatures: leave it out.", nameof(secret));

        var asWritten = Encoding.UTF8.GetBytes(secret);
        if (Encoding.UTF8.GetString(asWritten) != secret)
            throw new ArgumentException("The signing secret is not valid Unicode.", nameof(secret));
        var prefixed = secret.StartsWith(WebhookSecret, StringComparison.Ordinal);
        var random = prefixed ? asWritten.AsSpan(WebhookSecret.Length) : asWritten;

        return rules.Reading switch
        {
            KeyReading.AsWritten => new SigningKey(LongEnough(asWritten), null),
            KeyReading.AsWrittenOrBase64 => new SigningKey(
                LongEnough(random) is var _ ? asWritten : [], prefixed && Decode(random) is { } d && d.Length >= rules.Shortest ? d : null),
            KeyReading.Base64 => new SigningKey(LongEnough(Decode(random) ?? throw NotIn("base64")), null),
            KeyReading.Hex => new SigningKey(LongEnough(DecodeHex(secret) ?? throw NotIn("hexadecimal")), null),
            KeyReading.PublicKey => new SigningKey(Decode(asWritten) is { Length: Ed25519.KeySize } key ? key : throw new ArgumentException(
                $"The public key is not {Ed25519.KeySize} bytes in base64.", nameof(secret)), null),
            _ => throw new ArgumentOutOfRangeException(nameof(rules)),
        };

        byte[] LongEnough(ReadOnlySpan<byte> key) => key.Length >= rules.Shortest ? key.ToArray()
            : throw new ArgumentException($"The signing secret is shorter than {rules.Shortest} bytes.", nameof(secret));

        static ArgumentException NotIn(string form) => new($"The signing secret is not in {form}.", nameof(secret));
    }

    /// <summary>The key pair that grows from 32 random bytes (RFC 8032, 5.1.5), to sign as a gateway with Ed25519 would.</summary>
    public static SigningKey FromEd25519Seed(ReadOnlySpan<byte> seed) => new(Ed25519.PublicKey(seed), null, seed.ToArray());

    /// <summary>The public half of an Ed25519 key as its gateway shows it.</summary>
    public string ToPublicKey() => Convert.ToBase64String(AsWritten);

    private static byte[]? Decode(ReadOnlySpan<byte> base64)
    {
        // Padding is optional: libraries of one language add it, those of another insist on it.
        var digits = base64.TrimEnd((byte)'=');
        var padded = new byte[(digits.Length + 3) / 4 * 4];
        padded.AsSpan().Fill((byte)'=');
        digits.CopyTo(padded);

        var decoded = new byte[padded.Length];
        return Base64.DecodeFromUtf8(padded, decoded, out _, out var length) == OperationStatus.Done ? decoded[..length] : null;
    }

    private static byte[]? DecodeHex(string hex)
    {
        var decoded = new byte[hex.Length / 2];
        return hex.Length % 2 == 0 && Convert.FromHexString(hex, decoded, out _, out _) == OperationStatus.Done ? decoded : null;
    }
}
