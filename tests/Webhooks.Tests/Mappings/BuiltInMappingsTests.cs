using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Sms.Webhooks.Deliveries;
using Sms.Webhooks.Mappings;
using Sms.Webhooks.Subscriptions;

namespace Sms.Webhooks.Tests.Mappings;

/// <summary>What the systems there are mappings for are called with, in the shapes that their vendors document.</summary>
public sealed class BuiltInMappingsTests
{
    private static readonly Guid Subject = Guid.Parse("0b0f6ad2-1c9e-5a3b-9f1e-77e0c9a1d5aa");

    private readonly List<string> _calls = [];
    private ImmutableDictionary<string, RemoteId> _known = ImmutableDictionary<string, RemoteId>.Empty;
    private Guid _message = Guid.NewGuid();

    public static TheoryData<string> Names() => new(BuiltInMappings.All.Keys);

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_one_of_them_is_one_that_a_user_could_have_written(string name)
    {
        var (mapping, problems) = BuiltInMappings.Parse(JsonSerializer.Serialize(BuiltInMappings.All[name], JsonSerializerOptions.Web));
        problems.ShouldBeEmpty();
        mapping!.Documentation.ShouldNotBeEmpty();
        mapping.Documentation.ShouldAllBe(page => page.StartsWith("https://"));
    }

    [Fact]
    public async Task HubSpot_gets_a_contact_it_does_not_have_and_the_text_on_its_timeline()
    {
        var outcome = await Tell("hubspot", "message.received", Text, ("/search", """{"results":[]}"""), ("objects/contacts", """{"id":"501"}"""), ("communications", "{}"));
        outcome.What.ShouldBe("delivered");
        _calls[0].ShouldStartWith("POST /crm/v3/objects/contacts/search");
        _calls[1].ShouldBe("""POST /crm/v3/objects/contacts {"properties":{"firstname":"Ada","phone":"+4915112345678"}}""");
        var logged = JsonNode.Parse(_calls[2][_calls[2].IndexOf('{', StringComparison.Ordinal)..])!;
        logged["properties"]!["hs_communication_channel_type"]!.GetValue<string>().ShouldBe("SMS");
        logged["properties"]!["hs_communication_body"]!.GetValue<string>().ShouldBe("Ada wrote: Is <this> open?");
        logged["associations"]![0]!["to"]!["id"]!.GetValue<string>().ShouldBe("501");
        _calls.Count.ShouldBe(3);

        await Next("hubspot", "message.received", Text, ("communications", "{}"));
        _calls.ShouldHaveSingleItem().ShouldStartWith("POST /crm/v3/objects/communications ");
    }

    [Fact]
    public async Task HubSpot_that_has_the_contact_gets_no_second_one()
    {
        await Tell("hubspot", "message.received", Text, ("/search", """{"results":[{"id":"77"}]}"""), ("communications", "{}"));
        _calls.Count.ShouldBe(2);
        _calls[1].ShouldContain("\"77\"");
    }

    [Fact]
    public async Task A_contact_that_was_deleted_there_is_made_again()
    {
        await Tell("hubspot", "message.received", Text, ("/search", """{"results":[{"id":"77"}]}"""), ("communications", "{}"));
        _calls.Clear();
        var times = 0;
        var outcome = await Run("hubspot", "message.received", Text, call => call.Path switch
        {
            var path when path.EndsWith("/search", StringComparison.Ordinal) => (200, """{"results":[]}"""),
            var path when path.EndsWith("/contacts", StringComparison.Ordinal) => (201, """{"id":"78"}"""),
            _ => times++ == 0 ? (404, "{}") : (201, "{}"),
        });
        (outcome.What, _known["contact"].Value).ShouldBe(("delivered", "78"));
        _calls.Count.ShouldBe(4);
    }

    [Fact]
    public async Task Receiver_that_denies_what_it_has_just_said_is_asked_again_once()
    {
        var outcome = await Run("hubspot", "message.received", Text, call => call.Path switch
        {
            var path when path.EndsWith("/search", StringComparison.Ordinal) => (200, """{"results":[{"id":"77"}]}"""),
            _ => (404, "{}"),
        });
        outcome.What.ShouldBe("http-404");
        _calls.Count.ShouldBe(4);
    }

    [Fact]
    public async Task Pipedrive_gets_a_person_and_a_note_with_the_text_as_it_was_written()
    {
        await Tell("pipedrive", "message.received", Text, ("/search", """{"data":{"items":[]}}"""), ("v2/persons", """{"data":{"id":12}}"""), ("notes", "{}"));
        _calls.ShouldBe(
        [
            "GET /api/v2/persons/search?term=%2B4915112345678&fields=phone&exact_match=true&limit=1",
            """POST /api/v2/persons {"name":"Ada","phones":[{"value":"+4915112345678","primary":true,"label":"mobile"}]}""",
            """POST /api/v1/notes {"content":"SMS received: Is &lt;this&gt; open?","person_id":12}""",
        ]);
    }

    [Fact]
    public async Task Contact_that_nothing_can_be_done_with_is_nothing_to_tell() =>
        (await Tell("pipedrive", "contact.changed", new { contact = new { id = Subject } })).What.ShouldBe("nothing-to-tell");

    [Fact]
    public async Task Zammad_opens_a_ticket_with_the_first_text_and_adds_the_next_to_it()
    {
        await Tell("zammad", "ticket.message_received", Ticket, ("users/search", "[]"), ("users", """{"id":9}"""), ("tickets", """{"id":4711}"""));
        _calls[0].ShouldBe("GET /api/v1/users/search?query=%2B4915112345678&limit=1");
        _calls[1].ShouldBe("""POST /api/v1/users {"firstname":"+4915112345678","mobile":"+4915112345678","roles":["Customer"]}""");
        _calls[2].ShouldStartWith("""POST /api/v1/tickets {"title":"SMS from +4915112345678","group":"Users","customer_id":9,"article":{"subject":"SMS","body":"Help!",""");
        _calls.Count.ShouldBe(3);

        await Next("zammad", "ticket.message_received", Ticket, ("tickets/4711", "{}"));
        _calls.ShouldHaveSingleItem().ShouldStartWith("""PUT /api/v1/tickets/4711 {"state":"open","article":{"subject":"SMS","body":"Help!",""");
        await Next("zammad", "ticket.solved", Ticket, ("tickets/4711", "{}"));
        _calls.ShouldBe(["""PUT /api/v1/tickets/4711 {"state":"closed"}"""]);
    }

    [Fact]
    public async Task Delivery_that_was_cut_off_after_it_made_the_ticket_does_not_add_its_text_once_more()
    {
        await Tell("zammad", "ticket.message_received", Ticket, ("users/search", """[{"id":9}]"""), ("tickets", """{"id":4711}"""));
        _calls.Clear();
        (await Run("zammad", "ticket.message_received", Ticket, _ => (500, ""))).What.ShouldBe("delivered");
        _calls.ShouldBeEmpty();
    }

    [Fact]
    public async Task Zendesk_gets_a_requester_by_number_a_ticket_with_our_id_and_comments()
    {
        await Tell("zendesk", "ticket.message_received", Ticket, ("create_or_update", """{"user":{"id":31}}"""), ("tickets.json", """{"ticket":{"id":88}}"""));
        _calls[0].ShouldContain("\"external_id\":\"sms:+4915112345678\"");
        _calls[1].ShouldStartWith("""POST /api/v2/tickets.json {"ticket":{"subject":"SMS from +4915112345678","external_id":"0b0f6ad2-1c9e-5a3b-9f1e-77e0c9a1d5aa","requester_id":31,"tags":["sms"],"comment":{"body":"Help!",""");
        await Next("zendesk", "ticket.message_received", Ticket, ("tickets/88.json", "{}"));
        _calls.ShouldHaveSingleItem().ShouldStartWith("PUT /api/v2/tickets/88.json");
    }

    [Fact]
    public async Task Zendesk_ticket_that_is_closed_for_good_is_followed_by_a_new_one()
    {
        await Tell("zendesk", "ticket.message_received", Ticket, ("create_or_update", """{"user":{"id":31}}"""), ("tickets.json", """{"ticket":{"id":88}}"""));
        _message = Guid.NewGuid();
        await Run("zendesk", "ticket.message_received", Ticket, call => call.Method == "PUT"
            ? (422, """{"details":{"status":[{"description":"Status: closed prevents ticket update"}]}}""") : (201, """{"ticket":{"id":89}}"""));
        _known["ticket"].Value.ShouldBe("89");
    }

    private static object Text => new
    {
        contact = new { id = Subject, name = "Ada", number = "+4915112345678" },
        message = new { text = "Is <this> open?", at = "2026-06-12T12:00:00Z" },
    };

    private static object Ticket => new { ticket = new { id = Subject, customer = "+4915112345678" }, message = new { text = "Help!" } };

    private Task<AttemptOutcome> Tell(string mapping, string type, object data, params (string PathHas, string Answer)[] answers) => Run(
        mapping, type, data, call => (200, answers.First(answer => call.Path.Contains(answer.PathHas, StringComparison.Ordinal)).Answer));

    private Task<AttemptOutcome> Next(string mapping, string type, object data, params (string PathHas, string Answer)[] answers)
    {
        _message = Guid.NewGuid();
        _calls.Clear();
        return Tell(mapping, type, data, answers);
    }

    private Task<AttemptOutcome> Run(string mapping, string type, object data, Func<ReceiverCall, (int Status, string Body)> answer)
    {
        var message = new WebhookMessage(_message, type, Subject, DateTimeOffset.UnixEpoch, JsonSerializer.SerializeToElement(data));
        return new MappingRun(BuiltInMappings.All[mapping], message, [], _known).Run(
            call =>
            {
                _calls.Add($"{call.Method} {call.Path}{(call.Body is { } body ? " " + Encoding.UTF8.GetString(body) : "")}");
                var (status, said) = answer(call);
                return Task.FromResult(new ReceiverAnswer(status, null, null, Encoding.UTF8.GetBytes(said)));
            },
            learned =>
            {
                _known = RemoteRecord.Stream.Evolve(new RemoteRecord(_known), learned).Ids;
                return Task.CompletedTask;
            });
    }
}
