using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Sms.Helpdesk.Desk;
using Sms.Helpdesk.UseCases;
using Sms.Helpdesk.Views;
using Sms.ServiceHost;
using Sms.Testing;

namespace Sms.Helpdesk.Tests.Views;

/// <summary>How the desk is set up and what agents look at: settings, saved views, search, the past, what changes just now.</summary>
public sealed class DeskViewsTests(HelpdeskWithClock helpdesk) : IClassFixture<HelpdeskWithClock>
{
    private readonly Customer _asha = new(helpdesk);
    private readonly string _word = $"word{Random.Shared.Next(1_000_000)}";

    [RealServersFact]
    public async Task Settings_are_changed_as_they_were_read_and_can_be_read_as_they_were()
    {
        var name = $"c{_word}";
        var hours = new { zone = "Europe/Berlin", week = new[] { new { day = "monday", from = "09:00", until = "17:00" } }, holidays = new[] { "2026-12-25" } };
        using var first = await _asha.Ask(HttpMethod.Put, $"/calendars/{name}", hours);
        first.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await _asha.Ask(HttpMethod.Put, $"/calendars/{name}", new { zone = "Europe/Paris", week = Array.Empty<object>(), holidays = Array.Empty<string>() }, first.Headers.ETag!.Tag))
            .StatusCode.ShouldBe(HttpStatusCode.OK);
        (await _asha.Ask(HttpMethod.Put, $"/calendars/{name}", hours, first.Headers.ETag!.Tag)).StatusCode.ShouldBe(HttpStatusCode.PreconditionFailed);
        (await Zone("")).ShouldBe("Europe/Paris");
        (await Zone($"?asOf={first.Headers.ETag!.Tag.Trim('"')}")).ShouldBe("Europe/Berlin");
        (await _asha.Ask(HttpMethod.Delete, $"/calendars/{name}")).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await _asha.Ask(HttpMethod.Delete, $"/calendars/{name}")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await helpdesk.Client.GetAsync($"/calendars/{name}")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await _asha.Ask(HttpMethod.Put, $"/calendars/{name}", hours, first.Headers.ETag!.Tag)).StatusCode.ShouldBe(HttpStatusCode.PreconditionFailed);
        (await _asha.Ask(HttpMethod.Put, $"/calendars/{name}", hours, "\"0\"")).StatusCode.ShouldBe(HttpStatusCode.OK, "what was removed is added like what never was");
        (await _asha.Ask(HttpMethod.Delete, $"/calendars/{name}")).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await helpdesk.Client.GetStringAsync("/desk/audit?limit=200")).ShouldContain("helpdesk.setting-removed.v1");
        var before = (await helpdesk.Client.GetFromJsonAsync<JsonElement>($"/desk/audit?limit=200&asOf={first.Headers.ETag!.Tag.Trim('"')}")).GetProperty("items");
        before[before.GetArrayLength() - 1].GetProperty("version").GetRawText().ShouldBe(first.Headers.ETag!.Tag.Trim('"'));

        async Task<string?> Zone(string asOf) => (await helpdesk.Client.GetFromJsonAsync<JsonElement>($"/calendars/{name}{asOf}")).GetProperty("value").GetProperty("zone").GetString();
    }

    [RealServersFact]
    public async Task The_policy_that_holds_for_an_endpoint_is_its_own_or_else_that_of_every_endpoint()
    {
        using var before = await _asha.Ask(HttpMethod.Put, $"/policies/{_word}", UseCases.DecidingTextsTests.Policy(new { reopenMinutes = 7 }));
        (await Held("")).ShouldBe((_word, 1, 7));
        (await _asha.Ask(HttpMethod.Delete, $"/policies/{_word}")).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await Held("")).Endpoint.ShouldBe(DeskState.EveryEndpoint);
        (await Held($"?asOf={before.Headers.ETag!.Tag.Trim('"')}")).ShouldBe((_word, 1, 7));

        async Task<(string Endpoint, int Version, int ReopenMinutes)> Held(string asOf)
        {
            var held = (await helpdesk.Client.GetFromJsonAsync<PolicyVersion>($"/desk/policies/{_word}{asOf}"))!;
            return (held.Endpoint, held.Version, held.Policy.ReopenMinutes);
        }
    }

    [RealServersFact]
    public async Task What_cannot_be_set_is_refused_by_field_and_role()
    {
        foreach (var (path, body, field) in new (string, object, string)[]
        {
            ("policies/sms", new { reopenMinutes = 50_000, consentTexts = "log", answeredTexts = "open", waitSeconds = 30, assignment = "manual" }, "reopenMinutes"),
            ("policies/sms", UseCases.DecidingTextsTests.Policy(new { team = "unknown" }), "team"), ("policies/sms", UseCases.DecidingTextsTests.Policy(new { calendar = "unknown" }), "calendar"),
            ("calendars/x", new { zone = "Nowhere" }, "zone"), ("teams/x", new { members = new[] { "dana" } }, "members"), ("canned-replies/x", new { title = "x", text = "{{nope}}" }, "text"),
            ("canned-replies/x", new { title = "", text = "x" }, "title"), ("macros/x", new { title = "x", changes = new { status = "lost" } }, "status"), ("macros/x", new { title = "x" }, "changes"),
            ("saved-views/x", new { title = "x", filter = new { status = new[] { "lost" } } }, "status"),
        })
        {
            using var answer = await _asha.Ask(HttpMethod.Put, $"/{path}", body);
            answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest, path);
            (await answer.Content.ReadAsStringAsync()).ShouldContain($"\"{field}\":");
        }
        using var onlooker = helpdesk.ClientWith(ServiceUnderTest<Program>.ReaderKey);
        (await onlooker.PutAsJsonAsync("/teams/x", new { members = Array.Empty<string>() })).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await onlooker.GetAsync("/teams")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [RealServersFact]
    public async Task A_macro_and_a_canned_reply_do_what_they_say()
    {
        await _asha.Texts("hello");
        await _asha.Done<object>(HttpMethod.Put, $"/canned-replies/{_word}", new { title = "Hours", text = "We are open 9 to 17, #{{ticket.number}}." });
        await _asha.Done<object>(HttpMethod.Put, $"/macros/{_word}", new { title = "Parts", changes = new { status = "on-hold", forMinutes = 30, addTags = new[] { _word }, note = "Ordered by {{agent.name}}.", agent = "me" } });
        (await _asha.Done<TicketDetails.Detail>(HttpMethod.Post, $"/tickets/{_asha.First}/macros/{_word}")).ShouldSatisfyAllConditions(
            t => t.Status.ShouldBe("on-hold"), t => t.Tags.ShouldBe([_word]), t => t.Assignee.ShouldBe("operator:tester"));
        (await _asha.Done<TicketDetails.Detail>(HttpMethod.Post, $"/tickets/{_asha.First}/replies", new { canned = _word })).Status.ShouldBe("pending");
        var entries = await _asha.Entries(_asha.First);
        entries.Single(entry => entry.Kind == "note").Text.ShouldBe("Ordered by tester.");
        entries.Single(entry => entry.Kind == "replied").Text.ShouldStartWith("We are open 9 to 17, #");
        (await helpdesk.Client.GetStringAsync($"/tickets/{_asha.First}/audit")).ShouldContain("operator:tester");
        (await helpdesk.Client.GetStringAsync($"/tickets/{_asha.First}/audit?asOf=1")).ShouldNotContain("operator:tester");
        var number = (await _asha.Tickets())[0].Number;
        (await helpdesk.Client.GetFromJsonAsync<TicketDetails.Shown>($"/tickets/number/{number}?asOf=2"))!.Ticket.ShouldSatisfyAllConditions(t => t.Version.ShouldBe(2), t => t.Status.ShouldBe("new"));
    }

    [RealServersFact]
    public async Task A_canned_reply_is_shown_as_it_would_be_said()
    {
        await _asha.Texts("hello");
        await _asha.Done<object>(HttpMethod.Put, $"/canned-replies/{_word}", new { title = "Hours", text = "Hi {{contact.name|there}}, this is {{agent.name}}." });
        var ready = await helpdesk.Client.GetFromJsonAsync<ChangeTicket.ReadyReply[]>($"/tickets/{_asha.First}/canned-replies");
        ready.ShouldNotBeNull().ShouldContain(new ChangeTicket.ReadyReply(_word, "Hours", "Hi there, this is tester."));
        (await helpdesk.Client.GetAsync($"/tickets/{Guid.NewGuid()}/canned-replies")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [RealServersFact]
    public async Task Entries_are_read_from_the_latest_back_as_from_the_first_on()
    {
        foreach (var no in Enumerable.Range(1, 3))
            await _asha.Texts($"text {no}", Customer.Noon.AddMinutes(no));
        var (read, after) = (new List<TicketConversation.Row>(), (string?)null);
        do
        {
            var page = (await helpdesk.Client.GetFromJsonAsync<Page<TicketConversation.Row>>($"/tickets/{_asha.First}/entries?order=latest&limit=1{(after is null ? "" : $"&after={after}")}"))!;
            read.AddRange(page.Items);
            after = page.Next;
        }
        while (after is not null);
        read.ShouldBe((await _asha.Entries(_asha.First)).Reverse());
        read.Count.ShouldBe(3);
        (await helpdesk.Client.GetAsync($"/tickets/{_asha.First}/entries?order=none")).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    [RealServersFact]
    public async Task A_saved_view_lists_and_counts_what_its_filter_lets_through_now_and_then()
    {
        string[] open = ["new", "open"];
        await _asha.Texts("hello");
        await _asha.Done<object>(HttpMethod.Put, $"/saved-views/{_word}", new { title = "Tagged", filter = new { tag = _word, status = open } });
        await _asha.Change(_asha.First, new { addTags = new[] { _word } });
        var then = helpdesk.Clock.Now;
        helpdesk.Clock.Now += TimeSpan.FromMinutes(1);
        (await List($"/tickets?view={_word}")).ShouldHaveSingleItem().Id.ShouldBe(_asha.First);
        await _asha.Change(_asha.First, new { status = "solved" });
        (await List($"/tickets?view={_word}")).ShouldBeEmpty();
        (await List($"/tickets?view={_word}&asOf={Uri.EscapeDataString(then.ToString("O"))}")).ShouldHaveSingleItem().Status.ShouldBe("new");
        (await Counts("")).Views[_word].ShouldBe(0);
        (await Counts($"?asOf={Uri.EscapeDataString(then.ToString("O"))}")).Views[_word].ShouldBe(1);
        (await helpdesk.Client.GetFromJsonAsync<TicketDetails.Shown>($"/tickets/{_asha.First}?asOf={Uri.EscapeDataString(then.ToString("O"))}"))!.Ticket.Status.ShouldBe("new");
        (await helpdesk.Client.GetAsync($"/tickets/{_asha.First}?asOf=2001-01-01T00:00:00Z")).StatusCode.ShouldBe(HttpStatusCode.NotFound);

        async Task<IReadOnlyList<TicketList.Row>> List(string path) => (await helpdesk.Client.GetFromJsonAsync<Page<TicketList.Row>>(path))!.Items;
        async Task<TicketLists.Counts> Counts(string asOf) => (await helpdesk.Client.GetFromJsonAsync<TicketLists.Counts>($"/counts{asOf}"))!;
    }

    [RealServersFact]
    public async Task What_anybody_wrote_is_found_the_latest_first_in_pages()
    {
        await _asha.Texts($"My parcel {_word} is late", Customer.Noon);
        await _asha.Texts($"the {_word} again", Customer.Noon.AddMinutes(1));
        await _asha.Done<object>(HttpMethod.Post, $"/tickets/{_asha.First}/notes", new { text = $"{_word}: called the carrier" });
        var first = await Search($"{_word}&limit=2");
        first.Items.Select(hit => hit.Kind).ShouldBe(["note", "customer-wrote"]);
        (await Search($"{_word}&limit=2&after={first.Next}")).Items.ShouldHaveSingleItem().Text.ShouldBe($"My parcel {_word} is late");
        (await Search($"late+parcel+{_word}")).Items.ShouldHaveSingleItem().SmsId.ShouldNotBeNull();
        (await Search($"{_word}+-parcel+-carrier")).Items.ShouldHaveSingleItem();
        // A text that has gone to another ticket since, and a ticket that has ended since, as they were.
        var then = helpdesk.Clock.Now;
        helpdesk.Clock.Now += TimeSpan.FromMinutes(1);
        var split = await _asha.Done<Sms.Helpdesk.UseCases.CorrectTickets.Corrected>(HttpMethod.Post, $"/tickets/{_asha.First}/moves", new { smsIds = new[] { (await _asha.Entries(_asha.First))[0].SmsId } });
        (await Search($"parcel+{_word}")).Items.ShouldHaveSingleItem().ShouldSatisfyAllConditions(hit => hit.TicketId.ShouldBe(split.Target.Id), hit => hit.Status.ShouldBe("new"));
        (await Search($"parcel+{_word}&asOf={Uri.EscapeDataString(then.ToString("O"))}")).Items.ShouldHaveSingleItem()
            .ShouldSatisfyAllConditions(hit => hit.TicketId.ShouldBe(_asha.First), hit => hit.Status.ShouldBe("new"));
        (await helpdesk.Client.GetAsync("/search?q=")).StatusCode.ShouldBe(HttpStatusCode.BadRequest);

        async Task<Page<TicketLists.Hit>> Search(string query) => (await helpdesk.Client.GetFromJsonAsync<Page<TicketLists.Hit>>($"/search?q={query}"))!;
    }

    [RealServersFact]
    public async Task A_console_hears_on_one_instance_what_happens_on_another_and_goes_on_where_it_broke_off()
    {
        var other = await helpdesk.Another();
        using var client = other.CreateClient();
        client.DefaultRequestHeaders.Authorization = helpdesk.Client.DefaultRequestHeaders.Authorization;
        string? last = null;
        using (var live = await Listen(null))
        {
            await _asha.Texts("hello");
            await helpdesk.Client.PutAsync($"/tickets/{_asha.First}/writing", null);
            var seen = await Read(live, lines => lines.Exists(line => line.Contains("customer-wrote")) && lines.Exists(line => line == "event: writing"));
            seen.ShouldContain("event: ticket");
            last = seen.Last(line => line.StartsWith("id: ", StringComparison.Ordinal))[4..];
        }
        await _asha.Texts("missed");
        using (var again = await Listen(last))
            (await Read(again, lines => lines.Exists(line => line.Contains("customer-wrote")))).ShouldContain(line => line.Contains(_asha.First.ToString()));

        async Task<StreamReader> Listen(string? after)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/live");
            if (after is not null)
                request.Headers.Add("Last-Event-ID", after);
            var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
            answer.Content.Headers.ContentType!.MediaType.ShouldBe("text/event-stream");
            var reader = new StreamReader(await answer.Content.ReadAsStreamAsync());
            (await reader.ReadLineAsync()).ShouldNotBeNull();
            return reader;
        }

        static async Task<List<string>> Read(StreamReader live, Predicate<List<string>> enough)
        {
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
            var lines = new List<string>();
            while (!enough(lines) && await live.ReadLineAsync(patience.Token) is { } line)
                lines.Add(line);
            return lines;
        }
    }
}
