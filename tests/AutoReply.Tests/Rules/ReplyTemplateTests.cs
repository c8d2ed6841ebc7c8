using Sms.AutoReply.Rules;
using Sms.PhoneNumbers;

namespace Sms.AutoReply.Tests.Rules;

public sealed class ReplyTemplateTests
{
    private static readonly ReceivedSms Sms = new(
        Guid.NewGuid(), "sms", PhoneNumber.Parse("+919876543210"), PhoneNumber.Parse("+911234500000"), "When do you open?",
        new DateTimeOffset(2026, 6, 12, 14, 32, 0, TimeSpan.FromHours(2)), "order-7", "Acme Corp", "dev_1");

    [Theory]
    [InlineData("We are open.", "We are open.")]
    [InlineData("{{from}} to {{to}}", "+919876543210 to +911234500000")]
    [InlineData("You wrote: {{text}}", "You wrote: When do you open?")]
    [InlineData("{{ref}} {{tenantName}} {{deviceId}}", "order-7 Acme Corp dev_1")]
    [InlineData("{{now}}", "2026-06-12T12:32:00Z")]
    [InlineData("{{ from }}{{from}}", "+919876543210+919876543210")]
    [InlineData("a } b { c }} d", "a } b { c }} d")]
    public void Variables_are_filled_in(string template, string reply)
    {
        ReplyTemplate.Fault(template).ShouldBeNull();
        ReplyTemplate.Fill(template, Sms).ShouldBe(reply);
    }

    [Fact]
    public void Every_variable_is_known_and_filled()
    {
        foreach (var variable in ReplyTemplate.Variables)
            ReplyTemplate.Fill($"{{{{{variable}}}}}", Sms).ShouldNotContain("{");
    }

    [Fact]
    public void What_the_gateway_did_not_give_is_empty() =>
        ReplyTemplate.Fill("[{{ref}}{{tenantName}}{{deviceId}}]", Sms with { Ref = null, TenantName = null, DeviceId = null }).ShouldBe("[]");

    [Fact]
    public void A_customer_cannot_write_a_template() =>
        ReplyTemplate.Fill("You wrote: {{text}}", Sms with { Text = "{{to}}" }).ShouldBe("You wrote: {{to}}");

    [Theory]
    [InlineData("Hi {{name}}", "'{{name}}' is not a variable")]
    [InlineData("Hi {{From}}", "'{{From}}' is not a variable")]
    [InlineData("Hi {{}}", "'{{}}' is not a variable")]
    [InlineData("Hi {{from}", "has '{{' without '}}'")]
    [InlineData("{{from}} and {{to", "has '{{' without '}}'")]
    public void Any_other_variable_is_a_fault(string template, string fault) =>
        ReplyTemplate.Fault(template).ShouldNotBeNull().ShouldContain(fault);
}
