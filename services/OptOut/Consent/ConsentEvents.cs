using Sms.EventStore;

namespace Sms.OptOut.Consent;

/// <summary>
/// The ledger: every consent word of one person to one of our numbers. A word is kept whether or not it changed anything,
/// because one that arrives later may have been sent in between.
/// </summary>
public abstract record ConsentEvent
{
    /// <summary>The person asked for no more texts.</summary>
    [StoredAs("optout.opt-out-requested.v1")]
    public sealed record OptOutRequested(Guid SmsId, string Person, string OurNumber, string Word, DateTimeOffset SentAt) : ConsentEvent;

    /// <summary>The person asked for texts again.</summary>
    [StoredAs("optout.opt-in-requested.v1")]
    public sealed record OptInRequested(Guid SmsId, string Person, string OurNumber, string Word, DateTimeOffset SentAt) : ConsentEvent;
}
