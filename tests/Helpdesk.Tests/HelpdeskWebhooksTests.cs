using System.Net.Http.Json;
using Sms.BusMessages;
using Sms.Testing;

namespace Sms.Helpdesk.Tests;

/// <summary>Helpdesk, allowed to tell receivers on this machine.</summary>
public sealed class HelpdeskWithReceivers : ServiceUnderTest<Program>
{
    protected override IReadOnlyDictionary<string, string> Settings { get; } = new Dictionary<string, string>
    {
        ["Webhooks:MasterKey"] = Convert.ToBase64String(new byte[32]),
        ["Webhooks:AllowedNetworks"] = "127.0.0.0/8",
    };
}

public sealed class HelpdeskWebhooksTests(HelpdeskWithReceivers helpdesk) : IClassFixture<HelpdeskWithReceivers>
{
    private readonly string _customer = $"+65{Random.Shared.NextInt64(10_000_000, 99_999_999)}{Random.Shared.Next(1000, 9999)}";

    [RealServersFact]
    public async Task A_text_opens_a_ticket_in_the_helpdesk_there_is_already_and_the_next_joins_it()
    {
        await using var zammad = await Receiver.Start();
        zammad.Answers = request => Task.FromResult(new Receiver.Answer(200, request.PathAndQuery.Split('?')[0] switch
        {
            "/api/v1/users/search" => "[]",
            "/api/v1/users" => """{"id":9}""",
            _ => """{"id":4711}""",
        }));
        (await helpdesk.Client.PostAsJsonAsync("/webhooks", new
        {
            url = zammad.Base, mapping = "zammad", headers = new { Authorization = "Token token=t" }, settings = new { group = "SMS" },
        })).EnsureSuccessStatusCode();

        await Text("My order is late");
        await Told(3);
        await Text("Still nothing");
        var told = await Told(4);
        told.Select(request => $"{request.Method} {request.PathAndQuery.Split('?')[0]}").ShouldBe(
            ["GET /api/v1/users/search", "POST /api/v1/users", "POST /api/v1/tickets", "PUT /api/v1/tickets/4711"]);
        told[2].Json.GetProperty("group").GetString().ShouldBe("SMS");
        told[2].Json.GetProperty("article").GetProperty("body").GetString().ShouldBe("My order is late");
        told[3].Json.GetProperty("article").GetProperty("body").GetString().ShouldBe("Still nothing");

        Task<IReadOnlyList<Receiver.Request>> Told(int requests) => Eventually.Sees(() => zammad.Requests, all => all.Count == requests, TimeSpan.FromSeconds(60));
    }

    private async Task Text(string text)
    {
        var (id, now) = (Guid.NewGuid(), DateTimeOffset.UtcNow);
        await helpdesk.Publish(
            new InboundSmsScreened
            {
                SmsId = id, Endpoint = "sms", From = _customer, To = "+6581230000", Verdict = "clear", RepliesAllowed = true, OptedOut = false, SentAt = now, ScreenedAt = now,
            },
            Guid.NewGuid());
        await helpdesk.Publish(
            new InboundSmsReceived { SmsId = id, Endpoint = "sms", From = _customer, To = "+6581230000", Text = text, SentAt = now, ReceivedAt = now }, id);
    }
}
