using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Sms.GatewayProtocol;
using Sms.Ingress.Inbound;
using Sms.Testing;

namespace Sms.Ingress.Tests.UseCases;

public sealed class TestEndpointTests(IngressUnderTest ingress) : IClassFixture<IngressUnderTest>
{
    public static TheoryData<string> Kinds() => new(GatewayProfiles.BuiltIn.Values.Where(p => p.Proof.Key.Reading is not KeyReading.PublicKey).Select(p => p.Name));

    [RealServersTheory]
    [MemberData(nameof(Kinds))]
    public async Task A_sample_goes_through_the_door_and_becomes_no_text(string profile)
    {
        var gateway = await Gateway.Register(ingress.Client, new { profile, number = Gateway.NewNumber(), publicUrl = "https://sms.example.com" });
        var texts = await ingress.Streams(InboundSms.Stream.Name);
        var tested = await Test(gateway.Slug);
        tested.GetProperty("ok").GetBoolean().ShouldBeTrue(tested.ToString());
        tested.GetProperty("status").GetInt32().ShouldBe(200);
        tested.GetProperty("steps").EnumerateArray().ShouldAllBe(s => s.GetProperty("ok").GetBoolean());

        (await ingress.Streams(InboundSms.Stream.Name)).ShouldBe(texts);
        (await ingress.Stream($"endpoint-{gateway.Slug}")).Last().ShouldBe("ingress.endpoint-tested.v1");
        (await ingress.Log.Events($"endpoint-{gateway.Slug}", 0, 100, default)).Last().Actor.ShouldBe("operator:tester");
        (await ingress.List($"/endpoints/{gateway.Slug}/deliveries")).ShouldHaveSingleItem().GetProperty("outcome").GetString().ShouldBe("test");
    }

    [RealServersFact]
    public async Task What_would_go_wrong_is_said()
    {
        var gateway = await ingress.Register();
        var secret = (await ingress.Endpoint(gateway.Slug)).GetProperty("secretIds")[0].GetGuid();
        (await ingress.Client.DeleteAsync($"/endpoints/{gateway.Slug}/secrets/{secret}")).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        var tested = await Test(gateway.Slug);
        tested.GetProperty("ok").GetBoolean().ShouldBeFalse();
        tested.ToString().ShouldContain("no secret");
        (await ingress.Client.PostAsync("/endpoints/nowhere/test", null)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [RealServersFact]
    public async Task A_profile_is_tried_on_a_pasted_request_and_each_step_is_explained()
    {
        var body = Encoding.UTF8.GetString(Gateway.Text().ToJson());
        var secret = Gateway.NewSecret();
        var signature = WebhookSignature.Sign(Encoding.UTF8.GetBytes(body), secret);
        var good = await Try(new { profile = "mobile-api-connect", secrets = new[] { secret }, headers = new Dictionary<string, object> { ["x-mac-signature"] = signature }, body });
        good.GetProperty("genuine").GetBoolean().ShouldBeTrue(good.ToString());
        good.GetProperty("notices")[0].GetProperty("kind").GetString().ShouldBe("inbound");
        good.GetProperty("notices")[0].GetProperty("notice").GetProperty("from").GetString().ShouldBe("919876543210");

        var tampered = await Try(new { profile = "mobile-api-connect", secrets = new[] { secret }, headers = new Dictionary<string, object> { ["X-MAC-Signature"] = signature }, body = body + " " });
        tampered.GetProperty("genuine").GetBoolean().ShouldBeFalse();
        tampered.GetProperty("rejection").GetString().ShouldBe("wrong-signature");
        tampered.GetProperty("steps").EnumerateArray().Last().GetProperty("found").GetString()!.ShouldContain(signature["sha256=".Length..]);

        var doubled = await Try(new { customProfile = OurGateway.Profile(), secrets = new[] { secret }, headers = new Dictionary<string, object> { ["X-MAC-Signature"] = new[] { signature, signature } }, body });
        doubled.GetProperty("rejection").GetString().ShouldBe("doubled-header");

        (await ingress.Client.PostAsJsonAsync("/profiles/try", new { profile = "carrier-pigeon", body })).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await ingress.Client.PostAsJsonAsync("/profiles/try", new { customProfile = new { name = "x" }, body })).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        using var reader = ingress.ClientWith(ServiceUnderTest<Program>.ReaderKey);
        (await reader.PostAsJsonAsync("/profiles/try", new { profile = "mobile-api-connect", body })).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await reader.GetFromJsonAsync<JsonElement>("/profiles"))[0].GetProperty("name").GetString().ShouldNotBeNullOrEmpty();
    }

    private async Task<JsonElement> Test(string slug)
    {
        var answer = await ingress.Client.PostAsync($"/endpoints/{slug}/test", null);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }

    private async Task<JsonElement> Try(object request)
    {
        var answer = await ingress.Client.PostAsJsonAsync("/profiles/try", request);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }
}
