using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Sms.AutoReply.Rules;
using Sms.EventStore;
using Sms.Testing;

namespace Sms.AutoReply.Tests.UseCases;

public sealed class TryRulesTests(ServiceUnderTest<Program> autoReply) : IClassFixture<ServiceUnderTest<Program>>
{
    private readonly Business _business = new(autoReply);

    private static readonly RuleSet Live = new()
    {
        Rules =
        [
            Some.Rule("broken", Match.Word, ["broken"], null) with { Actions = [new() { Do = RuleAction.HandsOver }] },
            Some.Rule("hours", Match.Word, ["hours"], "9 to 18") with { CooldownMinutes = 20 },
            Some.Rule("first", Match.Any, [], "welcome") with { Only = new RuleFilter { FirstContact = true }, Continue = true },
            Some.Rule("hi", Match.Contains, ["hi", "hello"], "hello, it is {{now:HH:mm}}"),
        ],
        DefaultReply = "you said {{text}}",
        Limits = new Limits { PerPerson = [new(7, 10), new(20, 60)], PerEndpoint = [new(25, 600)] },
    };

    /// <summary>Texts of some people in an order of chance, with breakers, caps, cooldowns, hand-overs and people who take over.</summary>
    [RealServersFact]
    public async Task The_rules_in_force_tried_on_what_was_texted_come_to_what_was_decided_text_for_text()
    {
        await _business.Rules(Live);
        await _business.Rules(new RuleSet { Rules = [Some.Rule("hours", Match.Any, [], "orders are open")], Limits = Live.Limits }, "orders");
        var random = new Random(20260612);
        string[] words = ["hi", "hours?", "hello", "so what", "hi", "ok", "ok", "ok", "welcome", "9 to 18", "and now", "really", "it is broken"];
        var texts = Enumerable.Range(0, 240).Select(no => Business.Sms(
            words[random.Next(words.Length)], $"+9198760000{random.Next(6):00}", Some.Noon.AddMinutes(no / 4)) with { Label = random.Next(8) == 0 ? "orders" : null }).ToList();
        for (var no = 0; no < texts.Count; no += 12)
        {
            await Task.WhenAll(texts.Skip(no).Take(12).Select(sms => autoReply.Publish(sms, sms.SmsId)));
            foreach (var sms in texts.Skip(no).Take(12))
                await _business.Explained(sms.SmsId);
            foreach (var person in texts.Select(sms => sms.From).Distinct())
                (await autoReply.Client.PostAsJsonAsync(
                    random.Next(8) == 0 ? "/conversations/pause" : "/conversations/resume", new { number = person, ourNumber = texts[0].To })).EnsureSuccessStatusCode();
            if (no % 60 == 48)
                (await autoReply.Client.PostAsJsonAsync("/breakers/close", new { scope = "sms" })).EnsureSuccessStatusCode();
        }
        var ruled = texts.Count(sms => sms.Label is null);
        var was = (await autoReply.Database.Query($"select distinct coalesce(why, 'nothing') from answers where label = 'default'", r => r.GetString(0))).ToHashSet();
        was.IsSupersetOf(["nothing", Withheld.HandedOver, Withheld.PersonCap, Withheld.EndpointCap, Withheld.EndpointBreaker])
            .ShouldBeTrue($"all that matters has happened: {string.Join(", ", was)}");

        var all = await Try(Live, "?from=2026-01-01T00:00:00Z&to=2027-01-01T00:00:00Z");
        all.Summary["tried"]!.GetValue<int>().ShouldBe(ruled);
        all.Changed.ShouldBeEmpty();
        // What was done before the period counts in it.
        var half = await Try(Live, "?from=2026-06-12T12:20:00Z&to=2026-06-12T12:40:00Z");
        half.Summary["tried"]!.GetValue<int>().ShouldBeInRange(20, ruled - 20);
        half.Changed.ShouldBeEmpty();
        (await Try(Live, "?label=orders&from=2026-01-01T00:00:00Z")).Changed.ShouldNotBeEmpty();
        await RebuiltViews.ShouldEqualLive(autoReply);
    }

    [RealServersFact]
    public async Task Each_text_that_would_come_out_differently_is_told_with_before_and_after_and_nothing_is_done()
    {
        await _business.Rules(new RuleSet { Rules = [Some.Hours], Limits = Limits.None }, "quiet");
        var (hours, hello) = (Business.Sms("hours", "+919870000001") with { Label = "quiet" }, Business.Sms("hello", "+919870000002") with { Label = "quiet" });
        await _business.Rule(hours);
        await _business.Rule(hello);
        var facts = await Facts();

        var tried = await Try(new RuleSet { Rules = [Some.Hours, Some.Rule("rest", Match.Any, [], "thanks")], Limits = Limits.None }, "?label=quiet&from=2026-01-01T00:00:00Z&to=2027-01-01T00:00:00Z");
        tried.Summary.ToJsonString().ShouldBe("""{"tried":2,"changes":1,"before":{"answered":1,"none":1},"after":{"answered":2},"repliesBefore":1,"repliesAfter":2}""");
        var changed = tried.Changed.ShouldHaveSingleItem();
        changed["smsId"]!.GetValue<Guid>().ShouldBe(hello.SmsId);
        changed["before"]!["outcome"]!.GetValue<string>().ShouldBe("none");
        changed["after"]!["deeds"]![0]!["text"]!.GetValue<string>().ShouldBe("thanks");
        tried.Progress.ShouldNotBeEmpty();
        (await Facts()).ShouldBe(facts + 1, "that it was tried, and nothing else");

        async Task<long> Facts() => (await autoReply.Database.Query($"select count(*) from mt_events", r => r.GetInt64(0)))[0];
    }

    [RealServersFact]
    public async Task A_period_that_is_none_is_refused() =>
        (await autoReply.Client.PostAsync("/rules/what-if?from=2027-01-01T00:00:00Z&to=2026-01-01T00:00:00Z", Business.Body(Live))).StatusCode.ShouldBe(System.Net.HttpStatusCode.BadRequest);

    private async Task<(List<JsonNode> Changed, List<JsonNode> Progress, JsonNode Summary)> Try(RuleSet ruleSet, string query)
    {
        var answer = (await autoReply.Client.PostAsync("/rules/what-if" + query, Business.Body(ruleSet))).EnsureSuccessStatusCode();
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("application/x-ndjson");
        var lines = (await answer.Content.ReadAsStringAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!).ToList();
        return ([.. lines.Select(l => l["changed"]).OfType<JsonNode>()], [.. lines.Select(l => l["progress"]).OfType<JsonNode>()], lines[^1]["summary"]!);
    }
}
