using Sms.AutoReply.Rules;
using Sms.BusMessages;
using Sms.EventStore;

namespace Sms.AutoReply.Tests;

public sealed class AnswerBusTests
{
    private static readonly DateTimeOffset Noon = new(2026, 6, 12, 12, 0, 0, TimeSpan.Zero);
    private static readonly Guid SmsId = Guid.NewGuid(), SendId = Guid.NewGuid();

    [Fact]
    public void An_answer_asks_Outbound_to_send_it() =>
        AnswerBus.From(Stored(new AnswerEvent.SmsAnswered(
                SmsId, SendId, "hours", 3, [], "sms", "+911234500000", "+919876543210", "9 to 18", Noon, Noon.AddMinutes(15))))
            .ShouldHaveSingleItem().ShouldBe(new SendSms
            {
                SendId = SendId,
                InReplyTo = SmsId,
                Endpoint = "sms",
                From = "+911234500000",
                To = "+919876543210",
                Text = "9 to 18",
                RequestedBy = "rule:hours",
                RequestedAt = Noon,
                ExpiresAt = Noon.AddMinutes(15),
            });

    [Fact]
    public void No_answer_says_nothing()
    {
        AnswerBus.From(Stored(new AnswerEvent.NoRuleMatched(SmsId, 3, []))).ShouldBeEmpty();
        AnswerBus.From(Stored(new AnswerEvent.AnswerWithheld(SmsId, Withheld.ReplyIsEmpty, "hours"))).ShouldBeEmpty();
        AnswerBus.From(Stored(new RuleSetEvent.RuleSetReplaced([]))).ShouldBeEmpty();
    }

    private static StoredEvent Stored(object fact) => new(Guid.NewGuid(), "answer-1", 1, "", fact, Noon, null, null, Cause.System);
}
