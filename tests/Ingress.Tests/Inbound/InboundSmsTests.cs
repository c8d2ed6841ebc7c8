using Sms.EventStore;
using Sms.Ingress.Inbound;

namespace Sms.Ingress.Tests.Inbound;

public sealed class InboundSmsTests
{
    private static readonly DateTimeOffset Now = new(2026, 6, 12, 14, 32, 1, TimeSpan.Zero);

    [Fact]
    public void A_text_knows_how_often_it_came_again() =>
        Fold(
            InboundSms.Stream,
            new InboundEvent.SmsReceived(Guid.Empty, "sms", "+1", "+2", "hello", Now, Now, null, null, null, null),
            new InboundEvent.DeliveryRepeated(Now, null),
            new InboundEvent.DeliveryRepeated(Now, "rule_7"))
        .ShouldBe(new InboundSms(true, null, 2));

    [Fact]
    public void An_unreadable_delivery_knows_why_it_is_one() =>
        Fold(
            InboundSms.Unreadable,
            new InboundEvent.DeliveryUnreadable("sms", "the body is empty", null, [], Now), new InboundEvent.DeliveryRepeated(Now, null))
        .ShouldBe(new InboundSms(false, "the body is empty", 1));

    private static InboundSms Fold(StreamOf<InboundSms, InboundEvent> stream, params InboundEvent[] happened) =>
        happened.Aggregate(stream.Initial, stream.Evolve);
}
