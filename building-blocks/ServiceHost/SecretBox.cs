using System.Security.Cryptography;
using System.Text;

namespace Sms.ServiceHost;

/// <summary>
/// Secrets at rest: AES-256-GCM (NIST SP 800-38D) under the platform's master key, bound to what they belong to (an endpoint, a
/// webhook), so that a secret copied to another's row opens nothing.
/// </summary>
public sealed class SecretBox : IDisposable
{
    private const byte Version = 1;
    private const int NonceSize = 12, TagSize = 16, KeySize = 32;
    private readonly AesGcm _aes;
    private readonly byte[] _fingerprintKey;

    /// <param name="setting">The name of the setting that holds the master key, for whoever has to correct it.</param>
    /// <param name="masterKey">32 random bytes in base64.</param>
    /// <exception cref="FormatException">It is not that.</exception>
    public SecretBox(string setting, string? masterKey)
    {
        var key = new byte[KeySize];
        if (!Convert.TryFromBase64String(masterKey ?? "", key, out var length) || length != KeySize)
            throw new FormatException($"{setting} must be 32 random bytes in base64, such as 'openssl rand -base64 32' prints.");
        _aes = new AesGcm(key, TagSize);
        _fingerprintKey = HKDF.DeriveKey(HashAlgorithmName.SHA256, key, KeySize, info: "fingerprint"u8.ToArray());
    }

    /// <summary>
    /// The same for the same words under the same master key, 64 hexadecimal digits: tells that two secrets are one without
    /// opening either, and cannot be guessed at by who has the database but not the key.
    /// </summary>
    public string Fingerprint(string words) => Convert.ToHexStringLower(HMACSHA256.HashData(_fingerprintKey, Encoding.UTF8.GetBytes(words)));

    /// <summary>Encrypts a secret.</summary>
    /// <param name="owner">What it belongs to.</param>
    /// <param name="secret">It.</param>
    public string Close(string owner, string secret)
    {
        var plain = Encoding.UTF8.GetBytes(secret);
        var box = new byte[1 + NonceSize + TagSize + plain.Length];
        box[0] = Version;
        RandomNumberGenerator.Fill(box.AsSpan(1, NonceSize));
        lock (_aes)
            _aes.Encrypt(
                box.AsSpan(1, NonceSize), plain, box.AsSpan(1 + NonceSize + TagSize), box.AsSpan(1 + NonceSize, TagSize),
                Encoding.UTF8.GetBytes(owner));
        return Convert.ToBase64String(box);
    }

    /// <summary>Decrypts a secret.</summary>
    /// <exception cref="CryptographicException">It was closed with another master key, for another owner, or was changed.</exception>
    public string Open(string owner, string closed)
    {
        var box = Convert.FromBase64String(closed);
        if (box.Length < 1 + NonceSize + TagSize || box[0] != Version)
            throw new CryptographicException("The stored secret is not in a known form.");
        var plain = new byte[box.Length - 1 - NonceSize - TagSize];
        lock (_aes)
            _aes.Decrypt(
                box.AsSpan(1, NonceSize), box.AsSpan(1 + NonceSize + TagSize), box.AsSpan(1 + NonceSize, TagSize), plain,
                Encoding.UTF8.GetBytes(owner));
        return Encoding.UTF8.GetString(plain);
    }

    /// <summary>Which of an owner's secrets this is; null when it is none of them.</summary>
    /// <param name="owner">The owner.</param>
    /// <param name="secrets">Its secrets, encrypted.</param>
    /// <param name="secret">The one to look for.</param>
    public Guid? Find(string owner, IEnumerable<KeyValuePair<Guid, string>> secrets, string secret)
    {
        var wanted = Encoding.UTF8.GetBytes(secret);
        foreach (var (id, closed) in secrets)
            if (CryptographicOperations.FixedTimeEquals(wanted, Encoding.UTF8.GetBytes(Open(owner, closed))))
                return id;
        return null;
    }

    /// <inheritdoc/>
    public void Dispose() => _aes.Dispose();
}
