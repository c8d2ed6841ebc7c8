using System.Net.Http.Json;
using System.Text.Json;
using Sms.BusMessages;
using Sms.EventStore;
using Sms.Testing;

namespace Sms.Outbound.Tests.UseCases;

/// <summary>The gateway's reports find the text they are about, early or late, by our reference or its id.</summary>
public sealed class RecordDeliveryReportTests(OutboundWithGateway outbound) : IClassFixture<OutboundWithGateway>, IAsyncLifetime
{
    private readonly Customer _they = new();

    public async ValueTask InitializeAsync()
    {
        if (TestServers.Present)
            await outbound.GatewayIs(send: null);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [RealServersFact]
    public async Task Reports_by_the_gateways_id_advance_the_text_in_any_order_and_number()
    {
        var answer = await Sent();
        var id = (await outbound.Becomes(answer.SendId, "accepted")).Message.GatewayId;
        await outbound.Hear(Report("delivered") with { GatewayMessageId = id });
        await outbound.Hear(Report("sent") with { GatewayMessageId = id }, Report("delivered") with { GatewayMessageId = id });
        (await outbound.Find(answer.SendId)).ShouldSatisfyAllConditions(
            m => m.Message.State.ShouldBe("delivered"), m => m.History.Count(c => c.State == "delivered").ShouldBe(1));
    }

    [RealServersFact]
    public async Task Others_hear_of_every_step_from_the_wish_to_the_report()
    {
        var changes = await outbound.Broker.Hear<SmsChanged>();
        var answer = await Sent();
        var id = (await outbound.Becomes(answer.SendId, "accepted")).Message.GatewayId;
        await outbound.Hear(Report("delivered") with { GatewayMessageId = id });

        var told = await Eventually.Sees(
            () => changes.Messages.Where(change => change.SendId == answer.SendId).ToList(), seen => seen.Exists(change => change.Status == "delivered"));
        told.Select(change => change.Status).ShouldBe(["held", "dispatching", "accepted", "delivered"]);
        told.Select(change => change.Version).ShouldBeInOrder(Shouldly.SortDirection.Ascending);
        told.ShouldAllBe(change => change.InReplyTo == answer.InReplyTo && change.Text == answer.Text && change.To == answer.To);
    }

    [RealServersFact]
    public async Task Report_by_our_reference_is_heard_even_where_the_outcome_was_unknown()
    {
        await outbound.GatewayIs(new { acceptThenDropNext = 1 });
        var answer = await Sent();
        await outbound.Becomes(answer.SendId, "unknown");
        await outbound.Hear(Report("sent") with { Ref = answer.SendId.ToString("N") });
        await outbound.Becomes(answer.SendId, "sent");
    }

    [RealServersFact]
    public async Task Report_by_our_reference_as_the_gateways_own_id_is_heard_where_its_answer_never_told_one()
    {
        await outbound.GatewayIs(new { acceptThenDropNext = 1 });
        var answer = await Sent();
        await outbound.Becomes(answer.SendId, "unknown");
        await outbound.Hear(Report("delivered") with { GatewayMessageId = answer.SendId.ToString("N") });
        await outbound.Becomes(answer.SendId, "delivered");
    }

    [RealServersFact]
    public async Task Report_that_comes_before_the_answer_is_recorded_is_not_lost()
    {
        var answer = _they.Answer();
        var id = $"msg_{Guid.NewGuid():N}";
        await outbound.Hear(Report("sent") with { GatewayMessageId = id }, Report("failed") with { GatewayMessageId = id, ErrorCode = "30006" });
        (await Unmatched()).GetProperty("counts").GetProperty(OutboundWithGateway.Endpoint).GetInt64().ShouldBeGreaterThanOrEqualTo(2);

        // The gateway's answer, which was on its way, tells the id.
        var now = DateTimeOffset.UtcNow;
        await outbound.Store.Commit([Occasion.Reply.Start(answer.InReplyTo.ToString(),
        [
            new SendEvent.SmsRequested(answer.SendId, SendPurpose.Reply, answer.Endpoint, answer.From, answer.To, answer.Text, answer.RequestedBy, now, now.AddHours(1)),
            new SendEvent.SmsCleared(answer.SendId, "clear", now), new SendEvent.DispatchStarted(answer.SendId, 1, Guid.NewGuid(), now),
        ], new Cause(answer.InReplyTo, null, Cause.System))], handled: null, TestContext.Current.CancellationToken);
        await Outbound.UseCases.Deciding.RecordOutcome(
            outbound.Store, Occasion.Reply.StreamId(answer.InReplyTo.ToString()), answer.SendId, answer.Endpoint,
            new SendCommand.RecordAccepted(answer.SendId, 1, id), new Cause(answer.InReplyTo, null, Cause.System));

        (await outbound.Find(answer.SendId)).Message.ShouldSatisfyAllConditions(
            m => m.State.ShouldBe("failed"), m => m.Reason.ShouldBe("failed 30006"), m => m.GatewayId.ShouldBe(id));
    }

    [RealServersFact]
    public async Task Report_about_nothing_we_know_is_counted_and_no_error()
    {
        await outbound.Hear(Report("sent") with { Endpoint = "elsewhere", GatewayMessageId = "theirs" }, Report("delivered") with { Endpoint = "elsewhere" });
        (await Unmatched()).GetProperty("counts").GetProperty("elsewhere").GetInt64().ShouldBe(2);
        (await outbound.DeadLetters("outbound-record-delivery-report")).ShouldBe(0);
    }

    [RealServersFact]
    public async Task Who_waits_for_a_phone_is_shown_with_the_age_and_no_longer_when_the_text_has_left()
    {
        await outbound.GatewayIs(new { noDevice = true });
        var (first, second) = (await Sent(), await Sent());
        await outbound.Becomes(first.SendId, "waiting");
        await outbound.Becomes(second.SendId, "waiting");
        var waiting = (await Waiting()).Single(w => w.GetProperty("customer").GetString() == _they.Number);
        waiting.GetProperty("for").GetString().ShouldBe("device");
        waiting.GetProperty("texts").GetInt32().ShouldBe(2);
        waiting.GetProperty("ageSeconds").GetDouble().ShouldBeInRange(0, 60);

        await outbound.GatewayIs(send: null);
        await outbound.Becomes(first.SendId, "accepted");
        await outbound.Becomes(second.SendId, "accepted");
        (await Waiting()).ShouldNotContain(w => w.GetProperty("customer").GetString() == _they.Number);
        await RebuiltViews.ShouldEqualLive(outbound);
    }

    private async Task<SendSms> Sent()
    {
        var answer = _they.Answer();
        await outbound.Hear(Customer.Clear(answer), answer);
        return answer;
    }

    private async Task<JsonElement> Unmatched() => await outbound.Client.GetFromJsonAsync<JsonElement>("/reports/unmatched-deliveries");

    private async Task<List<JsonElement>> Waiting() =>
        [.. (await outbound.Client.GetFromJsonAsync<JsonElement>("/waiting?for=device&limit=200")).GetProperty("items").EnumerateArray()];

    private static DeliveryReported Report(string status) => new()
    {
        ReportId = Guid.NewGuid(),
        Endpoint = OutboundWithGateway.Endpoint,
        Status = status,
        OccurredAt = DateTimeOffset.UtcNow,
        ReceivedAt = DateTimeOffset.UtcNow,
    };
}
