using Sms.BusMessages;
using Sms.EventStore;
using static Sms.Outbound.Sends.OccasionEvent;
using static Sms.Outbound.Sends.SendEvent;

namespace Sms.Outbound.Tests;

/// <summary>What the others hear of a text.</summary>
public sealed class OutboundBusTests
{
    private const string Customer = "+6581230000", Us = "+6591110000";
    private static readonly DateTimeOffset Noon = new(2026, 6, 12, 12, 0, 0, TimeSpan.Zero);
    private static readonly Guid SmsId = Guid.NewGuid(), SendId = Guid.NewGuid(), Claim = Guid.NewGuid(), Report = Guid.NewGuid();

    private static readonly SmsRequested Asked =
        new(SendId, SendPurpose.Reply, "sms", Us, Customer, "We open at nine.", "rule:hours", Noon, Noon.AddHours(1));

    private static readonly SmsCleared Cleared = new(SendId, "clear", Noon);
    private static readonly DispatchStarted Claimed = new(SendId, 1, Claim, Noon);
    private static readonly SmsAccepted Accepted = new(SendId, 1, "msg_1");

    /// <summary>Facts that lead to a state, and what is told of the last of them.</summary>
    public static TheoryData<OccasionEvent[], string, string?> Steps() => new()
    {
        { [Asked], "held", null },
        { [Asked, Cleared, new SmsDeferred(SendId, Noon.AddHours(8), "night in Asia/Singapore")], "held", "night in Asia/Singapore" },
        { [Asked, new SmsSuppressed(SendId, "opt-out")], "suppressed", "opt-out" },
        { [Asked, new SmsExpired(SendId)], "expired", null },
        { [Asked, new SmsCancelled(SendId, "Wrong customer, sorry.")], "cancelled", null },
        { [Asked, Cleared, Claimed], "dispatching", null },
        { [Asked, Cleared, Claimed, Accepted], "accepted", null },
        { [Asked, Cleared, Claimed, new DispatchFailed(SendId, 1, "no-device", Noon.AddMinutes(1), WaitsFor.Device)], "held", "no-device" },
        { [Asked, Cleared, Claimed, new DispatchFailed(SendId, 1, "http-400", null)], "failed", "http-400" },
        { [Asked, Cleared, Claimed, new BlockedByGateway(SendId, 1, "sms", Us, Customer, "21610", Noon)], "failed", "blocked-by-gateway 21610" },
        { [Asked, Cleared, Claimed, new OutcomeUnknown(SendId, 1, "Timeout")], "unknown", "Timeout" },
        { [Asked, Cleared, Claimed, new OutcomeUnknown(SendId, 1, "Timeout", Noon.AddMinutes(1))], "dispatching", "Timeout" },
        { [Asked, Cleared, Claimed, new OutcomeUnknown(SendId, 1, "Timeout"), new OutcomeResolved(SendId, true, "I saw it.")], "sent", "resolved" },
        { [Asked, Cleared, Claimed, new OutcomeUnknown(SendId, 1, "Timeout"), new OutcomeResolved(SendId, false, "Not there.")], "failed", "resolved" },
        { [Asked, Cleared, Claimed, Accepted, new SmsSent(SendId, Report, Noon)], "sent", null },
        { [Asked, Cleared, Claimed, Accepted, new SmsDelivered(SendId, Report, Noon)], "delivered", null },
        { [Asked, Cleared, Claimed, Accepted, new DeliveryFailed(SendId, Report, "failed 30006", Noon)], "failed", "failed 30006" },
    };

    [Theory]
    [MemberData(nameof(Steps))]
    public void Every_step_of_a_text_is_told_with_where_it_stands_then(OccasionEvent[] happened, string status, string? reason) =>
        Told(happened).ShouldHaveSingleItem().ShouldBe(new SmsChanged
        {
            SendId = SendId,
            Version = happened.Length,
            InReplyTo = SmsId,
            Endpoint = "sms",
            From = Us,
            To = Customer,
            Text = "We open at nine.",
            Purpose = "reply",
            RequestedBy = "rule:hours",
            Status = status,
            Reason = reason,
            ChangedAt = Noon,
        });

    [Fact]
    public void Facts_after_which_a_text_stands_where_it_stood_are_not_told()
    {
        Told(new VerdictRecorded("clear", true, "sms", Customer, Us, Noon, Noon)).ShouldBeEmpty();
        Told(Asked, new ConsentSought(SendId, "sms", Us, Customer, "notification", "rule:hours", Noon)).ShouldBeEmpty();
        Told(Asked, Cleared).ShouldBeEmpty();
        Told(Asked, new SmsExpired(SendId), new SmsResent(SendId, Guid.NewGuid(), "Again.")).ShouldBeEmpty();
    }

    [Fact]
    public void Gateways_answer_that_its_report_overtook_takes_nothing_back() =>
        Told(Asked, Cleared, Claimed, new SmsDelivered(SendId, Report, Noon), Accepted).ShouldBeEmpty();

    [Theory]
    [InlineData("opt-out", "confirmation")]
    [InlineData("opt-in", "confirmation")]
    [InlineData("help", "help")]
    public void What_consent_itself_answers_is_told_as_what_it_is(string verdict, string purpose) =>
        Told(new VerdictRecorded(verdict, false, "sms", Customer, Us, Noon, Noon), Asked with { Purpose = SendPurpose.ConsentAnswer })
            .ShouldHaveSingleItem().Purpose.ShouldBe(purpose);

    [Fact]
    public void Text_that_answers_none_is_told_without_one() =>
        Told(Occasion.Unprompted.StreamId(SendId.ToString()), Asked with { Purpose = "notification" }).ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            told => told.InReplyTo.ShouldBe(Guid.Empty), told => told.Purpose.ShouldBe("notification"));

    private static List<SmsChanged> Told(params OccasionEvent[] happened) => Told(Occasion.Reply.StreamId(SmsId.ToString()), happened);

    private static List<SmsChanged> Told(string streamId, params OccasionEvent[] happened)
    {
        var last = new StoredEvent(Guid.NewGuid(), streamId, happened.Length, "", happened[^1], Noon, SmsId, null, Cause.System);
        var state = happened.Aggregate(Occasion.Reply.Initial, Occasion.Reply.Evolve);
        return [.. (OutboundBus.Change(last)?.Invoke(state) ?? []).Cast<SmsChanged>()];
    }
}
