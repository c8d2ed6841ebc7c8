using System.Net;
using System.Net.Http.Json;
using Sms.BusMessages;
using Sms.Contacts.Contacts;
using Sms.Contacts.Views;
using Sms.EventStore;
using Sms.ServiceHost;
using Sms.Testing;

namespace Sms.Contacts.Tests.UseCases;

public sealed class RecordInboundSmsTests(ServiceUnderTest<Program> service) : IClassFixture<ServiceUnderTest<Program>>
{
    private static readonly DateTimeOffset Noon = new(2026, 6, 12, 12, 0, 0, TimeSpan.Zero);

    // Every test has a customer of its own.
    private readonly string _customer = $"+65{Random.Shared.NextInt64(10_000_000, 99_999_999)}{Random.Shared.Next(1000, 9999)}";

    [RealServersFact]
    public async Task One_text_delivered_twenty_times_at_once_is_one_contact_with_one_text()
    {
        var sms = Sms("hello", Noon);
        await Deliver([.. Enumerable.Repeat(sms, 20)]);

        var stream = await service.Store.Load(Contact.Stream, Contact.IdFor(_customer));
        stream.Version.ShouldBe(2);
        (await Get<ContactList.Row>($"/contacts/{Contact.IdFor(_customer)}")).Texts.ShouldBe(1);
    }

    [RealServersFact]
    public async Task Twenty_first_texts_at_once_are_one_contact_with_twenty_texts()
    {
        await Deliver([.. Enumerable.Range(0, 20).Select(n => Sms($"text {n}", Noon.AddSeconds(n)))]);

        var contact = (await Get<Page<ContactList.Row>>($"/contacts?number={Uri.EscapeDataString(_customer)}")).Items.ShouldHaveSingleItem();
        contact.ShouldSatisfyAllConditions(
            () => contact.Id.ShouldBe(Contact.IdFor(_customer)),
            () => contact.Texts.ShouldBe(20),
            () => contact.LastText.ShouldBe("text 19"),
            () => contact.LastTextAt.ShouldBe(Noon.AddSeconds(19)));
    }

    [RealServersFact]
    public async Task Redelivered_message_changes_nothing()
    {
        var sms = Sms("hello", Noon);
        var messageId = Guid.CreateVersion7();
        await Deliver([sms], messageId);
        await service.Publish(sms, sms.SmsId, messageId);
        await Deliver([Sms("after it", Noon.AddMinutes(1))]);

        (await Get<ContactList.Row>($"/contacts/{Contact.IdFor(_customer)}")).Texts.ShouldBe(2);
        (await service.Broker.Depth("contacts-record-inbound-sms_error") ?? 0).ShouldBe(0u);
    }

    [RealServersFact]
    public async Task Timeline_is_in_the_order_the_texts_were_sent_whatever_order_they_arrive_in()
    {
        await Deliver([Sms("third", Noon.AddMinutes(2))]);
        await Deliver([Sms("first", Noon)]);
        await Deliver([Sms("second", Noon.AddMinutes(1))]);
        await Deliver([Sms("second too", Noon.AddMinutes(1))]);

        var (texts, after) = (new List<string>(), "");
        do
        {
            var page = await Get<Page<ContactTimeline.Row>>($"/contacts/{Contact.IdFor(_customer)}/timeline?limit=3{after}");
            texts.AddRange(page.Items.Select(row => row.Text));
            after = page.Next is null ? null : $"&after={page.Next}";
        }
        while (after is not null);
        texts.ShouldBe(["first", "second", "second too", "third"]);
        (await Get<ContactList.Row>($"/contacts/{Contact.IdFor(_customer)}")).LastText.ShouldBe("third");
    }

    [RealServersFact]
    public async Task Contacts_are_listed_by_who_texted_last_and_paging_sees_each_once()
    {
        var tomorrow = Noon.AddYears(50);
        var numbers = Enumerable.Range(0, 5).Select(n => $"{_customer}{n}").ToArray();
        await Deliver([.. numbers.Select((number, n) => Sms("hi", tomorrow.AddMinutes(n)) with { From = number })]);

        var (seen, after) = (new List<string>(), "");
        while (seen.Count < 5)
        {
            var page = await Get<Page<ContactList.Row>>($"/contacts?limit=2{after}");
            seen.AddRange(page.Items.Select(row => row.Number));
            after = $"&after={page.Next}";
        }
        seen[..5].ShouldBe(numbers.Reverse());
    }

    [RealServersFact]
    public async Task Contact_is_found_by_its_number_however_it_is_written_and_tells_its_version()
    {
        await Deliver([Sms("hello", Noon)]);

        foreach (var written in new[] { _customer, Uri.EscapeDataString(_customer), _customer[1..] })
            (await Get<Page<ContactList.Row>>($"/contacts?number={written}")).Items.ShouldHaveSingleItem();
        using var answer = await service.Client.GetAsync($"/contacts/{Contact.IdFor(_customer)}");
        answer.Headers.ETag!.Tag.ShouldBe("\"2\"");
    }

    [RealServersFact]
    public async Task Nobody_is_a_contact_who_never_texted()
    {
        var nobody = Guid.NewGuid();
        (await service.Client.GetAsync($"/contacts/{nobody}")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await service.Client.GetAsync($"/contacts/{nobody}/timeline")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await Get<Page<ContactList.Row>>("/contacts?number=%2B6580009999")).Items.ShouldBeEmpty();
        (await service.Client.GetAsync("/contacts?number=%20")).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await service.Client.GetAsync("/contacts?after=nonsense")).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    private InboundSmsReceived Sms(string text, DateTimeOffset sentAt) => new()
    {
        SmsId = Guid.NewGuid(),
        Endpoint = "sms",
        From = _customer,
        To = "+6591110000",
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

    private async Task<T> Get<T>(string path) => (await service.Client.GetFromJsonAsync<T>(path))!;
}
