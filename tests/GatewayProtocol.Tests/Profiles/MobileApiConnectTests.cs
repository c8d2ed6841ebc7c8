using System.Text;

namespace Sms.GatewayProtocol.Tests.Profiles;

public sealed class MobileApiConnectTests
{
    private const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private const string Sample =
        """{"event":"message.received","from":"919876543210","to":"911234500000","text":"balance","ref":null,"receivedAt":"2026-06-12T14:32:00.000Z","deviceId":"dev_1","tenantId":"ten_1","tenantName":"Acme Corp"}""";

    private static readonly CompiledProfile Profile = Requests.Profile("mobile-api-connect");
    private static readonly SigningKey Key = Profile.KeyOf(Secret);

    // Computed with OpenSSL and Python from the body and the secret, once as it is written and once base64-decoded.
    [Theory]
    [InlineData("9187776e1eb6d7e7328bb64b5713ba66237206846ea60817383657bedca42a6c")]
    [InlineData("56516b6f26267ed820ae6c3050616db66a02232d55c24e10c5bedf655d01664d")]
    public void Either_reading_of_the_secret_proves_a_delivery(string hex)
    {
        string[] forms = ["sha256=" + hex, hex, "SHA256=" + hex.ToUpperInvariant(), $" {hex}\t"];
        foreach (var form in forms)
            Profile.Verify(Requests.Post(Sample, ("x-mac-signature", form)), Requests.Now, Key).ShouldBe("genuine", form);
    }

    [Fact]
    public void A_text_is_read()
    {
        var text = Profile.ReadText(Requests.Post(Sample));
        text.ShouldBe(new Notice.Inbound(
            "", "919876543210", "911234500000", "balance", new DateTimeOffset(2026, 6, 12, 14, 32, 0, TimeSpan.Zero), null, null, "dev_1",
            null, null, "Acme Corp", null, false, "a4271626f7825919db5be1401e086840437593db06e4606b9f48926c67966bc2"));
    }

    [Fact]
    public void The_forward_all_and_the_rule_path_tell_of_one_text() =>
        Profile.ReadText(Requests.Post(Sample[..^1] + ""","matchedRuleId":"rule_1"}""")).DedupeKey.ShouldBe(Profile.ReadText(Requests.Post(Sample)).DedupeKey);

    [Fact]
    public void Whatever_the_old_reader_read_has_the_same_key_still()
    {
        var random = new Random(5);
        string[] words = ["YES", "", "é😀", "a\0b", new string('x', 5000), "+1"];
        for (var round = 0; round < 500; round++)
        {
            var payload = new InboundPayload
            {
                From = (random.Next(2) == 0 ? "+" : "") + random.NextInt64(1_000_000, 99_999_999_999),
                To = random.Next(3) == 0 ? "BANK" : "+911234500000",
                Text = words[random.Next(words.Length)],
                ReceivedAt = Requests.Now.AddMilliseconds(random.Next()),
                DeviceId = random.Next(2) == 0 ? null : "dev_1",
            };
            InboundPayload.TryRead(payload.ToJson(), out var old, out _).ShouldBeTrue();
            Profile.ReadText(Requests.Post(payload.ToJson())).DedupeKey.ShouldBe(old.DedupeKey());
        }
    }

    [Fact]
    public void Verifying_allocates_nothing()
    {
        SigningKey[] keys = [Profile.KeyOf("another secret of decent length"), Key];
        var request = Requests.Post(Sample, ("Content-Type", "application/json"), ("X-MAC-Signature", WebhookSignature.Sign(Encoding.UTF8.GetBytes(Sample), Secret)));
        var all = true;
        for (var warm = 0; warm < 20_000; warm++)
            all &= Proof.Verify(Profile, request, keys, Requests.Now).IsGenuine;

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
            all &= Proof.Verify(Profile, request, keys, Requests.Now).IsGenuine;
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
        all.ShouldBeTrue();
    }
}
