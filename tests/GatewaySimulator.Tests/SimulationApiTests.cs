using System.Net;
using System.Text.Json.Nodes;
using Sms.Testing;

namespace Sms.GatewaySimulator.Tests;

public sealed class SimulationApiTests : IAsyncLifetime
{
    private readonly Simulator _simulator = new();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;
    public ValueTask DisposeAsync() => _simulator.DisposeAsync();

    [Fact]
    public async Task A_phone_shows_both_sides_of_the_conversation_oldest_first()
    {
        await _simulator.Text("HOURS?");
        (await _simulator.Send("9 to 5")).EnsureSuccessStatusCode();
        await Phone(items => items.Count == 2);
        await _simulator.Text("thanks", from: "+" + Simulator.Customer);
        await _simulator.Text("somebody else", from: "910000000000");

        var items = (await Phone(items => items.Count == 3))["items"]!.AsArray();
        items.Select(m => ((string?)m!["direction"], (string?)m["text"]))
            .ShouldBe([("sent", "HOURS?"), ("received", "9 to 5"), ("sent", "thanks")]);
        items.Select(m => (DateTimeOffset)m!["at"]!).ShouldBeInOrder();
    }

    [Fact]
    public async Task A_cursor_brings_only_what_is_new()
    {
        for (var text = 0; text < 5; text++)
            await _simulator.Text($"{text}");
        var path = $"/sim/phones/%2B{Simulator.Customer}/messages";
        var first = await _simulator.Get(path + "?limit=3");
        first["items"]!.AsArray().Select(m => (string?)m!["text"]).ShouldBe(["0", "1", "2"]);
        var second = await _simulator.Get($"{path}?after={first["next"]}");
        second["items"]!.AsArray().Select(m => (string?)m!["text"]).ShouldBe(["3", "4"]);
        var third = await _simulator.Get($"{path}?after={second["next"]}");
        third["items"]!.AsArray().ShouldBeEmpty();
        ((string?)third["next"]).ShouldBe((string?)second["next"]);

        await _simulator.Text("5");
        (await _simulator.Get($"{path}?after={third["next"]}"))["items"]!.AsArray().ShouldHaveSingleItem();
    }

    [Theory]
    [InlineData("?after=x")]
    [InlineData("?after=-1")]
    [InlineData("?limit=0")]
    [InlineData("?limit=1001")]
    [InlineData("?limit=ten")]
    public async Task A_cursor_or_limit_that_makes_no_sense_is_refused(string query)
    {
        (await _simulator.Call(HttpMethod.Get, "/sim/messages" + query)).Status.ShouldBe(HttpStatusCode.BadRequest);
        (await _simulator.Call(HttpMethod.Get, "/sim/phones/1/messages" + query)).Status.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Messages_arrive_in_the_order_they_were_accepted()
    {
        for (var message = 0; message < 30; message++)
            (await _simulator.Send($"{message}")).EnsureSuccessStatusCode();
        (await Phone(items => items.Count == 30))["items"]!.AsArray().Select(m => (string?)m!["text"])
            .ShouldBe(Enumerable.Range(0, 30).Select(message => $"{message}"));
    }

    [Fact]
    public async Task Clearing_forgets_everything_that_was_sent_or_texted()
    {
        var id = await _simulator.Text("hello");
        (await _simulator.Send("hello")).EnsureSuccessStatusCode();
        var before = await Phone(items => items.Count == 2);
        (await _simulator.Call(HttpMethod.Delete, "/sim/messages")).Status.ShouldBe(HttpStatusCode.NoContent);
        (await Phone(items => items.Count == 0)).ShouldNotBeNull();
        (await _simulator.Get("/sim/messages"))["items"]!.AsArray().ShouldBeEmpty();
        (await _simulator.Call(HttpMethod.Get, $"/sim/texts/{id}")).Status.ShouldBe(HttpStatusCode.NotFound);

        // A reader's cursor from before goes on working.
        await _simulator.Text("again");
        (await _simulator.Get($"/sim/phones/{Simulator.Customer}/messages?after={before["next"]}"))["items"]!.AsArray().ShouldHaveSingleItem();
    }

    [Theory]
    [InlineData("", "body")]
    [InlineData("hello", "body")]
    [InlineData("null", "body")]
    [InlineData("""{"from":919876543210,"to":"1","text":"x"}""", "body")]
    [InlineData("""{"from":"1","to":"1","text":"\ud83d"}""", "body")]
    [InlineData("""{"from":"1","to":"1","txt":"x"}""", "body")]
    [InlineData("""{"to":"1","text":"x"}""", "from")]
    [InlineData("""{"from":" ","to":"1","text":"x"}""", "from")]
    [InlineData("""{"from":"1","text":"x"}""", "to")]
    [InlineData("""{"from":"1","to":"1"}""", "text")]
    public async Task A_text_that_cannot_be_sent_is_refused_with_the_reason(string request, string field)
    {
        var (status, body) = await _simulator.Call(HttpMethod.Post, "/sim/texts", request);
        status.ShouldBe(HttpStatusCode.BadRequest);
        body!["errors"]!.AsObject().ShouldHaveSingleItem().Key.ShouldBe(field);
    }

    [Fact]
    public async Task A_text_may_have_been_long_on_its_way()
    {
        await using var receiver = await Receiver.Start();
        receiver.Secret = await _simulator.Register(receiver.Url);
        var (status, _) = await _simulator.Call(HttpMethod.Post, "/sim/texts",
            """{"from":"Acme","to":"1","text":"","receivedAt":"2026-06-12T16:32:00.1239+02:00"}""");
        status.ShouldBe(HttpStatusCode.Accepted);
        var text = (await Eventually.Sees(() => receiver.Accepted, all => all.Count == 1))[0];
        text.SentAt.ShouldBe(new DateTimeOffset(2026, 6, 12, 14, 32, 0, 123, TimeSpan.Zero));
        (text.From, text.Text).ShouldBe(("Acme", ""));
    }

    [Fact]
    public async Task Behaviour_can_be_set_seen_and_reset()
    {
        const string none = """{"inbound":{"slowMs":0,"dropNext":0,"dropPercent":0,"duplicates":0,"concurrent":false,"reorderMs":0,"wrongSignature":false,"matchedRule":false},"send":{"slowMs":0,"failNext":0,"failPercent":0,"noDevice":false,"acceptThenDropNext":0,"rateLimited":false,"retryAfterSeconds":1},"reports":{"slowMs":0,"duplicates":0,"outOfOrder":false,"failNext":0}}""";
        (await _simulator.Get("/sim/behaviour")).ToJsonString().ShouldBe(none);
        await _simulator.Behave("""{"inbound":{"duplicates":2},"send":{"noDevice":true}}""");
        var now = await _simulator.Get("/sim/behaviour");
        ((int)now["inbound"]!["duplicates"]!).ShouldBe(2);
        ((bool)now["send"]!["noDevice"]!).ShouldBeTrue();
        (await _simulator.Call(HttpMethod.Delete, "/sim/behaviour")).Status.ShouldBe(HttpStatusCode.NoContent);
        (await _simulator.Get("/sim/behaviour")).ToJsonString().ShouldBe(none);
    }

    [Theory]
    [InlineData("""{"inbound":{"dropPercent":101}}""")]
    [InlineData("""{"inbound":{"duplicates":-1}}""")]
    [InlineData("""{"inbound":{"dupes":1}}""")]
    [InlineData("""{"inbound":null}""")]
    [InlineData("""{"send":{"slowMs":60001}}""")]
    [InlineData("""{"send":{"noDevice":"yes"}}""")]
    [InlineData("[]")]
    public async Task Behaviour_nobody_can_show_is_refused_and_changes_nothing(string request)
    {
        var before = (await _simulator.Get("/sim/behaviour")).ToJsonString();
        (await _simulator.Call(HttpMethod.Put, "/sim/behaviour", request)).Status.ShouldBe(HttpStatusCode.BadRequest);
        (await _simulator.Get("/sim/behaviour")).ToJsonString().ShouldBe(before);
    }

    [Fact]
    public async Task Health_is_answered()
    {
        (await _simulator.Call(HttpMethod.Get, "/health/live")).Status.ShouldBe(HttpStatusCode.OK);
        (await _simulator.Call(HttpMethod.Get, "/health/ready")).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task No_number_and_no_text_is_ever_logged()
    {
        await using var limited = new Simulator(("MaxAttempts", "1"));
        await using var receiver = await Receiver.Start();
        receiver.Secret = await limited.Register(receiver.Url);
        receiver.Answer = _ => 500;
        await limited.Becomes(await limited.Text("a private matter"), "failed");
        await limited.Behave("""{"send":{"acceptThenDropNext":1}}""");
        await Should.ThrowAsync<HttpRequestException>(() => limited.Send("a private matter"));
        await limited.Send("a private matter");
        await limited.Call(HttpMethod.Post, "/v1/messages", """{"to":"919876543210","text":"a private matter","callback":"919876543210"}""");
        await limited.Call(HttpMethod.Post, "/sim/texts", """{"from":919876543210,"to":"911234500000","text":"a private matter"}""");
        await limited.Get($"/sim/phones/{Simulator.Customer}/messages");

        limited.Log.ShouldContain(line => line.Contains("was given up", StringComparison.Ordinal));
        limited.Log.ShouldAllBe(line => !line.Contains("9876543210", StringComparison.Ordinal)
            && !line.Contains("911234500000", StringComparison.Ordinal) && !line.Contains("private", StringComparison.Ordinal));
    }

    private Task<JsonNode> Phone(Func<JsonArray, bool> asItShouldBe) => Eventually.Sees(
        () => _simulator.Get($"/sim/phones/{Simulator.Customer}/messages"), page => asItShouldBe(page["items"]!.AsArray()));
}
