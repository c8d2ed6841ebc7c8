using Sms.AutoReply.Deeds;
using Sms.AutoReply.Rules;
using Sms.BusMessages;
using Sms.EventStore;

namespace Sms.AutoReply;

/// <summary>What AutoReply says in public: what it made of each text, the replies it wants sent, the tags and tickets it asks for.</summary>
public static class AnswerBus
{
    /// <summary>The public messages that follow from a fact.</summary>
    public static IEnumerable<object> From(StoredEvent happened) => happened.Data switch
    {
        AnswerEvent.SmsRuled ruled => Ruled(ruled),
        DeedEvent.ReplyDue due =>
        [
            new SendSms
            {
                SendId = due.DeedId,
                InReplyTo = due.SmsId,
                Endpoint = due.Endpoint,
                From = due.From,
                To = due.To,
                Text = due.Text,
                RequestedBy = $"rule:{due.Rule}",
                RequestedAt = due.At,
                ExpiresAt = due.ExpiresAt,
            },
        ],
        AnswerEvent.SmsAnswered answered =>
        [
            new SendSms
            {
                SendId = answered.SendId,
                InReplyTo = answered.SmsId,
                Endpoint = answered.Endpoint,
                From = answered.From,
                To = answered.To,
                Text = answered.Text,
                RequestedBy = $"rule:{answered.RuleName}",
                RequestedAt = answered.AnsweredAt,
                ExpiresAt = answered.ExpiresAt,
            },
        ],
        _ => [],
    };

    private static IEnumerable<object> Ruled(AnswerEvent.SmsRuled ruled)
    {
        yield return new InboundSmsRuled
        {
            SmsId = ruled.SmsId,
            Endpoint = ruled.Endpoint,
            Outcome = ruled.Ruling.Outcome,
            Rules = ruled.Ruling.Rules.Count == 0 ? null : string.Join('\n', ruled.Ruling.Rules),
            RuleSetVersion = (int)ruled.RuleSetVersion,
            RuledAt = ruled.RuledAt,
        };
        foreach (var deed in ruled.Ruling.Deeds)
        {
            var by = $"rule:{deed.Rule}";
            if (deed.Do == RuleAction.Replies && deed.AfterSeconds == 0)
                yield return new SendSms
                {
                    SendId = deed.Id,
                    InReplyTo = ruled.SmsId,
                    Endpoint = ruled.Endpoint,
                    From = ruled.To,
                    To = ruled.From,
                    Text = deed.Text!,
                    RequestedBy = by,
                    RequestedAt = ruled.RuledAt,
                    ExpiresAt = ruled.RuledAt.AddSeconds(ruled.LifetimeSeconds),
                };
            if (deed.Do == RuleAction.Tags)
                yield return new ContactTagAsked
                {
                    RequestId = deed.Id, Number = ruled.From, Tag = deed.Tag!, SmsId = ruled.SmsId, RequestedBy = by, RequestedAt = ruled.RuledAt,
                };
            if (deed.Do is RuleAction.AsksForTicket or RuleAction.HandsOver)
                yield return new TicketAsked
                {
                    RequestId = deed.Id,
                    SmsId = ruled.SmsId,
                    Endpoint = ruled.Endpoint,
                    Customer = ruled.From,
                    OurNumber = ruled.To,
                    Priority = deed.Priority,
                    Assignee = deed.Assignee,
                    Team = deed.Team,
                    Note = deed.Text,
                    RequestedBy = by,
                    RequestedAt = ruled.RuledAt,
                };
        }
    }
}
