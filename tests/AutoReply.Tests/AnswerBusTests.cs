using Sms.AutoReply.Deeds;
using Sms.AutoReply.Rules;
using Sms.BusMessages;
using Sms.EventStore;

namespace Sms.AutoReply.Tests;

public sealed class AnswerBusTests
{
    private static readonly Guid SmsId = Guid.NewGuid(), DeedId = Guid.NewGuid();

    [Fact]
    public void Of_every_text_it_is_told_what_came_of_it() =>
        AnswerBus.From(Stored(Ruled(new Ruling { Outcome = Outcomes.None }))).ShouldHaveSingleItem().ShouldBe(new InboundSmsRuled
        {
            SmsId = SmsId, Endpoint = "sms", Outcome = "none", RuleSetVersion = 3, RuledAt = Some.Noon,
        });

    [Fact]
    public void A_reply_is_asked_of_Outbound()
    {
        var said = AnswerBus.From(Stored(Ruled(Doing(new Deed { Id = DeedId, Rule = "hours", Do = RuleAction.Replies, Text = "9 to 18" })))).ToList();
        said[0].ShouldBeOfType<InboundSmsRuled>().Rules.ShouldBe("hours");
        said[1].ShouldBe(new SendSms
        {
            SendId = DeedId,
            InReplyTo = SmsId,
            Endpoint = "sms",
            From = "+911234500000",
            To = "+919876543210",
            Text = "9 to 18",
            RequestedBy = "rule:hours",
            RequestedAt = Some.Noon,
            ExpiresAt = Some.Noon.AddMinutes(15),
        });
    }

    [Fact]
    public void A_delayed_reply_is_asked_for_only_when_it_is_due()
    {
        AnswerBus.From(Stored(Ruled(Doing(new Deed { Id = DeedId, Rule = "hours", Do = RuleAction.Replies, Text = "and", AfterSeconds = 30 })))).ShouldHaveSingleItem();
        AnswerBus.From(Stored(new DeedEvent.ReplyDue(DeedId, SmsId, "hours", "sms", "+911234500000", "+919876543210", "and", Some.Noon, Some.Noon.AddMinutes(15))))
            .ShouldHaveSingleItem().ShouldBeOfType<SendSms>().SendId.ShouldBe(DeedId);
    }

    [Fact]
    public void Tags_are_asked_of_Contacts_and_tickets_of_Helpdesk()
    {
        var said = AnswerBus.From(Stored(Ruled(Doing(
            new Deed { Id = DeedId, Rule = "hours", Do = RuleAction.Tags, Tag = "vip" },
            new Deed { Id = DeedId, Rule = "hours", Do = RuleAction.HandsOver, Priority = "high", Team = "sales", Text = "said so" })))).ToList();
        said[1].ShouldBe(new ContactTagAsked { RequestId = DeedId, Number = "+919876543210", Tag = "vip", SmsId = SmsId, RequestedBy = "rule:hours", RequestedAt = Some.Noon });
        said[2].ShouldBe(new TicketAsked
        {
            RequestId = DeedId, SmsId = SmsId, Endpoint = "sms", Customer = "+919876543210", OurNumber = "+911234500000", Priority = "high", Team = "sales", Note = "said so",
            RequestedBy = "rule:hours", RequestedAt = Some.Noon,
        });
    }

    [Fact]
    public void Answers_of_before_are_told_as_they_were() =>
        AnswerBus.From(Stored(new AnswerEvent.SmsAnswered(
                SmsId, DeedId, "hours", 3, [], "sms", "+911234500000", "+919876543210", "9 to 18", Some.Noon, Some.Noon.AddMinutes(15))))
            .ShouldHaveSingleItem().ShouldBeOfType<SendSms>().RequestedBy.ShouldBe("rule:hours");

    [Fact]
    public void Other_facts_say_nothing()
    {
        AnswerBus.From(Stored(new AnswerEvent.NoRuleMatched(SmsId, 3, []))).ShouldBeEmpty();
        AnswerBus.From(Stored(new RuleSetEvent.RuleSetReplaced([]))).ShouldBeEmpty();
        AnswerBus.From(Stored(new DeedEvent.ReplyDropped(DeedId, Withheld.PersonAnswers, Some.Noon))).ShouldBeEmpty();
    }

    private static Ruling Doing(params Deed[] deeds) => new() { Outcome = Outcomes.Answered, Rules = ["hours"], Deeds = deeds };

    private static AnswerEvent.SmsRuled Ruled(Ruling ruling) => new()
    {
        SmsId = SmsId, Endpoint = "sms", Label = "default", RuleSetVersion = 3, From = "+919876543210", To = "+911234500000", Text = "hours", ReceivedAt = Some.Noon,
        Seen = Circumstances.Unknown, Person = Guid.NewGuid(), PersonVersion = 0, Ruling = ruling, RuledAt = Some.Noon, LifetimeSeconds = 900,
    };

    private static StoredEvent Stored(object fact) => new(Guid.NewGuid(), "answer-1", 1, "", fact, Some.Noon, null, null, Cause.System);
}
