using Sms.BusMessages;
using Sms.EventStore;
using Sms.Outbound.Sends;

namespace Sms.Outbound;

/// <summary>What Outbound says in public: its questions to OptOut, whom a gateway will not text, and what has become of every text.</summary>
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

    /// <summary>What has become of a text, told to whoever shows it; null for a fact after which it stands where it stood.</summary>
    public static Func<Occasion, IEnumerable<object>>? Change(StoredEvent happened) =>
        happened.Data is not SendEvent about || about is SendEvent.ConsentSought or SendEvent.SmsCleared or SendEvent.SmsResent ? null : occasion =>
        {
            var send = occasion.Find(about.SendId)!;
            // A report that overtook the gateway's answer has told of more already.
            if (about is SendEvent.SmsAccepted && send.State != SendState.Accepted)
                return [];
            return
            [
                new SmsChanged
                {
                    SendId = send.Id,
                    Version = happened.Version,
                    InReplyTo = Occasion.AnsweredIn(happened.StreamId) ?? Guid.Empty,
                    Endpoint = send.Request.Endpoint,
                    From = send.Request.From,
                    To = send.Request.To,
                    Text = send.Request.Text,
                    Purpose = Purpose(send.Request.Purpose, occasion.Verdict?.Verdict),
                    RequestedBy = send.Request.RequestedBy,
                    Status = Status(about, send.State),
                    Reason = Reason(about),
                    ChangedAt = happened.At,
                },
            ];
        };

    private static string Purpose(string purpose, string? verdict) =>
        purpose != SendPurpose.ConsentAnswer ? purpose : verdict == "help" ? "help" : "confirmation";

    private static string Status(SendEvent happened, SendState state) => (happened, state) switch
    {
        // Nobody has to look: the gateway recognises the repetition that is to come.
        (SendEvent.OutcomeUnknown { RepeatAt: not null }, _) => "dispatching",
        (_, SendState.Held or SendState.Cleared) => "held",
        (_, SendState.Suppressed) => "suppressed",
        (_, SendState.Expired) => "expired",
        (_, SendState.Cancelled) => "cancelled",
        (_, SendState.Dispatching) => "dispatching",
        (_, SendState.Accepted) => "accepted",
        (_, SendState.Sent) => "sent",
        (_, SendState.Delivered) => "delivered",
        (_, SendState.Failed) => "failed",
        (_, SendState.Unknown) => "unknown",
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, null),
    };

    // What a person gave as a reason are words, and stay with the text.
    private static string? Reason(SendEvent happened) => happened switch
    {
        SendEvent.SmsDeferred e => e.Reason,
        SendEvent.SmsSuppressed e => e.Reason,
        SendEvent.DispatchFailed e => e.Reason,
        SendEvent.BlockedByGateway e => $"blocked-by-gateway {e.Code}",
        SendEvent.OutcomeUnknown e => e.Reason,
        SendEvent.OutcomeResolved => "resolved",
        SendEvent.DeliveryFailed e => e.Reason,
        _ => null,
    };
}
