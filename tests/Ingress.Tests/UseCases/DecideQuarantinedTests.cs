using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Sms.BusMessages;
using Sms.Testing;

namespace Sms.Ingress.Tests.UseCases;

public sealed class DecideQuarantinedTests(IngressUnderTest ingress) : IClassFixture<IngressUnderTest>
{
    private readonly string _number = Gateway.NewNumber();

    [RealServersFact]
    public async Task Once_the_profile_is_put_right_a_delivery_becomes_the_text_it_was_and_is_announced()
    {
        var (gateway, heard) = (await Misread(), await ingress.Broker.Hear<InboundSmsReceived>());
        var id = await Quarantined(gateway, OurGateway.Text("m1"));
        (await Reprocess(id)).ShouldSatisfyAllConditions(
            o => o.GetProperty("state").GetString().ShouldBe("open"), o => o.GetProperty("why").GetString().ShouldBe("/from is missing"));

        await PutRight(gateway);
        var released = await Reprocess(id);
        released.GetProperty("state").GetString().ShouldBe("released");
        released.GetProperty("knownAlready").GetInt32().ShouldBe(0);
        var smsId = released.GetProperty("became")[0].GetGuid();

        var announced = await Eventually.Sees(() => heard.Messages, messages => messages.Any(m => m.SmsId == smsId));
        announced.Single(m => m.SmsId == smsId).ShouldSatisfyAllConditions(
            m => m.From.ShouldBe("+919876543210"), m => m.To.ShouldBe("+" + _number), m => m.Sim.ShouldBe(2), m => m.GatewayMessageId.ShouldBe("m1"));
        (await ingress.Stream($"unreadable-{id}")).ShouldBe(
            ["ingress.delivery-quarantined.v1", "ingress.quarantine-read-in-vain.v1", "ingress.quarantine-released.v1"]);
        (await ingress.Log.Events($"unreadable-{id}", 1, 10, default)).ShouldAllBe(e => e.Actor == "operator:tester");
        (await ingress.Client.PostAsync($"/quarantine/{id}/reprocess", null)).StatusCode.ShouldBe(HttpStatusCode.Conflict);
    }

    [RealServersFact]
    public async Task What_was_delivered_again_meanwhile_is_one_text_all_the_same()
    {
        var gateway = await Misread();
        var id = await Quarantined(gateway, OurGateway.Text("m1"));
        await PutRight(gateway);
        using var again = await gateway.Deliver(OurGateway.Text("m1"));
        var smsId = (await again.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("sms").GetGuid();

        var outcome = await Reprocess(id);
        outcome.GetProperty("became")[0].GetGuid().ShouldBe(smsId);
        outcome.GetProperty("knownAlready").GetInt32().ShouldBe(1);
        (await ingress.Stream($"sms-{smsId}")).ShouldBe(["ingress.sms-received.v1", "ingress.delivery-repeated.v1"]);
    }

    [RealServersFact]
    public async Task Of_a_batch_what_can_be_understood_is_taken_at_once_and_the_rest_after()
    {
        var gateway = await Gateway.Register(ingress.Client, new { customProfile = OurGateway.Profile(), number = _number });
        var batch = OurGateway.Json(new()
        {
            ["kind"] = "texts",
            ["list"] = new JsonArray(
                new JsonObject { ["id"] = "b1", ["sender"] = "56161", ["words"] = "one" }, new JsonObject { ["id"] = "b2", ["from"] = "56161", ["words"] = "two" }),
        });
        using var answer = await gateway.Deliver(batch);
        (await answer.Content.ReadAsStringAsync()).ShouldBe("""{"sms":1,"reports":0,"quarantined":1}""");
        var row = (await ingress.List($"/quarantine?endpoint={gateway.Slug}")).ShouldHaveSingleItem();
        row.GetProperty("reason").GetString().ShouldBe("/list/1: /sender is missing");
        await RebuiltViews.ShouldEqualLive(ingress);
    }

    [RealServersFact]
    public async Task A_person_discards_a_delivery_with_a_reason_and_it_stays_to_be_seen()
    {
        var gateway = await Misread();
        var id = await Quarantined(gateway, "no text at all"u8.ToArray());
        (await ingress.Client.PostAsJsonAsync($"/quarantine/{id}/discard", new { why = " " })).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await ingress.Client.PostAsJsonAsync($"/quarantine/{id}/discard", new { why = "a test of the gateway's maker" })).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await ingress.Client.PostAsJsonAsync($"/quarantine/{id}/discard", new { why = "again" })).StatusCode.ShouldBe(HttpStatusCode.Conflict);

        (await ingress.List($"/quarantine?state=open&endpoint={gateway.Slug}")).ShouldBeEmpty();
        (await ingress.List($"/quarantine?state=discarded&endpoint={gateway.Slug}")).ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            r => r.GetProperty("decidedBy").GetString().ShouldBe("operator:tester"),
            r => r.GetProperty("decision").GetString().ShouldBe("a test of the gateway's maker"));
        (await ingress.Client.GetFromJsonAsync<JsonElement>($"/quarantine/{id}")).GetProperty("text").GetString().ShouldBe("no text at all");
    }

    [RealServersFact]
    public async Task The_list_goes_on_page_by_page_from_the_newest()
    {
        var gateway = await Misread();
        var ids = new List<Guid>();
        for (var i = 0; i < 5; i++)
            ids.Insert(0, await Quarantined(gateway, JsonSerializer.SerializeToUtf8Bytes(i)));
        var (listed, after) = (new List<Guid>(), "");
        do
        {
            var page = await ingress.Client.GetFromJsonAsync<JsonElement>($"/quarantine?endpoint={gateway.Slug}&limit=2{after}");
            listed.AddRange(page.GetProperty("items").EnumerateArray().Select(r => r.GetProperty("id").GetGuid()));
            after = page.GetProperty("next").GetString() is { } next ? $"&after={next}" : "";
        }
        while (after.Length > 0);
        listed.ShouldBe(ids);
    }

    [RealServersFact]
    public async Task Who_may_only_look_decides_nothing()
    {
        using var reader = ingress.ClientWith(ServiceUnderTest<Program>.ReaderKey);
        foreach (var what in new[] { "reprocess", "discard" })
            (await reader.PostAsJsonAsync($"/quarantine/{Guid.NewGuid()}/{what}", new { why = "x" })).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await ingress.Client.PostAsJsonAsync($"/quarantine/{Guid.NewGuid()}/discard", new { why = "x" })).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await ingress.Client.PostAsync($"/quarantine/{Guid.NewGuid()}/reprocess", null)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    /// <summary>A gateway whose profile looks for the sender in the wrong place.</summary>
    private Task<Gateway> Misread() => Gateway.Register(ingress.Client, new { customProfile = OurGateway.Profile(fromAt: "/from"), number = _number });

    private async Task PutRight(Gateway gateway) =>
        (await ingress.Client.PutAsJsonAsync($"/endpoints/{gateway.Slug}", new { customProfile = OurGateway.Profile() })).StatusCode.ShouldBe(HttpStatusCode.OK);

    private static async Task<Guid> Quarantined(Gateway gateway, byte[] body)
    {
        using var answer = await gateway.Deliver(body);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        return (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("quarantined").GetGuid();
    }

    private async Task<JsonElement> Reprocess(Guid id)
    {
        var answer = await ingress.Client.PostAsync($"/quarantine/{id}/reprocess", null);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }
}

/// <summary>On a database of its own: a row that no fact of the log made is a row that rebuilt views do not have.</summary>
public sealed class DecideQuarantinedLongAgoTests(IngressUnderTest ingress) : IClassFixture<IngressUnderTest>
{
    [RealServersFact]
    public async Task What_was_stored_as_unreadable_long_ago_is_read_again_from_the_fact_itself()
    {
        var gateway = await Gateway.Register(ingress.Client, new { customProfile = OurGateway.Profile(), number = Gateway.NewNumber() });
        var id = Guid.NewGuid();
        await using (var old = ingress.Database.CreateCommand(
            """
            with s as (insert into mt_streams (id, type, version) values ('unreadable-' || $1, 'unreadable', 1)),
                 q as (insert into quarantine (id, slug, reason, length, received_at) values ($1::uuid, $2, 'long ago', 3, now()))
            insert into mt_events (seq_id, id, stream_id, version, data, type) values (nextval('mt_events_sequence'), gen_random_uuid(), 'unreadable-' || $1, 1, $3, 'ingress.delivery-unreadable.v1')
            """))
        {
            old.Parameters.Add(new() { Value = id.ToString() });
            old.Parameters.Add(new() { Value = gateway.Slug });
            old.Parameters.Add(new()
            {
                NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Jsonb,
                Value = new JsonObject
                {
                    ["Endpoint"] = gateway.Slug, ["Reason"] = "long ago", ["ContentType"] = "application/json",
                    ["Body"] = Convert.ToBase64String(OurGateway.Text("m1")), ["ReceivedAt"] = "2026-06-12T14:32:01+00:00",
                }.ToJsonString(),
            });
            await old.ExecuteNonQueryAsync();
        }
        (await ingress.Client.GetFromJsonAsync<JsonElement>($"/quarantine/{id}")).GetProperty("text").GetString()!.ShouldContain("hello");
        using var answer = await ingress.Client.PostAsync($"/quarantine/{id}/reprocess", null);
        (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("state").GetString().ShouldBe("released");
    }
}
