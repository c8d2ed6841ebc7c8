using System.Security.Cryptography;
using System.Text;

namespace Sms.GatewayProtocol.Tests;

public sealed class WebhookSignatureTests
{
    private const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    // Computed with OpenSSL and Python from the body and the secret, once as it is written and once base64-decoded.
    private const string AsWritten = "9187776e1eb6d7e7328bb64b5713ba66237206846ea60817383657bedca42a6c";
    private const string Decoded = "56516b6f26267ed820ae6c3050616db66a02232d55c24e10c5bedf655d01664d";

    private static readonly byte[] Body =
        """{"event":"message.received","from":"919876543210","to":"911234500000","text":"balance","ref":null,"receivedAt":"2026-06-12T14:32:00.000Z","deviceId":"dev_1","tenantId":"ten_1","tenantName":"Acme Corp"}"""u8.ToArray();

    private static readonly SigningKey Key = SigningKey.From(Secret);

    [Fact]
    public void A_body_is_signed_with_the_secret_as_it_is_written() =>
        WebhookSignature.Sign(Body, Secret).ShouldBe("sha256=" + AsWritten);

    [Theory]
    [InlineData("sha256=" + AsWritten)]
    [InlineData("sha256=" + Decoded)]
    [InlineData("SHA256=" + AsWritten)]
    [InlineData(AsWritten)]
    [InlineData("  sha256=" + AsWritten + "\t")]
    public void Either_reading_of_the_secret_verifies_however_the_header_is_dressed(string header) =>
        WebhookSignature.Verify(Body, header, Key).ShouldBeTrue();

    [Fact]
    public void Upper_case_digits_verify() =>
        WebhookSignature.Verify(Body, "sha256=" + AsWritten.ToUpperInvariant(), Key).ShouldBeTrue();

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("sha256=")]
    [InlineData("sha1=" + AsWritten)]
    [InlineData("sha256:" + AsWritten)]
    [InlineData("sha256= " + AsWritten)]
    [InlineData("sha256=sha256=" + AsWritten)]
    [InlineData("sha256=" + AsWritten + "00")]
    [InlineData("sha256=" + AsWritten + "," + Decoded)]
    [InlineData("sha256=" + AsWritten + ",sha256=" + AsWritten)]
    [InlineData("v1," + AsWritten)]
    [InlineData("sha256=9187776e1eb6d7e7328bb64b5713ba66237206846ea60817383657bedca42a6")]
    [InlineData("sha256=9187776e1eb6d7e7328bb64b5713ba66237206846ea60817383657bedca42a6g")]
    [InlineData("sha256=\uFF19187776e1eb6d7e7328bb64b5713ba66237206846ea60817383657bedca42a6c")]
    [InlineData("sha256=kYd3bh62x+cyi7ZLVxO6ZiNyBoRupggXODZXvtykKmw=")]
    [InlineData("sha256=0000000000000000000000000000000000000000000000000000000000000000")]
    public void Any_other_header_is_refused(string? header) =>
        WebhookSignature.Verify(Body, header, Key).ShouldBeFalse();

    [Fact]
    public void One_changed_bit_anywhere_in_the_body_is_refused()
    {
        for (var bit = 0; bit < Body.Length * 8; bit++)
        {
            var changed = Body.ToArray();
            changed[bit / 8] ^= (byte)(1 << (bit % 8));
            WebhookSignature.Verify(changed, AsWritten, Key).ShouldBeFalse($"bit {bit}");
        }
    }

    [Fact]
    public void One_changed_bit_anywhere_in_the_signature_is_refused()
    {
        for (var bit = 0; bit < 256; bit++)
        {
            var changed = Convert.FromHexString(AsWritten);
            changed[bit / 8] ^= (byte)(1 << (bit % 8));
            WebhookSignature.Verify(Body, Convert.ToHexString(changed), Key).ShouldBeFalse($"bit {bit}");
        }
    }

    [Fact]
    public void While_a_secret_is_rotated_the_old_and_the_new_verify_and_a_third_does_not()
    {
        const string next = "whsec_the-next-one-which-is-not-base64";
        SigningKey[] keys = [Key, SigningKey.From(next)];
        WebhookSignature.Verify(Body, WebhookSignature.Sign(Body, Secret), keys).ShouldBeTrue();
        WebhookSignature.Verify(Body, WebhookSignature.Sign(Body, next), keys).ShouldBeTrue();
        WebhookSignature.Verify(Body, WebhookSignature.Sign(Body, "a third secret of decent length"), keys).ShouldBeFalse();
    }

    [Fact]
    public void Without_a_key_nothing_is_genuine() =>
        WebhookSignature.Verify(Body, "sha256=" + AsWritten, []).ShouldBeFalse();

    // RFC 4231, cases 1, 3, 4, 6 and 7; the keys travel base64-coded because most are not text. Case 2 has a key of four
    // bytes, which is refused, and case 5 a truncated result, which this scheme does not know.
    [Theory]
    [InlineData(0x0b, 20, "4869205468657265", "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7")]
    [InlineData(0xaa, 20, "dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd", "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe")]
    [InlineData(-1, 25, "cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd", "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b")]
    [InlineData(0xaa, 131, "54657374205573696e67204c6172676572205468616e20426c6f636b2d53697a65204b6579202d2048617368204b6579204669727374", "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54")]
    [InlineData(0xaa, 131, "5468697320697320612074657374207573696e672061206c6172676572207468616e20626c6f636b2d73697a65206b657920616e642061206c6172676572207468616e20626c6f636b2d73697a6520646174612e20546865206b6579206e6565647320746f20626520686173686564206265666f7265206265696e6720757365642062792074686520484d414320616c676f726974686d2e", "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2")]
    public void The_published_vectors_of_hmac_sha256_verify(int repeated, int length, string data, string mac)
    {
        var key = repeated < 0 ? Enumerable.Range(1, length).Select(b => (byte)b) : Enumerable.Repeat((byte)repeated, length);
        var secret = "whsec_" + Convert.ToBase64String(key.ToArray());
        WebhookSignature.Verify(Convert.FromHexString(data), mac, SigningKey.From(secret)).ShouldBeTrue();
    }

    [Fact]
    public void An_empty_body_can_be_signed() =>
        WebhookSignature.Verify([], WebhookSignature.Sign([], Secret), Key).ShouldBeTrue();

    [Fact]
    public void Verifying_allocates_nothing()
    {
        SigningKey[] keys = [SigningKey.From("another secret of decent length"), Key];
        var header = "sha256=" + AsWritten.ToUpperInvariant();
        for (var warm = 0; warm < 100; warm++)
            WebhookSignature.Verify(Body, header, keys).ShouldBeTrue();

        var before = GC.GetAllocatedBytesForCurrentThread();
        var all = true;
        for (var i = 0; i < 1000; i++)
            all &= WebhookSignature.Verify(Body, header, keys);
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
        all.ShouldBeTrue();
    }

    [Fact]
    public void Random_headers_and_bodies_never_verify_and_never_throw()
    {
        var random = new Random(20260612);
        const string alphabet = "0123456789abcdefABCDEFsha256= ,\0\u00e9\ud83d";
        for (var round = 0; round < 5_000; round++)
        {
            var body = new byte[random.Next(300)];
            random.NextBytes(body);
            var header = new StringBuilder(random.Next(3) == 0 ? "sha256=" : "");
            for (var length = random.Next(2) == 0 ? 64 : random.Next(100); length > 0; length--)
                header.Append(alphabet[random.Next(random.Next(2) == 0 ? 16 : alphabet.Length)]);
            WebhookSignature.Verify(body, header.ToString(), Key).ShouldBeFalse($"round {round}");
        }
    }
}

public sealed class SigningKeyTests
{
    [Theory]
    [InlineData("")]
    [InlineData("fifteen bytes!!")]
    [InlineData("whsec_")]
    [InlineData("whsec_fifteen-bytes!!")]
    [InlineData(" a secret with space before it")]
    [InlineData("a secret with a line break behind it\n")]
    public void Secrets_that_cannot_be_meant_are_refused_without_being_quoted(string secret)
    {
        var refusal = Should.Throw<ArgumentException>(() => SigningKey.From(secret));
        if (secret.Length > 6)
            refusal.Message.ShouldNotContain(secret.Trim());
    }

    [Fact]
    public void A_secret_that_is_not_unicode_is_refused() =>
        Should.Throw<ArgumentException>(() => SigningKey.From("a secret with half a pair \ud83d in it"));

    [Theory]
    [InlineData("sixteen bytes!!!")]
    [InlineData("\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9")]
    [InlineData("whsec_sixteen-bytes!!!")]
    public void Sixteen_bytes_are_enough(string secret) =>
        WebhookSignature.Verify([1], WebhookSignature.Sign([1], secret), SigningKey.From(secret)).ShouldBeTrue();

    [Fact]
    public void Padding_of_the_decoded_reading_is_optional()
    {
        var padded = "whsec_" + Convert.ToBase64String(new byte[17]);
        padded.ShouldEndWith("=");
        var signature = Convert.ToHexStringLower(HMACSHA256.HashData(new byte[17], "x"u8));
        WebhookSignature.Verify("x"u8, signature, SigningKey.From(padded)).ShouldBeTrue();
        WebhookSignature.Verify("x"u8, signature, SigningKey.From(padded.TrimEnd('='))).ShouldBeTrue();
    }

    [Fact]
    public void A_decoded_reading_that_is_too_short_does_not_count()
    {
        var fifteen = new byte[15];
        var secret = "whsec_" + Convert.ToBase64String(fifteen);
        var signature = Convert.ToHexStringLower(HMACSHA256.HashData(fifteen, "x"u8));
        WebhookSignature.Verify("x"u8, signature, SigningKey.From(secret)).ShouldBeFalse();
    }

    [Fact]
    public void A_secret_without_the_prefix_is_never_decoded()
    {
        var sixteen = new byte[16];
        var signature = Convert.ToHexStringLower(HMACSHA256.HashData(sixteen, "x"u8));
        WebhookSignature.Verify("x"u8, signature, SigningKey.From(Convert.ToBase64String(sixteen))).ShouldBeFalse();
    }
}
