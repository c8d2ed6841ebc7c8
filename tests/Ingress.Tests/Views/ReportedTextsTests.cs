using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Sms.BusMessages;
using Sms.Testing;

namespace Sms.Ingress.Tests.Views;

public sealed class ReportedTextsTests(IngressUnderTest ingress) : IClassFixture<IngressUnderTest>
{
    [RealServersFact]
    public async Task Each_report_is_announced_once_however_often_it_comes()
    {
        var (gateway, heard) = (await Register(), await ingress.Broker.Hear<DeliveryReported>());
        var id = await Report(gateway, OurGateway.Report("r1", "t1", "DELIVERED", parts: 2));
        (await Report(gateway, OurGateway.Report("r1", "t1", "DELIVERED", parts: 2))).ShouldBe(id);
        var next = await Report(gateway, OurGateway.Report("r2", "t1", "DELIVERED"));

        await Eventually.Sees(() => heard.Messages, messages => messages.Any(m => m.ReportId == next));
        heard.Messages.Single(m => m.ReportId == id).ShouldSatisfyAllConditions(
            m => m.Status.ShouldBe("delivered"), m => m.GatewayMessageId.ShouldBe("t1"), m => m.Parts.ShouldBe(2), m => m.To.ShouldBe("+919876543210"),
            m => m.Endpoint.ShouldBe(gateway.Slug), m => m.OccurredAt.ShouldBe(new DateTimeOffset(2026, 6, 12, 14, 33, 0, TimeSpan.Zero)));
        (await ingress.Stream($"report-{id}")).ShouldBe(["ingress.delivery-reported.v1", "ingress.delivery-repeated.v1"]);
    }

    [RealServersFact]
    public async Task A_late_sent_never_overrides_delivered_whatever_the_order()
    {
        var gateway = await Register();
        foreach (var (text, order) in new[] { ("a", new[] { "SENT", "DELIVERED", "SENT" }), ("b", ["DELIVERED", "SENT"]), ("c", ["FAILED", "DELIVERED", "SENT"]), ("d", ["DELIVERED", "FAILED"]) })
        {
            for (var i = 0; i < order.Length; i++)
                await Report(gateway, OurGateway.Report($"{text}{i}", text, order[i], parts: 2));
            (await ingress.Client.GetFromJsonAsync<JsonElement>($"/reports/{gateway.Slug}/{text}")).ShouldSatisfyAllConditions(
                t => t.GetProperty("status").GetString().ShouldBe("delivered"), t => t.GetProperty("parts").GetInt32().ShouldBe(2),
                t => t.GetProperty("sent").GetInt32().ShouldBe(order.Count(s => s == "SENT")), t => t.GetProperty("failed").GetInt32().ShouldBe(order.Count(s => s == "FAILED")));
        }
        (await ingress.Client.GetAsync($"/reports/{gateway.Slug}/nothing")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [RealServersFact]
    public async Task Many_reports_on_one_text_at_once_are_all_counted()
    {
        var gateway = await Register();
        await Task.WhenAll(Enumerable.Range(0, 40).Select(i => Report(gateway, OurGateway.Report($"m{i}", "m", i % 2 == 0 ? "DELIVERED" : "SENT"))));
        (await ingress.Client.GetFromJsonAsync<JsonElement>($"/reports/{gateway.Slug}/m")).ShouldSatisfyAllConditions(
            t => t.GetProperty("delivered").GetInt32().ShouldBe(20), t => t.GetProperty("sent").GetInt32().ShouldBe(20), t => t.GetProperty("status").GetString().ShouldBe("delivered"));
        await RebuiltViews.ShouldEqualLive(ingress);
    }

    [RealServersFact]
    public async Task Pings_and_events_of_no_use_are_acknowledged_and_leave_nothing()
    {
        var gateway = await Register();
        (await (await gateway.Deliver(OurGateway.Json(new() { ["kind"] = "ping" }))).Content.ReadAsStringAsync()).ShouldBe("""{"ping":true}""");
        (await (await gateway.Deliver(OurGateway.Json(new() { ["kind"] = "call" }))).Content.ReadAsStringAsync()).ShouldBe("""{"ignored":true}""");
        (await ingress.List($"/endpoints/{gateway.Slug}/deliveries")).Select(d => d.GetProperty("outcome").GetString()).ShouldBe(["ignored", "ping"]);
        (await ingress.List($"/quarantine?endpoint={gateway.Slug}")).ShouldBeEmpty();
    }

    private Task<Gateway> Register() => Gateway.Register(ingress.Client, new { customProfile = OurGateway.Profile(), number = Gateway.NewNumber() });

    private static async Task<Guid> Report(Gateway gateway, byte[] body)
    {
        using var answer = await gateway.Deliver(body);
        return (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("report").GetGuid();
    }
}
