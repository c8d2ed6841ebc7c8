using Sms.BusMessages;
using Sms.EventStore;
using Sms.OptOut.Consent;

namespace Sms.OptOut;

/// <summary>What OptOut says in public: every ruling.</summary>
public static class ConsentBus
{
    /// <summary>The public messages that follow from a fact.</summary>
    public static IEnumerable<object> From(StoredEvent happened) => happened.Data switch
    {
        ScreeningEvent.SmsScreened ruling =>
        [
            new InboundSmsScreened
            {
                SmsId = ruling.SmsId,
                Endpoint = ruling.Endpoint,
                From = ruling.Person,
                To = ruling.OurNumber,
                Verdict = ruling.Verdict,
                RepliesAllowed = ruling.Verdict == Verdict.Clear,
                OptedOut = ruling.OptedOut,
                Answer = ruling.Answer,
                SentAt = ruling.SentAt,
                ScreenedAt = ruling.ScreenedAt,
            },
        ],
        _ => [],
    };
}
