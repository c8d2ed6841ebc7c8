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
        ReplyTemplate.Fill(template, Sms, Circumstances.Unknown, "UTC").ShouldBe(reply);
    }

    [Fact]
    public void Every_variable_is_known_and_filled()
    {
        foreach (var variable in ReplyTemplate.Variables)
            ReplyTemplate.Fill($"{{{{{variable}}}}}", Sms, Circumstances.Unknown, "UTC").ShouldNotContain("{");
    }

    [Fact]
    public void What_the_gateway_did_not_give_is_empty() =>
        ReplyTemplate.Fill("[{{ref}}{{tenantName}}{{deviceId}}]", Sms with { Ref = null, TenantName = null, DeviceId = null }, Circumstances.Unknown, "UTC").ShouldBe("[]");

    [Fact]
    public void A_customer_cannot_write_a_template() =>
        ReplyTemplate.Fill("You wrote: {{text}}", Sms with { Text = "{{to}}" }, Circumstances.Unknown, "UTC").ShouldBe("You wrote: {{to}}");

    [Theory]
    [InlineData("Hi {{name}}", "'{{name}}' is not a variable")]
    [InlineData("Hi {{From}}", "'{{From}}' is not a variable")]
    [InlineData("Hi {{}}", "'{{}}' is not a variable")]
    [InlineData("Hi {{from}", "has '{{' without '}}'")]
    [InlineData("{{from}} and {{to", "has '{{' without '}}'")]
    public void Any_other_variable_is_a_fault(string template, string fault) =>
        ReplyTemplate.Fault(template).ShouldNotBeNull().ShouldContain(fault);

    private static readonly Circumstances Known = new()
    {
        ContactKnown = true, ContactName = "Ada Lovelace", Tags = ["vip", "london"], Language = "de-AT", TicketNumber = 1234, TicketStatus = "open",
        TicketPriority = "high", TicketAssignee = "operator:jo", TicketTeam = "sales",
    };

    [Theory]
    [InlineData("{{contact.name}}, {{contact.firstName}}, {{contact.language}}, {{contact.tags}}", "Ada Lovelace, Ada, de-AT, vip, london")]
    [InlineData("#{{ticket.number}} {{ticket.status}} {{ticket.priority}} {{ticket.assignee}} {{ticket.team}}", "#1234 open high jo sales")]
    [InlineData("Dear {{contact.firstName | customer}}", "Dear Ada")]
    public void What_is_known_of_contact_and_ticket_is_filled_in(string template, string reply)
    {
        ReplyTemplate.Fault(template).ShouldBeNull();
        ReplyTemplate.Fill(template, Sms, Known, "UTC").ShouldBe(reply);
    }

    [Theory]
    [InlineData("Dear {{contact.firstName | customer}}", "Dear customer")]
    [InlineData("Ticket {{ticket.number|none yet}}.", "Ticket none yet.")]
    [InlineData("{{ref | no: 7}}", "order-7")]
    public void Where_there_is_nothing_the_fallback_is_said(string template, string reply)
    {
        ReplyTemplate.Fault(template).ShouldBeNull();
        ReplyTemplate.Fill(template, Sms, Circumstances.Unknown, "UTC").ShouldBe(reply);
    }

    [Theory]
    [InlineData("{{now:HH:mm}}", "UTC", null, "12:32")]
    [InlineData("{{now:HH:mm}}", "Europe/Berlin", null, "14:32")]
    [InlineData("{{now:HH:mm}}", "Europe/Berlin", "America/New_York", "08:32")]
    [InlineData("{{now:HH:mm}}", "Europe/Berlin", "Nowhere/AtAll", "14:32")]
    [InlineData("{{ now : dddd, d. MMMM yyyy | never }}", "Pacific/Kiritimati", null, "Saturday, 13. June 2026")]
    public void Dates_are_written_by_the_clock_of_the_contacts_zone_else_of_the_rule_sets(string template, string zone, string? contacts, string reply)
    {
        ReplyTemplate.Fault(template).ShouldBeNull();
        ReplyTemplate.Fill(template, Sms, Circumstances.Unknown with { TimeZone = contacts }, zone).ShouldBe(reply);
    }

    [Fact]
    public void Days_and_months_are_named_in_the_contacts_language() =>
        ReplyTemplate.Fill("{{now:dddd}}", Sms, Known, "UTC").ShouldBe("Freitag");

    [Theory]
    [InlineData("{{text:HH:mm}}")]
    [InlineData("{{now:%}}")]
    [InlineData("{{now:'}}")]
    public void A_form_that_is_none_is_a_fault(string template) => ReplyTemplate.Fault(template).ShouldNotBeNull().ShouldContain("after a colon");
}
