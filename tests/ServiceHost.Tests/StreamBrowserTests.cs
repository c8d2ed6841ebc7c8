using System.Net;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Sms.EventStore;
using Sms.Testing;

namespace Sms.ServiceHost.Tests;

public sealed class StreamBrowserTests(RunningTally running) : IClassFixture<RunningTally>
{
    private readonly TallyUnderTest _tally = running.Under;

    [RealServersFact]
    public async Task Streams_are_listed_a_page_at_a_time()
    {
        for (var n = 0; n < 5; n++)
            await Write(Guid.NewGuid(), 1);
        var (seen, after) = (new List<string>(), "");
        do
        {
            var page = await _tally.Get($"/streams?type=tally&limit=2{after}");
            seen.AddRange(page.GetProperty("items").EnumerateArray().Select(s => s.GetProperty("id").GetString()!));
            after = page.GetProperty("next").GetString() is { } next ? $"&after={next}" : "";
        }
        while (after != "");
        seen.Count.ShouldBeGreaterThanOrEqualTo(5);
        seen.ShouldBeUnique();
        seen.ShouldBe(seen.Order(StringComparer.Ordinal));
        (await _tally.Get("/streams?type=parrot")).GetProperty("items").GetArrayLength().ShouldBe(0);
    }

    [RealServersFact]
    public async Task The_kinds_of_streams_are_named() =>
        (await _tally.Get("/streams/kinds")).EnumerateArray().Select(kind => kind.GetString()).ShouldContain("tally");

    [RealServersFact]
    public async Task The_log_is_read_backwards_from_its_end_or_from_a_moment()
    {
        var (first, second) = (Guid.NewGuid(), Guid.NewGuid());
        await Write(first, 1, 2);
        var then = (await _tally.Get($"/streams/tally-{first}")).GetProperty("stream").GetProperty("lastWritten").GetDateTimeOffset();
        await Write(second, 3);

        var latest = await _tally.Get("/facts?limit=2");
        Streams(latest).ShouldBe([$"tally-{second}", $"tally-{first}"]);
        Streams(await _tally.Get($"/facts?limit=1&after={latest.GetProperty("next").GetString()}")).ShouldBe([$"tally-{first}"]);
        Streams(await _tally.Get($"/facts?limit=2&until={Uri.EscapeDataString(then.ToString("O"))}")).ShouldBe([$"tally-{first}", $"tally-{first}"]);
        Streams(await _tally.Get("/facts?until=2001-01-01T00:00:00Z")).ShouldBeEmpty();

        static IEnumerable<string?> Streams(JsonElement page) => page.GetProperty("items").EnumerateArray().Select(fact => fact.GetProperty("streamId").GetString());
    }

    [RealServersFact]
    public async Task A_fact_is_found_by_its_id_alone()
    {
        var id = Guid.NewGuid();
        await Write(id, 1, 2, 3);
        var written = (await _tally.Get($"/streams/tally-{id}")).GetProperty("events").GetProperty("items")[1];
        var found = await _tally.Get($"/facts/{written.GetProperty("id").GetGuid()}");
        found.GetProperty("streamId").GetString().ShouldBe($"tally-{id}");
        found.GetProperty("version").GetInt64().ShouldBe(2);
        foreach (var unknown in new[] { Guid.CreateVersion7(), Guid.NewGuid() })
        {
            using var response = await _tally.Call(HttpMethod.Get, $"/facts/{unknown}");
            response.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        }
    }

    [RealServersFact]
    public async Task A_stream_is_shown_as_it_is_and_as_it_was()
    {
        var id = Guid.NewGuid();
        await Write(id, 1, 2, 4);

        var now = await _tally.Get($"/streams/tally-{id}");
        now.GetProperty("version").GetInt64().ShouldBe(3);
        now.GetProperty("state").GetProperty("sum").GetInt32().ShouldBe(7);
        Amounts(now).ShouldBe([1, 2, 4]);

        var then = await _tally.Get($"/streams/tally-{id}?version=2");
        then.GetProperty("version").GetInt64().ShouldBe(2);
        then.GetProperty("state").GetProperty("sum").GetInt32().ShouldBe(3);
        Amounts(then).ShouldBe([1, 2]);
        then.GetProperty("stream").GetProperty("version").GetInt64().ShouldBe(3);

        (await _tally.Get($"/streams/tally-{id}?version=99")).GetProperty("version").GetInt64().ShouldBe(3);
        (await _tally.Get($"/streams/tally-{id}?version=0")).GetProperty("state").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    [RealServersFact]
    public async Task A_long_stream_is_shown_a_page_at_a_time()
    {
        var id = Guid.NewGuid();
        await Write(id, [.. Enumerable.Range(1, 5)]);
        var first = await _tally.Get($"/streams/tally-{id}?limit=3");
        Amounts(first).ShouldBe([1, 2, 3]);
        var second = await _tally.Get($"/streams/tally-{id}?limit=3&after={first.GetProperty("events").GetProperty("next").GetString()}");
        Amounts(second).ShouldBe([4, 5]);
        second.GetProperty("events").GetProperty("next").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    [RealServersFact]
    public async Task A_stream_that_is_not_there_is_a_404()
    {
        using var response = await _tally.Call(HttpMethod.Get, "/streams/tally-nobody");
        response.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        response.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
    }

    [RealServersFact]
    public async Task The_story_of_a_text_is_what_it_led_to_here()
    {
        var sms = Guid.NewGuid();
        for (var n = 1; n <= 2; n++)
        {
            var tally = await _tally.Store.Load(Tally.Stream, Guid.NewGuid());
            await _tally.Store.Commit(tally, [new TallyEvent.Counted(n)], new Cause(sms, null, "rule:x"));
        }
        var story = await _tally.Get($"/story/{sms}");
        story.EnumerateArray().Select(e => e.GetProperty("data").GetProperty("Amount").GetInt32()).ShouldBe([1, 2]);
        story[0].GetProperty("actor").GetString().ShouldBe("rule:x");
        (await _tally.Get($"/story/{Guid.NewGuid()}")).GetArrayLength().ShouldBe(0);
    }

    [RealServersFact]
    public async Task A_replay_publishes_again_what_was_published_before_under_the_same_ids()
    {
        var id = Guid.NewGuid();
        var counted = await _tally.Broker.Hear<Counted>();
        await Write(id, 1, 2);
        await Eventually.Sees(() => Heard().Count, count => count == 2);
        var relay = await Eventually.Sees(
            () => _tally.Get("/relay"), r => r.GetProperty("position").GetInt64() == r.GetProperty("end").GetInt64());
        relay.GetProperty("activeHere").GetBoolean().ShouldBeTrue();

        using var response = await _tally.Call(HttpMethod.Post, "/relay/replay", """{"from": 0}""");
        response.StatusCode.ShouldBe(HttpStatusCode.Accepted);
        var heard = await Eventually.Sees(Heard, h => h.Count == 4);
        heard.Skip(2).ShouldBe(heard.Take(2));
        await Eventually.Sees(() => _tally.Get("/relay"), r => r.GetProperty("replay").GetProperty("state").GetString() == "done");

        IReadOnlyList<Guid> Heard() => [.. counted.Envelopes.Where(e => e.Message.Tally == id).Select(e => e.MessageId)];
    }

    [RealServersFact]
    public async Task A_replay_says_who_asked_for_it_and_how_far_it_is_and_can_be_called_off()
    {
        var counted = await _tally.Broker.Hear<Counted>();
        var id = Guid.NewGuid();
        await Write(id, 1, 2);
        await Eventually.Sees(() => counted.Messages.Count(message => message.Tally == id), count => count == 2);
        var end = (await Eventually.Sees(
            () => _tally.Get("/relay"), r => r.GetProperty("position").GetInt64() == r.GetProperty("end").GetInt64())).GetProperty("end").GetInt64();
        // While a crowd is at the door the relay keeps what is young back.
        var signal = _tally.Service.Services.GetRequiredService<CommitSignal>();
        signal.Waiting(17);
        try
        {
            using (var asked = await _tally.Call(HttpMethod.Post, "/relay/replay", """{"from": 0}"""))
                asked.StatusCode.ShouldBe(HttpStatusCode.Accepted);
            var replay = (await _tally.Get("/relay")).GetProperty("replay");
            replay.GetProperty("state").GetString().ShouldBe("running");
            replay.GetProperty("from").GetInt64().ShouldBe(0);
            replay.GetProperty("end").GetInt64().ShouldBe(end);
            replay.GetProperty("position").GetInt64().ShouldBeLessThan(end);
            replay.GetProperty("askedBy").GetString().ShouldBe("operator:boss");
            replay.GetProperty("askedAt").GetDateTimeOffset().ShouldBeGreaterThan(DateTimeOffset.UtcNow.AddMinutes(-1));

            using (var notAllowed = await _tally.Call(HttpMethod.Delete, "/relay/replay", as_: "ada"))
                notAllowed.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
            using (var off = await _tally.Call(HttpMethod.Delete, "/relay/replay"))
                off.StatusCode.ShouldBe(HttpStatusCode.Accepted);
        }
        finally
        {
            signal.Waiting(-17);
        }
        var relay = await Eventually.Sees(() => _tally.Get("/relay"), r => !r.GetProperty("givingWay").GetBoolean());
        relay.GetProperty("position").GetInt64().ShouldBe(end);
        relay.GetProperty("replay").GetProperty("state").GetString().ShouldBe("cancelled");
        relay.GetProperty("replay").GetProperty("cancelledBy").GetString().ShouldBe("operator:boss");
        using var none = await _tally.Call(HttpMethod.Delete, "/relay/replay");
        none.StatusCode.ShouldBe(HttpStatusCode.Conflict);
    }

    [RealServersFact]
    public async Task A_relay_that_lets_a_crowd_at_the_door_go_first_says_so()
    {
        var signal = _tally.Service.Services.GetRequiredService<CommitSignal>();
        (await _tally.Get("/relay")).GetProperty("givingWay").GetBoolean().ShouldBeFalse();
        signal.Waiting(17);
        try
        {
            await Write(Guid.NewGuid(), 1);
            await Eventually.Sees(() => _tally.Get("/relay"), r => r.GetProperty("givingWay").GetBoolean());
        }
        finally
        {
            signal.Waiting(-17);
        }
        await Eventually.Sees(() => _tally.Get("/relay"), r => !r.GetProperty("givingWay").GetBoolean());
    }

    [RealServersFact]
    public async Task A_replay_neither_goes_forward_nor_below_nothing()
    {
        using var forward = await _tally.Call(HttpMethod.Post, "/relay/replay", """{"from": 1000000}""");
        forward.StatusCode.ShouldBe(HttpStatusCode.Conflict);
        using var below = await _tally.Call(HttpMethod.Post, "/relay/replay", """{"from": -1}""");
        below.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    private async Task Write(Guid id, params int[] amounts)
    {
        var tally = await _tally.Store.Load(Tally.Stream, id);
        await _tally.Store.Commit(tally, [.. amounts.Select(a => new TallyEvent.Counted(a))], new Cause(null, null, Cause.System));
    }

    private static IEnumerable<int> Amounts(JsonElement stream) =>
        stream.GetProperty("events").GetProperty("items").EnumerateArray().Select(e => e.GetProperty("data").GetProperty("Amount").GetInt32());
}
