using System.Security.Cryptography;

namespace Sms.GatewayProtocol.Tests.Proofs;

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
        Verify([1], WebhookSignature.Sign([1], secret), secret).ShouldBe("genuine");

    [Fact]
    public void Padding_of_the_decoded_reading_is_optional()
    {
        var padded = "whsec_" + Convert.ToBase64String(new byte[17]);
        padded.ShouldEndWith("=");
        var signature = Convert.ToHexStringLower(HMACSHA256.HashData(new byte[17], "x"u8));
        Verify("x"u8.ToArray(), signature, padded).ShouldBe("genuine");
        Verify("x"u8.ToArray(), signature, padded.TrimEnd('=')).ShouldBe("genuine");
    }

    [Fact]
    public void A_decoded_reading_that_is_too_short_does_not_count()
    {
        var fifteen = new byte[15];
        var secret = "whsec_" + Convert.ToBase64String(fifteen);
        var signature = Convert.ToHexStringLower(HMACSHA256.HashData(fifteen, "x"u8));
        Verify("x"u8.ToArray(), signature, secret).ShouldBe("wrong-signature");
    }

    [Fact]
    public void A_secret_without_the_prefix_is_never_decoded()
    {
        var sixteen = new byte[16];
        var signature = Convert.ToHexStringLower(HMACSHA256.HashData(sixteen, "x"u8));
        Verify("x"u8.ToArray(), signature, Convert.ToBase64String(sixteen)).ShouldBe("wrong-signature");
    }

    private static string Verify(byte[] body, string header, string secret) => Requests.Profile("mobile-api-connect")
        .Verify(Requests.Post(body, ("X-MAC-Signature", header)), Requests.Now, SigningKey.From(secret));
}
