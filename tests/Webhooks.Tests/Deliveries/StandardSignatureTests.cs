using Sms.Webhooks.Deliveries;

namespace Sms.Webhooks.Tests.Deliveries;

public sealed class StandardSignatureTests
{
    // The vector that the libraries of Standard Webhooks are tested with (standard-webhooks/standard-webhooks, libraries/*/tests).
    private const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    [Fact]
    public void It_is_that_of_the_specification() =>
        StandardSignature.Sign("msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, """{"test": 2432232314}"""u8, [Secret])
            .ShouldBe("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");

    [Fact]
    public void Several_secrets_make_several_signatures() =>
        StandardSignature.Sign("msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, """{"test": 2432232314}"""u8, [StandardSignature.NewSecret(), Secret])
            .Split(' ')[1].ShouldBe("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");

    [Fact]
    public void Id_timestamp_and_body_are_all_covered()
    {
        string[] signatures =
        [
            StandardSignature.Sign("a", 1, "body"u8, [Secret]), StandardSignature.Sign("b", 1, "body"u8, [Secret]),
            StandardSignature.Sign("a", 2, "body"u8, [Secret]), StandardSignature.Sign("a", 1, "Body"u8, [Secret]), StandardSignature.Sign("a", 1, [], [Secret]),
        ];
        signatures.ShouldBeUnique();
    }

    [Fact]
    public void A_secret_of_our_own_making_is_one_and_never_the_same()
    {
        var secrets = Enumerable.Range(0, 100).Select(_ => StandardSignature.NewSecret()).ToList();
        secrets.ShouldBeUnique();
        secrets.ShouldAllBe(secret => StandardSignature.Fault(secret) == null);
    }

    [Theory]
    [InlineData("whsec_", 24, true)]
    [InlineData("whsec_", 64, true)]
    [InlineData("whsec_", 23, false)]
    [InlineData("whsec_", 65, false)]
    [InlineData("", 32, false)]
    [InlineData("whsk_", 32, false)]
    public void A_secret_has_the_form_and_length_of_the_specification(string prefix, int length, bool good) =>
        (StandardSignature.Fault(prefix + Convert.ToBase64String(new byte[length])) is null).ShouldBe(good);

    [Fact]
    public void A_secret_that_is_no_base64_is_refused_without_being_quoted() =>
        StandardSignature.Fault("whsec_not base64 at all, and quite long at that").ShouldBe("must be whsec_ and then 24 to 64 bytes in base64");
}
