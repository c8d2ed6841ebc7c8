using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Sms.AutoReply.Rules;
using Sms.AutoReply.UseCases;
using Sms.BusMessages;
using Sms.Testing;

namespace Sms.AutoReply.Tests;

/// <summary>A business with rules, and texts to it.</summary>
internal sealed class Business(ServiceUnderTest<Program> autoReply)
{
    /// <summary>Puts rules in force that nothing limits.</summary>
    public Task Rules(params Rule[] rules) => Rules(new RuleSet { Rules = rules, Limits = Limits.None });

    /// <summary>Puts a rule set in force.</summary>
    public async Task Rules(RuleSet ruleSet, string label = "default") =>
        (await autoReply.Client.PutAsync($"/rule-sets/{label}?waivedBy=Tess&acceptBreaks=true", Body(ruleSet))).EnsureSuccessStatusCode();

    /// <summary>A rule set as the body of a request.</summary>
    public static StringContent Body(RuleSet ruleSet) => new(JsonSerializer.Serialize(ruleSet, RuleSetBody.Json), Encoding.UTF8, "application/json");

    /// <summary>Texts, and waits until it is ruled.</summary>
    public async Task<JsonNode> Rule(InboundSmsReceived sms)
    {
        await autoReply.Publish(sms, sms.SmsId);
        return await Explained(sms.SmsId);
    }

    /// <summary>How a ruling is explained, once there is one.</summary>
    public Task<JsonNode> Explained(Guid smsId) => Eventually.Sees<JsonNode>(() => Explanation(smsId), _ => true);

    private async Task<JsonNode> Explanation(Guid smsId) =>
        (await (await autoReply.Client.GetAsync($"/answers/{smsId}")).EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonNode>())!;

    /// <summary>A customer's text.</summary>
    public static InboundSmsReceived Sms(string text, string from = "+919876543210", DateTimeOffset? at = null) => new()
    {
        SmsId = Guid.NewGuid(),
        Endpoint = "sms",
        From = from,
        To = "+911234500000",
        Text = text,
        SentAt = at ?? Some.Noon,
        ReceivedAt = (at ?? Some.Noon).AddSeconds(1),
        TenantName = "Acme Corp",
    };
}
