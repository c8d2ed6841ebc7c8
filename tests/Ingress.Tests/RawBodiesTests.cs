using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Sms.EventStore;
using Sms.Testing;

namespace Sms.Ingress.Tests;

public sealed class RawBodiesTests(IngressUnderTest ingress) : IClassFixture<IngressUnderTest>
{
    [RealServersFact]
    public async Task Every_delivery_of_a_text_is_kept_as_it_came()
    {
        var (gateway, text) = (await ingress.Register(), Gateway.Text());
        var smsId = await gateway.Accepted(text);
        await gateway.Accepted(text with { MatchedRuleId = "rule_7" });
        var raw = await ingress.Client.GetFromJsonAsync<JsonElement[]>($"/inbound/{smsId}/raw");
        raw!.Select(r => r.GetProperty("body").GetBytesFromBase64()).ShouldBe([text.ToJson(), (text with { MatchedRuleId = "rule_7" }).ToJson()]);
        (await ingress.Client.GetAsync($"/inbound/{Guid.NewGuid()}/raw")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [RealServersFact]
    public async Task Old_bytes_are_deleted_facts_stay_and_what_waits_for_a_person_waits_whole()
    {
        var gateway = await ingress.Register();
        var smsId = await gateway.Accepted(Gateway.Text());
        using var answer = await gateway.Deliver("no text"u8.ToArray());
        var waiting = (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("quarantined").GetGuid();
        await Grow(days: 31, smsId, waiting);
        var young = await gateway.Accepted(Gateway.Text());

        var bodies = ingress.Services.GetRequiredService<RawBodies>();
        (await bodies.Purge(default)).ShouldBe(1);

        (await ingress.Client.GetStringAsync($"/inbound/{smsId}/raw")).ShouldBe("[]");
        (await ingress.Stream($"sms-{smsId}")).ShouldBe(["ingress.sms-received.v1"]);
        (await ingress.Client.GetFromJsonAsync<JsonElement[]>($"/inbound/{young}/raw"))!.Length.ShouldBe(1);
        var quarantined = await ingress.Database.Query($"select count(*) from raw_bodies where id = {waiting}", r => r.GetInt64(0));
        quarantined.Single().ShouldBe(1);

        (await ingress.Client.PostAsJsonAsync($"/quarantine/{waiting}/discard", new { why = "no text" })).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await bodies.Purge(default)).ShouldBe(1);
        (await ingress.Client.GetFromJsonAsync<JsonElement>($"/quarantine/{waiting}")).GetProperty("body").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    [RealServersFact]
    public async Task Nothing_that_opens_doors_is_kept_of_a_request()
    {
        var gateway = await ingress.Register();
        using var content = new ByteArrayContent("no text"u8.ToArray());
        content.Headers.Add("Cookie", "session=open-sesame");
        content.Headers.Add("X-Kept", "yes");
        using var answer = await gateway.Deliver(content, [Sms.GatewayProtocol.WebhookSignature.Sign("no text"u8, gateway.Secret)]);
        var id = (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("quarantined").GetGuid();
        var head = (await ingress.Client.GetFromJsonAsync<JsonElement>($"/quarantine/{id}")).GetProperty("head").GetString()!;
        head.ShouldContain("X-Kept");
        head.ShouldNotContain("sesame");
        head.ShouldNotContain("Authorization");
    }

    private async Task Grow(int days, params Guid[] ids)
    {
        await using var older = ingress.Database.CreateCommand("update raw_bodies set at = at - make_interval(days => $1) where id = any ($2)");
        older.Parameters.Add(new() { Value = days });
        older.Parameters.Add(new() { Value = ids });
        await older.ExecuteNonQueryAsync();
    }
}
