using Sms.Outbound.Recipients;
using static Sms.Outbound.Sends.SendCommand;
using static Sms.Outbound.Sends.SendEvent;

namespace Sms.Outbound.Tests.Sends;

/// <summary>Texts that answer none: OptOut is asked about each.</summary>
public sealed class UnpromptedTests
{
    private const string Customer = "+6581230000", Us = "+6591110000";
    private static readonly DateTimeOffset Noon = new(2026, 6, 12, 12, 0, 0, TimeSpan.Zero);
    private static readonly (Guid Reminder, Guid Claim, Guid Fact) Id = (Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid());

    private static readonly RequestSms Reminder =
        new(Id.Reminder, SendPurpose.Notification, false, "sms", Us, Customer, "Tomorrow at ten.", "rule:reminders", Noon, Noon.AddHours(24), Noon);

    private static readonly SmsRequested Asked =
        new(Id.Reminder, SendPurpose.Notification, "sms", Us, Customer, Reminder.Text, "rule:reminders", Noon, Reminder.ExpiresAt);

    private static readonly ConsentSought Sought = new(Id.Reminder, "sms", Us, Customer, SendPurpose.Notification, "rule:reminders", Noon);
    private static readonly RecordRuling Allowed = new(Id.Reminder, Noon, true, "opted-in", Id.Fact, "5e", Noon, Noon);
    private static readonly SmsCleared Cleared = new(Id.Reminder, "opted-in", Noon, Id.Fact, "5e");
    private static readonly OccasionEvent[] Ready = [Asked, Sought, Cleared];
    private static readonly QuietTime Night = new(Noon.AddHours(8), "Asia/Singapore", Assumed: false);

    [Fact]
    public void Consent_is_asked_for_every_text_that_answers_none() => Given().When(Reminder).ShouldBe([Asked, Sought]);

    [Fact]
    public void It_leaves_with_the_ruling_on_it_and_keeps_the_fact_it_rests_on()
    {
        Given(Asked, Sought).When(Attend(Noon)).ShouldBeEmpty();
        Given(Asked, Sought).When(Allowed).ShouldBe([Cleared]);
        Given(Ready).When(Attend(Noon)).ShouldBe([new DispatchStarted(Id.Reminder, 1, Id.Claim, Noon)]);
    }

    [Fact]
    public void Ruling_against_it_suppresses_it_and_names_the_fact() =>
        Given(Asked, Sought).When(Allowed with { Allowed = false, Reason = "no-consent" })
            .ShouldBe([new SmsSuppressed(Id.Reminder, "no-consent", Id.Fact, "5e")]);

    [Fact]
    public void Ruling_heard_twice_changes_nothing() => Given(Ready).When(Allowed).ShouldBeEmpty();

    [Fact]
    public void Ruling_on_an_earlier_question_says_nothing() =>
        Given(Asked, Sought with { AskedAt = Noon.AddMinutes(20) }).When(Allowed).ShouldBeEmpty();

    [Fact]
    public void Ruling_that_comes_after_the_deadline_lets_it_expire() =>
        Given(Asked, Sought).When(Allowed with { Now = Asked.ExpiresAt }).ShouldBe([new SmsExpired(Id.Reminder)]);

    [Fact]
    public void Old_ruling_is_asked_for_anew()
    {
        var later = Noon + Gate.RulingHolds + TimeSpan.FromSeconds(1);
        Given(Ready).When(Attend(Noon + Gate.RulingHolds))[0].ShouldBeOfType<DispatchStarted>();
        Given(Ready).When(Attend(later)).ShouldBe([Sought with { AskedAt = later }]);
        Given([.. Ready, Sought with { AskedAt = later }]).When(Attend(later)).ShouldBeEmpty();
    }

    [Fact]
    public void Without_a_ruling_it_expires_and_never_leaves() =>
        Given(Asked, Sought).When(Attend(Asked.ExpiresAt)).ShouldBe([new SmsExpired(Id.Reminder)]);

    [Fact]
    public void Change_of_consent_after_the_ruling_suppresses_it() =>
        Given(Ready).When(Attend(Noon) with { Against = new Objection(SuppressedBecause.OptedOutSince, Id.Fact, "5e") })
            .ShouldBe([new SmsSuppressed(Id.Reminder, SuppressedBecause.OptedOutSince, Id.Fact, "5e")]);

    [Fact]
    public void Nobody_is_told_anything_at_night_but_in_conversation()
    {
        Given(Ready).When(Attend(Noon) with { Quiet = Night }).ShouldBe([new SmsDeferred(Id.Reminder, Night.Until, "night in Asia/Singapore")]);
        Given(Ready).When(Attend(Noon) with { Quiet = Night with { Zone = "UTC", Assumed = true } })
            .ShouldBe([new SmsDeferred(Id.Reminder, Night.Until, "night in UTC (assumed)")]);
        Given(Asked with { Purpose = SendPurpose.Reply }, Sought, Cleared).When(Attend(Noon) with { Quiet = Night })[0].ShouldBeOfType<DispatchStarted>();
    }

    [Fact]
    public void In_the_morning_consent_is_asked_again_before_it_leaves()
    {
        var morning = Given([.. Ready, new SmsDeferred(Id.Reminder, Night.Until, "night")]);
        morning.When(Attend(Night.Until.AddTicks(-1))).ShouldBeEmpty();
        morning.When(Attend(Night.Until))[0].ShouldBeOfType<ConsentSought>();
    }

    private static Attend Attend(DateTimeOffset now) => new(Id.Reminder, null, Id.Claim, now);

    private static Situation Given(params OccasionEvent[] happened) => new(happened);

    private sealed record Situation(OccasionEvent[] Happened)
    {
        public OccasionEvent[] When(SendCommand command) =>
            SendDecider.Decide(Happened.Aggregate(Occasion.Unprompted.Initial, Occasion.Unprompted.Evolve), command);
    }
}
