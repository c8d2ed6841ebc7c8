using System.Diagnostics;
using System.Net.ServerSentEvents;
using System.Text.Json.Nodes;

namespace Sms.GatewaySimulator.Tests;

public sealed class LiveFeedTests : IAsyncLifetime
{
    private readonly Simulator _simulator = new(("Ingress:Number", "+" + Simulator.Number));

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;
    public ValueTask DisposeAsync() => _simulator.DisposeAsync();

    [Fact]
    public async Task It_begins_with_how_things_are_and_goes_on_with_what_changes()
    {
        await using var receiver = await Receiver.Start();
        receiver.Answer = call => call == 1 ? 503 : 200;
        await using var feed = await Listen();
        (await feed.Next("setup")).ToJsonString().ShouldBe($$"""{"numbers":["{{Simulator.Number}}"],"connected":false}""");
        ((bool)(await feed.Next("behaviour"))["send"]!["noDevice"]!).ShouldBeFalse();

        receiver.Secret = await _simulator.Register(receiver.Url);
        ((bool)(await feed.Next("setup"))["connected"]!).ShouldBeTrue();

        var id = await _simulator.Text("hello");
        var written = await feed.Next("text");
        ((string?)written["id"], (string?)written["customer"], (string?)written["number"], (string?)written["direction"], (string?)written["text"])
            .ShouldBe((id, Simulator.Customer, Simulator.Number, "sent", "hello"));
        ((string?)written["state"], (int)written["attempts"]!, (string?)written["trouble"]).ShouldBe(("pending", 0, null));
        var tried = await feed.Next("text");
        ((string?)tried["state"], (int)tried["attempts"]!, (string?)tried["trouble"]).ShouldBe(("pending", 1, "503"));
        ((int)(await feed.Next("text"))["attempts"]!).ShouldBe(2);
        var delivered = await feed.Next("text");
        ((string?)delivered["state"], (string?)delivered["trouble"]).ShouldBe(("delivered", null));

        (await _simulator.Send("hello yourself")).EnsureSuccessStatusCode();
        var accepted = await feed.Next("text");
        ((string?)accepted["state"], (string?)accepted["number"]).ShouldBe(("on-its-way", Simulator.Number));
        var landed = await feed.Next("text");
        ((string?)landed["state"], (string?)landed["id"]).ShouldBe(("received", (string?)accepted["id"]));

        await _simulator.Behave("""{"inbound":{"dropNext":1}}""");
        ((int)(await feed.Next("behaviour"))["inbound"]!["dropNext"]!).ShouldBe(1);
        await _simulator.Call(HttpMethod.Delete, "/sim/messages");
        await feed.Next("forgotten");
    }

    [Fact]
    public async Task Whoever_listens_does_not_keep_the_program_from_stopping()
    {
        await using var feed = await Listen();
        await feed.Next("setup");
        var watch = Stopwatch.StartNew();
        await _simulator.DisposeAsync();
        watch.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(5));
    }

    private async Task<Feed> Listen()
    {
        // Not the simulator's own client: that one is gone before the program stops.
        var http = new HttpClient { BaseAddress = _simulator.Http.BaseAddress };
        return new Feed(http, await http.GetStreamAsync("/sim/live"));
    }

    private sealed class Feed(HttpClient http, Stream stream) : IAsyncDisposable
    {
        private readonly IAsyncEnumerator<SseItem<string>> _events = SseParser.Create(stream).EnumerateAsync().GetAsyncEnumerator();

        public async Task<JsonNode> Next(string kind)
        {
            (await _events.MoveNextAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(10))).ShouldBeTrue();
            _events.Current.EventType.ShouldBe(kind, _events.Current.Data);
            return JsonNode.Parse(_events.Current.Data)!;
        }

        public async ValueTask DisposeAsync()
        {
            await stream.DisposeAsync();
            http.Dispose();
        }
    }
}
