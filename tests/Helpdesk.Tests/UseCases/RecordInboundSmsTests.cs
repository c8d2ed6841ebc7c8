using System.Net;
using System.Net.Http.Json;
using Sms.BusMessages;
using Sms.Helpdesk.Views;
using Sms.ServiceHost;
using Sms.Testing;
using static Sms.Helpdesk.Tests.Customer;

namespace Sms.Helpdesk.Tests.UseCases;

/// <summary>Texts come in by the bus, agents solve over HTTP: both meet on the ticket.</summary>
public sealed class RecordInboundSmsTests(ServiceUnderTest<Program> service) : IClassFixture<ServiceUnderTest<Program>>
{
    private readonly Customer _asha = new(service);

    [RealServersFact]
    public async Task One_text_delivered_twenty_times_at_once_is_one_entry_on_one_ticket()
    {
        var sms = _asha.Sms("hello", Noon);
        await _asha.Hear([.. Enumerable.Repeat(sms, 20), .. Enumerable.Repeat(Verdict(sms), 5)]);

        (await _asha.Tickets()).ShouldHaveSingleItem().ShouldSatisfyAllConditions(t => t.Texts.ShouldBe(1), t => t.Status.ShouldBe("new"));
        var entry = (await _asha.Entries(_asha.First)).ShouldHaveSingleItem();
        (entry.Kind, entry.SmsId, entry.Text, entry.At).ShouldBe(("customer-wrote", sms.SmsId, "hello", Noon));
        (await service.Client.GetFromJsonAsync<TextLog.Row>($"/texts/{sms.SmsId}"))!.ShouldSatisfyAllConditions(
            text => text.TicketId.ShouldBe(_asha.First), text => text.Rule.ShouldBe("new-ticket"), text => text.PolicyVersion.ShouldBe(0), text => text.Policy.ShouldBe("every-endpoint"));
    }

    [RealServersFact]
    public async Task Two_first_texts_five_milliseconds_apart_in_two_instances_are_one_open_ticket_with_both_in_order()
    {
        await service.Another();
        for (var run = 0; run < 10; run++)
        {
            var customer = new Customer(service);
            var (later, sooner) = (customer.Sms("later", Noon.AddMilliseconds(5)), customer.Sms("sooner", Noon));
            // As they come: each text and what consent says of it, from different queues.
            var first = customer.Hear(later, Verdict(later));
            await Task.Delay(5);
            await customer.Hear(sooner, Verdict(sooner));
            await first;

            var ticket = (await customer.Tickets()).ShouldHaveSingleItem();
            (ticket.Status, ticket.Texts, ticket.LastText).ShouldBe(("new", 2, "later"));
            (await customer.Written(ticket.Id)).ShouldBe(["sooner", "later"]);
        }
        await RebuiltViews.ShouldEqualLive(service);
    }

    [RealServersFact]
    public async Task Twenty_first_texts_at_once_in_two_instances_are_twenty_entries_on_one_ticket()
    {
        await service.Another();
        var texts = Enumerable.Range(0, 20).Select(n => _asha.Sms($"text {n}", Noon.AddSeconds(n))).ToArray();
        await _asha.Hear([.. texts, .. texts.Select(sms => Verdict(sms))]);

        var ticket = (await _asha.Tickets()).ShouldHaveSingleItem();
        (ticket.Status, ticket.Texts, ticket.LastText).ShouldBe(("new", 20, "text 19"));
        (await _asha.Written(ticket.Id)).ShouldBe(texts.Select(sms => sms.Text));
    }

    [RealServersFact]
    public async Task Redelivered_message_does_not_reopen_a_solved_ticket()
    {
        var (sms, messageId) = (_asha.Sms("hello", Noon), Guid.CreateVersion7());
        await _asha.Hear(Verdict(sms));
        await _asha.Publish(sms, messageId);
        await _asha.Handled(messageId);
        (await Solve()).StatusCode.ShouldBe(HttpStatusCode.NoContent);

        await _asha.Publish(sms, messageId);
        await _asha.Hear(sms, Verdict(sms));

        (await _asha.Ticket(_asha.First)).Status.ShouldBe("solved");
        (await service.DeadLetters("helpdesk-record-inbound-sms")).ShouldBe(0);
    }

    [RealServersFact]
    public async Task Text_on_a_solved_ticket_reopens_it_and_the_conversation_tells_how()
    {
        await _asha.Texts("hello", Noon);
        await Solve();
        await _asha.Texts("one more thing");

        (await _asha.Ticket(_asha.First)).Status.ShouldBe("open");
        (await _asha.Entries(_asha.First)).Select(entry => (entry.Kind, entry.Actor)).ShouldBe(
            [("customer-wrote", null), ("solved", "operator:tester"), ("customer-wrote", null), ("reopened", "system")], ignoreOrder: true);
    }

    [RealServersFact]
    public async Task Text_long_after_opens_a_ticket_that_follows_the_other()
    {
        await _asha.Texts("hello", Noon);
        await Solve();
        await _asha.Texts("and now to something else", DateTimeOffset.UtcNow.AddDays(2));

        var tickets = await _asha.Tickets();
        tickets.Select(ticket => ticket.Status).ShouldBe(["new", "solved"]);
        (await _asha.Ticket(tickets[0].Id)).ShouldSatisfyAllConditions(t => t.Follows.ShouldBe(_asha.First), t => t.FollowsNumber.ShouldBe(tickets[1].Number), t => t.Texts.ShouldBe(1));
    }

    [RealServersFact]
    public async Task Text_that_names_an_earlier_ticket_reopens_that_one_unless_another_is_open()
    {
        await _asha.Texts("hello", Noon);
        await Solve();
        await _asha.Texts("later", DateTimeOffset.UtcNow.AddDays(2));
        var (second, first) = ((await _asha.Tickets())[0], (await _asha.Tickets())[1]);

        var beside = await _asha.Texts($"about #{first.Number}", DateTimeOffset.UtcNow.AddDays(3));
        (await _asha.Ticket(second.Id)).Texts.ShouldBe(2);
        (await service.Client.GetFromJsonAsync<TextLog.Row>($"/texts/{beside.SmsId}"))!.Reason!.ShouldContain($"It names #{first.Number}, which cannot be reopened beside #{second.Number}.");

        await _asha.Change(second.Id, new { status = "closed" });
        await _asha.Texts($"about #{first.Number}", DateTimeOffset.UtcNow.AddDays(300));
        (await _asha.Ticket(first.Id)).Status.ShouldBe("open");
        (await _asha.Written(first.Id)).ShouldBe(["hello", $"about #{first.Number}"]);

        var stranger = new Customer(service);
        await stranger.Texts($"about #{first.Number}");
        (await stranger.Tickets()).ShouldHaveSingleItem().Texts.ShouldBe(1);
    }

    [RealServersFact]
    public async Task Numbers_of_one_contact_are_one_customer_where_a_ticket_is_named()
    {
        var other = new Customer(service);
        await _asha.Texts("hello");
        await _asha.Hear(new ContactChanged
        {
            ContactId = Guid.NewGuid(), Version = 1, Numbers = $"{_asha.Number}\n{other.Number}", Verified = true, Name = "Asha", ChangedAt = Noon,
        });
        await other.Texts($"#{(await _asha.Tickets())[0].Number} from my other phone", to: Elsewhere);

        (await other.Tickets()).ShouldBeEmpty();
        (await _asha.Tickets())[0].ShouldSatisfyAllConditions(t => t.Texts.ShouldBe(2), t => t.CustomerName.ShouldBe("Asha"));
        var reply = await service.Broker.Hear<SendSms>();
        await _asha.Done<TicketDetails.Detail>(HttpMethod.Post, $"/tickets/{_asha.First}/replies", new { text = "Hi {{contact.name}}" });
        (await Eventually.Sees(() => reply.Messages, seen => seen.Count == 1))[0].ShouldSatisfyAllConditions(
            sms => sms.To.ShouldBe(other.Number), sms => sms.From.ShouldBe(Elsewhere), sms => sms.Text.ShouldBe("Hi Asha"));
    }

    [RealServersFact]
    public async Task Ticket_is_solved_only_as_the_agent_has_read_it()
    {
        await _asha.Texts("hello", Noon);
        using var read = await service.Client.GetAsync($"/tickets/{_asha.First}");
        var asRead = read.Headers.ETag!.Tag;
        await _asha.Texts("wait, another thing", Noon.AddMinutes(1));

        (await Solve(asRead)).StatusCode.ShouldBe(HttpStatusCode.PreconditionFailed);
        (await _asha.Ticket(_asha.First)).Status.ShouldBe("new");

        using var again = await service.Client.GetAsync($"/tickets/{_asha.First}");
        using var solved = await Solve(again.Headers.ETag!.Tag);
        solved.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        solved.Headers.ETag!.Tag.ShouldBe("\"4\"");
    }

    [RealServersFact]
    public async Task Solving_needs_an_agent_and_a_ticket()
    {
        await _asha.Texts("hello", Noon);
        using var onlooker = service.ClientWith(ServiceUnderTest<Program>.ReaderKey);
        (await onlooker.PostAsync($"/tickets/{_asha.First}/solve", null)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await onlooker.GetAsync($"/tickets/{_asha.First}")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await service.Client.PostAsync($"/tickets/{Guid.NewGuid()}/solve", null)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [RealServersFact]
    public async Task Inbox_shows_the_latest_activity_first_and_can_be_narrowed()
    {
        var customers = Enumerable.Range(0, 3).Select(n => new Customer(service) { Number = $"{_asha.Number}{n}" }).ToArray();
        foreach (var customer in customers)
            await customer.Texts("hello", Noon);
        (await service.Client.PostAsync($"/tickets/{customers[1].First}/solve", null)).EnsureSuccessStatusCode();

        var (seen, after) = (new List<TicketList.Row>(), "");
        while (seen.Count < 3)
        {
            var page = await Get<Page<TicketList.Row>>($"/tickets?limit=2{after}");
            seen.AddRange(page.Items);
            after = $"&after={page.Next}";
        }
        seen[..3].Select(ticket => ticket.Customer).ShouldBe([customers[1].Number, customers[2].Number, customers[0].Number]);
        (await Get<Page<TicketList.Row>>("/tickets?status=solved")).Items[0].Customer.ShouldBe(customers[1].Number);
        (await Get<Page<TicketList.Row>>("/tickets?status=new&status=open&agent=nobody&waiting=true&missed=false&priority=normal&team=none")).Items[0].Customer.ShouldBe(customers[2].Number);
        (await service.Client.GetAsync("/tickets?status=lost")).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await service.Client.GetAsync("/tickets?view=none")).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    private async Task<HttpResponseMessage> Solve(string? ifMatch = null) => await _asha.Ask(HttpMethod.Post, $"/tickets/{_asha.First}/solve", ifMatch: ifMatch);

    private async Task<T> Get<T>(string path) => (await service.Client.GetFromJsonAsync<T>(path))!;
}
