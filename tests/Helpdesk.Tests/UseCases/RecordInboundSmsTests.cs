using System.Net;
using System.Net.Http.Json;
using Sms.BusMessages;
using Sms.EventStore;
using Sms.Helpdesk.Tickets;
using Sms.Helpdesk.Views;
using Sms.ServiceHost;
using Sms.Testing;

namespace Sms.Helpdesk.Tests.UseCases;

/// <summary>Texts come in by the bus, agents solve over HTTP: both meet on the ticket.</summary>
public sealed class RecordInboundSmsTests(ServiceUnderTest<Program> service) : IClassFixture<ServiceUnderTest<Program>>
{
    private const string Us = "+6591110000";
    private static readonly DateTimeOffset Noon = new(2026, 6, 12, 12, 0, 0, TimeSpan.Zero);

    // Every test has a customer of its own.
    private readonly string _customer = $"+65{Random.Shared.NextInt64(10_000_000, 99_999_999)}{Random.Shared.Next(1000, 9999)}";

    private Guid TicketId => Ticket.IdFor(_customer, Us);

    [RealServersFact]
    public async Task One_text_delivered_twenty_times_at_once_is_one_entry_on_one_ticket()
    {
        var sms = Sms("hello", Noon);
        await Deliver([.. Enumerable.Repeat(sms, 20)]);

        (await service.Store.Load(Ticket.Stream, TicketId)).Version.ShouldBe(2);
        var entry = (await Get<Page<TicketConversation.Row>>($"/tickets/{TicketId}/entries")).Items.ShouldHaveSingleItem();
        entry.ShouldSatisfyAllConditions(
            () => entry.Kind.ShouldBe("customer-wrote"),
            () => entry.SmsId.ShouldBe(sms.SmsId),
            () => entry.Text.ShouldBe("hello"),
            () => entry.At.ShouldBe(Noon));
    }

    [RealServersFact]
    public async Task Twenty_first_texts_at_once_are_twenty_entries_on_one_ticket()
    {
        await Deliver([.. Enumerable.Range(0, 20).Select(n => Sms($"text {n}", Noon.AddSeconds(n)))]);

        var ticket = await Get<TicketInbox.Row>($"/tickets/{TicketId}");
        (ticket.Status, ticket.Texts, ticket.LastText, ticket.Version).ShouldBe(("open", 20, "text 19", 21));
        (await Get<Page<TicketConversation.Row>>($"/tickets/{TicketId}/entries")).Items.Select(entry => entry.Text)
            .ShouldBe(Enumerable.Range(0, 20).Select(n => $"text {n}"));
    }

    [RealServersFact]
    public async Task Redelivered_message_does_not_reopen_a_solved_ticket()
    {
        var (sms, messageId) = (Sms("hello", Noon), Guid.CreateVersion7());
        await Deliver([sms], messageId);
        (await Solve()).StatusCode.ShouldBe(HttpStatusCode.NoContent);

        await service.Publish(sms, sms.SmsId, messageId);
        await Deliver([sms]);

        (await Get<TicketInbox.Row>($"/tickets/{TicketId}")).Status.ShouldBe("solved");
        (await service.Broker.Depth("helpdesk-record-inbound-sms_error") ?? 0).ShouldBe(0u);
    }

    [RealServersFact]
    public async Task Text_on_a_solved_ticket_reopens_it_and_the_conversation_tells_how()
    {
        await Deliver([Sms("hello", Noon)]);
        await Solve();
        await Deliver([Sms("one more thing", Noon.AddYears(50))]);

        (await Get<TicketInbox.Row>($"/tickets/{TicketId}")).Status.ShouldBe("open");
        (await Get<Page<TicketConversation.Row>>($"/tickets/{TicketId}/entries")).Items.Select(entry => (entry.Kind, entry.Actor))
            .ShouldBe([("customer-wrote", null), ("solved", "operator:tester"), ("reopened", "system"), ("customer-wrote", null)]);
    }

    [RealServersFact]
    public async Task Ticket_is_solved_only_as_the_agent_has_read_it()
    {
        await Deliver([Sms("hello", Noon)]);
        using var read = await service.Client.GetAsync($"/tickets/{TicketId}");
        var asRead = read.Headers.ETag!.Tag;
        await Deliver([Sms("wait, another thing", Noon.AddMinutes(1))]);

        (await Solve(asRead)).StatusCode.ShouldBe(HttpStatusCode.PreconditionFailed);
        (await Get<TicketInbox.Row>($"/tickets/{TicketId}")).Status.ShouldBe("open");

        using var again = await service.Client.GetAsync($"/tickets/{TicketId}");
        using var solved = await Solve(again.Headers.ETag!.Tag);
        solved.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        solved.Headers.ETag!.Tag.ShouldBe("\"4\"");
    }

    [RealServersFact]
    public async Task Solving_needs_an_agent_and_a_ticket()
    {
        await Deliver([Sms("hello", Noon)]);
        using var onlooker = service.ClientWith(ServiceUnderTest<Program>.ReaderKey);
        (await onlooker.PostAsync($"/tickets/{TicketId}/solve", null)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await service.Client.PostAsync($"/tickets/{Guid.NewGuid()}/solve", null)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [RealServersFact]
    public async Task Inbox_shows_the_latest_activity_first_and_can_be_narrowed_to_a_status()
    {
        var customers = Enumerable.Range(0, 3).Select(n => $"{_customer}{n}").ToArray();
        foreach (var customer in customers)
            await Deliver([Sms("hello", Noon) with { From = customer }]);
        (await service.Client.PostAsync($"/tickets/{Ticket.IdFor(customers[1], Us)}/solve", null)).EnsureSuccessStatusCode();

        var (seen, after) = (new List<TicketInbox.Row>(), "");
        while (seen.Count < 3)
        {
            var page = await Get<Page<TicketInbox.Row>>($"/tickets?limit=2{after}");
            seen.AddRange(page.Items);
            after = $"&after={page.Next}";
        }
        seen[..3].Select(ticket => ticket.Customer).ShouldBe([customers[1], customers[2], customers[0]]);
        (await Get<Page<TicketInbox.Row>>("/tickets?status=solved")).Items[0].Customer.ShouldBe(customers[1]);
        (await Get<Page<TicketInbox.Row>>("/tickets?status=open")).Items[0].Customer.ShouldBe(customers[2]);
        (await service.Client.GetAsync("/tickets?status=lost")).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    private InboundSmsReceived Sms(string text, DateTimeOffset sentAt) => new()
    {
        SmsId = Guid.NewGuid(),
        Endpoint = "sms",
        From = _customer,
        To = Us,
        Text = text,
        SentAt = sentAt,
        ReceivedAt = sentAt,
    };

    /// <summary>Delivers all at once and waits until all have been handled.</summary>
    private async Task Deliver(InboundSmsReceived[] texts, Guid? messageId = null)
    {
        var ids = texts.Select(_ => messageId ?? Guid.CreateVersion7()).ToArray();
        await Task.WhenAll(texts.Zip(ids, (sms, id) => service.Publish(sms, sms.SmsId, id)));
        await Eventually.Sees(
            () => service.Database.Query($"select count(*) from sms_inbox where message_id = any ({ids})", r => r.GetInt64(0)),
            handled => handled[0] == texts.Length);
    }

    private async Task<HttpResponseMessage> Solve(string? ifMatch = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/tickets/{TicketId}/solve");
        if (ifMatch is not null)
            request.Headers.Add("If-Match", ifMatch);
        return await service.Client.SendAsync(request);
    }

    private async Task<T> Get<T>(string path) => (await service.Client.GetFromJsonAsync<T>(path))!;
}
