using Sms.BusMessages;
using Sms.EventStore;
using Sms.OptOut.Consent;

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
    public void A_ruling_is_published_and_only_clear_allows_replies(string verdict, bool repliesAllowed)
    {
        var smsId = Guid.NewGuid();
        var ruling = new ScreeningEvent.SmsScreened(
            smsId, "sms", "+919876543210", "+911234500000", verdict, null, OptedOut: true, 1, "answer", Noon, Noon.AddSeconds(1));

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
        });
    }

    [Fact]
    public void The_ledger_itself_is_not_published() =>
        ConsentBus.From(Stored(new ConsentEvent.OptOutRequested(Guid.NewGuid(), "+919876543210", "+911234500000", "STOP", Noon)))
            .ShouldBeEmpty();

    private static StoredEvent Stored(object fact) => new(Guid.NewGuid(), "screening-1", 1, "", fact, Noon, null, null, Cause.System);
}
