using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using RabbitMQ.Client;
using Sms.EventStore;
using Sms.Testing;

namespace Sms.ServiceHost.Tests.DeadLetters;

public sealed class DeadLetterTests(RunningTally running) : IClassFixture<RunningTally>
{
    private readonly TallyUnderTest _tally = running.Under;

    [RealServersFact]
    public async Task A_message_that_cannot_be_handled_is_kept_with_what_it_died_of_and_leaves_the_error_queue()
    {
        var (id, message) = (Guid.NewGuid(), Guid.CreateVersion7());
        var letter = await Dead(id, message, "Tally 4711 cannot be counted.\nNor can another.");
        var row = letter.GetProperty("letter");
        row.GetProperty("queue").GetString().ShouldBe(AddCount.Queue);
        row.GetProperty("state").GetString().ShouldBe("open");
        row.GetProperty("messageId").GetGuid().ShouldBe(message);
        row.GetProperty("messageType").GetString().ShouldBe("Sms.ServiceHost.Tests:Count");
        row.GetProperty("exceptionType").GetString().ShouldBe("Sms.EventStore.RefusedException");
        row.GetProperty("summary").GetString().ShouldBe("Tally # cannot be counted.");
        row.GetProperty("failedAt").GetDateTimeOffset().ShouldBeGreaterThan(DateTimeOffset.UtcNow.AddMinutes(-1));

        letter.GetProperty("bodyKind").GetString().ShouldBe("json");
        var body = letter.GetProperty("body").GetString()!;
        body.Split('\n').Length.ShouldBeGreaterThan(3);
        JsonElement.Parse(body).GetProperty("amount").GetInt32().ShouldBe(5);
        var died = letter.GetProperty("exception");
        died.GetProperty("message").GetString()!.ShouldStartWith("Tally 4711 cannot be counted.");
        died.GetProperty("where").GetString()!.ShouldContain(nameof(Troubles));
        died.GetProperty("stack").GetString()!.ShouldContain(nameof(AddCount));
        letter.GetProperty("headers").EnumerateArray().Select(h => h.GetProperty("name").GetString()!)
            .ShouldAllBe(name => !name.StartsWith("MT-Fault", StringComparison.Ordinal) && !name.StartsWith("MT-Host", StringComparison.Ordinal) && name != "MT-Reason");
        History(letter).ShouldBe(["kept by system"]);

        await Eventually.Sees(() => _tally.Broker.Depth(Bus.ErrorQueue(AddCount.Queue)), depth => depth == 0);
        await Eventually.Sees(() => _tally.Get("/queues"), queues => queues.EnumerateArray()
            .Single(queue => queue.GetProperty("name").GetString() == AddCount.Queue).GetProperty("openDeadLetters").GetInt32() > 0);
    }

    [RealServersFact]
    public async Task Requeued_as_it_was_it_is_handled_under_its_own_id_and_stays_on_record()
    {
        var (id, message) = (Guid.NewGuid(), Guid.CreateVersion7());
        var letter = IdOf(await Dead(id, message));
        var answer = await Post($"/dead-letters/{letter}/requeue", "{}");
        answer.GetProperty("messageId").GetGuid().ShouldBe(message);
        answer.GetProperty("edited").GetBoolean().ShouldBeFalse();
        await Eventually.Sees(() => _tally.SumOf(id), sum => sum == 5);

        var after = await _tally.Get($"/dead-letters/{letter}", "ada");
        after.GetProperty("letter").GetProperty("state").GetString().ShouldBe("requeued");
        History(after).ShouldBe(["kept by system", "requeued by operator:boss"]);
        await Refused($"/dead-letters/{letter}/requeue", "{}", HttpStatusCode.Conflict, "requeued already");
        await Refused($"/dead-letters/{letter}/discard", """{"reason":"late"}""", HttpStatusCode.Conflict, "requeued already");
    }

    [RealServersFact]
    public async Task What_fails_again_is_the_same_letter_and_open_again()
    {
        var (id, message) = (Guid.NewGuid(), Guid.CreateVersion7());
        var letter = IdOf(await Dead(id, message));
        _tally.Troubles.Await(id, new RefusedException("Now for another reason."));
        await Post($"/dead-letters/{letter}/requeue", "{}");
        var again = await _tally.DeadLetter(AddCount.Queue, id, failures: 2);
        IdOf(again).ShouldBe(letter);
        again.GetProperty("letter").GetProperty("summary").GetString().ShouldBe("Now for another reason.");
        // Which of the last two is written down first is chance; what counts is that it is open.
        var twice = await Eventually.Sees(() => _tally.Get($"/dead-letters/{letter}", "ada"), l => History(l).Count == 3);
        twice.GetProperty("letter").GetProperty("state").GetString().ShouldBe("open");
        History(twice).ShouldBe(["kept by system", "requeued by operator:boss", "failed-again by system"], ignoreOrder: true);

        await Post($"/dead-letters/{letter}/requeue", "{}");
        await Eventually.Sees(() => _tally.SumOf(id), sum => sum == 5);
    }

    [RealServersFact]
    public async Task Edited_it_is_another_message_and_still_the_same_letter_when_that_fails()
    {
        var (id, message) = (Guid.NewGuid(), Guid.CreateVersion7());
        var letter = IdOf(await Dead(id, message));
        _tally.Troubles.Await(id, new RefusedException("Seven is no better."));
        var first = await Post($"/dead-letters/{letter}/requeue", Edit(id, 7));
        first.GetProperty("edited").GetBoolean().ShouldBeTrue();
        first.GetProperty("messageId").GetGuid().ShouldNotBe(message);
        var again = await _tally.DeadLetter(AddCount.Queue, id, failures: 2);
        IdOf(again).ShouldBe(letter);
        JsonElement.Parse(again.GetProperty("body").GetString()!).GetProperty("amount").GetInt32().ShouldBe(7);
        again.GetProperty("letter").GetProperty("messageId").GetGuid().ShouldBe(first.GetProperty("messageId").GetGuid());
        await Eventually.Sees(() => _tally.Get($"/dead-letters/{letter}", "ada"), l => History(l).Count == 3);

        // As a text that holds JSON, as it comes out of an editor.
        await Post($"/dead-letters/{letter}/requeue", JsonSerializer.Serialize(new { body = $$"""{ "tally": "{{id}}", "amount": 8 }""" }));
        await Eventually.Sees(() => _tally.SumOf(id), sum => sum == 8);
    }

    [RealServersFact]
    public async Task An_edit_that_changes_nothing_is_none()
    {
        var (id, message) = (Guid.NewGuid(), Guid.CreateVersion7());
        var letter = await Dead(id, message);
        var answer = await Post($"/dead-letters/{IdOf(letter)}/requeue", JsonSerializer.Serialize(new { body = letter.GetProperty("body").GetString() }));
        answer.GetProperty("edited").GetBoolean().ShouldBeFalse();
        answer.GetProperty("messageId").GetGuid().ShouldBe(message);
    }

    [RealServersFact]
    public async Task What_is_wrong_with_an_edit_is_said_with_its_field_and_the_letter_stays()
    {
        var (id, message) = (Guid.NewGuid(), Guid.CreateVersion7());
        var letter = IdOf(await Dead(id, message));
        foreach (var (body, field, reason) in ((string, string, string)[])
        [
            ("\"{\"", "body", "is no JSON: line 1, position 2"),
            ("\"{\\\"amount\\\":1,\\\"amount\\\":2}\"", "body", "has two properties of one name"),
            ("[1]", "body", "must be a JSON object"),
            ("{\"tally\":\"" + id + "\"}", "body.amount", "is missing"),
            ("{\"tally\":\"" + id + "\",\"amount\":1,\"amuont\":2}", "body.amuont", "is nothing that Count has"),
            ("{\"tally\":\"" + id + "\",\"amount\":\"five\"}", "body.amount", "cannot be read as Int32"),
            ("{\"tally\":\"no id\",\"amount\":1}", "body.tally", "cannot be read as Guid"),
        ])
        {
            using var response = await _tally.Call(HttpMethod.Post, $"/dead-letters/{letter}/requeue", $"{{\"body\":{body}}}");
            response.StatusCode.ShouldBe(HttpStatusCode.BadRequest, body);
            var problem = JsonElement.Parse(await response.Content.ReadAsStringAsync());
            problem.GetProperty("errors").GetProperty(field)[0].GetString()!.ShouldContain(reason);
        }
        await Refused($"/dead-letters/{letter}/requeue", "{no json", HttpStatusCode.BadRequest, "");
        (await _tally.Get($"/dead-letters/{letter}", "ada")).GetProperty("letter").GetProperty("state").GetString().ShouldBe("open");
    }

    [RealServersFact]
    public async Task All_that_died_of_one_cause_are_requeued_at_once_and_no_other()
    {
        var (alike, other) = (Enumerable.Range(0, 5).Select(_ => Guid.NewGuid()).ToList(), Guid.NewGuid());
        var cause = "";
        foreach (var id in alike)
            cause = (await Dead(id, Guid.CreateVersion7(), $"Count number {id} is odd.")).GetProperty("letter").GetProperty("cause").GetString()!;
        var different = await Dead(other, Guid.CreateVersion7(), "Something else.");

        var group = (await _tally.Get("/dead-letters/causes")).EnumerateArray().Single(c => c.GetProperty("cause").GetString() == cause);
        group.GetProperty("count").GetInt32().ShouldBe(5);
        group.GetProperty("queue").GetString().ShouldBe(AddCount.Queue);
        group.GetProperty("summary").GetString().ShouldBe("Count number # is odd.");
        group.GetProperty("first").GetDateTimeOffset().ShouldBeLessThan(group.GetProperty("last").GetDateTimeOffset());

        var answer = await Post("/dead-letters/requeue", JsonSerializer.Serialize(new { cause }));
        (answer.GetProperty("requeued").GetInt32(), answer.GetProperty("left").GetInt32()).ShouldBe((5, 0));
        foreach (var id in alike)
            await Eventually.Sees(() => _tally.SumOf(id), sum => sum == 5);
        (await _tally.Get($"/dead-letters/{IdOf(different)}", "ada")).GetProperty("letter").GetProperty("state").GetString().ShouldBe("open");
        (await _tally.Get($"/dead-letters/causes?state=requeued&queue={AddCount.Queue}")).EnumerateArray().ShouldContain(c => c.GetProperty("cause").GetString() == cause);
        await Refused("/dead-letters/requeue", "{}", HttpStatusCode.BadRequest, "cause");
        (await Post("/dead-letters/requeue", """{"queue":"outbound-nothing"}""")).GetProperty("requeued").GetInt32().ShouldBe(0);
    }

    [RealServersFact]
    public async Task Given_up_with_a_reason_it_stays_on_record()
    {
        var letter = IdOf(await Dead(Guid.NewGuid(), Guid.CreateVersion7()));
        await Refused($"/dead-letters/{letter}/discard", """{"reason":"  "}""", HttpStatusCode.BadRequest, "reason");
        await Refused($"/dead-letters/{letter}/discard", $$"""{"reason":"{{new string('x', 501)}}"}""", HttpStatusCode.BadRequest, "reason");
        using (var done = await _tally.Call(HttpMethod.Post, $"/dead-letters/{letter}/discard", """{"reason":"A test message."}"""))
            done.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        var after = await _tally.Get($"/dead-letters/{letter}", "ada");
        after.GetProperty("letter").GetProperty("state").GetString().ShouldBe("discarded");
        after.GetProperty("history")[1].GetProperty("reason").GetString().ShouldBe("A test message.");
        History(after)[1].ShouldBe("discarded by operator:boss");
        await Refused($"/dead-letters/{letter}/requeue", "{}", HttpStatusCode.Conflict, "discarded already");
    }

    [RealServersFact]
    public async Task Who_may_only_look_sees_causes_and_counts_and_not_what_was_written()
    {
        var letter = IdOf(await Dead(Guid.NewGuid(), Guid.CreateVersion7()));
        foreach (var (who, method, path, status) in ((string, HttpMethod, string, HttpStatusCode)[])
        [
            ("onlooker", HttpMethod.Get, "/dead-letters", HttpStatusCode.OK),
            ("onlooker", HttpMethod.Get, "/dead-letters/causes", HttpStatusCode.OK),
            ("onlooker", HttpMethod.Get, $"/dead-letters/{letter}", HttpStatusCode.Forbidden),
            ("ada", HttpMethod.Get, $"/dead-letters/{letter}", HttpStatusCode.OK),
            ("ada", HttpMethod.Post, $"/dead-letters/{letter}/requeue", HttpStatusCode.Forbidden),
            ("ada", HttpMethod.Post, "/dead-letters/requeue", HttpStatusCode.Forbidden),
            ("ada", HttpMethod.Post, $"/dead-letters/{letter}/discard", HttpStatusCode.Forbidden),
        ])
        {
            using var response = await _tally.Call(method, path, method == HttpMethod.Post ? "{}" : null, who);
            response.StatusCode.ShouldBe(status, $"{who} {path}");
        }
        await Refused($"/dead-letters/{Guid.NewGuid()}/requeue", "{}", HttpStatusCode.NotFound, "");
        await Refused($"/dead-letters/{Guid.NewGuid()}/discard", """{"reason":"none"}""", HttpStatusCode.NotFound, "");
        using var unknown = await _tally.Call(HttpMethod.Get, $"/dead-letters/{Guid.NewGuid()}");
        unknown.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        using var state = await _tally.Call(HttpMethod.Get, "/dead-letters?state=dead");
        state.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    [RealServersFact]
    public async Task They_are_listed_a_page_at_a_time_the_latest_first()
    {
        for (var n = 0; n < 5; n++)
            await Dead(Guid.NewGuid(), Guid.CreateVersion7(), "Listed.");
        var (seen, after) = (new List<JsonElement>(), "");
        do
        {
            var page = await _tally.Get($"/dead-letters?state=open&queue={AddCount.Queue}&limit=2{after}");
            seen.AddRange(page.GetProperty("items").EnumerateArray());
            after = page.GetProperty("next").GetString() is { } next ? $"&after={next}" : "";
        }
        while (after != "");
        seen.Count.ShouldBeGreaterThanOrEqualTo(5);
        seen.Select(IdIn).ShouldBeUnique();
        seen.Select(row => row.GetProperty("failedAt").GetDateTimeOffset()).ShouldBeInOrder(SortDirection.Descending);
        var cause = seen[0].GetProperty("cause").GetString();
        (await _tally.Get($"/dead-letters?cause={cause}")).GetProperty("items").GetArrayLength().ShouldBeGreaterThanOrEqualTo(5);
    }

    [RealServersFact]
    public async Task Nothing_of_it_is_published_and_the_views_are_what_the_log_says()
    {
        var (id, _) = (Guid.NewGuid(), await _tally.Broker.Hear<Counted>());
        await Post($"/dead-letters/{IdOf(await Dead(id, Guid.CreateVersion7()))}/requeue", Edit(id, 9));
        await Eventually.Sees(() => _tally.SumOf(id), sum => sum == 9);
        await Eventually.Sees(() => _tally.Get("/relay"), r => r.GetProperty("position").GetInt64() == r.GetProperty("end").GetInt64() && r.GetProperty("trouble").ValueKind == JsonValueKind.Null);
        await RebuiltViews.ShouldEqualLive(_tally.Service.Services);
    }

    [RealServersFact]
    public async Task What_is_no_message_at_all_is_kept_as_it_is_and_can_be_made_one()
    {
        var id = Guid.NewGuid();
        foreach (var (body, kind) in ((byte[], string)[])
            [([0, 1, 255], "base64"), (Encoding.UTF8.GetBytes($"hello {id}"), "text"), (Encoding.UTF8.GetBytes($$"""{"tally":"{{id}}"}"""), "json"), ([], "text")])
        {
            var before = (await All()).Select(IdIn).ToHashSet();
            await Bury(AddCount.Queue, new BasicProperties(), body);
            var row = (await Eventually.Sees(All, all => all.Any(r => !before.Contains(IdIn(r))))).Single(r => !before.Contains(IdIn(r)));
            row.GetProperty("summary").GetString().ShouldBe("The message says nothing of why it could not be handled.");
            row.GetProperty("messageId").ValueKind.ShouldBe(JsonValueKind.Null);
            var letter = await _tally.Get($"/dead-letters/{IdIn(row)}", "ada");
            letter.GetProperty("bodyKind").GetString().ShouldBe(kind);
            if (kind == "base64")
                letter.GetProperty("body").GetBytesFromBase64().ShouldBe(body);
            // Found again, it is the same.
            await Bury(AddCount.Queue, new BasicProperties(), body);
            await Eventually.Sees(() => _tally.Broker.Depth(Bus.ErrorQueue(AddCount.Queue)), depth => depth == 0);
            var amount = 10 + body.Length;
            var tally = Guid.NewGuid();
            await Post($"/dead-letters/{IdIn(row)}/requeue", Edit(tally, amount));
            await Eventually.Sees(() => _tally.SumOf(tally), sum => sum == amount);
        }

        async Task<List<JsonElement>> All() => [.. (await _tally.Get("/dead-letters?limit=200")).GetProperty("items").EnumerateArray()];
    }

    [RealServersFact]
    public async Task Of_two_who_deal_with_one_letter_at_once_one_is_refused()
    {
        var id = Guid.NewGuid();
        var letter = IdOf(await Dead(id, Guid.CreateVersion7()));
        var answers = await Task.WhenAll(Enumerable.Range(1, 6).Select(async amount =>
        {
            using var response = await _tally.Call(HttpMethod.Post, $"/dead-letters/{letter}/requeue", Edit(id, amount));
            return response.StatusCode;
        }));
        answers.Count(status => status == HttpStatusCode.OK).ShouldBe(1);
        answers.ShouldAllBe(status => status == HttpStatusCode.OK || status == HttpStatusCode.Conflict);
        await Eventually.Sees(() => _tally.SumOf(id), sum => sum > 0);
        await Eventually.Sees(() => _tally.Broker.Depth(AddCount.Queue), depth => depth == 0);
        (await _tally.Get($"/streams/tally-{id}")).GetProperty("version").GetInt32().ShouldBe(1);
    }

    [Fact]
    public void Its_own_queues_are_found_with_what_comes_in_each()
    {
        var own = new OwnQueues("outbound", typeof(DeadLetterTests).Assembly);
        own.Messages.Keys.ShouldBe([AddCount.Queue, RecordVerdict.Queue]);
        own.Messages[AddCount.Queue].ShouldBe([typeof(Count)]);
    }

    private async Task<JsonElement> Dead(Guid id, Guid message, string reason = "That cannot be counted.")
    {
        _tally.Troubles.Await(id, new RefusedException(reason));
        await _tally.Publish(new Count(id, 5), message);
        return await _tally.DeadLetter(AddCount.Queue, id);
    }

    /// <summary>Puts something into an error queue by hand.</summary>
    private async Task Bury(string queue, BasicProperties properties, byte[] body)
    {
        await using var channel = await _tally.Broker.Channel();
        await channel.BasicPublishAsync("", Bus.ErrorQueue(queue), mandatory: true, properties, body);
    }

    private async Task<JsonElement> Post(string path, string body)
    {
        using var response = await _tally.Call(HttpMethod.Post, path, body);
        var answer = await response.Content.ReadAsStringAsync();
        response.StatusCode.ShouldBe(HttpStatusCode.OK, answer);
        return JsonElement.Parse(answer);
    }

    private async Task Refused(string path, string body, HttpStatusCode status, string reason)
    {
        using var response = await _tally.Call(HttpMethod.Post, path, body);
        response.StatusCode.ShouldBe(status);
        response.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
        (await response.Content.ReadAsStringAsync()).ShouldContain(reason);
    }

    private static string Edit(Guid tally, int amount) => new JsonObject { ["body"] = new JsonObject { ["tally"] = tally, ["amount"] = amount } }.ToJsonString();

    private static Guid IdOf(JsonElement letter) => IdIn(letter.GetProperty("letter"));

    private static Guid IdIn(JsonElement row) => row.GetProperty("id").GetGuid();

    private static List<string> History(JsonElement letter) =>
        [.. letter.GetProperty("history").EnumerateArray().Select(step => $"{step.GetProperty("what").GetString()} by {step.GetProperty("by").GetString()}")];
}
