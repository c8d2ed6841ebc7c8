using System.Text;
using Sms.EventStore;
using Sms.GatewayProtocol;
using Sms.Ingress.Endpoints;
using Sms.Ingress.Inbound;

namespace Sms.Ingress.Tests.Inbound;

public sealed class DeliveryTests
{
    private static readonly DateTimeOffset Now = new(2026, 6, 12, 14, 32, 1, TimeSpan.Zero);

    private static readonly InboundPayload Balance = new()
    {
        From = "919876543210",
        To = "911234500000",
        Text = "balance",
        ReceivedAt = new DateTimeOffset(2026, 6, 12, 14, 32, 0, TimeSpan.Zero),
        DeviceId = "dev_1",
        TenantId = "ten_1",
        TenantName = "Acme Corp",
    };

    // Computed with Python's uuid and hashlib. Should one of these ever change, every text received before would be taken
    // for a new one when it is delivered again: then it is the code that is wrong.
    [Fact]
    public void The_identity_of_a_text_never_changes() =>
        SmsId(Balance).ShouldBe(Guid.Parse("9e391316-e27c-5dc8-a72b-cd3be01074fb"));

    [Fact]
    public void The_identity_of_a_body_in_quarantine_never_changes() =>
        Read("not json"u8).Id.ShouldBe(Guid.Parse("c98bdc3c-da84-5a19-9228-0a7da6ec1100"));

    [Fact]
    public void A_text_is_one_text_by_whatever_path_it_comes() =>
        SmsId(Balance with { MatchedRuleId = "rule_7", Ref = "order-17", TenantName = "Acme" }).ShouldBe(SmsId(Balance));

    [Fact]
    public void A_text_is_one_text_with_or_without_a_plus() =>
        SmsId(Balance with { From = "+919876543210", To = "+911234500000" }).ShouldBe(SmsId(Balance));

    [Theory]
    [InlineData("2026-06-12T14:32:00Z")]
    [InlineData("2026-06-12T14:32:00.000000+00:00")]
    [InlineData("2026-06-12T20:02:00+05:30")]
    public void A_text_is_one_text_however_its_time_is_written(string time)
    {
        var body = Encoding.UTF8.GetString(Balance.ToJson()).Replace("2026-06-12T14:32:00.000Z", time, StringComparison.Ordinal);
        Read(Encoding.UTF8.GetBytes(body)).Id.ShouldBe(SmsId(Balance));
    }

    [Fact]
    public void The_same_words_at_another_time_are_another_text() =>
        SmsId(Balance with { ReceivedAt = Balance.ReceivedAt.AddMilliseconds(1) }).ShouldNotBe(SmsId(Balance));

    [Fact]
    public void Another_sender_recipient_phone_or_word_makes_another_text() =>
        new[]
        {
            Balance,
            Balance with { From = "919876543211" },
            Balance with { To = "911234500001" },
            Balance with { DeviceId = "dev_2" },
            Balance with { DeviceId = null },
            Balance with { Text = "Balance" },
        }.Select(SmsId).ShouldBeUnique();

    [Fact]
    public void The_same_text_at_another_endpoint_is_another_text() =>
        Deliveries.Read("sales", Balance.ToJson(), null, Now).Id.ShouldNotBe(SmsId(Balance));

    [Fact]
    public void A_text_is_kept_with_full_numbers_its_own_time_and_the_time_it_came()
    {
        var (id, append) = Read((Balance with { ReceivedAt = Balance.ReceivedAt.ToOffset(TimeSpan.FromHours(5.5)), MatchedRuleId = "rule_7" }).ToJson());
        append.Events.ShouldBe(
        [
            new InboundEvent.SmsReceived(
                id, "sms", "+919876543210", "+911234500000", "balance", Balance.ReceivedAt, Now, "dev_1", null, "Acme Corp", "rule_7"),
        ]);
        append.ShouldSatisfyAllConditions(
            a => a.StreamId.ShouldBe($"sms-{id}"), a => a.ExpectedVersion.ShouldBe(0),
            a => a.Cause.ShouldBe(new Cause(id, null, Cause.System)));
    }

    [Fact]
    public void A_text_that_is_known_already_is_a_repetition_and_says_by_which_path() =>
        Read((Balance with { MatchedRuleId = "rule_7" }).ToJson()).Append.IfStreamExists
            .ShouldBe([new InboundEvent.DeliveryRepeated(Now, "rule_7")]);

    [Theory]
    [InlineData("56161", "56161")]
    [InlineData("AD-AIRTEL", "AD-AIRTEL")]
    public void Short_codes_and_names_may_text(string from, string kept) =>
        Read((Balance with { From = from }).ToJson()).Append.Events.ShouldHaveSingleItem()
            .ShouldBeOfType<InboundEvent.SmsReceived>().From.ShouldBe(kept);

    public static TheoryData<string> Kinds() => new(GatewayProfiles.BuiltIn.Keys);

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Whatever_the_gateway_a_national_number_is_completed_and_short_codes_and_names_are_kept(string profile)
    {
        var endpoint = Deliveries.Endpoint(
            profile: profile, settings: EndpointSettings.None with { Region = "IN" }, numbers: new OurNumber("+911234500000", null, null));
        foreach (var (written, kept) in new[] { ("09876543210", "+919876543210"), ("+919876543210", "+919876543210"), ("56161", "56161"), ("AD-AIRTEL", "AD-AIRTEL") })
        {
            var text = new Notice.Inbound("", written, "+911234500000", "hello", Now, "m1", "e1", "dev_1", "1", null, null, null, false, "");
            var sms = Delivery.Read(endpoint, Samples.Request(endpoint.Profile, "https://sms.example.com/hooks/sms", text), Now).ShouldHaveSingleItem()
                .Append.ShouldNotBeNull().Events.ShouldHaveSingleItem().ShouldBeOfType<InboundEvent.SmsReceived>();
            (sms.From, sms.To, sms.Text).ShouldBe((kept, "+911234500000", "hello"));
        }
    }

    [Fact]
    public void A_body_that_cannot_be_read_is_named_by_its_digest_with_the_reason()
    {
        byte[] body = [0xFF, 0x00, (byte)'{', 0xC3];
        var (id, append) = Deliveries.Read("sms", body, "text/plain", Now);
        append.StreamId.ShouldBe($"unreadable-{id}");
        append.Events.ShouldHaveSingleItem().ShouldBeOfType<InboundEvent.DeliveryQuarantined>().ShouldSatisfyAllConditions(
            e => e.Digest.ShouldBe(QuarantinedDelivery.DigestOf(body)), e => e.Length.ShouldBe(4), e => e.Body.ShouldBeNull(), e => e.Reason.ShouldBe("the body is not valid UTF-8"),
            e => e.ContentType.ShouldBe("text/plain"), e => e.Endpoint.ShouldBe("sms"), e => e.ReceivedAt.ShouldBe(Now));
        append.IfStreamExists.ShouldBe([new InboundEvent.DeliveryRepeated(Now, null)]);
        append.Cause.CorrelationId.ShouldBeNull();
    }

    [Theory]
    [InlineData("---")]
    [InlineData("\u2026?!")]
    public void A_sender_that_is_nobody_puts_a_delivery_in_quarantine_and_is_not_quoted(string from)
    {
        var body = (Balance with { From = from }).ToJson();
        Read(body).Append.Events.ShouldHaveSingleItem().ShouldBeOfType<InboundEvent.DeliveryQuarantined>().ShouldSatisfyAllConditions(
            e => e.Reason.ShouldStartWith("from: neither"), e => e.Reason.ShouldNotContain(from));
    }

    [Fact]
    public void A_recipient_that_is_nobody_puts_a_delivery_in_quarantine() =>
        Read((Balance with { To = "\u2026" }).ToJson()).Append.Events.ShouldHaveSingleItem()
            .ShouldBeOfType<InboundEvent.DeliveryQuarantined>().Reason.ShouldStartWith("to: neither");

    private static Guid SmsId(InboundPayload payload)
    {
        var (id, append) = Read(payload.ToJson());
        append.Events.ShouldHaveSingleItem().ShouldBeOfType<InboundEvent.SmsReceived>().SmsId.ShouldBe(id);
        return id;
    }

    private static (Guid Id, Append Append) Read(ReadOnlySpan<byte> body) => Deliveries.Read("sms", body, "application/json", Now);
}
