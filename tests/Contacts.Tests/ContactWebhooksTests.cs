using System.Net.Http.Json;
using Sms.BusMessages;
using Sms.Testing;

namespace Sms.Contacts.Tests;

/// <summary>Contacts, allowed to tell receivers on this machine.</summary>
public sealed class ContactsWithReceivers : ServiceUnderTest<Program>
{
    protected override IReadOnlyDictionary<string, string> Settings { get; } = new Dictionary<string, string>
    {
        ["Webhooks:MasterKey"] = Convert.ToBase64String(new byte[32]),
        ["Webhooks:AllowedNetworks"] = "127.0.0.0/8",
    };
}

public sealed class ContactWebhooksTests(ContactsWithReceivers contacts) : IClassFixture<ContactsWithReceivers>
{
    private readonly string _customer = $"+65{Random.Shared.NextInt64(10_000_000, 99_999_999)}{Random.Shared.Next(1000, 9999)}";

    [RealServersFact]
    public async Task A_text_is_told_after_the_contact_it_made()
    {
        await using var receiver = await Receiver.Start();
        await Subscribe(new { receiver.Url });
        await Text("hello");
        var told = await Told(receiver, 2);
        told.Select(request => request.Json.GetProperty("type").GetString()).ShouldBe(["contact.created", "message.received"]);
        var data = told[1].Json.GetProperty("data");
        data.GetProperty("contact").GetProperty("number").GetString().ShouldBe(_customer);
        data.GetProperty("message").GetProperty("text").GetString().ShouldBe("hello");
    }

    [RealServersFact]
    public async Task A_text_lands_in_the_users_own_crm()
    {
        await using var pipedrive = await Receiver.Start();
        pipedrive.Answers = request => Task.FromResult(new Receiver.Answer(200, request.PathAndQuery.Contains("search", StringComparison.Ordinal)
            ? """{"data":{"items":[]}}""" : """{"data":{"id":12}}"""));
        await Subscribe(new { url = pipedrive.Base, mapping = "pipedrive", headers = new Dictionary<string, string> { ["x-api-token"] = "t0ken" } });
        await Text("Are you open?");
        var told = await Told(pipedrive, 3);
        told.ShouldAllBe(request => request.Headers["x-api-token"] == "t0ken");
        told.Select(request => $"{request.Method} {request.PathAndQuery.Split('?')[0]}").ShouldBe(["GET /api/v2/persons/search", "POST /api/v2/persons", "POST /api/v1/notes"]);
        told[2].Body.ShouldBe("""{"content":"SMS received: Are you open?","person_id":12}""");
    }

    private async Task Subscribe(object draft) => (await contacts.Client.PostAsJsonAsync("/webhooks", draft)).EnsureSuccessStatusCode();

    private static Task<IReadOnlyList<Receiver.Request>> Told(Receiver receiver, int requests) =>
        Eventually.Sees(() => receiver.Requests, told => told.Count == requests, TimeSpan.FromSeconds(60));

    private Task Text(string text)
    {
        var id = Guid.NewGuid();
        return contacts.Publish(
            new InboundSmsReceived
            {
                SmsId = id, Endpoint = "sms", From = _customer, To = "+6581230000", Text = text, SentAt = DateTimeOffset.UtcNow, ReceivedAt = DateTimeOffset.UtcNow,
            },
            id);
    }
}
