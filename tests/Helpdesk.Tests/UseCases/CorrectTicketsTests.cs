using System.Net;
using Sms.Helpdesk.Tickets;
using Sms.Testing;
using static Sms.Helpdesk.Tests.Customer;
using static Sms.Helpdesk.UseCases.CorrectTickets;

namespace Sms.Helpdesk.Tests.UseCases;

public sealed class CorrectTicketsTests(HelpdeskWithClock helpdesk) : IClassFixture<HelpdeskWithClock>
{
    private readonly Customer _asha = new(helpdesk);

    [RealServersFact]
    public async Task Texts_are_split_off_and_the_conversation_goes_on_there_until_it_is_taken_back()
    {
        await _asha.Texts("my parcel");
        var other = await _asha.Texts("and my invoice");
        var split = await _asha.Done<Corrected>(HttpMethod.Post, $"/tickets/{_asha.First}/moves", new { smsIds = new[] { other.SmsId } });
        (split.Source.Status, split.Target.Status, split.Target.Follows).ShouldBe(("solved", "new", _asha.First));
        (await _asha.Written(_asha.First)).ShouldBe(["my parcel"]);
        (await _asha.Written(split.Target.Id)).ShouldBe(["and my invoice"]);

        await _asha.Texts("the invoice again");
        (await _asha.Written(split.Target.Id)).ShouldBe(["and my invoice", "the invoice again"]);
        (await _asha.Written(_asha.First, $"&asOf={split.Source.Version - 2}")).ShouldBe(["my parcel", "and my invoice"]);

        await _asha.Done<Corrected>(HttpMethod.Post, $"/tickets/{_asha.First}/moves/{split.Id}/undo");
        (await _asha.Written(_asha.First)).ShouldBe(["my parcel", "and my invoice"]);
        (await _asha.Written(split.Target.Id)).ShouldBe(["the invoice again"]);
        (await _asha.Ask(HttpMethod.Post, $"/tickets/{_asha.First}/moves/{split.Id}/undo")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await _asha.Tickets()).Count(ticket => ticket.Status is not ("solved" or "closed")).ShouldBe(1);
    }

    [RealServersFact]
    public async Task A_text_that_reopened_the_wrong_ticket_goes_to_the_right_one()
    {
        await _asha.Texts("elsewhere", to: Elsewhere);
        await _asha.Texts("here");
        var wrong = await _asha.Texts("meant for elsewhere");
        var right = Ticket.IdFor(_asha.Number, Elsewhere);
        var moved = await _asha.Done<Corrected>(HttpMethod.Post, $"/tickets/{_asha.First}/moves", new { smsIds = new[] { wrong.SmsId }, to = right });
        (await _asha.Written(right)).ShouldBe(["elsewhere", "meant for elsewhere"]);
        moved.Target.Texts.ShouldBe(2);

        foreach (var body in new object[] { new { smsIds = new[] { wrong.SmsId }, to = right }, new { smsIds = Array.Empty<Guid>() }, new { smsIds = new[] { Guid.NewGuid() } } })
            (await _asha.Ask(HttpMethod.Post, $"/tickets/{_asha.First}/moves", body)).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        var stranger = new Customer(helpdesk);
        await stranger.Texts("hello");
        (await _asha.Ask(HttpMethod.Post, $"/tickets/{right}/moves", new { smsIds = new[] { wrong.SmsId }, to = stranger.First })).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    [RealServersFact]
    public async Task Two_tickets_become_one_and_two_again()
    {
        await _asha.Texts("one", to: Elsewhere);
        await _asha.Texts("two");
        var other = Ticket.IdFor(_asha.Number, Elsewhere);
        var merged = await _asha.Done<Corrected>(HttpMethod.Post, $"/tickets/{_asha.First}/merge", new { into = other });
        (merged.Source.Status, merged.Source.MergedInto).ShouldBe(("closed", other));
        helpdesk.Clock.Now += TimeSpan.FromMinutes(1);
        (await _asha.Written(other)).ShouldBe(["one", "two"]);

        await _asha.Texts("three");
        (await _asha.Written(other)).ShouldBe(["one", "two", "three"], "the conversation goes on in the ticket it was merged into");
        (await _asha.Ask(HttpMethod.Patch, $"/tickets/{_asha.First}", new { status = "open" })).StatusCode.ShouldBe(HttpStatusCode.Conflict);

        (await _asha.Done<Corrected>(HttpMethod.Post, $"/tickets/{_asha.First}/unmerge")).Source.Status.ShouldBe("open");
        (await _asha.Written(other)).ShouldBe(["one", "three"]);
        (await _asha.Written(other, $"&asOf={merged.Target.Version}")).ShouldBe(["one", "two"]);
        await _asha.Texts("four");
        (await _asha.Written(_asha.First)).ShouldBe(["two", "four"]);
        (await _asha.Ask(HttpMethod.Post, $"/tickets/{_asha.First}/unmerge")).StatusCode.ShouldBe(HttpStatusCode.Conflict);
        (await _asha.Ask(HttpMethod.Post, $"/tickets/{_asha.First}/merge", new { into = _asha.First })).StatusCode.ShouldBe(HttpStatusCode.Conflict);
        await RebuiltViews.ShouldEqualLive(helpdesk);
    }

    [RealServersFact]
    public async Task A_ticket_is_not_opened_beside_another_by_an_agent_either()
    {
        await _asha.Texts("first");
        await _asha.Change(_asha.First, new { status = "closed" });
        await _asha.Texts("second", DateTimeOffset.UtcNow.AddDays(3));
        (await _asha.Ask(HttpMethod.Patch, $"/tickets/{_asha.First}", new { status = "open" })).StatusCode.ShouldBe(HttpStatusCode.Conflict);
        await _asha.Change((await _asha.Tickets()).Single(ticket => ticket.Status == "new").Id, new { status = "solved" });
        (await _asha.Change(_asha.First, new { status = "open" })).Status.ShouldBe("open");
        await _asha.Texts("third", DateTimeOffset.UtcNow.AddDays(30));
        (await _asha.Ticket(_asha.First)).Texts.ShouldBe(2);
    }
}
