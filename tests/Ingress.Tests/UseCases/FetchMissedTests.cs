using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Sms.EventStore;
using Sms.GatewayProtocol;
using Sms.Ingress.UseCases;
using Sms.Testing;

namespace Sms.Ingress.Tests.UseCases;

/// <summary>Ingress that may ask gateways on this machine.</summary>
public sealed class IngressAmongNeighbours : IngressUnderTest
{
    /// <inheritdoc/>
    protected override IReadOnlyDictionary<string, string> Settings => new Dictionary<string, string>(base.Settings) { ["Ingress:PrivateNetworks"] = "127.0.0.0/8" };
}

public sealed class FetchMissedTests(IngressAmongNeighbours ingress) : IClassFixture<IngressAmongNeighbours>
{
    private static readonly DateTimeOffset Newest = DateTimeOffset.UtcNow.AddMinutes(-1);

    [RealServersFact]
    public async Task What_the_webhook_never_brought_is_fetched_once_and_what_it_brought_is_known()
    {
        await using var history = await GatewayHistory.Start();
        history.Receive(250, Newest);
        var gateway = await Register("textbee", history.Url, "dev_1");
        var came = history.Received[7];
        await Deliver(gateway, "textbee", new Notice.Inbound("", came.From, null, came.Text, came.At, came.Id, "e1", "dev_1", null, null, null, null, false, ""));

        var first = await Backfill(gateway.Slug);
        first.GetProperty("found").GetInt32().ShouldBe(250);
        first.GetProperty("missed").GetInt32().ShouldBe(249);
        (await Backfill(gateway.Slug)).GetProperty("missed").GetInt32().ShouldBe(0);
        (await Texts(gateway.Slug)).ShouldBe(250);
        (await ingress.Client.GetFromJsonAsync<JsonElement>($"/endpoints/{gateway.Slug}/deliveries")).GetProperty("lastDay").EnumerateArray()
            .Single(c => c.GetProperty("outcome").GetString() == "fetched").GetProperty("deliveries").GetInt64().ShouldBe(249);
    }

    [RealServersFact]
    public async Task Only_the_period_that_is_asked_about_is_taken_and_no_more_pages_than_it_needs()
    {
        await using var history = await GatewayHistory.Start();
        history.Receive(500, Newest);
        var gateway = await Register("textbee", history.Url, "dev_1");
        var outcome = await Backfill(gateway.Slug, Newest.AddMinutes(-9.5), Newest.AddMinutes(-4.5));
        outcome.GetProperty("missed").GetInt32().ShouldBe(5);
        history.Asked.Count.ShouldBe(1);
    }

    [RealServersFact]
    public async Task Where_a_gateway_lists_texts_of_one_contact_at_a_time_each_contact_is_asked_about()
    {
        await using var history = await GatewayHistory.Start();
        history.Receive(90, Newest);
        var gateway = await Register("httpsms", history.Url, null);
        (await Backfill(gateway.Slug)).GetProperty("missed").GetInt32().ShouldBe(90);
        (await Backfill(gateway.Slug)).GetProperty("missed").GetInt32().ShouldBe(0);
    }

    [RealServersFact]
    public async Task It_is_looked_for_by_itself_and_at_one_instance_only()
    {
        await using var history = await GatewayHistory.Start();
        history.Receive(3, Newest);
        var gateway = await Register("textbee", history.Url, "dev_1", everyMinutes: 5);
        var other = (await ingress.Another()).Services;
        await Task.WhenAll(ingress.Services.GetRequiredService<FetchMissed>().FetchDue(default), other.GetRequiredService<FetchMissed>().FetchDue(default));
        (await Texts(gateway.Slug)).ShouldBe(3);
        history.Asked.Count.ShouldBe(1);
        (await ingress.Endpoint(gateway.Slug)).GetProperty("history").GetProperty("fetchedUntil").GetDateTimeOffset().ShouldBe(DateTimeOffset.UtcNow, TimeSpan.FromMinutes(1));
    }

    [RealServersFact]
    public async Task A_key_that_is_refused_and_an_answer_that_points_elsewhere_are_troubles_that_are_said()
    {
        await using var history = await GatewayHistory.Start();
        history.Receive(3, Newest);
        var refused = await Register("textbee", history.Url, "dev_1", key: "another key");
        (await Refused(refused.Slug)).ShouldContain("401");
        var elsewhere = await Register("textbee", history.Url + "/elsewhere", "dev_1");
        (await Refused(elsewhere.Slug)).ShouldContain("302");
        history.Asked.Count.ShouldBe(2);
        var nobody = await Register("textbee", "http://127.0.0.1:1", "dev_1");
        (await Refused(nobody.Slug)).ShouldContain("cannot be reached");
        (await Texts(elsewhere.Slug)).ShouldBe(0);
    }

    [RealServersFact]
    public async Task What_is_wrong_with_a_history_is_named_with_its_field()
    {
        var gateway = await ingress.Register();
        (await ingress.Client.PutAsJsonAsync($"/endpoints/{gateway.Slug}/history", new { apiKey = "k" })).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        var textbee = await Gateway.Register(ingress.Client, new { profile = "textbee", number = Gateway.NewNumber() });
        foreach (var (body, field) in new (object, string)[] { (new { apiKey = "" }, "apiKey"), (new { apiKey = "k", baseUrl = "ftp://x" }, "baseUrl"), (new { apiKey = "k", everyMinutes = 1 }, "everyMinutes") })
        {
            var answer = await ingress.Client.PutAsJsonAsync($"/endpoints/{textbee.Slug}/history", body);
            answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
            (await answer.Content.ReadAsStringAsync()).ShouldContain(field);
        }
        (await ingress.Client.PutAsJsonAsync($"/endpoints/{textbee.Slug}/history", new { apiKey = "k-that-nobody-sees" })).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await ingress.Client.GetStringAsync($"/endpoints/{textbee.Slug}")).ShouldNotContain("k-that-nobody-sees");
        (await ingress.Client.DeleteAsync($"/endpoints/{textbee.Slug}/history")).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await ingress.Endpoint(textbee.Slug)).GetProperty("history").ValueKind.ShouldBe(JsonValueKind.Null);
        (await ingress.Client.PutAsJsonAsync("/endpoints/nowhere/history", new { apiKey = "k" })).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [RealServersFact]
    public async Task What_is_fetched_may_only_be_asked_for_by_an_admin()
    {
        using var reader = ingress.ClientWith(ServiceUnderTest<Program>.ReaderKey);
        (await reader.PostAsJsonAsync("/endpoints/sms/backfill", new { })).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await reader.PutAsJsonAsync("/endpoints/sms/history", new { })).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    private async Task<Gateway> Register(string profile, string url, string? device, string key = GatewayHistory.ApiKey, int? everyMinutes = null)
    {
        var gateway = await Gateway.Register(ingress.Client, new { profile, number = Gateway.NewNumber() });
        var answer = await ingress.Client.PutAsJsonAsync($"/endpoints/{gateway.Slug}/history", new { baseUrl = url, apiKey = key, deviceId = device, everyMinutes });
        answer.StatusCode.ShouldBe(HttpStatusCode.NoContent, await answer.Content.ReadAsStringAsync());
        return gateway;
    }

    private async Task Deliver(Gateway gateway, string profile, Notice.Inbound text)
    {
        var compiled = GatewayProfiles.BuiltIn[profile].Compile();
        var signed = Proof.Sign(compiled, Samples.Request(compiled, "", text), compiled.KeyOf(gateway.Secret), DateTimeOffset.UtcNow, "x");
        using var request = new HttpRequestMessage(HttpMethod.Post, gateway.Path) { Content = new ByteArrayContent(signed.Body.ToArray()) };
        foreach (var header in signed.Headers)
            if (!request.Headers.TryAddWithoutValidation(header.Name, header.Value))
                request.Content.Headers.TryAddWithoutValidation(header.Name, header.Value).ShouldBeTrue();
        using var answer = await ingress.Client.SendAsync(request);
        (await answer.Content.ReadAsStringAsync()).ShouldContain("sms");
    }

    private async Task<JsonElement> Backfill(string slug, DateTimeOffset? since = null, DateTimeOffset? until = null)
    {
        var answer = await ingress.Client.PostAsJsonAsync($"/endpoints/{slug}/backfill", new { since, until });
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }

    private async Task<string> Refused(string slug)
    {
        var answer = await ingress.Client.PostAsJsonAsync($"/endpoints/{slug}/backfill", new { });
        answer.StatusCode.ShouldBe(HttpStatusCode.BadGateway);
        return await answer.Content.ReadAsStringAsync();
    }

    private async Task<long> Texts(string slug) => (await ingress.Database.Query(
        $"select count(*) from mt_events where type = 'ingress.sms-received.v1' and data ->> 'Endpoint' = {slug}", r => r.GetInt64(0))).Single();
}

/// <summary>Without leave nobody's neighbours are asked.</summary>
public sealed class FetchMissedAloneTests(IngressUnderTest ingress) : IClassFixture<IngressUnderTest>
{
    [RealServersTheory]
    [InlineData("http://127.0.0.1:{0}")]
    [InlineData("http://localhost:{0}")]
    [InlineData("http://[::1]:{0}")]
    [InlineData("http://[::ffff:127.0.0.1]:{0}")]
    [InlineData("https://127.0.0.1:{0}")]
    [InlineData("http://2130706433:{0}")]
    public async Task An_address_of_this_machine_is_never_asked(string url)
    {
        await using var history = await GatewayHistory.Start();
        var gateway = await Gateway.Register(ingress.Client, new { profile = "textbee", number = Gateway.NewNumber() });
        var address = string.Format(System.Globalization.CultureInfo.InvariantCulture, url, new Uri(history.Url).Port);
        (await ingress.Client.PutAsJsonAsync($"/endpoints/{gateway.Slug}/history", new { baseUrl = address, apiKey = "k", deviceId = "d" })).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        var answer = await ingress.Client.PostAsJsonAsync($"/endpoints/{gateway.Slug}/backfill", new { });
        answer.StatusCode.ShouldBe(HttpStatusCode.BadGateway);
        (await answer.Content.ReadAsStringAsync()).ShouldContain("Ingress:PrivateNetworks");
        history.Asked.ShouldBeEmpty();
    }
}
