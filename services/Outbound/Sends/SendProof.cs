using Sms.Outbound.Recipients;

namespace Sms.Outbound.Sends;

/// <summary>
/// Whether a text that left had consent, told from the facts alone and not from how they came about: an auditor's look at the
/// log, by rules written down a second time.
/// </summary>
public static class SendProof
{
    /// <summary>What is wrong with a claim, as a short code, or null.</summary>
    /// <param name="before">The facts of its occasion that came before it.</param>
    /// <param name="claim">The claim.</param>
    /// <param name="recipient">What held between the person and our number right before the claim; null when the claim did not look.</param>
    /// <param name="person">What held for the person and all our numbers right before the claim.</param>
    public static string? Flaw(
        IReadOnlyList<OccasionEvent> before, SendEvent.DispatchStarted claim, Recipient? recipient, Person person)
    {
        var about = before.OfType<SendEvent>().Where(fact => fact.SendId == claim.SendId).ToList();
        if (about.OfType<SendEvent.SmsRequested>().FirstOrDefault() is not { } asked)
            return "never-asked-for";
        if (about.FindLastIndex(fact => fact is SendEvent.SmsCleared) is var cleared && cleared < 0)
            return "never-cleared";
        if (about.Skip(cleared + 1).Any(fact => fact is SendEvent.SmsSuppressed or SendEvent.SmsExpired or SendEvent.SmsCancelled or SendEvent.ConsentSought))
            return "cleared-no-more";
        if (claim.At >= asked.ExpiresAt)
            return "after-its-deadline";

        var verdict = before.OfType<OccasionEvent.VerdictRecorded>().FirstOrDefault();
        if (verdict is not null && (verdict.Person, verdict.OurNumber, verdict.Endpoint) != (asked.To, asked.From, asked.Endpoint))
            return "verdict-on-somebody-else";
        if (asked.Purpose == SendPurpose.ConsentAnswer)
            return verdict is null ? "no-verdict" : null;

        var automated = new Send(asked).Automated;
        if (verdict is null && !about.Any(fact => fact is SendEvent.ConsentSought))
            return "no-verdict";
        if (verdict is { RepliesAllowed: false } or { AutomationPaused: true } && (automated || !verdict.RepliesAllowed))
            return "verdict-against-it";
        if (recipient is null)
            return "past-the-recipients-stream";
        return Objection.To(asked.Purpose, automated, recipient, person, claim.At)?.Reason;
    }
}
