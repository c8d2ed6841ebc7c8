using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Sms.GatewayProtocol;

/// <summary>Verifies a signature in a header.</summary>
internal sealed class SignatureProof(ProofScheme.Signature rules) : CompiledProof
{
    private const int MostSignatures = 8;
    private const int LongestSignature = 64;

    // So that "try it" can be shown without showing a megabyte.
    private const int MostShown = 2000;

    private readonly SignedBytes _signed = new(rules.Covers, rules.Timestamp);

    private readonly int _size = rules.Algorithm switch
    {
        SignatureAlgorithm.HmacSha1 => HMACSHA1.HashSizeInBytes,
        SignatureAlgorithm.HmacSha256 => HMACSHA256.HashSizeInBytes,
        _ => LongestSignature,
    };

    public string Header => rules.Header;

    public override IEnumerable<string> Headers =>
        _signed.Headers.Append(rules.Header).Concat(rules.Timestamp is { } timestamp ? [timestamp.Header] : []);

    public override bool LooksAtUrl => _signed.LooksAtUrl || rules.BodyDigestParameter is not null;

    public override ProofResult Verify(in InboundRequest request, IReadOnlyList<SigningKey> keys, DateTimeOffset now, List<ProofStep>? steps)
    {
        if (Single(request, rules.Header, steps, out var rejection) is not { } header)
            return ProofResult.Rejected(rejection);
        var time = default(DateTimeOffset);
        if (rules.Timestamp is { } timestamp && ReadTime(request, timestamp, steps, out time) is var bad and not Rejection.None)
            return ProofResult.Rejected(bad);

        Span<byte> claimed = stackalloc byte[MostSignatures * LongestSignature];
        var count = ReadClaims(header, claimed);
        steps?.Add(new ProofStep($"signatures of {_size} bytes in {rules.Encoding.ToString().ToLowerInvariant()}", count > 0, "at least one", $"{count}"));
        if (count == 0)
            return ProofResult.Rejected(Rejection.Malformed);
        claimed = claimed[..(count * _size)];

        var result = _signed.IsBodyOnly
            ? Match(request.Body.Span, claimed, keys, steps)
            : MatchParts(request, claimed, keys, steps);
        if (result.IsGenuine && !CoversBody(request, steps))
            return ProofResult.Rejected(Rejection.WrongBody);
        return result.IsGenuine && rules.Timestamp is { } window
            ? InTime(result, time, TimeSpan.FromSeconds(window.ToleranceSeconds), now, window.Header, steps)
            : result;
    }

    public override InboundRequest Sign(in InboundRequest request, SigningKey key, DateTimeOffset now, string id)
    {
        var signing = request;
        foreach (var header in _signed.Headers)
            signing = With(signing, header, id);
        if (rules.Timestamp is { } timestamp)
            signing = With(signing, timestamp.Header, GatewayTimes.Write(
                now, timestamp.Unit is UnixTime.Seconds ? TimeFormat.UnixSeconds : TimeFormat.UnixMilliseconds));
        if (rules.BodyDigestParameter is { } parameter && !request.IsForm && !request.Body.IsEmpty)
            signing = signing with
            {
                Url = $"{request.Url}{(request.Url.Contains('?', StringComparison.Ordinal) ? '&' : '?')}{parameter}={Digest(request)}",
            };

        var bytes = new ArrayBufferWriter<byte>(request.Body.Length + 256);
        _signed.Write(signing, signing.Url, bytes);
        var signature = new byte[_size];
        if (rules.Algorithm is SignatureAlgorithm.Ed25519)
            Ed25519.Sign(key.Seed ?? throw new ArgumentException("Only the gateway can sign with this key.", nameof(key)), bytes.WrittenSpan, signature);
        else
            Mac(key.AsWritten, bytes.WrittenSpan, signature);
        var written = rules.Encoding is SignatureEncoding.Hex ? Convert.ToHexStringLower(signature) : Convert.ToBase64String(signature);
        return With(signing, rules.Header, rules.Prefix + written);
    }

    private ProofResult MatchParts(in InboundRequest request, ReadOnlySpan<byte> claimed, IReadOnlyList<SigningKey> keys, List<ProofStep>? steps)
    {
        var bytes = new ArrayBufferWriter<byte>(request.Body.Length + 256);
        foreach (var url in _signed.UrlsOf(request.Url))
        {
            bytes.ResetWrittenCount();
            if (_signed.Write(request, url, bytes) is var rejection and not Rejection.None)
            {
                steps?.Add(new ProofStep($"what is signed, {rules.Covers}", false, null, rejection.ToString()));
                return ProofResult.Rejected(rejection);
            }
            if (Match(bytes.WrittenSpan, claimed, keys, steps) is { IsGenuine: true } genuine)
                return genuine;
        }
        return ProofResult.Rejected(Rejection.WrongSignature);
    }

    private ProofResult Match(ReadOnlySpan<byte> signed, ReadOnlySpan<byte> claimed, IReadOnlyList<SigningKey> keys, List<ProofStep>? steps)
    {
        steps?.Add(new ProofStep($"what is signed, {rules.Covers}", true, Found: Shown(signed)));

        // Stopping at the key that fits tells only a sender who already holds a valid signature which key that was.
        // A forger always waits for all of them. (Indexed: enumerating the interface would allocate.)
        for (var i = 0; i < keys.Count; i++)
            if (Matches(signed, claimed, keys[i].AsWritten, i, steps)
                || (keys[i].Decoded is { } decoded && Matches(signed, claimed, decoded, i, steps)))
                return ProofResult.Genuine(i);
        return ProofResult.Rejected(Rejection.WrongSignature);
    }

    private bool Matches(ReadOnlySpan<byte> signed, ReadOnlySpan<byte> claimed, byte[] key, int index, List<ProofStep>? steps)
    {
        var matches = false;
        if (rules.Algorithm is SignatureAlgorithm.Ed25519)
        {
            for (var at = 0; at < claimed.Length && !matches; at += _size)
                matches = Ed25519.Verify(key, signed, claimed.Slice(at, _size));
            steps?.Add(new ProofStep($"key {index + 1}", matches, "a signature with this public key", matches ? "one" : "none"));
            return matches;
        }

        Span<byte> mac = stackalloc byte[LongestSignature];
        mac = mac[.._size];
        Mac(key, signed, mac);
        for (var at = 0; at < claimed.Length; at += _size)
            matches |= CryptographicOperations.FixedTimeEquals(mac, claimed.Slice(at, _size));
        steps?.Add(new ProofStep($"key {index + 1}", matches, Convert.ToHexStringLower(mac), Convert.ToHexStringLower(claimed)));
        return matches;
    }

    private void Mac(ReadOnlySpan<byte> key, ReadOnlySpan<byte> signed, Span<byte> mac)
    {
        switch (rules.Algorithm)
        {
            case SignatureAlgorithm.HmacSha1:
#pragma warning disable CA5350 // Twilio signs with HMAC-SHA1; the weakness of SHA-1 is in collisions, which do not help against a MAC (RFC 6194).
                HMACSHA1.HashData(key, signed, mac);
#pragma warning restore CA5350
                break;
            case SignatureAlgorithm.HmacSha256:
                HMACSHA256.HashData(key, signed, mac);
                break;
            default:
                HMACSHA512.HashData(key, signed, mac);
                break;
        }
    }

    /// <summary>A body that is not what the signature covers counts only with its digest in the URL, which is signed.</summary>
    private bool CoversBody(in InboundRequest request, List<ProofStep>? steps)
    {
        if (!_signed.CoversForms || request.Body.IsEmpty || request.IsForm)
            return true;
        var given = FormBody.ReadQuery(request.Url, out var query) is null ? query.Find(IsBodyDigest).Value : null;
        var expected = Digest(request);
        var covered = string.Equals(given, expected, StringComparison.OrdinalIgnoreCase);
        steps?.Add(new ProofStep($"the body is a form, or its SHA-256 is in the URL ({rules.BodyDigestParameter ?? "not with this gateway"})", covered, expected, given));
        return covered;
    }

    private bool IsBodyDigest(KeyValuePair<string, string> parameter) => parameter.Key == rules.BodyDigestParameter;

    private static string Digest(in InboundRequest request) => Convert.ToHexStringLower(SHA256.HashData(request.Body.Span));

    private static Rejection ReadTime(in InboundRequest request, TimestampRules timestamp, List<ProofStep>? steps, out DateTimeOffset time)
    {
        time = default;
        if (Single(request, timestamp.Header, steps, out var rejection) is not { } written)
            return rejection;
        var wrong = GatewayTimes.Read(
            written, timestamp.Unit is UnixTime.Seconds ? TimeFormat.UnixSeconds : TimeFormat.UnixMilliseconds, out time);
        if (wrong is not null)
            steps?.Add(new ProofStep($"the time in {timestamp.Header}", false, "Unix time", written));
        return wrong is null ? Rejection.None : Rejection.Malformed;
    }

    /// <summary>Decodes the signatures that the header claims, one after the other.</summary>
    /// <returns>How many; those that cannot be signatures of this scheme are not counted.</returns>
    private int ReadClaims(ReadOnlySpan<char> header, Span<byte> claimed)
    {
        if (rules.Separator is not { } separator)
            return ReadClaim(header.Trim(), claimed) ? 1 : 0;
        var count = 0;
        foreach (var range in header.Split(separator))
            if (count < MostSignatures && ReadClaim(header[range].Trim(), claimed[(count * _size)..]))
                count++;
        return count;
    }

    private bool ReadClaim(ReadOnlySpan<char> written, Span<byte> claim)
    {
        if (rules.Prefix is { } prefix)
        {
            if (written.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))
                written = written[prefix.Length..];
            else if (rules.Separator is not null)
                return false;
        }
        if (rules.Encoding is SignatureEncoding.Hex)
            return written.Length == _size * 2 && Convert.FromHexString(written, claim[.._size], out _, out _) == OperationStatus.Done;

        written = written.TrimEnd('=');
        if (written.Length != (_size * 4 + 2) / 3 || !Ascii.IsValid(written))
            return false;
        Span<byte> padded = stackalloc byte[(LongestSignature + 2) / 3 * 4];
        padded.Fill((byte)'=');
        Encoding.ASCII.GetBytes(written, padded);
        return Base64.DecodeFromUtf8(padded[..((written.Length + 3) / 4 * 4)], claim[.._size], out _, out var length) == OperationStatus.Done
            && length == _size;
    }

    private static string Shown(ReadOnlySpan<byte> bytes)
    {
        var shown = bytes[..Math.Min(bytes.Length, MostShown)];
        var written = System.Text.Unicode.Utf8.IsValid(bytes) ? Encoding.UTF8.GetString(shown) : "hex " + Convert.ToHexStringLower(shown);
        return bytes.Length > MostShown ? $"{written} … ({bytes.Length} bytes in all)" : written;
    }
}
