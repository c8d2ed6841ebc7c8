using Sms.EventStore;
using Sms.OptOut.Consent;

namespace Sms.OptOut.Views;

/// <summary>
/// Texts that wait for the one before them. For milliseconds, normally; for long only if that one has not come here or could not be
/// handled, and then it is a dead letter that says why.
/// </summary>
public sealed class WaitingTexts : IView
{
    /// <inheritdoc/>
    public IReadOnlyList<string> Tables => ["waiting_texts"];

    /// <inheritdoc/>
    public void Project(IReadOnlyList<StoredEvent> happened, ViewWrites write)
    {
        foreach (var e in happened)
        {
            if (e.Data is ScreeningEvent.TextWaits text)
                write.Add($"insert into waiting_texts (sms_id, since) values ({text.SmsId}, {text.Since}) on conflict do nothing");
            if (e.Data is ScreeningEvent.SmsScreened { WaitedFor: not null } ruled)
                write.Add($"delete from waiting_texts where sms_id = {ruled.SmsId}");
        }
    }
}
