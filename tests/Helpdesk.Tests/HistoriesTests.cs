using System.Net.Http.Headers;
using System.Net.Http.Json;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.DependencyInjection;
using Sms.BusMessages;
using Sms.EventStore;
using Sms.Helpdesk.UseCases;
using Sms.Testing;

namespace Sms.Helpdesk.Tests;

/// <summary>
/// Whatever happens in whatever order, in two instances at once: texts, twice and out of order, verdicts early, late and never, agents who do
/// all they can, the clock. Everything that is tried follows from the seed; what it meets does not.
/// </summary>
public sealed class HistoriesTests(HelpdeskWithClock helpdesk) : IClassFixture<HelpdeskWithClock>
{
    private const int Worlds = 6, Steps = 60, AtOnce = 6;

    private static readonly string[] Tags = ["a", "b", "c"];

    private readonly List<Guid> _texts = [];
    private WebApplicationFactory<Program>? _other;

    [RealServersFact]
    public async Task In_every_history_a_conversation_has_one_open_ticket_and_every_text_once_and_the_views_can_be_made_again()
    {
        _other = await helpdesk.Another();
        var told = await helpdesk.Broker.Hear<TicketChanged>();
        await new Customer(helpdesk).Done<object>(HttpMethod.Put, "/policies/every-endpoint", UseCases.DecidingTextsTests.Policy(new
        {
            targets = new[] { new { priority = "normal", firstReplyMinutes = 60, nextReplyMinutes = 30, resolutionMinutes = 600 }, new { priority = "urgent", firstReplyMinutes = 5, nextReplyMinutes = 5, resolutionMinutes = 60 } },
        }));
        for (var seed = 1; seed <= Worlds; seed++)
        {
            var chance = new Random(seed);
            Customer[] customers = [new(helpdesk), new(helpdesk)];
            for (var step = 0; step < Steps; step += AtOnce)
            {
                await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(_ => Something(customers[chance.Next(2)], new Random(chance.Next()))));
                helpdesk.Clock.Now += TimeSpan.FromMinutes(chance.Next(1, 600));
            }
        }
        // Until what waits has been decided without.
        await helpdesk.Later(TimeSpan.FromMinutes(5));
        await Eventually.Sees(() => helpdesk.Database.Query($"select count(*) from texts where decide_by is not null", r => r.GetInt64(0)), waiting => waiting[0] == 0);

        await Histories.HaveOneOpenTicketPerConversation(helpdesk);
        await Histories.KeepEveryTextOnce(helpdesk, _texts);
        await Histories.CanBeReadAsOfEveryVersion(helpdesk);
        await Histories.CanTellOfEveryTextAsOfEveryVersion(helpdesk);
        await Histories.AreToldAsTheyStood(helpdesk, told);
        await Histories.AreTheSameInAnOlderDatabase(helpdesk);
        await RebuiltViews.ShouldEqualLive(helpdesk);
        (await helpdesk.DeadLetters("helpdesk-record-inbound-sms")).ShouldBe(0);
        // That these histories are worth looking at.
        var kinds = (await helpdesk.Database.Query($"select type, count(*) from mt_events group by type", r => (Type: r.GetString(0), Count: r.GetInt64(1)))).ToDictionary(row => row.Type, row => row.Count);
        foreach (var fact in new[] { "ticket-reopened", "texts-moved-in", "ticket-merged", "ticket-unmerged", "status-changed", "agent-replied", "clock-started" })
            kinds.ShouldContainKey($"helpdesk.{fact}.v1");
        kinds["helpdesk.ticket-opened.v1"].ShouldBeGreaterThan(Worlds * 2);
    }

    private async Task Something(Customer customer, Random chance)
    {
        switch (chance.Next(10))
        {
            case < 5:
                await Text(customer, chance);
                break;
            case < 9:
                await Agent(customer, chance);
                break;
            default:
                await Instance(chance).GetRequiredService<AttendToDue>().Attend(default);
                break;
        }
    }

    private async Task Text(Customer customer, Random chance)
    {
        var named = (await customer.Tickets()).OrderBy(_ => chance.Next()).FirstOrDefault()?.Number;
        var sms = customer.Sms(
            chance.Next(6) == 0 && named is not null ? $"about #{named}" : $"text {chance.Next(1000)}", helpdesk.Clock.Now.AddMinutes(-chance.Next(120)),
            chance.Next(3) == 0 ? Customer.Elsewhere : Customer.Us, chance.Next(2) == 0 ? "sms" : "other");
        lock (_texts)
            _texts.Add(sms.SmsId);
        List<object> heard = [sms];
        if (chance.Next(4) > 0)
            heard.Add(Customer.Verdict(sms, chance.Next(5) == 0 ? "opt-out" : "clear"));
        if (chance.Next(3) == 0)
            heard.Add(sms);
        await customer.Hear([.. heard.OrderBy(_ => chance.Next())]);
    }

    private async Task Agent(Customer customer, Random chance)
    {
        var tickets = (await customer.Tickets()).OrderBy(_ => chance.Next()).ToList();
        if (tickets.Count == 0)
            return;
        var (ticket, other) = (tickets[0], tickets[^1]);
        string[] statuses = ["open", "pending", "on-hold", "solved", "solved", "closed"];
        var moves = (await customer.Ticket(ticket.Id)).Moves.Keys.ToList();
        switch (chance.Next(9))
        {
            case 0 when (await customer.Entries(ticket.Id)).Where(entry => entry.Kind == "customer-wrote" && entry.TicketId == ticket.Id).ToList() is { Count: > 0 } texts:
                await Ask(HttpMethod.Post, $"/tickets/{ticket.Id}/moves", new { smsIds = new[] { texts[chance.Next(texts.Count)].SmsId }, to = chance.Next(2) == 0 ? other.Id : (Guid?)null });
                break;
            case 1 when moves.Count > 0:
                await Ask(HttpMethod.Post, $"/tickets/{ticket.Id}/moves/{moves[0]}/undo");
                break;
            case 2:
                await Ask(HttpMethod.Post, $"/tickets/{ticket.Id}/merge", new { into = other.Id });
                break;
            case 3:
                await Ask(HttpMethod.Post, $"/tickets/{(tickets.Find(t => t.MergedInto is not null) ?? ticket).Id}/unmerge");
                break;
            case 4:
                await Ask(HttpMethod.Patch, $"/tickets/{ticket.Id}", new { reply = "Well.", status = statuses[chance.Next(statuses.Length)] });
                break;
            case 5:
                await Ask(HttpMethod.Patch, $"/tickets/{ticket.Id}", new { priority = "urgent", addTags = Tags[..chance.Next(1, 3)], removeTags = Tags[2..], agent = "me" });
                break;
            default:
                await Ask(HttpMethod.Patch, $"/tickets/{ticket.Id}", new { status = statuses[chance.Next(statuses.Length)] });
                break;
        }

        async Task Ask(HttpMethod method, string path, object? body = null)
        {
            using var client = chance.Next(2) == 0 ? helpdesk.ClientWith(ServiceUnderTest<Program>.AdminKey) : Other();
            using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
            request.Headers.Add("Idempotency-Key", Guid.NewGuid().ToString());
            using var answer = await client.SendAsync(request);
            // Much of it is refused; none of it is our fault.
            ((int)answer.StatusCode).ShouldBeLessThan(500, await answer.Content.ReadAsStringAsync());
        }
    }

    private HttpClient Other()
    {
        var client = _other!.CreateClient();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", ServiceUnderTest<Program>.AdminKey);
        return client;
    }

    private IServiceProvider Instance(Random chance) => chance.Next(2) == 0 ? helpdesk.Services : _other!.Services;
}
