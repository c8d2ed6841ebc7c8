using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Sms.Testing;

namespace Sms.AutoReply.Tests.UseCases;

public sealed class PublishRulesTests(ServiceUnderTest<Program> autoReply) : IClassFixture<ServiceUnderTest<Program>>
{
    private const string Hours = """{"rules":[{"name":"hours","match":"exact","words":["HOURS"],"reply":"9 to 18"}]}""";
    private const string None = """{"rules":[]}""";

    [RealServersFact]
    public async Task Rules_put_in_force_are_shown_with_their_version()
    {
        var put = await Put(Hours);
        put.StatusCode.ShouldBe(HttpStatusCode.OK);
        var get = await autoReply.Client.GetAsync("/rules");
        get.Headers.ETag.ShouldNotBeNull().ShouldBe(put.Headers.ETag);
        (await get.Content.ReadFromJsonAsync<JsonNode>())!["rules"]!.AsArray().ShouldHaveSingleItem()!["name"]!.GetValue<string>().ShouldBe("hours");
    }

    [RealServersFact]
    public async Task Rules_changed_by_somebody_else_meanwhile_are_not_overwritten()
    {
        var read = (await Put(Hours)).Headers.ETag!;
        var changed = (await Put(None, read)).Headers.ETag;

        (await Put(Hours, read)).StatusCode.ShouldBe(HttpStatusCode.PreconditionFailed);
        (await Put(Hours, new EntityTagHeaderValue("\"1000000\""))).StatusCode.ShouldBe(HttpStatusCode.PreconditionFailed);
        (await autoReply.Client.SendAsync(new HttpRequestMessage(HttpMethod.Put, "/rules")
        {
            Content = new StringContent("""{"rules":[{"name":"untried","match":"any","reply":"hi"}]}""", Encoding.UTF8, "application/json"), Headers = { IfMatch = { read } },
        })).StatusCode.ShouldBe(HttpStatusCode.PreconditionFailed, "that it was not tried is not what has to be said first");

        (await autoReply.Client.GetAsync("/rules")).Headers.ETag.ShouldBe(changed);
    }

    [RealServersFact]
    public async Task Of_two_changes_to_the_same_version_one_wins()
    {
        var read = (await Put(Hours)).Headers.ETag!;
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Put(None, read)));
        answers.Count(a => a.StatusCode == HttpStatusCode.OK).ShouldBe(1);
        answers.Count(a => a.StatusCode == HttpStatusCode.PreconditionFailed).ShouldBe(7);
    }

    [RealServersFact]
    public async Task Only_an_admin_changes_rules_and_a_reader_sees_them()
    {
        (await Put(None, client: autoReply.ClientWith(ServiceUnderTest<Program>.ReaderKey))).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await Put(None, client: autoReply.ClientWith(null))).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await autoReply.ClientWith(ServiceUnderTest<Program>.ReaderKey).GetAsync("/rules")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [RealServersFact]
    public async Task Every_refusal_names_the_field()
    {
        (string Body, string Field)[] refused =
        [
            ("""{"rules":[{"name":"x","match":"exact","words":["STOP"],"reply":"no"}]}""", "rules[0].words[0]"),
            ("""{"rules":[{"name":"x","match":"any","reply":"Hi {{name}}"}]}""", "rules[0].reply"),
            ("""{"rules":[{"name":"x","match":"any","reply":"Hi","colour":"red"}]}""", "rules[0].colour"),
            ("""{"rules":[{"name":7,"match":"any","reply":"Hi"}]}""", "rules[0].name"),
            ("""{"rules":[{"name":"x","match":"any","words":null,"reply":"Hi"}]}""", "rules[0].words"),
            ("""{"rules":"none"}""", "rules"),
            ("""{"rules":[""", "rules"),
            ("{}", "rules"),
            ("null", "rules"),
            ("", "rules"),
        ];
        foreach (var (body, field) in refused)
        {
            var answer = await Put(body);
            answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest, body);
            answer.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json", body);
            (await answer.Content.ReadFromJsonAsync<HttpValidationProblemDetails>())!.Errors.Keys.ShouldBe([field], body);
        }
    }

    [RealServersFact]
    public async Task In_YAML_a_fault_names_the_line_too()
    {
        var answer = await Put("rules:\n  - name: x\n    match: exact\n    words:\n      - HOURS\n      - STOP\n    reply: no", type: "application/yaml");
        (await answer.Content.ReadFromJsonAsync<HttpValidationProblemDetails>())!.Errors["rules[0].words[1]"].ShouldBe(["is the consent word STOP, which is answered before any rule (line 6)"]);
        answer = await Put("rules:\n  - name: x\n    colour: red", type: "application/yaml");
        (await answer.Content.ReadFromJsonAsync<HttpValidationProblemDetails>())!.Errors["rules[0].colour"].Single().ShouldEndWith("(line 3)");
        answer = await Put("rules:\n  - name: [x", type: "application/yaml");
        (await answer.Content.ReadFromJsonAsync<HttpValidationProblemDetails>())!.Errors["rules"].Single().ShouldContain("(line ");
    }

    [RealServersFact]
    public async Task What_is_exported_as_YAML_comes_in_again_as_the_same()
    {
        const string rules = """
            timeZone: Europe/Berlin
            rules:
              - name: hours
                match: word
                words: [hours, "yes", "007"]
                only:
                  hours:
                    open: [{ days: [mon], from: "09:00", to: "17:00" }]
                reply: "9 to 18: welcome"
            """;
        (await Put(rules, type: "application/yaml")).StatusCode.ShouldBe(HttpStatusCode.OK);
        var (json, yaml) = (await autoReply.Client.GetStringAsync("/rules"), await autoReply.Client.GetStringAsync("/rules?format=yaml"));
        yaml.ShouldContain("timeZone: \"Europe/Berlin\"");
        yaml.ShouldNotContain("limits");
        (await Put(yaml, type: "application/yaml")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await autoReply.Client.GetStringAsync("/rules")).ShouldBe(json);
    }

    [RealServersFact]
    public async Task Only_JSON_and_YAML_are_read() =>
        (await Put("rules: []", type: "text/csv")).StatusCode.ShouldBe(HttpStatusCode.UnsupportedMediaType);

    [RealServersFact]
    public async Task Every_version_is_kept_compared_and_put_in_force_again()
    {
        (await Put(Hours, path: "/rule-sets/shop")).EnsureSuccessStatusCode();
        (await Put("""{"timeZone":"Europe/Rome","rules":[{"name":"hours","match":"exact","words":["HOURS"],"reply":"10 to 19"},{"name":"rest","match":"any","reply":"thanks"}]}""", path: "/rule-sets/shop")).EnsureSuccessStatusCode();

        var diff = (await autoReply.Client.GetFromJsonAsync<JsonNode>("/rule-sets/shop/diff?from=1&to=2"))!.AsArray();
        diff.Select(d => d!["what"]!.GetValue<string>()).ShouldBe(["timeZone", "rules/hours/reply", "rules/rest"], ignoreOrder: true);
        diff.Single(d => d!["what"]!.GetValue<string>() == "rules/hours/reply")!["after"]!.GetValue<string>().ShouldBe("10 to 19");

        (await autoReply.Client.PostAsJsonAsync("/rule-sets/shop/revert?waivedBy=Tess", new { version = 1 })).EnsureSuccessStatusCode();
        (await autoReply.Client.GetStringAsync("/rule-sets/shop")).ShouldBe(await autoReply.Client.GetStringAsync("/rule-sets/shop?version=1"));
        var versions = (await autoReply.Client.GetFromJsonAsync<JsonNode>("/rule-sets/shop/versions"))!.AsArray();
        versions.Select(v => v!["version"]!.GetValue<long>()).ShouldBe([3, 2, 1]);
        versions[0]!["revertsTo"]!.GetValue<long>().ShouldBe(1);
        versions[0]!["waivedBy"]!.GetValue<string>().ShouldBe("Tess");
        versions[0]!["by"]!.GetValue<string>().ShouldBe("operator:tester");
        (await autoReply.Client.PostAsJsonAsync("/rule-sets/shop/revert", new { version = 9 })).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await autoReply.Client.GetAsync("/rule-sets/shop?version=9")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await autoReply.Client.GetAsync("/rule-sets/nobody")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await Put(None, path: "/rule-sets/No%20Label")).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        await RebuiltViews.ShouldEqualLive(autoReply);
    }

    [RealServersFact]
    public async Task A_rule_that_texts_people_is_armed_only_once_it_was_tried_or_somebody_vouches_for_it()
    {
        const string path = "/rule-sets/gate";
        var refused = await Put(Hours, path: path, waivedBy: null);
        refused.StatusCode.ShouldBe(HttpStatusCode.Conflict);
        (await refused.Content.ReadFromJsonAsync<JsonNode>())!["rules"]!.AsArray().Select(r => r!.GetValue<string>()).ShouldBe(["hours"]);
        (await Put(Hours, path: path, waivedBy: " ")).StatusCode.ShouldBe(HttpStatusCode.BadRequest);

        using var body = new StringContent(Hours, Encoding.UTF8, "application/json");
        (await (await autoReply.Client.PostAsync("/rules/what-if?label=other", body)).Content.ReadAsStringAsync()).ShouldContain("summary");
        (await Put(Hours, path: path, waivedBy: null)).StatusCode.ShouldBe(HttpStatusCode.Conflict, "tried for another label");
        using var again = new StringContent(Hours, Encoding.UTF8, "application/json");
        (await (await autoReply.Client.PostAsync("/rules/what-if?label=gate", again)).Content.ReadAsStringAsync()).ShouldContain("summary");
        (await Put(Hours, path: path, waivedBy: null)).StatusCode.ShouldBe(HttpStatusCode.OK);

        // What is armed already is not asked for again, and what texts nobody never.
        (await Put("""{"rules":[{"name":"tag","match":"any","actions":[{"do":"tag","tag":"x"}],"continue":true},{"name":"hours","match":"exact","words":["HOURS"],"reply":"9 to 18"}]}""", path: path, waivedBy: null))
            .StatusCode.ShouldBe(HttpStatusCode.OK);
        (await Put(Hours.Replace("9 to 18", "9 to 19", StringComparison.Ordinal), path: path, waivedBy: null)).StatusCode.ShouldBe(HttpStatusCode.Conflict);
        (await Put("""{"defaultReply":"back soon","rules":[]}""", path: path, waivedBy: null)).StatusCode.ShouldBe(HttpStatusCode.Conflict);
    }

    private async Task<HttpResponseMessage> Put(
        string body, EntityTagHeaderValue? ifMatch = null, HttpClient? client = null, string type = "application/json", string path = "/rules", string? waivedBy = "Tess")
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, waivedBy is null ? path : $"{path}?waivedBy={Uri.EscapeDataString(waivedBy)}")
        {
            Content = new StringContent(body, Encoding.UTF8, type),
        };
        if (ifMatch is not null)
            request.Headers.IfMatch.Add(ifMatch);
        return await (client ?? autoReply.Client).SendAsync(request);
    }
}
