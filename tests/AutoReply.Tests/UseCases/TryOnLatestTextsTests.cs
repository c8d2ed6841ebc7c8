using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Sms.AutoReply.Rules;
using Sms.Testing;

namespace Sms.AutoReply.Tests.UseCases;

public sealed class TryOnLatestTextsTests(ServiceUnderTest<Program> autoReply) : IClassFixture<ServiceUnderTest<Program>>
{
    private readonly Business _business = new(autoReply);

    [RealServersFact]
    public async Task A_draft_shows_what_it_would_have_made_of_the_latest_texts_and_is_not_armed_by_it()
    {
        await _business.Rules(new RuleSet { Rules = [Some.Hours], Limits = Limits.None }, "latest");
        var (hours, refund) = (Business.Sms("hours", "+919860000101") with { Label = "latest" }, Business.Sms("a REFUND please", "+919860000102", Some.Noon.AddMinutes(1)) with { Label = "latest" });
        await _business.Rule(hours);
        await _business.Rule(refund);

        var draft = new RuleSet { Rules = [Some.Hours, Some.Rule("money", Match.Word, ["refund"], "we are sorry")], Limits = Limits.None };
        var ruled = await Try(draft);
        ruled.Select(text => (string?)text!["text"]).ShouldBe(["a REFUND please", "hours"]);
        ruled[0]!["before"]!["outcome"]!.GetValue<string>().ShouldBe("none");
        ruled[0]!["after"]!["deeds"]![0]!["text"]!.GetValue<string>().ShouldBe("we are sorry");
        ruled[0]!["tried"]![0]!["why"]!.GetValue<string>().ShouldBe("matched");
        ruled[1]!["after"]!.ToJsonString().ShouldBe(ruled[1]!["before"]!.ToJsonString());

        (await autoReply.Client.PutAsync("/rule-sets/latest", Business.Body(draft))).StatusCode.ShouldBe(HttpStatusCode.Conflict, "looking is no trial");
    }

    [RealServersFact]
    public async Task What_the_rules_in_force_did_for_the_person_counts()
    {
        await _business.Rules(new RuleSet { Rules = [Some.Hours], Limits = Limits.None }, "cooling");
        await _business.Rule(Business.Sms("hours", "+919860000103") with { Label = "cooling" });
        await _business.Rule(Business.Sms("hours", "+919860000103", Some.Noon.AddMinutes(2)) with { Label = "cooling" });
        var ruled = await Try(new RuleSet { Rules = [Some.Hours with { CooldownMinutes = 10 }], Limits = Limits.None }, "cooling");
        ruled.Select(text => (string?)text!["after"]!["outcome"]).ShouldBe(["none", "answered"]);
        ruled[0]!["tried"]![0]!["why"]!.GetValue<string>().ShouldBe("cooling-down");
    }

    [RealServersFact]
    public async Task A_draft_is_read_in_either_form_and_what_is_wrong_is_said_by_field()
    {
        var read = await autoReply.Client.PostAsync("/rules/check", new StringContent("rules: [{ name: a, match: any, reply: b }]", Encoding.UTF8, "application/yaml"));
        (await read.Content.ReadFromJsonAsync<JsonNode>())!["rules"]![0]!["reply"]!.GetValue<string>().ShouldBe("b");

        foreach (var path in (string[])["/rules/check", "/rules/try"])
        {
            var refused = await autoReply.Client.PostAsync(path, Business.Body(new RuleSet { Rules = [Some.Hours, Some.Hours with { Name = "other", Words = ["stop"] }] }));
            refused.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
            (await refused.Content.ReadFromJsonAsync<JsonNode>())!["errors"]!["rules[1].words[0]"].ShouldNotBeNull();
            (await autoReply.Client.PostAsync(path, new StringContent("rules"))).StatusCode.ShouldBe(HttpStatusCode.UnsupportedMediaType);
        }
        (await autoReply.Client.PostAsync("/rules/try?texts=0", Business.Body(new RuleSet()))).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await autoReply.Client.PostAsync("/rules/try?label=A", Business.Body(new RuleSet()))).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    private async Task<JsonArray> Try(RuleSet draft, string label = "latest") =>
        (await (await autoReply.Client.PostAsync($"/rules/try?label={label}", Business.Body(draft))).EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonArray>())!;
}
