using System.Net;
using System.Net.ServerSentEvents;
using System.Text.Json;
using Sms.Contacts.Views;
using Sms.ServiceHost;
using Sms.Testing;
using static Sms.Contacts.Tests.ContactsUnderTest;

namespace Sms.Contacts.Tests.Views;

public sealed class ContactTimelineTests(ContactsUnderTest contacts) : IClassFixture<ContactsUnderTest>
{
    private readonly string _customer = NewNumber();

    [RealServersFact]
    public async Task Texts_tickets_and_consent_are_in_the_order_they_happened_whatever_order_they_arrive_in()
    {
        var stop = Text(_customer, "STOP", Noon.AddMinutes(4));
        await contacts.Deliver(stop);
        await contacts.Deliver(Screened(stop, "opt-out"));
        await contacts.Deliver(Ticket(_customer, at: Noon.AddMinutes(2)));
        await contacts.Deliver(OurSms(_customer, at: Noon.AddMinutes(3)));
        await contacts.Deliver(Consent(_customer, "opted-in", Noon));
        await contacts.Deliver(Text(_customer, "hello", Noon.AddMinutes(1)));

        var id = (await contacts.Whose(_customer)).Id;
        var entries = await contacts.Timeline(id);
        entries.Select(e => (e.Kind, e.Text ?? e.Status)).ShouldBe(
            [("consent", "opted-in"), ("text-in", "hello"), ("ticket", "new"), ("text-out", "our answer"), ("text-in", "STOP"), ("consent", "opted-out")], ignoreOrder: true);
        entries.Select(e => e.At).ShouldBeInOrder();
        (await contacts.Timeline(id, limit: 1)).ShouldBe(entries);
        (await contacts.Timeline(id, "&order=latest", 2)).ShouldBe(entries.Reverse());
        (await contacts.Timeline(id, "&kind=ticket,text-out")).Select(e => e.Kind).ShouldBe(["ticket", "text-out"]);
        (await contacts.Timeline(id, $"&from={Time(Noon.AddMinutes(1))}&until={Time(Noon.AddMinutes(3))}")).Count.ShouldBe(2);
        (await contacts.Timeline(id, "&ourNumber=6591110000")).Count.ShouldBe(5);
        (await contacts.Timeline(id, "&ourNumber=6599990000")).ShouldBeEmpty();
        await RebuiltViews.ShouldEqualLive(contacts);
    }

    [RealServersFact]
    public async Task Text_of_ours_is_one_entry_with_what_has_become_of_it_whatever_order_that_is_told_in()
    {
        var sendId = Guid.NewGuid();
        await contacts.Deliver(OurSms(_customer, "held", 1, sendId, Noon));
        await contacts.Deliver(OurSms(_customer, "delivered", 4, sendId, Noon.AddSeconds(9)));
        await contacts.Deliver(OurSms(_customer, "accepted", 3, sendId, Noon.AddSeconds(2)));

        var entry = (await contacts.Timeline((await contacts.Whose(_customer)).Id)).ShouldHaveSingleItem();
        entry.ShouldSatisfyAllConditions(() => entry.Status.ShouldBe("delivered"), () => entry.Revision.ShouldBe(4), () => entry.At.ShouldBe(Noon));
    }

    [RealServersFact]
    public async Task Every_change_of_a_ticket_is_an_entry_and_told_twice_it_is_one()
    {
        await contacts.Deliver(Text(_customer, "hello"));
        var ticket = Guid.NewGuid();
        await contacts.Deliver(Ticket(_customer, 2, "open", ticket, Noon.AddMinutes(2)), Ticket(_customer, 1, "new", ticket, Noon.AddMinutes(1)));
        await contacts.Deliver(Ticket(_customer, 2, "open", ticket, Noon.AddMinutes(2)));
        (await contacts.Timeline((await contacts.Whose(_customer)).Id, "&kind=ticket")).Select(e => e.Status).ShouldBe(["new", "open"]);
    }

    [RealServersFact]
    public async Task Consent_of_somebody_who_never_wrote_makes_no_contact_and_is_there_once_they_do()
    {
        await contacts.Deliver(Consent(_customer, "opted-out"));
        (await contacts.Get<Page<ContactList.Row>>($"/contacts?number={Uri.EscapeDataString(_customer)}")).Items.ShouldBeEmpty();
        await contacts.Deliver(Text(_customer, "hello", Noon.AddDays(1)));
        (await contacts.Timeline((await contacts.Whose(_customer)).Id)).Select(e => e.Kind).ShouldBe(["consent", "text-in"]);

        var (other, number) = (await contacts.Enter(new { name = "Other" }), NewNumber());
        await contacts.Deliver(Consent(number, "opted-in"));
        (await contacts.Send(HttpMethod.Post, $"/contacts/{other.Id}/numbers", new { number })).EnsureSuccessStatusCode();
        (await contacts.Timeline(other.Id)).ShouldHaveSingleItem().Status.ShouldBe("opted-in");
    }

    [RealServersFact]
    public async Task Verdict_that_changes_no_consent_is_no_entry()
    {
        var sms = Text(_customer, "hello");
        await contacts.Deliver(sms);
        await contacts.Publish(Screened(sms, "clear"), sms.SmsId);
        await contacts.Deliver(Screened(sms, "review"));
        (await contacts.Timeline((await contacts.Whose(_customer)).Id)).Select(e => e.Status).ShouldBe([null, "review"], ignoreOrder: true);
    }

    [RealServersFact]
    public async Task As_of_a_moment_it_is_as_it_was_then()
    {
        var (other, sendId) = (NewNumber(), Guid.NewGuid());
        await contacts.Deliver(Text(_customer, "hello"), Text(other, "hello from the other", Noon.AddMinutes(1)));
        await contacts.Deliver(OurSms(_customer, "held", 1, sendId, Noon.AddMinutes(2)));
        var (contact, part) = (await contacts.Whose(_customer), await contacts.Whose(other));
        var before = Time(DateTimeOffset.UtcNow);
        await contacts.Deliver(OurSms(_customer, "delivered", 2, sendId, Noon.AddMinutes(3)));
        var merged = await contacts.Merge(contact.Id, part.Id);

        (await contacts.Timeline(contact.Id)).Select(e => e.Text ?? e.Status).ShouldBe(["hello", "hello from the other", "our answer"]);
        var then = await contacts.Timeline(contact.Id, $"&asOf={before}");
        then.Select(e => e.Kind).ShouldBe(["text-in", "text-out"]);
        then[1].Status.ShouldBe("held");
        (await contacts.Timeline(contact.Id, $"&asOf={merged.Version}")).Count.ShouldBe(3);
        (await contacts.Get<ContactList.Row>($"/contacts/{contact.Id}?asOf={before}")).Numbers.ShouldBe([_customer]);
        (await contacts.Client.GetAsync($"/contacts/{contact.Id}?asOf=2020-01-01T00:00:00Z")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await contacts.Client.GetAsync($"/contacts/{contact.Id}?asOf=yesterday")).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    [RealServersFact]
    public async Task What_cannot_be_asked_is_said_by_field()
    {
        await contacts.Deliver(Text(_customer, "hello"));
        var id = (await contacts.Whose(_customer)).Id;
        foreach (var (query, field) in new[] { ("kind=letters", "kind"), ("order=random", "order"), ("ourNumber=%20", "ourNumber") })
        {
            using var answer = await contacts.Client.GetAsync($"/contacts/{id}/timeline?{query}");
            answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
            (await answer.Content.ReadAsStringAsync()).ShouldContain($"\"{field}\"");
        }
        (await contacts.Client.GetAsync($"/contacts/{Guid.NewGuid()}/timeline")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await contacts.Client.GetAsync($"/contacts/{Guid.NewGuid()}/timeline/live")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [RealServersFact]
    public async Task Live_it_shows_what_any_instance_stores_and_goes_on_at_another_where_it_was_left()
    {
        await contacts.Deliver(Text(_customer, "before"));
        var id = (await contacts.Whose(_customer)).Id;
        var other = await contacts.Another();

        string place;
        await using (var live = await Live.Open(contacts.Client, id))
        {
            (await live.Next()).EventType.ShouldBe(LiveTimeline.Ready);
            await contacts.Deliver(Text(_customer, "one", Noon.AddMinutes(1)), Text(NewNumber(), "not theirs"));
            (await live.NextEntry()).Text.ShouldBe("one");
            place = live.Place!;
        }
        await contacts.Deliver(Text(_customer, "missed", Noon.AddMinutes(2)));

        using var client = other.CreateClient();
        client.DefaultRequestHeaders.Authorization = contacts.Client.DefaultRequestHeaders.Authorization;
        await using var again = await Live.Open(client, id, place);
        (await again.NextEntry()).Text.ShouldBe("missed");
        var sendId = Guid.NewGuid();
        await contacts.Deliver(OurSms(_customer, "held", 1, sendId));
        (await again.NextEntry()).Status.ShouldBe("held");
        await contacts.Deliver(OurSms(_customer, "sent", 2, sendId));
        (await again.NextEntry()).ShouldSatisfyAllConditions(e => e.Status.ShouldBe("sent"), e => e.Id.ShouldBe(sendId));

        var part = NewNumber();
        await contacts.Deliver(Text(part, "a stranger"));
        await contacts.Merge(id, (await contacts.Whose(part)).Id);
        await contacts.Deliver(Text(part, "one of us", Noon.AddMinutes(3)));
        // What the stranger wrote just before may have come by while it became one of us.
        while (await again.NextEntry() is { } entry && entry.Text != "one of us")
            entry.Text.ShouldBe("a stranger");
    }

    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("O");

    /// <summary>A timeline being followed.</summary>
    private sealed class Live(HttpResponseMessage answer, IAsyncEnumerator<SseItem<string>> events) : IAsyncDisposable
    {
        public string? Place { get; private set; }

        public static async Task<Live> Open(HttpClient client, Guid id, string? place = null)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"/contacts/{id}/timeline/live");
            if (place is not null)
                request.Headers.Add("Last-Event-ID", place);
            var answer = (await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead)).EnsureSuccessStatusCode();
            return new Live(answer, SseParser.Create(await answer.Content.ReadAsStreamAsync()).EnumerateAsync().GetAsyncEnumerator());
        }

        public async Task<SseItem<string>> Next()
        {
            (await events.MoveNextAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30))).ShouldBeTrue();
            Place = events.Current.EventId;
            return events.Current;
        }

        public async Task<ContactTimeline.Row> NextEntry()
        {
            while (true)
                if (await Next() is { EventType: "entry" } item)
                    return JsonSerializer.Deserialize<ContactTimeline.Row>(item.Data, JsonSerializerOptions.Web)!;
        }

        public async ValueTask DisposeAsync()
        {
            answer.Dispose();
            try
            {
                await events.DisposeAsync();
            }
            catch (Exception e) when (e is IOException or NotSupportedException or OperationCanceledException)
            {
                // Cut off while it waited for more.
            }
        }
    }
}
