using Sms.BusMessages;
using Sms.EventStore;
using Sms.OptOut.Consent;
using Sms.OptOut.Ledger;

namespace Sms.OptOut.Tests;

public sealed class ConsentBusTests
{
    private static readonly DateTimeOffset Noon = new(2026, 6, 12, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("clear", true)]
    [InlineData("blocked", false)]
    [InlineData("opt-out", false)]
    [InlineData("opt-in", false)]
    [InlineData("help", false)]
    [InlineData("review", true)]
    public void A_ruling_is_published_and_only_clear_and_review_allow_replies(string verdict, bool repliesAllowed)
    {
        var smsId = Guid.NewGuid();
        var ruling = new ScreeningEvent.SmsScreened(
            smsId, "sms", "+919876543210", "+911234500000", verdict, null, null, OptedOut: true, AutomationPaused: false, 1,
            Guid.Empty, smsId, "hash", "answer", Noon, Noon.AddSeconds(1), Noon.AddMilliseconds(1));

        ConsentBus.From(Stored(ruling)).ShouldHaveSingleItem().ShouldBe(new InboundSmsScreened
        {
            SmsId = smsId,
            Endpoint = "sms",
            From = "+919876543210",
            To = "+911234500000",
            Verdict = verdict,
            RepliesAllowed = repliesAllowed,
            OptedOut = true,
            Answer = "answer",
            SentAt = Noon,
            ScreenedAt = Noon.AddSeconds(1),
            ReceivedAt = Noon.AddMilliseconds(1),
            FactId = smsId,
            FactHash = "hash",
        });
    }

    [Fact]
    public void While_a_review_is_open_the_verdict_says_that_only_people_may_answer() =>
        ConsentBus.From(Stored(new ScreeningEvent.SmsScreened(
                Guid.NewGuid(), "sms", "+919876543210", "+911234500000", "clear", null, null, false, AutomationPaused: true, 1, null, null, null, null, Noon, Noon)))
            .ShouldHaveSingleItem().ShouldBeOfType<InboundSmsScreened>().ShouldSatisfyAllConditions(
                m => m.RepliesAllowed.ShouldBeTrue(), m => m.AutomationPaused.ShouldBeTrue());

    [Fact]
    public void Of_a_fact_what_is_to_be_announced_is_published_and_nothing_else()
    {
        var fact = Facts.Of(FactKind.OptedOut, Noon) with { Announced = [new("+911234500001", "marketing", "opted-out"), new(null, null, "resumed")] };
        ConsentBus.From(Stored(fact)).Cast<ConsentChanged>().Select(m => (m.FactId, m.FactHash, m.Person, m.OurNumber, m.Purpose, m.Change, m.EffectiveAt))
            .ShouldBe([(fact.FactId, fact.Hash, fact.Person, "+911234500001", "marketing", "opted-out", Noon), (fact.FactId, fact.Hash, fact.Person, null, null, "resumed", Noon)]);
        ConsentBus.From(Stored(fact with { Announced = [] })).ShouldBeEmpty();
        ConsentBus.From(Stored(new ConsentEvent.OptOutRequested(Guid.NewGuid(), "+919876543210", "+911234500000", "STOP", Noon))).ShouldBeEmpty();
    }

    private static StoredEvent Stored(object fact) => new(Guid.NewGuid(), "screening-1", 1, "", fact, Noon, null, null, Cause.System);
}
