using static Sms.Outbound.Sends.SendCommand;
using static Sms.Outbound.Sends.SendEvent;

namespace Sms.Outbound.Tests.Sends;

/// <summary>Reports advance a text and never take it back.</summary>
public sealed class DeliveryReportsTests
{
    private static readonly DateTimeOffset Noon = new(2026, 6, 12, 12, 0, 0, TimeSpan.Zero);
    private static readonly Guid Id = Guid.NewGuid();
    private static readonly Guid ReportId = Guid.NewGuid();

    private static readonly OccasionEvent[] Leaving =
    [
        new SmsRequested(Id, SendPurpose.Reply, "sms", "+6591110000", "+6581230000", "Hello", "rule:hours", Noon, Noon.AddHours(1)),
        new SmsCleared(Id, "clear", Noon), new DispatchStarted(Id, 1, Guid.NewGuid(), Noon),
    ];

    private static readonly OccasionEvent[] Accepted = [.. Leaving, new SmsAccepted(Id, 1, "msg_1")];

    [Theory]
    [InlineData("sent delivered", SendState.Delivered)]
    [InlineData("delivered sent", SendState.Delivered)]
    [InlineData("sent sent sent", SendState.Sent)]
    [InlineData("sent failed", SendState.Failed)]
    [InlineData("failed sent", SendState.Failed)]
    [InlineData("failed delivered", SendState.Delivered)]
    [InlineData("delivered failed", SendState.Delivered)]
    [InlineData("expired", SendState.Failed)]
    [InlineData("delivered delivered delivered", SendState.Delivered)]
    [InlineData("seen", SendState.Accepted)]
    public void The_furthest_report_holds_whatever_order_they_come_in(string statuses, SendState state) =>
        After(Accepted, statuses).Find(Id)!.State.ShouldBe(state);

    [Fact]
    public void Reports_of_the_parts_of_a_text_are_one_fact_only() =>
        SendDecider.Decide(After(Accepted, "delivered"), Report("delivered")).ShouldBeEmpty();

    [Fact]
    public void Report_that_overtakes_the_gateways_answer_stands_and_the_answers_id_is_kept()
    {
        var sent = After(Leaving, "delivered");
        var then = SendDecider.Decide(sent, new RecordAccepted(Id, 1, "msg_1"));
        then.ShouldBe([new SmsAccepted(Id, 1, "msg_1")]);
        var send = then.Aggregate(sent, Occasion.Reply.Evolve).Find(Id)!;
        (send.State, send.GatewayId).ShouldBe((SendState.Delivered, "msg_1"));
        SendDecider.Decide(then.Aggregate(sent, Occasion.Reply.Evolve), new RecordAccepted(Id, 1, "msg_1")).ShouldBeEmpty();
    }

    [Fact]
    public void Report_answers_an_unknown_outcome_and_spares_a_second_attempt()
    {
        After([.. Leaving, new OutcomeUnknown(Id, 1, "Timeout")], "sent").Find(Id)!.State.ShouldBe(SendState.Sent);
        After([.. Leaving, new DispatchFailed(Id, 1, "http-503", Noon.AddMinutes(1))], "sent").Find(Id)!.State.ShouldBe(SendState.Sent);
    }

    [Fact]
    public void Nothing_is_reported_about_a_text_that_never_left() =>
        SendDecider.Decide(Fold(Leaving[..2]), Report("delivered")).ShouldBeEmpty();

    [Fact]
    public void Repeatable_attempt_is_repeated_with_the_same_gateway_only_and_only_with_consent_and_in_time()
    {
        var abandoned = Noon + SendDecider.AbandonedAfter;
        Occasion At(string? gateway) => Fold([.. Leaving[..2], new DispatchStarted(Id, 1, Guid.NewGuid(), Noon, gateway)]);
        var attend = new Attend(Id, null, Guid.NewGuid(), abandoned) { RepeatableAt = "smsgate@a" };

        SendDecider.Decide(At("smsgate@a"), attend with { Now = abandoned.AddTicks(-1) }).ShouldBeEmpty();
        SendDecider.Decide(At("smsgate@a"), attend).ShouldBe([new DispatchStarted(Id, 2, attend.Claim, abandoned, "smsgate@a")]);

        var unknown = new OutcomeUnknown(Id, 1, "abandoned");
        SendDecider.Decide(At("smsgate@a"), attend with { RepeatableAt = "smsgate@b" }).ShouldBe([unknown]);
        SendDecider.Decide(At("smsgate@a"), attend with { RepeatableAt = null }).ShouldBe([unknown]);
        SendDecider.Decide(At(null), attend).ShouldBe([unknown]);
        SendDecider.Decide(At("smsgate@a"), attend with { Now = Noon.AddHours(1) }).ShouldBe([unknown]);
        SendDecider.Decide(At("smsgate@a"), attend with { Against = new(SuppressedBecause.OptedOutSince, null, null) }).ShouldBe([unknown]);
    }

    [Fact]
    public void Unknown_outcome_is_repeated_at_its_time_where_the_gateway_recognises_it()
    {
        var occasion = Fold([.. Leaving[..2], new DispatchStarted(Id, 1, Guid.NewGuid(), Noon, "smsgate@a"), new OutcomeUnknown(Id, 1, "Timeout", Noon.AddSeconds(2))]);
        var attend = new Attend(Id, null, Guid.NewGuid(), Noon.AddSeconds(2)) { RepeatableAt = "smsgate@a" };
        SendDecider.Decide(occasion, attend with { Now = Noon.AddSeconds(1) }).ShouldBeEmpty();
        SendDecider.Decide(occasion, attend)[0].ShouldBeOfType<DispatchStarted>().Attempt.ShouldBe(2);
        SendDecider.Decide(occasion, attend with { Against = new(SuppressedBecause.OptedOutSince, null, null) })
            .ShouldBe([new OutcomeUnknown(Id, 1, "not-repeated")]);
    }

    private static Occasion After(OccasionEvent[] happened, string statuses) => statuses.Split(' ')
        .Aggregate(Fold(happened), (occasion, status) => SendDecider.Decide(occasion, Report(status)).Aggregate(occasion, Occasion.Reply.Evolve));

    private static RecordReport Report(string status) => new(Id, ReportId, status, null, Noon);

    private static Occasion Fold(OccasionEvent[] happened) => happened.Aggregate(Occasion.Reply.Initial, Occasion.Reply.Evolve);
}
