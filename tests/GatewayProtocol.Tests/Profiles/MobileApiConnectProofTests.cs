using System.Text;

namespace Sms.GatewayProtocol.Tests.Profiles;

/// <summary>Which deliveries of Mobile API Connect are genuine.</summary>
public sealed class MobileApiConnectProofTests
{
    private const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    // Computed with OpenSSL and Python from the body and the secret, once as it is written and once base64-decoded.
    private const string AsWritten = "9187776e1eb6d7e7328bb64b5713ba66237206846ea60817383657bedca42a6c";
    private const string Decoded = "56516b6f26267ed820ae6c3050616db66a02232d55c24e10c5bedf655d01664d";

    private static readonly byte[] Body =
        """{"event":"message.received","from":"919876543210","to":"911234500000","text":"balance","ref":null,"receivedAt":"2026-06-12T14:32:00.000Z","deviceId":"dev_1","tenantId":"ten_1","tenantName":"Acme Corp"}"""u8.ToArray();

    private static readonly CompiledProfile Profile = Requests.Profile("mobile-api-connect");
    private static readonly SigningKey Key = Profile.KeyOf(Secret);

    [Theory]
    [InlineData(AsWritten)]
    [InlineData(Decoded)]
    public void Either_reading_of_the_secret_verifies_however_the_header_is_dressed(string hex)
    {
        string[] dressed =
        [
            "sha256=" + hex, hex, "SHA256=" + hex, "sha256=" + hex.ToUpperInvariant(), "SHA256=" + hex.ToUpperInvariant(), $"  sha256={hex}\t", $" {hex}\t",
        ];
        foreach (var header in dressed)
            Verify(Body, header, Key).ShouldBe("genuine", header);
        Profile.Verify(Requests.Post(Body, ("x-mac-signature", hex)), Requests.Now, Key).ShouldBe("genuine");
    }

    [Theory]
    [InlineData(null, "missing-header")]
    [InlineData("", "malformed")]
    [InlineData("   ", "malformed")]
    [InlineData("sha256=", "malformed")]
    [InlineData("sha1=" + AsWritten, "malformed")]
    [InlineData("sha256:" + AsWritten, "malformed")]
    [InlineData("sha256= " + AsWritten, "malformed")]
    [InlineData("sha256=sha256=" + AsWritten, "malformed")]
    [InlineData("sha256=" + AsWritten + "00", "malformed")]
    [InlineData("sha256=" + AsWritten + "," + Decoded, "malformed")]
    [InlineData("sha256=" + AsWritten + ",sha256=" + AsWritten, "malformed")]
    [InlineData("v1," + AsWritten, "malformed")]
    [InlineData("sha256=9187776e1eb6d7e7328bb64b5713ba66237206846ea60817383657bedca42a6", "malformed")]
    [InlineData("sha256=9187776e1eb6d7e7328bb64b5713ba66237206846ea60817383657bedca42a6g", "malformed")]
    [InlineData("sha256=\uFF19187776e1eb6d7e7328bb64b5713ba66237206846ea60817383657bedca42a6c", "malformed")]
    [InlineData("sha256=kYd3bh62x+cyi7ZLVxO6ZiNyBoRupggXODZXvtykKmw=", "malformed")]
    [InlineData("sha256=0000000000000000000000000000000000000000000000000000000000000000", "wrong-signature")]
    public void Any_other_header_is_refused(string? header, string code) => Verify(Body, header, Key).ShouldBe(code);

    [Fact]
    public void One_changed_bit_anywhere_in_the_body_is_refused()
    {
        for (var bit = 0; bit < Body.Length * 8; bit++)
        {
            var changed = Body.ToArray();
            changed[bit / 8] ^= (byte)(1 << (bit % 8));
            Verify(changed, AsWritten, Key).ShouldBe("wrong-signature", $"bit {bit}");
        }
    }

    [Fact]
    public void One_changed_bit_anywhere_in_the_signature_is_refused()
    {
        for (var bit = 0; bit < 256; bit++)
        {
            var changed = Convert.FromHexString(AsWritten);
            changed[bit / 8] ^= (byte)(1 << (bit % 8));
            Verify(Body, Convert.ToHexString(changed), Key).ShouldBe("wrong-signature", $"bit {bit}");
        }
    }

    [Fact]
    public void While_a_secret_is_rotated_the_old_and_the_new_verify_and_a_third_does_not()
    {
        const string next = "whsec_the-next-one-which-is-not-base64";
        SigningKey[] keys = [Key, SigningKey.From(next)];
        Verify(Body, WebhookSignature.Sign(Body, Secret), keys).ShouldBe("genuine");
        Verify(Body, WebhookSignature.Sign(Body, next), keys).ShouldBe("genuine");
        Verify(Body, WebhookSignature.Sign(Body, "a third secret of decent length"), keys).ShouldBe("wrong-signature");
    }

    [Fact]
    public void Without_a_key_nothing_is_genuine() =>
        Verify(Body, "sha256=" + AsWritten).ShouldBe("no-key");

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
        Verify(Convert.FromHexString(data), mac, SigningKey.From(secret)).ShouldBe("genuine");
    }

    [Fact]
    public void An_empty_body_can_be_signed() =>
        Verify([], WebhookSignature.Sign([], Secret), Key).ShouldBe("genuine");

    [Fact]
    public void Verifying_allocates_nothing()
    {
        SigningKey[] keys = [Profile.KeyOf("another secret of decent length"), Key];
        var request = Requests.Post(Body, ("Content-Type", "application/json"), ("X-MAC-Signature", "sha256=" + AsWritten.ToUpperInvariant()));
        var all = true;
        for (var warm = 0; warm < 20_000; warm++)
            all &= Proof.Verify(Profile, request, keys, Requests.Now).IsGenuine;

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
            all &= Proof.Verify(Profile, request, keys, Requests.Now).IsGenuine;
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
            Verify(body, header.ToString(), Key).ShouldBeOneOf(["wrong-signature", "malformed"], $"round {round}");
        }
    }

    private static string Verify(byte[] body, string? header, params SigningKey[] keys) =>
        Profile.Verify(header is null ? Requests.Post(body) : Requests.Post(body, ("X-MAC-Signature", header)), Requests.Now, keys);
}
