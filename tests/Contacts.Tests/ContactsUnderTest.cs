using System.Net.Http.Headers;
using System.Net.Http.Json;
using Sms.BusMessages;
using Sms.Contacts.Views;
using Sms.EventStore;
using Sms.ServiceHost;
using Sms.Testing;

namespace Sms.Contacts.Tests;

/// <summary>Contacts on real servers, and the words its tests speak to it in.</summary>
public sealed class ContactsUnderTest : ServiceUnderTest<Program>
{
    public static readonly DateTimeOffset Noon = new(2026, 6, 12, 12, 0, 0, TimeSpan.Zero);
    public const string OurNumber = "+6591110000";
    public static readonly string[] Vip = ["vip"];

    /// <summary>A number that nobody has used yet.</summary>
    public static string NewNumber() => $"+65{Random.Shared.NextInt64(10_000_000, 99_999_999)}{Random.Shared.Next(1000, 9999)}";

    public static InboundSmsReceived Text(string from, string text, DateTimeOffset? sentAt = null) => new()
    {
        SmsId = Guid.NewGuid(),
        Endpoint = "sms",
        From = from,
        To = OurNumber,
        Text = text,
        SentAt = sentAt ?? Noon,
        ReceivedAt = sentAt ?? Noon,
    };

    public static SmsChanged OurSms(string to, string status = "held", long version = 1, Guid? sendId = null, DateTimeOffset? at = null) => new()
    {
        SendId = sendId ?? Guid.NewGuid(),
        Version = version,
        InReplyTo = Guid.Empty,
        Endpoint = "sms",
        From = OurNumber,
        To = to,
        Text = "our answer",
        Purpose = "reply",
        RequestedBy = "operator:tester",
        Status = status,
        ChangedAt = at ?? Noon,
    };

    public static TicketChanged Ticket(string customer, long version = 1, string status = "new", Guid? ticketId = null, DateTimeOffset? at = null) => new()
    {
        TicketId = ticketId ?? Guid.NewGuid(),
        Version = version,
        Number = 17,
        Customer = customer,
        OurNumber = OurNumber,
        Status = status,
        Priority = "normal",
        ChangedAt = at ?? Noon,
    };

    public static ConsentChanged Consent(string person, string change, DateTimeOffset? at = null) => new()
    {
        FactId = Guid.NewGuid(),
        FactHash = new string('0', 64),
        Person = person,
        Change = change,
        EffectiveAt = at ?? Noon,
    };

    public static InboundSmsScreened Screened(InboundSmsReceived sms, string verdict) => new()
    {
        SmsId = sms.SmsId,
        Endpoint = sms.Endpoint,
        From = sms.From,
        To = sms.To,
        Verdict = verdict,
        RepliesAllowed = verdict is "clear",
        OptedOut = verdict is "opt-out",
        SentAt = sms.SentAt,
        ScreenedAt = sms.SentAt,
    };

    /// <summary>Delivers all at once and waits until all have been handled.</summary>
    public async Task Deliver<T>(params IReadOnlyList<T> messages)
        where T : class
    {
        var ids = messages.Select(_ => Guid.CreateVersion7()).ToArray();
        await Task.WhenAll(messages.Zip(ids, (message, id) => Publish(message, Guid.NewGuid(), id)));
        await Handled(ids);
    }

    /// <summary>Waits until these messages have been handled.</summary>
    public async Task Handled(params Guid[] ids) => await Eventually.Sees(
        () => Database.Query($"select count(*) from sms_inbox where message_id = any ({ids})", r => r.GetInt64(0)), handled => handled[0] == ids.Length, TimeSpan.FromSeconds(60));

    public async Task<T> Get<T>(string path) => (await Client.GetFromJsonAsync<T>(path))!;

    /// <summary>The contact that has a number.</summary>
    public async Task<ContactList.Row> Whose(string number) =>
        (await Get<Page<ContactList.Row>>($"/contacts?number={Uri.EscapeDataString(number)}")).Items.ShouldHaveSingleItem();

    /// <summary>All of a contact's timeline.</summary>
    public async Task<IReadOnlyList<ContactTimeline.Row>> Timeline(Guid id, string query = "", int limit = 200)
    {
        var (rows, after) = (new List<ContactTimeline.Row>(), "");
        do
        {
            var page = await Get<Page<ContactTimeline.Row>>($"/contacts/{id}/timeline?limit={limit}{query}{after}");
            rows.AddRange(page.Items);
            after = page.Next is null ? null : $"&after={page.Next}";
        }
        while (after is not null);
        return rows;
    }

    /// <summary>Enters a contact.</summary>
    public async Task<ContactList.Row> Enter(object contact) =>
        (await (await Client.PostAsJsonAsync("/contacts", new { contact })).EnsureSuccessStatusCode().Content.ReadFromJsonAsync<ContactList.Row>())!;

    public async Task<ContactList.Row> Merge(Guid into, Guid contactId) =>
        (await (await Client.PostAsJsonAsync($"/contacts/{into}/merged", new { contactId })).EnsureSuccessStatusCode().Content.ReadFromJsonAsync<ContactList.Row>())!;

    public async Task Unmerge(Guid from, Guid part) => (await Client.DeleteAsync($"/contacts/{from}/merged/{part}")).EnsureSuccessStatusCode();

    /// <summary>Sends with a condition or a key.</summary>
    public async Task<HttpResponseMessage> Send(HttpMethod method, string path, object? body, string? ifMatch = null, string? key = null, HttpClient? client = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
        if (ifMatch is not null)
            request.Headers.IfMatch.Add(EntityTagHeaderValue.Parse(ifMatch));
        if (key is not null)
            request.Headers.Add("Idempotency-Key", key);
        return await (client ?? Client).SendAsync(request);
    }
}
