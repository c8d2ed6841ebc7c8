using Sms.ConsentWords;
using Sms.OptOut.Ledger;
using Sms.OptOut.Policies;
using Sms.PhoneNumbers;
using static Sms.OptOut.Consent.ScreeningEvent;

namespace Sms.OptOut.Consent;

/// <summary>Rule on one inbound text.</summary>
public sealed record ScreenSms(
    Guid SmsId, string Endpoint, PhoneNumber Person, PhoneNumber OurNumber, string Text, DateTimeOffset SentAt, DateTimeOffset ReceivedAt,
    DateTimeOffset Now)
{
    /// <summary>A text that has waited for an earlier one, to be ruled on now.</summary>
    public static ScreenSms Of(TextWaits text, DateTimeOffset now) => new(
        text.SmsId, text.Endpoint, PhoneNumber.Parse(text.Person), PhoneNumber.Parse(text.OurNumber), text.Text, text.SentAt, text.ReceivedAt, now);
}

/// <summary>The rules on an inbound text, all of them.</summary>
public static class ConsentDecider
{
    /// <summary>
    /// How long after a STOP came in it may still be confirmed: within five minutes the one confirmation is presumed to be covered by the
    /// consent that was just withdrawn (47 CFR 64.1200(a)(12)); later it had better not be sent.
    /// </summary>
    public static readonly TimeSpan ConfirmWithin = TimeSpan.FromMinutes(5);

    /// <summary>Rules on a text: what it was, and the facts to enter into the person's ledger.</summary>
    /// <param name="ledger">The person's facts so far.</param>
    /// <param name="rules">The rules in force.</param>
    /// <param name="sms">The text.</param>
    /// <param name="reading">What it says about consent, if anything.</param>
    /// <param name="answers">What consent itself answers with.</param>
    public static (SmsScreened Ruling, ConsentFact[] Recorded) Decide(
        PersonLedger ledger, Rulebook rules, ScreenSms sms, Reading? reading, ConsentAnswers answers)
    {
        var (policy, words, place) = (rules.At(sms.Now), rules.WordsOf(sms.Endpoint), new Place(sms.OurNumber.Value, sms.Endpoint));
        var purpose = reading?.Purpose ?? Purposes.Reply;
        var canAnswer = sms.Person.CanBeReplied && sms.Person != sms.OurNumber;

        var wish = reading?.Wish;
        var fact = wish switch
        {
            Wish.OptOut => Fact(FactKind.OptedOut),
            Wish.OptIn or Wish.OptInIfOptedOut => Fact(FactKind.OptedIn),
            _ => null,
        };
        var wasOut = Is(ledger, purpose).OptedOut;
        var isOut = fact is null ? wasOut : Is(ledger.With([fact]).Ledger, purpose).OptedOut;
        // A YES that ends no opt-out answers some question; as proof of consent it would be false.
        if (wish is Wish.OptInIfOptedOut && !(wasOut && !isOut))
            (fact, isOut) = (null, wasOut);

        var (verdict, answer) = wish switch
        {
            Wish.Help => (Verdict.Help, answers.Help(words, reading!.Language)),
            Wish.OptOut => (Verdict.OptOut, isOut && !wasOut && sms.Now - sms.ReceivedAt <= ConfirmWithin ? answers.Confirmation(words, reading!.Language, reading.Purpose) : null),
            Wish.OptIn or Wish.OptInIfOptedOut when wasOut && !isOut => (Verdict.OptIn, answers.Welcome(words, reading!.Language)),
            Wish.Unclear when !wasOut => (Verdict.Review, null),
            _ => (isOut ? Verdict.Blocked : Verdict.Clear, (string?)null),
        };
        answer = canAnswer ? answer : null;

        var facts = new List<ConsentFact>();
        if (fact is not null)
            facts.Add(fact with { Shown = answer, Announced = isOut == wasOut ? [] : Elsewhere(ledger, policy, fact) });
        else if (verdict is Verdict.Clear or Verdict.Review && !ledger.Facts.Exists(f => f.Kind is FactKind.WroteFirst && f.OurNumber == place.OurNumber))
            facts.Add(Fact(FactKind.WroteFirst) with { Word = null, MatchedBy = null, Purpose = null });
        if (verdict is Verdict.Review && ledger.OpenReview is null)
            facts.Add(Fact(FactKind.ReviewOpened) with
            {
                Deadline = rules.Calendar.Deadline(sms.SentAt < sms.Now ? sms.SentAt : sms.Now),
                Announced = [new Announcement(null, null, Change.Paused)],
            });

        var (after, chained) = ledger.With(facts);
        var standing = Is(after, Purposes.Reply);
        // A ruling that enters a fact rests on it, unless a later one of the person's has overtaken it.
        var ground = verdict is Verdict.Review ? after.OpenReview : verdict is Verdict.OptOut && reading!.Purpose is not null ? chained[0] : standing.RestsOn;
        return (
            new SmsScreened(
                sms.SmsId, sms.Endpoint, sms.Person.Value, sms.OurNumber.Value, verdict, reading?.Word, reading?.MatchedBy, standing.OptedOut,
                after.OpenReview is not null, ledger.Facts.Count, policy.PolicyId, ground?.FactId, ground?.Hash, answer, sms.SentAt, sms.Now, sms.ReceivedAt),
            chained);

        Standing Is(PersonLedger of, string what) => Standing.Of(of.Facts, policy, place, what);

        ConsentFact Fact(string kind) => new()
        {
            No = 0,
            FactId = FactIds.Of(sms.SmsId, kind),
            Previous = "",
            Hash = "",
            Kind = kind,
            Person = sms.Person.Value,
            OurNumber = sms.OurNumber.Value,
            Endpoint = sms.Endpoint,
            Purpose = reading?.Purpose,
            EffectiveAt = sms.SentAt,
            RecordedAt = sms.Now,
            Actor = "person",
            Source = FactSource.Sms,
            SmsId = sms.SmsId,
            Wrote = kind is FactKind.WroteFirst ? null : Storable(sms.Text),
            Word = reading?.Word,
            MatchedBy = reading?.MatchedBy,
        };
    }

    /// <summary>
    /// The verdict tells of the number that was texted. Where the word reaches further, or concerns a purpose only, that has to be
    /// said besides: of our numbers that the person has to do with, or of all.
    /// </summary>
    private static Announcement[] Elsewhere(PersonLedger ledger, ConsentPolicy policy, ConsentFact fact)
    {
        var change = fact.Ends ? Change.OptedOut : Change.OptedIn;
        if (fact.Purpose is not null)
            return [.. Announcements.Of(ledger, policy, fact, change)];
        return [.. Announcements.Of(ledger, policy, fact, change).Where(told => told.OurNumber != fact.OurNumber)];
    }

    // PostgreSQL stores every character but this one, and broken surrogates are no text in any encoding.
    private static string Storable(string text) => string.Concat(text.EnumerateRunes().Where(rune => rune.Value != 0));
}
