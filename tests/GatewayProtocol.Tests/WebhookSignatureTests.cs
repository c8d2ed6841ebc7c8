namespace Sms.GatewayProtocol.Tests;

public sealed class WebhookSignatureTests
{
    [Fact]
    public void A_body_is_signed_with_the_secret_as_it_is_written() =>
        // Computed with OpenSSL and Python.
        WebhookSignature.Sign(
            """{"event":"message.received","from":"919876543210","to":"911234500000","text":"balance","ref":null,"receivedAt":"2026-06-12T14:32:00.000Z","deviceId":"dev_1","tenantId":"ten_1","tenantName":"Acme Corp"}"""u8,
            "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").ShouldBe("sha256=9187776e1eb6d7e7328bb64b5713ba66237206846ea60817383657bedca42a6c");
}
