using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Sms.EventStore;
using Sms.Testing;

namespace Sms.Ingress.Tests.Views;

public sealed class RecentDeliveriesTests(IngressUnderTest ingress) : IClassFixture<IngressUnderTest>
{
    [RealServersFact]
    public async Task What_became_of_each_delivery_is_listed_newest_first_with_the_reason_and_nothing_personal()
    {
        var (gateway, text) = (await ingress.Register(), Gateway.Text("the secret garden"));
        var smsId = await gateway.Accepted(text);
        await gateway.Accepted(text);
        await gateway.Deliver("no text"u8.ToArray());
        (await gateway.With(otherSecret: Gateway.NewSecret()).Deliver(text)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);

        var list = await ingress.Client.GetFromJsonAsync<JsonElement>($"/endpoints/{gateway.Slug}/deliveries");
        list.GetProperty("items").EnumerateArray().Select(d => d.GetProperty("outcome").GetString())
            .ShouldBe(["wrong-signature", "quarantined", "duplicate", "accepted"]);
        list.GetProperty("items")[3].ShouldSatisfyAllConditions(
            d => d.GetProperty("id").GetGuid().ShouldBe(smsId), d => d.GetProperty("sender").GetString().ShouldBe("+91\u20263210"),
            d => d.GetProperty("accepted").GetBoolean().ShouldBeTrue());
        list.GetProperty("lastDay").EnumerateArray().Sum(c => c.GetProperty("deliveries").GetInt64()).ShouldBe(4);
        foreach (var personal in new[] { "98765", "garden", gateway.Secret[6..] })
            list.ToString().ShouldNotContain(personal);
        (await ingress.Client.GetAsync("/endpoints/nowhere/deliveries")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [RealServersFact]
    public async Task A_flood_of_forgeries_pushes_out_no_accepted_delivery_and_fills_nothing()
    {
        var gateway = await ingress.Register();
        await gateway.Accepted(Gateway.Text());
        var log = ingress.Services.GetRequiredService<DeliveryLog>();
        for (var written = 0; written < 8; written++)
        {
            for (var i = 0; i < 5000; i++)
                log.Note(gateway.Slug, DateTimeOffset.UtcNow, false, "wrong-signature");
            await log.Write(default);
        }
        (await ingress.Database.Query($"select count(*) from recent_deliveries where slug = {gateway.Slug}", r => r.GetInt64(0)))
            .Single().ShouldBe(DeliveryLog.Kept + 1);
        var list = await ingress.Client.GetFromJsonAsync<JsonElement>($"/endpoints/{gateway.Slug}/deliveries?accepted=true");
        list.GetProperty("items").GetArrayLength().ShouldBe(1);
        list.GetProperty("lastDay").EnumerateArray().Single(c => c.GetProperty("outcome").GetString() == "wrong-signature")
            .GetProperty("deliveries").GetInt64().ShouldBe(40_000);
    }

    [RealServersFact]
    public async Task What_another_instance_has_seen_is_listed_soon()
    {
        var gateway = await ingress.Register();
        using var other = (await ingress.Another()).CreateClient();
        await gateway.With(other).Accepted(Gateway.Text());
        await gateway.Accepted(Gateway.Text());
        await Eventually.Sees(() => ingress.List($"/endpoints/{gateway.Slug}/deliveries"), list => list.Length == 2, TimeSpan.FromSeconds(10));
    }
}
