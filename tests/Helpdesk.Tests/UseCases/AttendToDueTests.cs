using System.Net.Http.Json;
using Sms.Helpdesk.Tickets;
using Sms.Helpdesk.Views;
using Sms.Testing;

namespace Sms.Helpdesk.Tests.UseCases;

/// <summary>What happens by the clock, with two instances that both look, and one that comes later.</summary>
public sealed class AttendToDueTests(HelpdeskWithClock helpdesk) : IClassFixture<HelpdeskWithClock>
{
    private readonly Customer _asha = new(helpdesk);
    private readonly string _endpoint = $"e{Random.Shared.Next(1_000_000)}";

    [RealServersFact]
    public async Task A_missed_target_is_recorded_once_and_the_ticket_can_be_found_by_it()
    {
        await helpdesk.Another();
        await Policy(new { targets = new[] { new { priority = "normal", firstReplyMinutes = 10, resolutionMinutes = 60 } } });
        await _asha.Texts("hello", endpoint: _endpoint);
        (await _asha.Tickets())[0].DueAt.ShouldBe(helpdesk.Clock.Now.AddMinutes(10));
        await helpdesk.Later(TimeSpan.FromMinutes(10));
        await _asha.Becomes(_asha.First, ticket => ticket.Clocks.Single(clock => clock.Metric == "first-reply").Missed);
        (await _asha.Entries(_asha.First)).Where(entry => entry.Kind == "missed").ShouldHaveSingleItem().Detail.ShouldBe("first-reply");
        var row = (await helpdesk.Client.GetFromJsonAsync<ServiceHost.Page<TicketList.Row>>($"/tickets?missed=true&customer={Uri.EscapeDataString(_asha.Number)}"))!.Items.ShouldHaveSingleItem();
        row.Missed.ShouldBe(["first-reply"]);

        await _asha.Done<object>(HttpMethod.Post, $"/tickets/{_asha.First}/replies", new { text = "sorry" });
        await helpdesk.Later(TimeSpan.FromHours(5));
        (await _asha.Ticket(_asha.First)).Clocks.Single(clock => clock.Metric == "resolution").ShouldSatisfyAllConditions(
            clock => clock.State.ShouldBe(Clock.Paused, "we wait for the customer"), clock => clock.Missed.ShouldBeFalse());
        await RebuiltViews.ShouldEqualLive(helpdesk);
    }

    [RealServersFact]
    public async Task A_ticket_that_waits_for_its_customer_is_closed_and_a_solved_one_after_its_window()
    {
        await Policy(new { idleHours = 2, reopenMinutes = 60 });
        var solved = new Customer(helpdesk);
        await _asha.Texts("hello", endpoint: _endpoint);
        await solved.Texts("hello", endpoint: _endpoint);
        await _asha.Done<object>(HttpMethod.Post, $"/tickets/{_asha.First}/replies", new { text = "hi" });
        await solved.Change(solved.First, new { status = "solved" });
        await helpdesk.Later(TimeSpan.FromMinutes(59));
        (await solved.Ticket(solved.First)).Status.ShouldBe("solved");
        await helpdesk.Later(TimeSpan.FromMinutes(1));
        await solved.Becomes(solved.First, ticket => ticket.Status == "closed");
        (await _asha.Ticket(_asha.First)).Status.ShouldBe("pending");
        await helpdesk.Later(TimeSpan.FromMinutes(60));
        await _asha.Becomes(_asha.First, ticket => ticket.Status == "closed");
        (await _asha.Entries(_asha.First)).Last(entry => entry.Kind == "status").ShouldSatisfyAllConditions(
            entry => entry.Detail.ShouldBe("closed: idle"), entry => entry.Actor.ShouldBe("system"));
    }

    [RealServersFact]
    public async Task What_became_due_while_no_instance_ran_is_attended_to_by_the_next()
    {
        await Policy(new { targets = new[] { new { priority = "normal", firstReplyMinutes = 10 } } });
        await _asha.Texts("hello", endpoint: _endpoint);
        helpdesk.Clock.Now += TimeSpan.FromMinutes(11);
        await helpdesk.Another();
        await _asha.Becomes(_asha.First, ticket => ticket.Clocks.Single().Missed);
    }

    [RealServersFact]
    public async Task New_tickets_go_round_among_those_who_are_there_or_to_who_has_least()
    {
        var team = $"t{Random.Shared.Next(1_000_000)}";
        string[] members = [$"operator:a{team}", $"operator:b{team}", $"operator:c{team}"];
        await _asha.Done<object>(HttpMethod.Put, $"/teams/{team}", new { members });
        await _asha.Done<object>(HttpMethod.Put, $"/agents/{members[2]}", new { away = true });
        await Policy(new { team, assignment = "round-robin" });
        (await Owners(4)).ShouldBe([members[0], members[1], members[0], members[1]]);

        await _asha.Done<object>(HttpMethod.Put, $"/agents/{members[2]}", new { away = false });
        await Policy(new { team, assignment = "least-busy" });
        (await Owners(3)).ShouldContain(members[2], "who has none is given some");
        (await Owners(1)).ShouldNotBeEmpty();
        var counts = (await helpdesk.Client.GetFromJsonAsync<TicketLists.Counts>("/counts"))!;
        members.Sum(agent => counts.ByAgent[agent]).ShouldBe(8);
        counts.ByTeam[team].ShouldBe(8);
        (members.Max(agent => counts.ByAgent[agent]) - members.Min(agent => counts.ByAgent[agent])).ShouldBeLessThanOrEqualTo(1);
    }

    private async Task<IReadOnlyList<string?>> Owners(int tickets)
    {
        var owners = new List<string?>();
        for (var no = 0; no < tickets; no++)
        {
            var customer = new Customer(helpdesk);
            await customer.Texts("hello", endpoint: _endpoint);
            owners.Add((await customer.Tickets())[0].Assignee);
        }
        return owners;
    }

    private Task<object> Policy(object changes) => _asha.Done<object>(HttpMethod.Put, $"/policies/{_endpoint}", DecidingTextsTests.Policy(changes));
}
