using Sms.BusMessages;
using Sms.EventStore;
using Sms.OptOut.Consent;
using Sms.OptOut.Ledger;

namespace Sms.OptOut;

/// <summary>What OptOut says in public: every ruling, and every change of consent that no verdict tells of.</summary>
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
                // While a review is open only people may answer: AutomationPaused says so.
                RepliesAllowed = ruling.Verdict is Verdict.Clear or Verdict.Review,
                OptedOut = ruling.OptedOut,
                Answer = ruling.Answer,
                SentAt = ruling.SentAt,
                ScreenedAt = ruling.ScreenedAt,
                ReceivedAt = ruling.ReceivedAt,
                AutomationPaused = ruling.AutomationPaused,
                FactId = ruling.FactId,
                FactHash = ruling.FactHash,
            },
        ],
        RulingEvent.SendRuled ruling =>
        [
            new ConsentRuled
            {
                SendId = ruling.SendId,
                AskedAt = ruling.AskedAt,
                Allowed = ruling.Allowed,
                Reason = ruling.Reason,
                FactId = ruling.FactId,
                FactHash = ruling.FactHash,
                RuledAt = ruling.RuledAt,
            },
        ],
        ConsentFact fact => fact.Announced.Select(told => new ConsentChanged
        {
            FactId = fact.FactId,
            FactHash = fact.Hash,
            Person = fact.Person,
            OurNumber = told.OurNumber,
            Purpose = told.Purpose,
            Change = told.Change,
            EffectiveAt = fact.EffectiveAt,
        }),
        _ => [],
    };
}
