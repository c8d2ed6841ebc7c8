using System.Net;
using System.Net.Http.Json;
using Sms.BusMessages;
using Sms.EventStore;
using Sms.Helpdesk.Views;
using Sms.Testing;
using static Sms.Helpdesk.Tests.Customer;

namespace Sms.Helpdesk.Tests.UseCases;

/// <summary>What agents do on a ticket, and what the others hear of it.</summary>
public sealed class ChangeTicketTests(HelpdeskWithClock helpdesk) : IClassFixture<HelpdeskWithClock>
{
    private readonly Customer _asha = new(helpdesk);

    [RealServersFact]
    public async Task A_reply_is_asked_of_Outbound_once_and_its_delivery_is_shown()
    {
        var sms = await _asha.Texts("Where is my parcel?");
        var asked = await helpdesk.Broker.Hear<SendSms>();
        var key = Guid.NewGuid().ToString();
        for (var twice = 0; twice < 2; twice++)
            (await _asha.Ask(HttpMethod.Post, $"/tickets/{_asha.First}/replies", new { text = "On its way, {{contact.name|dear customer}}. #{{ticket.number}}" }, key: key)).EnsureSuccessStatusCode();
        (await _asha.Ask(HttpMethod.Post, $"/tickets/{_asha.First}/replies", new { text = "Something else" }, key: key)).StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);

        var ticket = await _asha.Ticket(_asha.First);
        (ticket.Status, ticket.Replies, ticket.Waiting).ShouldBe(("pending", 1, false));
        var send = (await Eventually.Sees(() => asked.Messages, seen => seen.Count > 0)).ShouldHaveSingleItem();
        send.ShouldSatisfyAllConditions(
            s => s.Text.ShouldBe($"On its way, dear customer. #{ticket.Number}"), s => s.InReplyTo.ShouldBe(sms.SmsId), s => s.From.ShouldBe(Us), s => s.To.ShouldBe(_asha.Number),
            s => s.RequestedBy.ShouldBe("operator:tester"), s => s.Endpoint.ShouldBe("sms"));

        await _asha.Hear(Changed(send, 2, "sent"));
        await _asha.Hear(Changed(send, 1, "accepted"), Changed(send, 3, "delivered"));
        (await _asha.Entries(_asha.First)).Single(entry => entry.Kind == "replied").ShouldSatisfyAllConditions(
            entry => entry.SendId.ShouldBe(send.SendId), entry => entry.Delivery.ShouldBe("delivered"), entry => entry.Actor.ShouldBe("operator:tester"));
        (await _asha.Ticket(_asha.First)).Status.ShouldBe("pending");
    }

    [RealServersFact]
    public async Task A_reply_that_will_not_arrive_brings_its_ticket_back()
    {
        await _asha.Texts("hello");
        var asked = await helpdesk.Broker.Hear<SendSms>();
        await _asha.Done<object>(HttpMethod.Post, $"/tickets/{_asha.First}/replies", new { text = "hi", then = "on-hold" });
        await _asha.Change(_asha.First, new { status = "pending" });
        var send = (await Eventually.Sees(() => asked.Messages, seen => seen.Count > 0))[0];
        await _asha.Hear(Changed(send, 1, "suppressed", "opted-out"), Changed(send, 2, "suppressed", "opted-out"));
        (await _asha.Ticket(_asha.First)).Status.ShouldBe("open");
        (await _asha.Entries(_asha.First)).Single(entry => entry.Kind == "reply-failed").Detail.ShouldBe("suppressed: opted-out");
    }

    [RealServersFact]
    public async Task What_a_rule_answered_is_shown_in_the_conversation()
    {
        var sms = await _asha.Texts("HOURS");
        var send = new SendSms
        {
            SendId = Guid.NewGuid(), InReplyTo = sms.SmsId, Endpoint = "sms", From = Us, To = _asha.Number, Text = "9 to 17", RequestedBy = "rule:hours", RequestedAt = Noon, ExpiresAt = Noon,
        };
        await _asha.Hear(Changed(send, 1, "held"), Changed(send, 2, "accepted"));
        var entry = (await _asha.Entries(_asha.First)).Single(entry => entry.Kind == "sent");
        (entry.Text, entry.Actor, entry.Delivery).ShouldBe(("9 to 17", "rule:hours", "accepted"));
        (await _asha.Ticket(_asha.First)).ShouldSatisfyAllConditions(t => t.Status.ShouldBe("new"), t => t.Waiting.ShouldBeTrue());
    }

    [RealServersFact]
    public async Task Several_changes_happen_at_once_or_not_at_all_and_others_hear_how_the_ticket_stands()
    {
        await _asha.Texts("hello");
        var heard = await helpdesk.Broker.Hear<TicketChanged>();
        string[] tags = ["vip", "parcel"];
        var ticket = await _asha.Change(_asha.First, new { priority = "high", agent = "me", addTags = tags, note = "Called.", status = "on-hold", forMinutes = 60, reason = "lunch" });
        (ticket.Status, ticket.Priority, ticket.Assignee).ShouldBe(("on-hold", "high", "operator:tester"));
        ticket.WakesAt.ShouldBe(helpdesk.Clock.Now.AddMinutes(60));
        (await Eventually.Sees(() => heard.Messages.Where(m => m.TicketId == _asha.First).ToList(), seen => seen.Any(m => m.Status == "on-hold"))).MaxBy(m => m.Version)!.ShouldSatisfyAllConditions(
            m => m.Tags.ShouldBe("parcel\nvip"), m => m.Assignee.ShouldBe("operator:tester"), m => m.Number.ShouldBe(ticket.Number), m => m.Priority.ShouldBe("high"), m => m.Customer.ShouldBe(_asha.Number));

        await helpdesk.Later(TimeSpan.FromMinutes(60));
        await _asha.Becomes(_asha.First, t => t is { Status: "open", WakesAt: null });

        await _asha.Change(_asha.First, new { status = "closed" });
        var before = await _asha.Ticket(_asha.First);
        (await _asha.Ask(HttpMethod.Patch, $"/tickets/{_asha.First}", new { note = "x", priority = "low" })).StatusCode.ShouldBe(HttpStatusCode.Conflict);
        (await _asha.Ticket(_asha.First)).Version.ShouldBe(before.Version);
        (await _asha.Change(_asha.First, new { status = "pending", priority = "low" })).Status.ShouldBe("pending");
    }

    [RealServersFact]
    public async Task What_makes_no_sense_is_refused_by_field()
    {
        await _asha.Texts("hello");
        foreach (var (body, field) in new (object, string)[]
        {
            (new { status = "new" }, "status"), (new { status = "lost" }, "status"), (new { forMinutes = 5 }, "forMinutes"), (new { priority = "huge" }, "priority"),
            (new { agent = "dana" }, "agent"), (new { team = "nobody knows" }, "team"), (new { addTags = new[] { "a\nb" } }, "addTags"), (new { note = " " }, "note"),
            (new { reply = new string('x', 1601) }, "reply"), (new { reply = "Hi {{name}}" }, "reply"),
        })
        {
            using var answer = await _asha.Ask(HttpMethod.Patch, $"/tickets/{_asha.First}", body);
            answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest, $"{body}");
            (await answer.Content.ReadAsStringAsync()).ShouldContain($"\"{field}\":", Case.Sensitive, $"{body}");
        }
        foreach (var path in new[] { "replies", "notes" })
        {
            using var answer = await helpdesk.Client.PostAsJsonAsync($"/tickets/{_asha.First}/{path}", new { text = "hi" });
            (await answer.Content.ReadAsStringAsync()).ShouldContain("Idempotency-Key");
        }
        (await _asha.Ask(HttpMethod.Patch, $"/tickets/{Guid.NewGuid()}", new { priority = "low" })).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await _asha.Ask(HttpMethod.Post, $"/tickets/{_asha.First}/macros/none")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [RealServersFact]
    public async Task Two_agents_see_that_the_other_is_writing_until_one_stops()
    {
        await _asha.Texts("hello");
        (await _asha.Done<Helpdesk.UseCases.Writing.Others>(HttpMethod.Put, $"/tickets/{_asha.First}/writing")).Writing.ShouldBeEmpty();
        await helpdesk.Database.Query($"insert into ticket_writers values ({_asha.First}, 'operator:eli', {helpdesk.Clock.Now.AddSeconds(15)})", _ => 0);
        (await _asha.Done<Helpdesk.UseCases.Writing.Others>(HttpMethod.Put, $"/tickets/{_asha.First}/writing")).Writing.ShouldBe(["operator:eli"]);
        (await helpdesk.Client.GetFromJsonAsync<TicketDetails.Shown>($"/tickets/{_asha.First}"))!.Writing.ShouldBe(["operator:eli", "operator:tester"]);
        await _asha.Ask(HttpMethod.Delete, $"/tickets/{_asha.First}/writing");
        await helpdesk.Later(TimeSpan.FromSeconds(16));
        (await helpdesk.Client.GetFromJsonAsync<TicketDetails.Shown>($"/tickets/{_asha.First}"))!.Writing.ShouldBeEmpty();
    }

    [RealServersFact]
    public async Task An_agent_opens_a_ticket_and_writes_first()
    {
        var asked = await helpdesk.Broker.Hear<SendSms>();
        var key = Guid.NewGuid().ToString();
        var draft = new { customer = _asha.Number, ourNumber = Us, endpoint = "sms", note = "Owes us a form." };
        for (var twice = 0; twice < 2; twice++)
            (await _asha.Ask(HttpMethod.Post, "/tickets", draft, key: key)).StatusCode.ShouldBe(HttpStatusCode.Created);
        (await _asha.Done<TicketDetails.Detail>(HttpMethod.Post, "/tickets", draft with { note = "Again." })).Id.ShouldBe(_asha.First);
        (await _asha.Tickets()).ShouldHaveSingleItem();
        (await _asha.Entries(_asha.First)).Select(entry => entry.Text).ShouldBe(["Owes us a form.", "Again."]);
        await _asha.Done<object>(HttpMethod.Post, $"/tickets/{_asha.First}/replies", new { text = "Please send the form." });
        (await Eventually.Sees(() => asked.Messages, seen => seen.Count > 0))[0].InReplyTo.ShouldBe(Guid.Empty);
        (await _asha.Ask(HttpMethod.Post, "/tickets", new { customer = "AD-AIRTEL" })).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    private static SmsChanged Changed(SendSms send, long version, string status, string? reason = null) => new()
    {
        SendId = send.SendId, Version = version, InReplyTo = send.InReplyTo, Endpoint = send.Endpoint, From = send.From, To = send.To, Text = send.Text, Purpose = "reply",
        RequestedBy = send.RequestedBy, Status = status, Reason = reason, ChangedAt = Noon.AddSeconds(version),
    };
}
