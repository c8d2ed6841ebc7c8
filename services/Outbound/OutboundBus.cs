using Sms.BusMessages;
using Sms.EventStore;
using Sms.Outbound.Sends;

namespace Sms.Outbound;

/// <summary>What Outbound says in public: its questions to OptOut, and whom a gateway will not text.</summary>
public static class OutboundBus
{
    /// <summary>The public messages that follow from a fact.</summary>
    public static IEnumerable<object> From(StoredEvent happened) => happened.Data switch
    {
        SendEvent.ConsentSought sought =>
        [
            new ConsentAsked
            {
                SendId = sought.SendId,
                Endpoint = sought.Endpoint,
                From = sought.From,
                To = sought.To,
                Purpose = sought.Purpose,
                RequestedBy = sought.RequestedBy,
                AskedAt = sought.AskedAt,
            },
        ],
        SendEvent.BlockedByGateway blocked =>
        [
            new RecipientBlocked
            {
                SendId = blocked.SendId,
                Endpoint = blocked.Endpoint,
                From = blocked.From,
                To = blocked.To,
                Code = blocked.Code,
                BlockedAt = blocked.At,
            },
        ],
        _ => [],
    };
}
