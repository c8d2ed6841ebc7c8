using System.Collections.Immutable;
using System.Security.Cryptography;
using Sms.EventStore;

namespace Sms.OptOut.Ledger;

/// <summary>
/// What an installation signs its proofs with: ECDSA over P-256 with SHA-256 (FIPS 186-5), which .NET does in constant time and
/// <c>openssl</c> checks on any machine. The private half is a secret that is not in the database.
/// </summary>
public sealed class ProofKey : IDisposable
{
    private const string Wanted =
        "OptOut:ProofKey must be a private key on the curve P-256 in PKCS #8, as PEM or its base64 alone, such as 'openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256' prints.";

    private readonly ECDsa _key = ECDsa.Create();

    private ProofKey()
    {
    }

    /// <summary>The key's name: the first 16 hexadecimal digits of the SHA-256 of its public half (SubjectPublicKeyInfo, DER).</summary>
    public string Id => IdOf(_key.ExportSubjectPublicKeyInfo());

    /// <summary>The public half as PEM.</summary>
    public string PublicKey => _key.ExportSubjectPublicKeyInfoPem();

    /// <summary>Reads the setting <c>OptOut:ProofKey</c>; null where none is set and proofs are not signed.</summary>
    /// <exception cref="InvalidOperationException">It is no such key.</exception>
    public static ProofKey? From(string? setting)
    {
        if (string.IsNullOrWhiteSpace(setting))
            return null;
        var key = new ProofKey();
        try
        {
            if (setting.Contains("-----BEGIN", StringComparison.Ordinal))
                key._key.ImportFromPem(setting);
            else
                key._key.ImportPkcs8PrivateKey(Convert.FromBase64String(setting.Trim()), out _);
            // Also finds a public half in place of the private one, which cannot sign.
            if (key._key.ExportParameters(includePrivateParameters: true).Curve.Oid.Value == ECCurve.NamedCurves.nistP256.Oid.Value)
                return key;
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException or FormatException)
        {
            // Without the reason: it could quote the key.
        }
        key.Dispose();
        throw new InvalidOperationException(Wanted);
    }

    /// <summary>The name of a public key.</summary>
    public static string IdOf(byte[] publicKey) => Convert.ToHexStringLower(SHA256.HashData(publicKey))[..16];

    /// <summary>The signature of some bytes, in DER (RFC 3279, 2.2.3) as hexadecimal digits.</summary>
    public string Sign(ReadOnlySpan<byte> bytes) =>
        Convert.ToHexStringLower(_key.SignData(bytes, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence));

    /// <inheritdoc/>
    public void Dispose() => _key.Dispose();
}

/// <summary>A key was used for the first time. Kept for ever, so that proofs signed before a change of key can still be checked.</summary>
/// <param name="KeyId">Its name.</param>
/// <param name="PublicKey">Its public half as PEM.</param>
/// <param name="At">When it was first used.</param>
[StoredAs("optout.proof-key-introduced.v1")]
public sealed record ProofKeyIntroduced(string KeyId, string PublicKey, DateTimeOffset At);

/// <summary>The public keys of all proofs there ever were, the present one last.</summary>
public static class ProofKeys
{
    /// <summary>The one stream there is.</summary>
    public const string Id = "default";

    public static readonly StreamOf<ImmutableList<ProofKeyIntroduced>, ProofKeyIntroduced> Stream = new("proof-keys", [], (keys, key) => keys.Add(key));

    /// <summary>What there is to note when this key comes into use; nothing when it is in use already.</summary>
    public static ProofKeyIntroduced[] Introduce(ImmutableList<ProofKeyIntroduced> keys, ProofKey key, DateTimeOffset now) =>
        keys is [.., var last] && last.KeyId == key.Id ? [] : [new ProofKeyIntroduced(key.Id, key.PublicKey, now)];
}
