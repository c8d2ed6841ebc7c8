using Sms.EventStore;
using Sms.Outbound.Recipients;
using static Sms.Outbound.Sends.SendCommand;
using static Sms.Outbound.Sends.OccasionEvent;
using static Sms.Outbound.Sends.SendEvent;

namespace Sms.Outbound.Tests.Sends;

public sealed class SendDeciderTests
{
    private const string Customer = "+6581230000";
    private const string Us = "+6591110000";
    private static readonly DateTimeOffset Noon = new(2026, 6, 12, 12, 0, 0, TimeSpan.Zero);
    private static readonly Guid Text = Guid.NewGuid();
    private static readonly Guid AnswerId = Guid.NewGuid();
    private static readonly Guid Claim = Guid.NewGuid();

    private static readonly Guid Fact = Guid.NewGuid();
    private static readonly Objection OptedOut = new(SuppressedBecause.OptedOutSince, Fact, "5e");

    private static readonly RequestSms Hours =
        new(AnswerId, SendPurpose.Reply, true, "sms", Us, Customer, "We open at nine.", "rule:hours", Noon, Noon.AddHours(1), Noon);

    private static readonly RecordVerdict Clear = new(Text, "clear", true, null, "sms", Customer, Us, Noon, Noon, Noon);
    private static readonly RecordVerdict Stop = Clear with { Verdict = "opt-out", RepliesAllowed = false, Answer = "You are out." };

    private static readonly SmsRequested Asked =
        new(AnswerId, SendPurpose.Reply, "sms", Us, Customer, Hours.Text, "rule:hours", Noon, Hours.ExpiresAt);

    private static readonly VerdictRecorded SaidClear = new("clear", true, "sms", Customer, Us, Noon, Noon);
    private static readonly VerdictRecorded SaidStop = SaidClear with { Verdict = "opt-out", RepliesAllowed = false };
    private static readonly SmsCleared IsCleared = new(AnswerId, "clear", Noon);
    private static readonly DispatchStarted Claimed = new(AnswerId, 1, Claim, Noon);
    private static readonly OccasionEvent[] Ready = [SaidClear, Asked, IsCleared];
    private static readonly OccasionEvent[] Leaving = [.. Ready, Claimed];
    private static readonly Guid ConfirmationId = NamedId.Of(Text, "consent-answer");

    // The verdict and the answers meet in either order.

    [Fact]
    public void Answer_that_comes_before_the_verdict_is_held() => Given().When(Hours).ShouldBe([Asked]);

    [Fact]
    public void Held_answer_is_cleared_by_a_clear_verdict_and_rests_on_it() =>
        Given(Asked).When(Clear).ShouldBe([SaidClear, IsCleared]);

    [Fact]
    public void Answer_that_comes_after_a_clear_verdict_is_cleared_at_once() =>
        Given(SaidClear).When(Hours).ShouldBe([Asked, IsCleared]);

    [Theory]
    [InlineData("blocked")]
    [InlineData("opt-out")]
    [InlineData("opt-in")]
    [InlineData("help")]
    [InlineData("a verdict of next year")]
    public void Every_other_verdict_suppresses_answers_in_either_order(string verdict)
    {
        var said = SaidClear with { Verdict = verdict, RepliesAllowed = false };
        var suppressed = new SmsSuppressed(AnswerId, verdict);
        Given(Asked).When(Clear with { Verdict = verdict, RepliesAllowed = false }).ShouldBe([said, suppressed]);
        Given(said).When(Hours).ShouldBe([Asked, suppressed]);
    }

    [Fact]
    public void All_held_answers_are_ruled_on_in_the_order_they_were_asked_for()
    {
        var other = Asked with { SendId = Guid.NewGuid() };
        Given(Asked, other).When(Clear).ShouldBe([SaidClear, IsCleared, new SmsCleared(other.SendId, "clear", Noon)]);
    }

    [Fact]
    public void Verdict_heard_twice_changes_nothing() => Given(Ready).When(Clear).ShouldBeEmpty();

    [Fact]
    public void Verdict_heard_twice_does_not_confirm_a_stop_twice() =>
        Given(Given().When(Stop)).When(Stop).ShouldBeEmpty();

    // A verdict speaks only about the person who texted.

    [Theory]
    [InlineData("sms", Us, "+6580000000")]
    [InlineData("sms", "+6599999999", Customer)]
    [InlineData("other", Us, Customer)]
    public void Answer_that_goes_anywhere_but_back_is_suppressed_in_either_order(string endpoint, string from, string to)
    {
        var astray = Hours with { Endpoint = endpoint, From = from, To = to };
        var suppressed = new SmsSuppressed(AnswerId, SuppressedBecause.NotToTheSender);
        Given(SaidClear).When(astray)[^1].ShouldBe(suppressed);
        Given(Given().When(astray)).When(Clear)[^1].ShouldBe(suppressed);
    }

    // One id, one text.

    [Fact]
    public void Same_answer_asked_for_twice_changes_nothing()
    {
        Given(Asked).When(Hours).ShouldBeEmpty();
        Given(Ready).When(Hours).ShouldBeEmpty();
    }

    [Fact]
    public void Same_id_for_another_text_is_refused_without_repeating_the_text() =>
        Should.Throw<RefusedException>(() => Given(Asked).When(Hours with { Text = "secret" })).Message.ShouldNotContain("secret");

    [Fact]
    public void Same_id_for_another_person_is_refused() =>
        Should.Throw<RefusedException>(() => Given(Asked).When(Hours with { To = "+6580000000" }));

    [Theory]
    [InlineData(0)]
    [InlineData(1601)]
    public void Text_no_gateway_would_take_is_refused(int characters) =>
        Should.Throw<RefusedException>(() => Given().When(Hours with { Text = new string('x', characters) }));

    // The text that the verdict itself carries.

    [Fact]
    public void Verdict_with_an_answer_sends_it_on_its_own_strength_and_suppresses_the_rest() =>
        Given(Asked).When(Stop).ShouldBe(
        [
            SaidStop,
            new SmsSuppressed(AnswerId, "opt-out"),
            new SmsRequested(
                ConfirmationId, SendPurpose.ConsentAnswer, "sms", Us, Customer, "You are out.", "system", Noon, Noon.AddMinutes(5)),
            new SmsCleared(ConfirmationId, "opt-out", Noon),
        ]);

    [Fact]
    public void Confirmation_is_worth_sending_for_five_minutes_from_when_the_stop_came_in() =>
        Given().When(Stop with { ReceivedAt = Noon.AddMinutes(-2) }).OfType<SmsRequested>().Single().ExpiresAt.ShouldBe(Noon.AddMinutes(3));

    [Fact]
    public void Confirmation_leaves_although_its_recipient_has_just_opted_out() =>
        Given(Given().When(Stop)).When(new Attend(ConfirmationId, OptedOut, Claim, Noon))
            .ShouldBe([new DispatchStarted(ConfirmationId, 1, Claim, Noon)]);

    [Fact]
    public void Nobody_else_can_borrow_the_id_of_the_confirmation() =>
        Should.Throw<RefusedException>(() => Given(Given().When(Stop)).When(Hours with { SendId = ConfirmationId }));

    // Time.

    [Fact]
    public void Held_answer_expires_at_its_time_and_not_before()
    {
        Given(Asked).When(Attend(Hours.ExpiresAt.AddTicks(-1))).ShouldBeEmpty();
        Given(Asked).When(Attend(Hours.ExpiresAt)).ShouldBe([new SmsExpired(AnswerId)]);
    }

    [Fact]
    public void Verdict_that_comes_after_the_deadline_lets_the_answer_expire() =>
        Given(Asked).When(Clear with { Now = Hours.ExpiresAt }).ShouldBe([SaidClear, new SmsExpired(AnswerId)]);

    [Fact]
    public void Answer_that_is_still_being_retried_at_its_deadline_expires() =>
        Given([.. Leaving, Failed(Noon.AddMinutes(1))]).When(Attend(Hours.ExpiresAt)).ShouldBe([new SmsExpired(AnswerId)]);

    [Fact]
    public void Expired_answer_stays_expired() =>
        Given(Asked, new SmsExpired(AnswerId)).When(Clear).ShouldBe([SaidClear]);

    // Sending.

    [Fact]
    public void Cleared_answer_is_claimed_before_it_is_sent() => Given(Ready).When(Attend(Noon)).ShouldBe([Claimed]);

    [Fact]
    public void Claimed_answer_is_not_claimed_again() => Given(Leaving).When(Attend(Noon.AddSeconds(59))).ShouldBeEmpty();

    [Fact]
    public void Stop_overtakes_an_answer_that_was_cleared_before_it() =>
        Given(Ready).When(new Attend(AnswerId, OptedOut, Claim, Noon))
            .ShouldBe([new SmsSuppressed(AnswerId, SuppressedBecause.OptedOutSince, Fact, "5e")]);

    [Fact]
    public void Stop_overtakes_an_answer_that_waits_for_its_next_attempt() =>
        Given([.. Leaving, Failed(Noon.AddMinutes(1))]).When(new Attend(AnswerId, OptedOut, Claim, Noon.AddMinutes(1)))
            .ShouldBe([new SmsSuppressed(AnswerId, SuppressedBecause.OptedOutSince, Fact, "5e")]);

    [Fact]
    public void Accepted_answer_keeps_the_gateways_id_and_is_done()
    {
        Given(Leaving).When(new RecordAccepted(AnswerId, 1, "msg_1")).ShouldBe([new SmsAccepted(AnswerId, 1, "msg_1")]);
        Given([.. Leaving, new SmsAccepted(AnswerId, 1, "msg_1")]).When(Attend(Noon.AddDays(1))).ShouldBeEmpty();
    }

    [Fact]
    public void Failed_attempt_is_repeated_at_its_time_and_counted()
    {
        var reply = Given([.. Leaving, Failed(Noon.AddMinutes(1))]);
        reply.When(Attend(Noon.AddSeconds(59))).ShouldBeEmpty();
        reply.When(Attend(Noon.AddMinutes(1))).ShouldBe([new DispatchStarted(AnswerId, 2, Claim, Noon.AddMinutes(1))]);
    }

    [Fact]
    public void Next_attempt_is_never_set_later_than_the_deadline() =>
        Given(Leaving).When(new RecordFailed(AnswerId, 1, "http-429", Noon.AddDays(7))).ShouldBe([Failed(Hours.ExpiresAt, "http-429")]);

    [Fact]
    public void Given_up_answer_is_done() =>
        Given([.. Leaving, Failed(null)]).When(Attend(Noon.AddMinutes(5))).ShouldBeEmpty();

    [Fact]
    public void Abandoned_claim_is_not_repeated_but_left_to_a_person()
    {
        Given(Leaving).When(Attend(Noon.AddSeconds(60))).ShouldBe([new OutcomeUnknown(AnswerId, 1, "abandoned")]);
        Given([.. Leaving, new OutcomeUnknown(AnswerId, 1, "abandoned")]).When(Attend(Noon.AddDays(1))).ShouldBeEmpty();
    }

    [Fact]
    public void Outcome_that_comes_in_after_its_claim_was_taken_for_abandoned_is_still_recorded() =>
        Given([.. Leaving, new OutcomeUnknown(AnswerId, 1, "abandoned")]).When(new RecordAccepted(AnswerId, 1, "msg_1"))
            .ShouldBe([new SmsAccepted(AnswerId, 1, "msg_1")]);

    [Fact]
    public void Outcome_of_an_earlier_attempt_changes_nothing() =>
        Given([.. Leaving, Failed(Noon), new DispatchStarted(AnswerId, 2, Claim, Noon)]).When(new RecordUnknown(AnswerId, 1, "late")).ShouldBeEmpty();

    [Fact]
    public void Answer_nobody_asked_for_is_not_attended_to() => Given(SaidClear).When(Attend(Noon)).ShouldBeEmpty();

    // Who may answer, and what they may claim.

    [Fact]
    public void Text_that_is_under_review_is_answered_by_people_only()
    {
        var review = Clear with { Verdict = "review", AutomationPaused = true, FactId = Fact, FactHash = "5e" };
        Given(Asked).When(review)[^1].ShouldBe(new SmsSuppressed(AnswerId, SuppressedBecause.AutomationPaused, Fact, "5e"));
        Given(Asked with { RequestedBy = "operator:ann" }).When(review)[^1].ShouldBe(new SmsCleared(AnswerId, "review", Noon, Fact, "5e"));
    }

    [Fact]
    public void Nobody_can_ask_for_the_exemption_of_a_consent_answer() =>
        Should.Throw<RefusedException>(() => Given().When(Hours with { Purpose = SendPurpose.ConsentAnswer }));

    [Theory]
    [InlineData("AD-AIRTEL")]
    [InlineData("")]
    public void Text_to_a_name_is_suppressed_and_says_so(string to) =>
        Given(SaidClear).When(Hours with { To = to })[^1].ShouldBe(new SmsSuppressed(AnswerId, SuppressedBecause.NoNumber));

    [Fact]
    public void Text_to_a_short_code_is_left_as_it_is() =>
        Given(SaidClear with { Person = "56161" }).When(Hours with { To = "56161" })[^1].ShouldBe(IsCleared);

    [Fact]
    public void Text_of_more_segments_than_are_allowed_is_refused() =>
        Should.Throw<RefusedException>(() => Given().When(Hours with { Text = new string('x', 161), MostSegments = 1 }));

    private static Attend Attend(DateTimeOffset now) => new(AnswerId, null, Claim, now);

    private static DispatchFailed Failed(DateTimeOffset? retryAt, string reason = "http-503") => new(AnswerId, 1, reason, retryAt);

    private static Situation Given(params OccasionEvent[] happened) => new(happened);

    private sealed record Situation(OccasionEvent[] Happened)
    {
        public OccasionEvent[] When(SendCommand command) =>
            SendDecider.Decide(Happened.Aggregate(Occasion.Reply.Initial, Occasion.Reply.Evolve), command);
    }
}
