using Sms.AutoReply.Rules;
using Sms.BusMessages;
using Sms.EventStore;

namespace Sms.AutoReply;

/// <summary>What AutoReply says in public: the replies it wants sent.</summary>
public static class AnswerBus
{
    /// <summary>The public messages that follow from a fact.</summary>
    public static IEnumerable<object> From(StoredEvent happened) => happened.Data switch
    {
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
}
