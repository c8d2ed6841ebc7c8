using System.Net;
using System.Net.Http.Json;
using Sms.AutoReply.Rules;
using Sms.AutoReply.Views;
using Sms.Testing;

namespace Sms.AutoReply.Tests.Views;

public sealed class RuleActivityTests(ServiceUnderTest<Program> autoReply) : IClassFixture<ServiceUnderTest<Program>>
{
    [RealServersFact]
    public async Task Every_rule_that_did_something_lately_is_counted()
    {
        var business = new Business(autoReply);
        await business.Rules(new RuleSet
        {
            Rules = [Some.Rule("all", Match.Any, [], "thanks") with { Continue = true }, Some.Hours], Limits = Limits.None,
        }, "busy");
        var now = DateTimeOffset.UtcNow;
        await business.Rule(Business.Sms("hours", "+919860000201", now.AddDays(-30)) with { Label = "busy" });
        await business.Rule(Business.Sms("hours", "+919860000202", now.AddHours(-2)) with { Label = "busy" });
        await business.Rule(Business.Sms("hello", "+919860000203", now.AddHours(-1)) with { Label = "busy" });

        var lately = (await autoReply.Client.GetFromJsonAsync<List<RuleActivity>>("/rule-sets/busy/activity"))!;
        lately.Select(rule => (rule.Rule, rule.Texts)).ShouldBe([("all", 2), (Some.Hours.Name, 1)]);
        lately[0].Latest.ShouldBe(now.AddHours(-1), TimeSpan.FromSeconds(2));
        (await autoReply.Client.GetFromJsonAsync<List<RuleActivity>>("/rule-sets/busy/activity?days=90"))!.Sum(rule => rule.Texts).ShouldBe(5);
        (await autoReply.Client.GetAsync("/rule-sets/busy/activity?days=0")).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }
}
