using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Sms.AutoReply.Rules;
using Sms.BusMessages;
using Sms.Testing;

namespace Sms.AutoReply.Tests.UseCases;

public sealed class ShadowRulesTests(ServiceUnderTest<Program> autoReply) : IClassFixture<ServiceUnderTest<Program>>
{
    private readonly Business _business = new(autoReply);

    [RealServersFact]
    public async Task Rules_in_the_shadow_are_tried_on_live_texts_and_compared_and_send_nothing()
    {
        await _business.Rules(new RuleSet { Rules = [Some.Hours], Limits = Limits.None });
        var draft = new RuleSet { Rules = [Some.Hours, Some.Rule("rest", Match.Any, [], "thanks")], Limits = Limits.None };
        (await autoReply.Client.PutAsync("/rule-sets/default/shadow", Business.Body(draft))).EnsureSuccessStatusCode();
        var sent = await autoReply.Broker.Hear<SendSms>();
        var (hello, hours) = (Business.Sms("hello", "+919860000001"), Business.Sms("hours", "+919860000002"));
        (await _business.Rule(hello))["shadow"]!["rules"]![0]!.GetValue<string>().ShouldBe("rest");
        (await _business.Rule(hours))["shadow"]!["rules"]![0]!.GetValue<string>().ShouldBe("hours");

        var compared = (await autoReply.Client.GetFromJsonAsync<JsonNode>("/rule-sets/default/shadow"))!;
        compared["texts"]!.GetValue<int>().ShouldBe(2);
        compared["differ"]!.GetValue<int>().ShouldBe(1);
        compared["latest"]!.AsArray().ShouldHaveSingleItem()!.GetValue<Guid>().ShouldBe(hello.SmsId);
        compared["examples"]![0]!["text"]!.GetValue<string>().ShouldBe("hello");
        compared["examples"]![0]!["after"]!["deeds"]![0]!["text"]!.GetValue<string>().ShouldBe("thanks");
        (await Eventually.Sees(() => sent.Messages, seen => seen.Any(s => s.InReplyTo == hours.SmsId)))
            .Where(s => s.InReplyTo == hello.SmsId || s.InReplyTo == hours.SmsId).ShouldHaveSingleItem();

        (await autoReply.Client.PostAsync("/rule-sets/default/shadow/promote", null)).StatusCode.ShouldBe(HttpStatusCode.Conflict, "the new rule was not tried on history");
        (await autoReply.Client.PostAsync("/rule-sets/default/shadow/promote?waivedBy=Tess", null)).EnsureSuccessStatusCode();
        (await autoReply.Client.GetFromJsonAsync<JsonNode>("/rules"))!["rules"]!.AsArray().Count.ShouldBe(2);
        (await autoReply.Client.GetAsync("/rule-sets/default/shadow")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [RealServersFact]
    public async Task Rules_are_dropped_from_the_shadow()
    {
        (await autoReply.Client.PutAsync("/rule-sets/drop/shadow", Business.Body(new RuleSet { Rules = [Some.Hours] }))).EnsureSuccessStatusCode();
        (await autoReply.Client.DeleteAsync("/rule-sets/drop/shadow")).EnsureSuccessStatusCode();
        (await autoReply.Client.DeleteAsync("/rule-sets/drop/shadow")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [RealServersFact]
    public async Task A_conversation_becomes_a_case_that_no_later_rule_set_breaks_unnoticed()
    {
        var ruleSet = new RuleSet { Rules = [Some.Rule("order", Match.Regex, [@"order \d+"], "we look for {{text}}") with { CooldownMinutes = 5 }], Limits = Limits.None };
        await _business.Rules(ruleSet, "frozen");
        const string person = "+919860000009";
        var (one, two) = (Business.Sms("order 4711 for ada@example.org", person) with { Label = "frozen" }, Business.Sms("ORDER 4712", person, Some.Noon.AddMinutes(1)) with { Label = "frozen" });
        await _business.Rule(one);
        await _business.Rule(two);

        var made = await autoReply.Client.PostAsJsonAsync("/cases", new { name = "asks for an order", smsIds = new[] { two.SmsId, one.SmsId } });
        made.StatusCode.ShouldBe(HttpStatusCode.Created);
        var text = await made.Content.ReadAsStringAsync();
        text.ShouldContain("order 0000 for someone@example.com");
        text.ShouldNotContain("4711");
        text.ShouldNotContain(person);
        text.ShouldNotContain("911234500000");

        (await autoReply.Client.PutAsync("/rule-sets/frozen", Business.Body(ruleSet))).EnsureSuccessStatusCode();
        var broken = await autoReply.Client.PutAsync("/rule-sets/frozen?waivedBy=Tess", Business.Body(ruleSet with { Rules = [ruleSet.Rules[0] with { CooldownMinutes = 0 }] }));
        broken.StatusCode.ShouldBe(HttpStatusCode.Conflict);
        var breaks = (await broken.Content.ReadFromJsonAsync<JsonNode>())!["breaks"]!.AsArray().ShouldHaveSingleItem()!;
        breaks["no"]!.GetValue<int>().ShouldBe(2);
        breaks["expected"]!["outcome"]!.GetValue<string>().ShouldBe("none");
        breaks["now"]!["outcome"]!.GetValue<string>().ShouldBe("answered");
        (await autoReply.Client.PutAsync("/rule-sets/frozen?waivedBy=Tess&acceptBreaks=true", Business.Body(ruleSet with { Rules = [] }))).EnsureSuccessStatusCode();

        var id = (await autoReply.Client.GetFromJsonAsync<JsonNode>("/cases"))!.AsArray().ShouldHaveSingleItem()!["id"]!.GetValue<Guid>();
        (await autoReply.Client.DeleteAsync($"/cases/{id}")).EnsureSuccessStatusCode();
        (await autoReply.Client.GetFromJsonAsync<JsonNode>("/cases"))!.AsArray().ShouldBeEmpty();
        (await autoReply.Client.DeleteAsync($"/cases/{id}")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await autoReply.Client.PostAsJsonAsync("/cases", new { name = "x", smsIds = new[] { Guid.NewGuid() } })).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }
}
