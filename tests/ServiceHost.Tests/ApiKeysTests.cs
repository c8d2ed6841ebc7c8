using System.Net;
using System.Text.Json;
using Sms.Testing;

namespace Sms.ServiceHost.Tests;

public sealed class ApiKeysTests(RunningTally running) : IClassFixture<RunningTally>
{
    private const string Hash = "0123456789abcdef0123456789ABCDEF0123456789abcdef0123456789abcdef";
    private readonly TallyUnderTest _tally = running.Under;

    [Fact]
    public void A_key_is_configured_by_its_name_its_role_and_its_hash()
    {
        var (name, role, hash) = ApiKeys.Parse($"ada:agent:{Hash}");
        (name, role).ShouldBe(("ada", "agent"));
        hash.ShouldBe(Convert.FromHexString(Hash));
    }

    [Theory]
    [InlineData("", "name:role:sha256")]
    [InlineData("ada", "name:role:sha256")]
    [InlineData("ada:agent", "name:role:sha256")]
    [InlineData($":agent:{Hash}", "name:role:sha256")]
    [InlineData($"ada:agent:{Hash}:more", "name:role:sha256")]
    [InlineData($"ada:king:{Hash}", "reader, agent, admin")]
    [InlineData($"ada:Agent:{Hash}", "reader, agent, admin")]
    [InlineData("ada:agent:0123", "SHA-256")]
    [InlineData("ada:agent:", "SHA-256")]
    [InlineData("ada:agent:the-key-itself-in-place-of-its-hash-000000000000000000000000000000", "SHA-256")]
    public void A_key_that_is_configured_wrongly_says_which_part(string configured, string part)
    {
        var message = Should.Throw<FormatException>(() => ApiKeys.Parse(configured)).Message;
        message.ShouldContain(part);
        message.ShouldNotContain("the-key-itself");
    }

    [RealServersFact]
    public async Task Without_a_key_nothing_is_shown()
    {
        foreach (var path in (string[])["/streams", "/streams/tally-1", $"/story/{Guid.NewGuid()}", "/relay", $"/tallies/{Guid.NewGuid()}"])
            await Refused(await _tally.Call(HttpMethod.Get, path, as_: null), HttpStatusCode.Unauthorized);
    }

    [RealServersFact]
    public async Task A_wrong_key_is_no_key()
    {
        foreach (var header in (string[])[
            $"Bearer {TallyUnderTest.SecretOf("stranger")}", "Bearer ", "Bearer", $"Basic {TallyUnderTest.SecretOf("boss")}",
            $"Bearer {TallyUnderTest.SecretOf("boss")}x", TallyUnderTest.SecretOf("boss")])
        {
            using var response = await _tally.Call(
                HttpMethod.Get, "/streams", as_: null, headers: h => h.TryAddWithoutValidation("Authorization", header));
            await Refused(response, HttpStatusCode.Unauthorized);
        }
    }

    [RealServersFact]
    public async Task A_reader_may_look_and_not_touch()
    {
        var path = $"/tallies/{Guid.NewGuid()}";
        (await _tally.Call(HttpMethod.Get, path, as_: "onlooker")).StatusCode.ShouldBe(HttpStatusCode.OK);
        await Refused(await _tally.Call(HttpMethod.Post, path, """{"amount": 5}""", as_: "onlooker"), HttpStatusCode.Forbidden);
        await Refused(await _tally.Call(HttpMethod.Post, "/relay/replay", """{"from": 0}""", as_: "onlooker"), HttpStatusCode.Forbidden);
    }

    [RealServersFact]
    public async Task An_agent_may_work_and_not_administer_and_an_admin_may_do_both()
    {
        var path = $"/tallies/{Guid.NewGuid()}";
        (await _tally.Call(HttpMethod.Post, path, """{"amount": 5}""", as_: "ada")).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        await Refused(await _tally.Call(HttpMethod.Post, "/relay/replay", """{"from": 0}""", as_: "ada"), HttpStatusCode.Forbidden);
        (await _tally.Call(HttpMethod.Post, path, """{"amount": 5}""", as_: "boss")).StatusCode.ShouldBe(HttpStatusCode.NoContent);
    }

    [RealServersFact]
    public async Task Health_and_the_description_of_the_API_are_for_everybody()
    {
        foreach (var path in (string[])["/health/live", "/health/ready", "/openapi/v1.json"])
            (await _tally.Call(HttpMethod.Get, path, as_: null)).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [RealServersFact]
    public async Task Who_did_something_is_recorded()
    {
        var id = Guid.NewGuid();
        (await _tally.Call(HttpMethod.Post, $"/tallies/{id}", """{"amount": 5}""", as_: "ada")).EnsureSuccessStatusCode();
        (await _tally.Get($"/streams/tally-{id}")).GetProperty("events").GetProperty("items")[0].GetProperty("actor").GetString().ShouldBe("operator:ada");
    }

    [RealServersFact]
    public async Task A_key_on_behalf_acts_for_whom_it_names_with_the_role_it_names()
    {
        var id = Guid.NewGuid();
        (await OnBehalf(HttpMethod.Post, $"/tallies/{id}", "dana", "agent", """{"amount": 5}""")).EnsureSuccessStatusCode();
        (await _tally.Get($"/streams/tally-{id}")).GetProperty("events").GetProperty("items")[0].GetProperty("actor").GetString().ShouldBe("operator:dana");
        await Refused(await OnBehalf(HttpMethod.Post, $"/tallies/{id}", "dana", "reader", """{"amount": 5}"""), HttpStatusCode.Forbidden);
        await Refused(await OnBehalf(HttpMethod.Post, "/relay/replay", "dana", "agent", """{"from": 0}"""), HttpStatusCode.Forbidden);
    }

    [RealServersTheory]
    [InlineData(null, null)]
    [InlineData("dana", null)]
    [InlineData(null, "admin")]
    [InlineData("", "admin")]
    [InlineData("dana", "king")]
    [InlineData("dana", "on-behalf")]
    [InlineData("dana k", "agent")]
    public async Task A_key_on_behalf_may_nothing_by_itself(string? actor, string? role) =>
        await Refused(await OnBehalf(HttpMethod.Get, "/streams", actor, role), HttpStatusCode.Unauthorized);

    [RealServersFact]
    public async Task Another_key_speaks_for_nobody_else()
    {
        var id = Guid.NewGuid();
        using var response = await _tally.Call(HttpMethod.Post, $"/tallies/{id}", """{"amount": 5}""", as_: "ada", headers: h => Say(h, "dana", "admin"));
        response.EnsureSuccessStatusCode();
        (await _tally.Get($"/streams/tally-{id}")).GetProperty("events").GetProperty("items")[0].GetProperty("actor").GetString().ShouldBe("operator:ada");
    }

    private Task<HttpResponseMessage> OnBehalf(HttpMethod method, string path, string? actor, string? role, string? body = null) =>
        _tally.Call(method, path, body, as_: "console", headers: headers => Say(headers, actor, role));

    private static void Say(System.Net.Http.Headers.HttpRequestHeaders headers, string? actor, string? role)
    {
        if (actor is not null)
            headers.TryAddWithoutValidation(ApiKeys.ActorHeader, actor);
        if (role is not null)
            headers.TryAddWithoutValidation(ApiKeys.RoleHeader, role);
    }

    private static async Task Refused(HttpResponseMessage response, HttpStatusCode status)
    {
        response.StatusCode.ShouldBe(status);
        response.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
        JsonElement.Parse(await response.Content.ReadAsStringAsync()).GetProperty("status").GetInt32().ShouldBe((int)status);
    }
}
