using Sms.OptOut.Words;
using Sms.PhoneNumbers;
using static Sms.OptOut.Consent.ConsentEvent;
using static Sms.OptOut.Consent.ScreeningEvent;

namespace Sms.OptOut.Consent;

/// <summary>Rule on one inbound text.</summary>
public sealed record ScreenSms(
    Guid SmsId, string Endpoint, PhoneNumber Person, PhoneNumber OurNumber, string Text, DateTimeOffset SentAt, DateTimeOffset Now);

/// <summary>The rules on consent, all of them.</summary>
public static class ConsentDecider
{
    /// <summary>Rules on a text: what it was, and the consent word to enter into the ledger if it was one.</summary>
    /// <param name="status">The person's consent words so far.</param>
    /// <param name="sms">The text.</param>
    /// <param name="words">The words that count.</param>
    /// <param name="answers">What consent itself answers with.</param>
    public static (SmsScreened Ruling, ConsentEvent[] Recorded) Decide(
        ConsentStatus status, ScreenSms sms, WordBook words, ConsentAnswers answers)
    {
        var word = words.Read(sms.Text);
        ConsentEvent? request = word?.Wish switch
        {
            Wish.OptOut => new OptOutRequested(sms.SmsId, sms.Person.Value, sms.OurNumber.Value, word.Word, sms.SentAt),
            Wish.OptIn or Wish.OptInIfOptedOut =>
                new OptInRequested(sms.SmsId, sms.Person.Value, sms.OurNumber.Value, word.Word, sms.SentAt),
            _ => null,
        };
        var after = request is null ? status : ConsentStatus.Evolve(status, request);
        var (optedOutNow, optedInNow) = (after.OptedOut && !status.OptedOut, status.OptedOut && !after.OptedOut);

        // A YES that ends no opt-out answers some question; as proof of consent it would be false.
        if (word?.Wish is Wish.OptInIfOptedOut && !optedInNow)
            (request, after) = (null, status);

        var (verdict, answer) = word?.Wish switch
        {
            Wish.Help => (Verdict.Help, answers.Help),
            Wish.OptOut => (Verdict.OptOut, optedOutNow ? answers.Confirmation : null),
            Wish.OptIn or Wish.OptInIfOptedOut when optedInNow => (Verdict.OptIn, answers.Welcome),
            _ => (after.OptedOut ? Verdict.Blocked : Verdict.Clear, (string?)null),
        };

        var canAnswer = sms.Person.CanBeReplied && sms.Person != sms.OurNumber;
        var ruling = new SmsScreened(
            sms.SmsId, sms.Endpoint, sms.Person.Value, sms.OurNumber.Value, verdict, word is { Wish: not Wish.Unclear } ? word.Word : null, after.OptedOut, status.Words.Length,
            canAnswer ? answer : null, sms.SentAt, sms.Now);
        return (ruling, request is null ? [] : [request]);
    }
}
