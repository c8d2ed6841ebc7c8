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
    public async Task What_a_phone_gave_up_on_is_taken_from_its_inbox_and_what_it_still_tries_is_left_to_it()
    {
        await using var history = await GatewayHistory.Start();
        history.Receive(3, Newest.AddDays(-3));
        history.Receive(2, Newest.AddHours(-1));
        var gateway = await Register("smsgate", history.Url, "dev_1");
        await Deliver(gateway, "smsgate", OnPhone(history.Received[0]));

        var first = await Backfill(gateway.Slug, Newest.AddDays(-4), Newest);
        Counts(first).ShouldBe((3, 2, 2));
        history.Asked.ShouldHaveSingleItem().ShouldStartWith("/inbox?type=SMS&from=");
        // What it gave up on may come after all, when somebody has it posted again, and what it still tried comes: once.
        foreach (var text in history.Received)
            await Deliver(gateway, "smsgate", OnPhone(text));
        (await Texts(gateway.Slug)).ShouldBe(5);
        Counts(await Backfill(gateway.Slug, Newest.AddDays(-4), Newest)).ShouldBe((3, 0, 2));
        history.Refreshed.ShouldBeEmpty();
    }

    [RealServersFact]
    public async Task A_text_that_an_inbox_shows_cut_off_is_no_text_beside_the_whole_one_that_came()
    {
        await using var history = await GatewayHistory.Start();
        var at = Newest.AddDays(-3);
        history.Received.AddRange(
        [
            ("h1", "+919876543210", "I would like to know what is in my account", at), ("h2", "+919876543210", "I would like to know it soon", at.AddSeconds(-1)),
            ("h3", "+919876543211", "I would like to know nothing", at),
        ]);
        var gateway = await Register("smsgate", history.Url, "dev_1");
        await Deliver(gateway, "smsgate", OnPhone(history.Received[0]));
        history.Shows = 12;
        // Of two that begin alike, the one that came is known by its time and sender, and the others are not.
        Counts(await Backfill(gateway.Slug, Newest.AddDays(-4), Newest)).ShouldBe((3, 2, 0));
        (await Texts(gateway.Slug)).ShouldBe(3);
        Counts(await Backfill(gateway.Slug, Newest.AddDays(-4), Newest)).ShouldBe((3, 0, 0));
    }

    [RealServersFact]
    public async Task A_phone_that_is_asked_to_posts_again_through_the_door_and_what_had_come_is_one_text_still()
    {
        await using var history = await GatewayHistory.Start();
        history.HasInbox = false;
        history.Receive(4, Newest.AddHours(-1));
        var gateway = await Register("smsgate", history.Url, "dev_1");
        await Deliver(gateway, "smsgate", OnPhone(history.Received[0]));
        history.Refresh = async () =>
        {
            foreach (var text in history.Received)
                await Deliver(gateway, "smsgate", OnPhone(text));
        };
        var (since, until) = (Newest.AddHours(-5), Newest);

        (await Refused(gateway.Slug)).ShouldContain("501");
        var answer = await ingress.Client.PostAsJsonAsync($"/endpoints/{gateway.Slug}/backfill", new { since, until, redeliver = true });
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
        (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("redelivering").GetBoolean().ShouldBeTrue();
        history.Refreshed.ShouldHaveSingleItem().GetRawText().ShouldBe(
            $$"""{"deviceId":"dev_1","since":"{{GatewayHistory.Time(since)}}","until":"{{GatewayHistory.Time(until)}}","webhookDelivery":"Individual","triggerWebhooks":true}""");
        (await Texts(gateway.Slug)).ShouldBe(4);

        var other = await Register("textbee", history.Url, "dev_1");
        var refusal = await ingress.Client.PostAsJsonAsync($"/endpoints/{other.Slug}/backfill", new { redeliver = true });
        refusal.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await refusal.Content.ReadAsStringAsync()).ShouldContain("redeliver");
    }

    [RealServersFact]
    public async Task By_itself_a_phone_is_looked_at_as_far_back_as_it_may_just_have_given_up_and_never_asked_to_post_again()
    {
        await using var history = await GatewayHistory.Start();
        history.Received.Add(("h1", "+919876543210", "two days and an hour ago", Newest.AddHours(-49)));
        var gateway = await Register("smsgate", history.Url, "dev_1", everyMinutes: 5);
        await ingress.Services.GetRequiredService<FetchMissed>().FetchDue(default);
        (await Texts(gateway.Slug)).ShouldBe(1);
        history.Refreshed.ShouldBeEmpty();
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
        var answer = await ingress.Client.PutAsJsonAsync($"/endpoints/{gateway.Slug}/history", new { baseUrl = url, apiKey = key, user = GatewayHistory.User, deviceId = device, everyMinutes });
        answer.StatusCode.ShouldBe(HttpStatusCode.NoContent, await answer.Content.ReadAsStringAsync());
        return gateway;
    }

    /// <summary>A text as the phone posts it: under new ids whenever it does.</summary>
    private static Notice.Inbound OnPhone((string Id, string From, string Text, DateTimeOffset At) text) =>
        new("", text.From, null, text.Text, text.At, Guid.NewGuid().ToString("N")[..8], Guid.NewGuid().ToString("N"), "dev_1", "1", null, null, null, false, "");

    private static (int Found, int Missed, int Awaited) Counts(JsonElement outcome) =>
        (outcome.GetProperty("found").GetInt32(), outcome.GetProperty("missed").GetInt32(), outcome.GetProperty("awaited").GetInt32());

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
