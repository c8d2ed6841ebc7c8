using System.Net;
using System.Net.Http.Json;
using Sms.BusMessages;
using Sms.Helpdesk.Views;
using Sms.ServiceHost;
using Sms.Testing;
using static Sms.Helpdesk.Tests.Customer;

namespace Sms.Helpdesk.Tests.UseCases;

/// <summary>What consent and the rules say comes first, late or never; the text is decided once.</summary>
public sealed class DecidingTextsTests(HelpdeskWithClock helpdesk) : IClassFixture<HelpdeskWithClock>
{
    private readonly Customer _asha = new(helpdesk);

    [RealServersFact]
    public async Task A_text_waits_for_its_verdict_whichever_comes_first()
    {
        var late = _asha.Sms("hello", Noon);
        await _asha.Hear(late);
        (await Text(late)).Rule.ShouldBeNull();
        (await _asha.Tickets()).ShouldBeEmpty();
        await _asha.Hear(Verdict(late));
        (await _asha.Tickets()).ShouldHaveSingleItem().Texts.ShouldBe(1);

        var early = new Customer(helpdesk);
        var sms = early.Sms("hello", Noon);
        await early.Hear(Verdict(sms));
        await early.Hear(sms);
        (await early.Tickets()).ShouldHaveSingleItem();
    }

    [RealServersFact]
    public async Task Without_a_verdict_a_ticket_is_opened_when_the_time_is_up_in_one_of_two_instances()
    {
        await helpdesk.Another();
        var (sms, second) = (_asha.Sms("hello", Noon), _asha.Sms("anybody?", Noon.AddSeconds(1)));
        await _asha.Hear(second, sms);
        await helpdesk.Later(TimeSpan.FromSeconds(30));
        await Eventually.Sees(() => Text(sms), text => text.Rule is not null);
        (await _asha.Tickets()).ShouldHaveSingleItem();
        (await _asha.Written(_asha.First)).ShouldBe(["hello", "anybody?"]);
        // Whichever is decided first opens it; the other finds it open.
        await Eventually.Sees(() => Text(second), text => text.Rule is not null);
        new[] { (await Text(sms)).Reason!, (await Text(second)).Reason! }.Count(reason => reason.Contains("Consent's verdict did not come in time.", StringComparison.Ordinal)).ShouldBe(1);

        await _asha.Hear(Verdict(sms, "opt-out"));
        (await _asha.Tickets()).ShouldHaveSingleItem("it was decided; nothing undoes that by itself");
    }

    [RealServersFact]
    public async Task STOP_is_kept_without_a_ticket_and_a_person_can_put_it_on_one()
    {
        var stop = _asha.Sms("STOP", Noon);
        await _asha.Hear(stop, Verdict(stop, "opt-out"));
        (await _asha.Tickets()).ShouldBeEmpty();
        (await Logged("")).ShouldContain(text => text.SmsId == stop.SmsId && text.Rule == "consent-only");
        var then = helpdesk.Clock.Now;
        helpdesk.Clock.Now += TimeSpan.FromSeconds(1);

        for (var twice = 0; twice < 2; twice++)
            (await _asha.Done<TicketDetails.Detail>(HttpMethod.Post, $"/texts/{stop.SmsId}/ticket")).Texts.ShouldBe(1);
        (await _asha.Tickets()).ShouldHaveSingleItem();
        (await Text(stop)).Rule.ShouldBe("asked-for");
        (await Logged("")).ShouldNotContain(text => text.SmsId == stop.SmsId);
        (await Logged($"&asOf={Time(then)}")).ShouldContain(text => text.SmsId == stop.SmsId && text.Rule == "consent-only" && text.TicketId == null);
        (await Logged($"&asOf={Time(then.AddHours(-1))}")).ShouldNotContain(text => text.SmsId == stop.SmsId);
        (await Text(stop, $"?asOf={Time(then)}")).ShouldSatisfyAllConditions(text => text.Rule.ShouldBe("consent-only"), text => text.TicketId.ShouldBeNull());
        (await helpdesk.Client.GetAsync($"/texts/{stop.SmsId}?asOf={Time(then.AddHours(-1))}")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await _asha.Ask(HttpMethod.Post, $"/texts/{Guid.NewGuid()}/ticket")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [RealServersFact]
    public async Task What_a_rule_answered_is_logged_where_the_policy_says_so_with_its_version()
    {
        var endpoint = $"e{Random.Shared.Next(1_000_000)}";
        foreach (var wait in new[] { 60, 90 })
            await _asha.Done<object>(HttpMethod.Put, $"/policies/{endpoint}", Policy(new { answeredTexts = "log", consentTexts = "open", waitSeconds = wait }));
        var (answered, other) = (_asha.Sms("HOURS", Noon, endpoint: endpoint), _asha.Sms("hello", Noon, endpoint: endpoint));
        await _asha.Hear(Ruled(answered, "answered"), answered);
        await _asha.Hear(other);
        await _asha.Hear(Ruled(other, "none"));
        (await Text(answered)).ShouldSatisfyAllConditions(t => t.TicketId.ShouldBeNull(), t => t.Rule.ShouldBe("rule-answered"), t => t.Policy.ShouldBe(endpoint), t => t.PolicyVersion.ShouldBe(2));
        (await Text(other)).TicketId.ShouldNotBeNull();
    }

    [RealServersFact]
    public async Task A_rule_gets_the_ticket_it_asks_for_before_its_text_came_in_and_after()
    {
        var (before, after, solo) = (_asha.Sms("menu 3", Noon), _asha.Sms("STOP", Noon), new Customer(helpdesk));
        await _asha.Hear(Asked(before, note: "chose complaints"), Asked(before, note: "chose complaints"));
        (await _asha.Tickets()).ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            t => t.Priority.ShouldBe("urgent"), t => t.Assignee.ShouldBe("operator:dana"), t => t.Texts.ShouldBe(0));
        await _asha.Hear(before);
        (await _asha.Entries(_asha.First)).Select(entry => entry.Kind).Order().ShouldBe(["assigned", "customer-wrote", "note", "priority"]);

        var stop = solo.Sms("STOP", Noon);
        await solo.Hear(stop, Verdict(stop, "opt-out"));
        await solo.Hear(Asked(stop));
        (await solo.Tickets()).ShouldHaveSingleItem().Texts.ShouldBe(1);
        (await solo.Entries(solo.First)).Single(entry => entry.Kind == "priority").Actor.ShouldBe("rule:menu");
    }

    [RealServersFact]
    public async Task What_answers_a_text_before_it_has_a_ticket_comes_to_its_ticket_with_it()
    {
        var sms = _asha.Sms("HOURS", Noon);
        var answer = Guid.CreateVersion7();
        await _asha.Hear(Answered(sms, answer, 1, "accepted"));
        await _asha.Hear(Answered(sms, answer, 2, "delivered"));
        await _asha.Hear(sms);
        await _asha.Hear(Verdict(sms));
        (await _asha.Entries(_asha.First)).Where(entry => entry.Text is not null).Select(entry => (entry.Kind, entry.Text, entry.Actor, entry.Delivery, entry.At))
            .ShouldBe([("customer-wrote", "HOURS", null, null, Noon), ("sent", "9 to 17", "rule:hours", "delivered", Noon.AddSeconds(1))]);
        await _asha.Hear(Answered(sms, answer, 1, "accepted"));
        (await _asha.Entries(_asha.First)).Count(entry => entry.Kind == "sent").ShouldBe(1);
    }

    [RealServersFact]
    public async Task What_confirmed_a_STOP_without_a_ticket_is_there_once_a_person_puts_it_on_one()
    {
        var (stop, confirmation) = (_asha.Sms("STOP", Noon), Guid.CreateVersion7());
        await _asha.Hear(stop, Verdict(stop, "opt-out"));
        await _asha.Hear(Answered(stop, confirmation, 1, "accepted"));
        await _asha.Done<TicketDetails.Detail>(HttpMethod.Post, $"/texts/{stop.SmsId}/ticket");
        (await _asha.Entries(_asha.First)).Select(entry => entry.Kind).ShouldBe(["customer-wrote", "sent"]);
        await _asha.Hear(Answered(stop, confirmation, 2, "delivered"));
        (await _asha.Entries(_asha.First)).Select(entry => entry.Kind).ShouldBe(["customer-wrote", "sent"]);
    }

    [RealServersFact]
    public async Task Whatever_is_heard_first_of_a_text_and_its_answer_two_instances_show_it_once()
    {
        await helpdesk.Another();
        var customers = Enumerable.Range(0, 20).Select(_ => new Customer(helpdesk)).ToList();
        await Task.WhenAll(customers.Select(customer =>
        {
            var (sms, answer) = (customer.Sms("HOURS", Noon), Guid.CreateVersion7());
            object[] messages = [sms, Verdict(sms), Ruled(sms, "answered"), Answered(sms, answer, 1, "accepted"), Answered(sms, answer, 2, "delivered")];
            Random.Shared.Shuffle(messages);
            return customer.Hear(messages);
        }));
        foreach (var customer in customers)
            (await customer.Entries(customer.First)).Where(entry => entry.Text is not null).Select(entry => (entry.Kind, entry.Delivery))
                .ShouldBe([("customer-wrote", null), ("sent", "delivered")]);
    }

    private static SmsChanged Answered(InboundSmsReceived sms, Guid sendId, long version, string status) => new()
    {
        SendId = sendId, Version = version, InReplyTo = sms.SmsId, Endpoint = sms.Endpoint, From = sms.To, To = sms.From, Text = "9 to 17", Purpose = "reply",
        RequestedBy = "rule:hours", Status = status, ChangedAt = Noon.AddSeconds(version),
    };

    private static TicketAsked Asked(InboundSmsReceived sms, string? note = null) => new()
    {
        RequestId = sms.SmsId, SmsId = sms.SmsId, Endpoint = sms.Endpoint, Customer = sms.From, OurNumber = sms.To, Priority = "urgent", Assignee = "operator:dana",
        Note = note, RequestedBy = "rule:menu", RequestedAt = Noon,
    };

    private async Task<TextLog.Row> Text(InboundSmsReceived sms, string query = "") => (await helpdesk.Client.GetFromJsonAsync<TextLog.Row>($"/texts/{sms.SmsId}{query}"))!;

    private async Task<IReadOnlyList<TextLog.Row>> Logged(string query) => (await helpdesk.Client.GetFromJsonAsync<Page<TextLog.Row>>($"/texts?limit=200{query}"))!.Items;

    private static string Time(DateTimeOffset at) => Uri.EscapeDataString(at.ToString("O"));

    internal static Dictionary<string, object?> Policy(object changes)
    {
        var policy = new Dictionary<string, object?>
        {
            ["reopenMinutes"] = 1440, ["keepOwner"] = true, ["consentTexts"] = "log", ["answeredTexts"] = "open", ["waitSeconds"] = 30, ["idleHours"] = 168, ["assignment"] = "manual",
        };
        foreach (var property in changes.GetType().GetProperties())
            policy[property.Name] = property.GetValue(changes);
        return policy;
    }
}
