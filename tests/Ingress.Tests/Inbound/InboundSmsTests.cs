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
        .ShouldBe(new InboundSms(true, 2));

    private static InboundSms Fold(StreamOf<InboundSms, InboundEvent> stream, params InboundEvent[] happened) =>
        happened.Aggregate(stream.Initial, stream.Evolve);
}
