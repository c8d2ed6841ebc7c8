using System.Net.Http.Json;
using Sms.BusMessages;
using Sms.EventStore;
using Sms.Helpdesk.Views;
using Sms.ServiceHost;
using Sms.Testing;

namespace Sms.Helpdesk.Tests;

/// <summary>A customer of a test's own, and what the test asks Helpdesk about them.</summary>
internal sealed class Customer(ServiceUnderTest<Program> helpdesk)
{
    public const string Us = "+6591110000", Elsewhere = "+6592220000";
    public static readonly DateTimeOffset Noon = new(2026, 6, 12, 12, 0, 0, TimeSpan.Zero);

    public string Number { get; init; } = $"+65{Random.Shared.NextInt64(10_000_000, 99_999_999)}{Random.Shared.Next(1000, 9999)}";

    /// <summary>Their first ticket.</summary>
    public Guid First => Helpdesk.Tickets.Ticket.IdFor(Number, Us);

    public InboundSmsReceived Sms(string text, DateTimeOffset? sentAt = null, string to = Us, string endpoint = "sms") => new()
    {
        SmsId = Guid.NewGuid(),
        Endpoint = endpoint,
        From = Number,
        To = to,
        Text = text,
        SentAt = sentAt ?? DateTimeOffset.UtcNow,
        ReceivedAt = sentAt ?? DateTimeOffset.UtcNow,
    };

    public static InboundSmsScreened Verdict(InboundSmsReceived sms, string verdict = "clear") => new()
    {
        SmsId = sms.SmsId,
        Endpoint = sms.Endpoint,
        From = sms.From,
        To = sms.To,
        Verdict = verdict,
        RepliesAllowed = verdict == "clear",
        OptedOut = verdict == "opt-out",
        SentAt = sms.SentAt,
        ScreenedAt = sms.ReceivedAt,
    };

    public static InboundSmsRuled Ruled(InboundSmsReceived sms, string outcome) =>
        new() { SmsId = sms.SmsId, Endpoint = sms.Endpoint, Outcome = outcome, RuleSetVersion = 1, RuledAt = sms.ReceivedAt };

    /// <summary>They text, consent has nothing against it, and it is handled.</summary>
    public async Task<InboundSmsReceived> Texts(string text, DateTimeOffset? sentAt = null, string to = Us, string endpoint = "sms")
    {
        var sms = Sms(text, sentAt, to, endpoint);
        await Hear(sms, Verdict(sms));
        return sms;
    }

    /// <summary>Publishes all at once, as other services would, and waits until all have been handled.</summary>
    public async Task Hear(params IReadOnlyCollection<object> messages)
    {
        var ids = messages.Select(_ => Guid.CreateVersion7()).ToArray();
        await Task.WhenAll(messages.Zip(ids, Publish));
        await Handled(ids);
    }

    public Task Publish(object message, Guid id) => message switch
    {
        InboundSmsReceived sms => helpdesk.Publish(sms, sms.SmsId, id),
        InboundSmsScreened verdict => helpdesk.Publish(verdict, verdict.SmsId, id),
        InboundSmsRuled ruled => helpdesk.Publish(ruled, ruled.SmsId, id),
        TicketAsked asked => helpdesk.Publish(asked, asked.SmsId, id),
        SmsChanged changed => helpdesk.Publish(changed, changed.SendId, id),
        ContactChanged changed => helpdesk.Publish(changed, changed.ContactId, id),
        _ => throw new ArgumentException("Helpdesk does not listen to this.", nameof(message)),
    };

    public Task Handled(params Guid[] ids) => Eventually.Sees(
        () => helpdesk.Database.Query($"select count(*) from sms_inbox where message_id = any ({ids})", r => r.GetInt64(0)), handled => handled[0] == ids.Length);

    /// <summary>Their tickets, the latest activity first.</summary>
    public async Task<IReadOnlyList<TicketList.Row>> Tickets() => (await Get<Page<TicketList.Row>>($"/tickets?customer={Uri.EscapeDataString(Number)}")).Items;

    public async Task<TicketDetails.Detail> Ticket(Guid id) => (await Get<TicketDetails.Shown>($"/tickets/{id}")).Ticket;

    public async Task<IReadOnlyList<TicketConversation.Row>> Entries(Guid id, string query = "") =>
        (await Get<Page<TicketConversation.Row>>($"/tickets/{id}/entries?limit=200{query}")).Items;

    /// <summary>What they wrote on a ticket, in its order.</summary>
    public async Task<IEnumerable<string?>> Written(Guid id, string query = "") =>
        (await Entries(id, query)).Where(entry => entry.Kind == "customer-wrote").Select(entry => entry.Text);

    /// <summary>Asks something of the service, with a key of its own and, if given, <c>If-Match</c>.</summary>
    public async Task<HttpResponseMessage> Ask(HttpMethod method, string path, object? body = null, string? ifMatch = null, string? key = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
        request.Headers.Add("Idempotency-Key", key ?? Guid.NewGuid().ToString());
        if (ifMatch is not null)
            request.Headers.Add("If-Match", ifMatch);
        return await helpdesk.Client.SendAsync(request);
    }

    public async Task<T> Done<T>(HttpMethod method, string path, object? body = null)
    {
        using var answer = await Ask(method, path, body);
        answer.IsSuccessStatusCode.ShouldBeTrue($"{path}: {await answer.Content.ReadAsStringAsync()}");
        return (await answer.Content.ReadFromJsonAsync<T>())!;
    }

    public Task<TicketDetails.Detail> Change(Guid id, object changes) => Done<TicketDetails.Detail>(HttpMethod.Patch, $"/tickets/{id}", changes);

    /// <summary>Waits until a ticket is as it should be.</summary>
    public Task<TicketDetails.Detail> Becomes(Guid id, Func<TicketDetails.Detail, bool> asItShouldBe) => Eventually.Sees(() => Ticket(id), asItShouldBe);

    private async Task<T> Get<T>(string path) => (await helpdesk.Client.GetFromJsonAsync<T>(path))!;
}
