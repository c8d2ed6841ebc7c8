using Sms.BusMessages;
using Sms.EventStore;
using Sms.Ingress.Endpoints;
using Sms.Ingress.Inbound;

namespace Sms.Ingress.Tests;

public sealed class IngressBusTests
{
    private static readonly Guid SmsId = Guid.Parse("f6a8f5a0-5b1d-5c1e-9d9b-3a8c54e6f0aa");
    private static readonly DateTimeOffset Sent = new(2026, 6, 12, 14, 32, 0, TimeSpan.Zero);

    [Fact]
    public void A_text_is_announced_as_it_was_received() =>
        From(new InboundEvent.SmsReceived(
            SmsId, "sms", "+919876543210", "+911234500000", "hello", Sent, Sent.AddSeconds(1), "dev_1", "order-17", "Acme Corp", "rule_7")
            { Label = "support", GatewayMessageId = "msg_17", Sim = 2 })
        .ShouldBe(
        [
            new InboundSmsReceived
            {
                SmsId = SmsId,
                Endpoint = "sms",
                From = "+919876543210",
                To = "+911234500000",
                Text = "hello",
                SentAt = Sent,
                ReceivedAt = Sent.AddSeconds(1),
                DeviceId = "dev_1",
                Ref = "order-17",
                TenantName = "Acme Corp",
                Label = "support",
                GatewayMessageId = "msg_17",
                Sim = 2,
            },
        ]);

    [Fact]
    public void A_text_is_announced_with_the_one_before_it_of_the_same_person_whichever_number_that_went_to()
    {
        var previous = Guid.NewGuid();
        var first = Text("+919876543210", "+911234500000");
        IngressBus.From(Stored(first) with { Follows = InboundSms.Stream.StreamId(previous.ToString()) })
            .ShouldHaveSingleItem().ShouldBeOfType<InboundSmsReceived>().PreviousSmsId.ShouldBe(previous);
        IngressBus.LaneOf(Stored(first)).ShouldNotBeNull();
        IngressBus.LaneOf(Stored(first)).ShouldBe(IngressBus.LaneOf(Stored(Text("+919876543210", "+911234500001"))));
        IngressBus.LaneOf(Stored(first)).ShouldNotBe(IngressBus.LaneOf(Stored(Text("+919876543211", "+911234500000"))));
        IngressBus.LaneOf(Stored(new InboundEvent.DeliveryRepeated(Sent, null))).ShouldBeNull();
    }

    [Fact]
    public void A_report_is_announced_as_it_was_received() =>
        From(new InboundEvent.DeliveryReported(SmsId, "sms", "failed", "msg_17", "order-17", "+919876543210", 2, "30008", "Unknown error", Sent, Sent.AddSeconds(1)))
        .ShouldBe(
        [
            new DeliveryReported
            {
                ReportId = SmsId,
                Endpoint = "sms",
                Status = "failed",
                GatewayMessageId = "msg_17",
                Ref = "order-17",
                To = "+919876543210",
                Parts = 2,
                ErrorCode = "30008",
                Error = "Unknown error",
                OccurredAt = Sent,
                ReceivedAt = Sent.AddSeconds(1),
            },
        ]);

    [Fact]
    public void Nothing_else_is_announced() =>
        new object[]
        {
            new InboundEvent.DeliveryRepeated(Sent, null), new InboundEvent.DeliveryQuarantined("sms", "the body is empty", null, "", 0, Sent),
            new InboundEvent.ReadInVain("the body is empty"), new InboundEvent.Released([SmsId], 0), new InboundEvent.Discarded("a test"), new EndpointEvent.Tested(),
            new EndpointEvent.Registered("sms"), new EndpointEvent.NumbersSet([new OurNumber("+911234500000", null, null)]),
            new EndpointEvent.SecretAdded(SmsId, "closed"), new EndpointEvent.SecretRevoked(SmsId),
        }.SelectMany(From).ShouldBeEmpty();

    private static InboundEvent.SmsReceived Text(string from, string to) => new(SmsId, "sms", from, to, "hello", Sent, Sent, null, null, null, null);

    private static IEnumerable<object> From(object fact) => IngressBus.From(Stored(fact));

    private static StoredEvent Stored(object fact) => new(Guid.NewGuid(), $"sms-{SmsId}", 1, "", fact, Sent, SmsId, null, Cause.System);
}
