using Sms.AutoReply.People;
using Sms.AutoReply.Rules;

namespace Sms.AutoReply.Deeds;

/// <summary>Whether a reply that was to leave later still is to leave, now that it is due.</summary>
public static class DelayedReply
{
    /// <summary>It leaves, unless a person has answered or taken the conversation since the text came. Whether consent has changed is Outbound's to know.</summary>
    public static DeedEvent Decide(AnswerEvent.SmsRuled ruled, Deed deed, Person person, DateTimeOffset now, TimeSpan lifetime) =>
        person.PersonAnsweredAt > ruled.ReceivedAt ? new DeedEvent.ReplyDropped(deed.Id, Withheld.PersonAnswers, now)
        // A rule that hands over may well say so in a second reply; only somebody else's taking it counts.
        : person.History.HandedOver.Contains(ruled.To) && ruled.Ruling.Outcome != Outcomes.HandedOver ? new DeedEvent.ReplyDropped(deed.Id, Withheld.HandedOver, now)
        : new DeedEvent.ReplyDue(
            deed.Id, ruled.SmsId, deed.Rule, ruled.Endpoint, ruled.To, ruled.From, deed.Text!, now, now + lifetime);
}
