using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Sms.BusMessages;
using Sms.Contacts.Contacts;
using Sms.Contacts.Views;
using Sms.ServiceHost;
using Sms.Testing;
using static Sms.Contacts.Tests.ContactsUnderTest;

namespace Sms.Contacts.Tests.UseCases;

public sealed class ChangeContactTests(ContactsUnderTest contacts) : IClassFixture<ContactsUnderTest>
{
    [RealServersFact]
    public async Task Entered_contact_is_told_as_it_is_kept_and_the_same_request_again_is_the_same_contact()
    {
        var (number, id, key) = (NewNumber(), $"crm:{Guid.NewGuid()}", Guid.NewGuid().ToString());
        var body = new { contact = new { numbers = new[] { number }, name = "Anna Tan", language = "en", timeZone = "Asia/Singapore", tags = Vip, fields = new { plan = "gold" }, externalIds = new[] { id } } };
        using var first = await contacts.Send(HttpMethod.Post, "/contacts", body, key: key);
        first.StatusCode.ShouldBe(HttpStatusCode.Created);
        var row = (await first.Content.ReadFromJsonAsync<ContactList.Row>())!;
        first.Headers.ETag!.Tag.ShouldBe($"\"{row.Version}\"");
        row.ShouldSatisfyAllConditions(
            () => row.Name.ShouldBe("Anna Tan"), () => row.Verified.ShouldBeTrue(), () => row.Numbers.ShouldBe([number]), () => row.Tags.ShouldBe(["vip"]),
            () => row.Fields["plan"].ShouldBe("gold"), () => row.ExternalIds.ShouldBe([id]), () => row.TimeZone.ShouldBe("Asia/Singapore"));

        using var again = await contacts.Send(HttpMethod.Post, "/contacts", body, key: key);
        (await again.Content.ReadFromJsonAsync<ContactList.Row>())!.Id.ShouldBe(row.Id);
        (await contacts.Send(HttpMethod.Post, "/contacts", new { contact = new { name = "Other" } }, key: key)).StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await contacts.Send(HttpMethod.Post, "/contacts", body)).StatusCode.ShouldBe(HttpStatusCode.Conflict);

        await contacts.Deliver(Text(number, "hello"));
        (await contacts.Whose(number)).ShouldSatisfyAllConditions(of => of.Id.ShouldBe(row.Id), of => of.Texts.ShouldBe(1));
        (await contacts.Get<Page<ContactList.Row>>($"/contacts?externalId={id}")).Items.ShouldHaveSingleItem().Id.ShouldBe(row.Id);
    }

    [RealServersFact]
    public async Task Change_based_on_an_old_version_is_refused_and_on_the_present_one_made()
    {
        var row = await contacts.Enter(new { name = "Anna" });
        var tag = $"\"{row.Version}\"";
        using var changed = await contacts.Send(HttpMethod.Put, $"/contacts/{row.Id}", new { name = "Anna Tan", tags = Vip }, tag);
        changed.StatusCode.ShouldBe(HttpStatusCode.OK);
        changed.Headers.ETag!.Tag.ShouldBe($"\"{row.Version + 2}\"");
        foreach (var (method, path, body) in new (HttpMethod, string, object?)[]
        {
            (HttpMethod.Put, "", new { name = "Late" }), (HttpMethod.Put, "/tags/late", null), (HttpMethod.Delete, "/tags/vip", null), (HttpMethod.Post, "/notes", new { text = "late" }),
            (HttpMethod.Post, "/numbers", new { number = NewNumber() }), (HttpMethod.Post, "/merged", new { contactId = (await contacts.Enter(new { name = "Ana" })).Id }),
        })
            (await contacts.Send(method, $"/contacts/{row.Id}{path}", body, tag)).StatusCode.ShouldBe(HttpStatusCode.PreconditionFailed, path);
    }

    [RealServersFact]
    public async Task What_is_wrong_is_said_by_field_as_problem_json()
    {
        var row = await contacts.Enter(new { name = "Anna" });
        foreach (var (method, path, body, field) in new (HttpMethod, string, object, string)[]
        {
            (HttpMethod.Post, "/contacts", new { contact = new { timeZone = "Mars/Olympus" } }, "timeZone"),
            (HttpMethod.Post, "/contacts", new { contact = new { numbers = new[] { "0151 2345678" } } }, "numbers"),
            (HttpMethod.Post, "/contacts", new { contact = new { name = "A" }, region = "XX" }, "region"),
            (HttpMethod.Put, $"/contacts/{row.Id}", new { numbers = new[] { NewNumber() } }, "numbers"),
            (HttpMethod.Post, $"/contacts/{row.Id}/numbers", new { number = "" }, "number"),
            (HttpMethod.Post, $"/contacts/{row.Id}/notes", new { text = " " }, "text"),
            (HttpMethod.Put, $"/contacts/{row.Id}/tags/{new string('x', 51)}", new { }, "tag"),
        })
        {
            using var answer = await contacts.Send(method, path, body);
            answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest, path);
            answer.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
            (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("errors").EnumerateObject().ShouldHaveSingleItem().Name.ShouldBe(field);
        }
        (await contacts.Send(HttpMethod.Put, $"/contacts/{Guid.NewGuid()}", new { name = "Nobody" })).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [RealServersFact]
    public async Task Number_is_one_contacts_only_and_after_it_is_taken_away_its_next_text_makes_a_new_contact()
    {
        var (number, second) = (NewNumber(), NewNumber());
        await contacts.Deliver(Text(number, "from the old owner"));
        var (old, other) = (await contacts.Whose(number), await contacts.Enter(new { numbers = new[] { second }, name = "Other" }));
        (await contacts.Send(HttpMethod.Post, $"/contacts/{other.Id}/numbers", new { number })).StatusCode.ShouldBe(HttpStatusCode.Conflict);

        (await contacts.Send(HttpMethod.Post, $"/contacts/{old.Id}/numbers/remove", new { number })).StatusCode.ShouldBe(HttpStatusCode.OK);
        await contacts.Deliver(Text(number, "from the new owner"));
        var next = await contacts.Whose(number);
        next.Id.ShouldNotBe(old.Id);
        (await contacts.Timeline(next.Id)).Select(entry => entry.Text).ShouldBe(["from the new owner"]);
        (await contacts.Timeline(old.Id)).Select(entry => entry.Text).ShouldBe(["from the old owner"]);
    }

    [RealServersFact]
    public async Task Of_two_contacts_that_want_a_number_or_id_at_once_one_gets_it()
    {
        var (one, other, number, id) = (await contacts.Enter(new { name = "One" }), await contacts.Enter(new { name = "Other" }), NewNumber(), $"crm:{Guid.NewGuid()}");
        var numbers = await Task.WhenAll(new[] { one, other }.Select(of => contacts.Send(HttpMethod.Post, $"/contacts/{of.Id}/numbers", new { number })));
        numbers.Select(answer => answer.StatusCode).Order().ShouldBe([HttpStatusCode.OK, HttpStatusCode.Conflict]);
        var ids = await Task.WhenAll(new[] { one, other }.Select(of => contacts.Send(HttpMethod.Put, $"/contacts/{of.Id}", new { name = of.Name, externalIds = new[] { id } })));
        ids.Select(answer => answer.StatusCode).Order().ShouldBe([HttpStatusCode.OK, HttpStatusCode.Conflict]);
    }

    [RealServersFact]
    public async Task Notes_are_kept_with_who_wrote_them_and_the_same_request_again_is_the_same_note()
    {
        var (row, key) = (await contacts.Enter(new { name = "Anna" }), Guid.NewGuid().ToString());
        var note = (await (await contacts.Send(HttpMethod.Post, $"/contacts/{row.Id}/notes", new { text = "calls back" }, key: key)).Content.ReadFromJsonAsync<Note>())!;
        note.Author.ShouldBe("operator:tester");
        (await (await contacts.Send(HttpMethod.Post, $"/contacts/{row.Id}/notes", new { text = "calls back" }, key: key)).Content.ReadFromJsonAsync<Note>())!.ShouldBe(note);
        (await contacts.Get<ContactList.Row>($"/contacts/{row.Id}")).Notes.ShouldBe([note]);
        (await contacts.Send(HttpMethod.Delete, $"/contacts/{row.Id}/notes/{note.NoteId}", null)).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await contacts.Get<ContactList.Row>($"/contacts/{row.Id}")).Notes.ShouldBeEmpty();
    }

    [RealServersFact]
    public async Task Rule_tags_whoever_writes_from_a_number_and_is_on_record_as_who_did()
    {
        var number = NewNumber();
        ContactTagAsked asked = new() { RequestId = Guid.NewGuid(), Number = number, Tag = "order", RequestedBy = "rule:orders", RequestedAt = Noon };
        await contacts.Deliver(asked);
        await contacts.Deliver(asked, asked with { RequestId = Guid.NewGuid(), Tag = "vip" });
        var contact = await contacts.Whose(number);
        contact.Tags.ShouldBe(["order", "vip"]);
        (await contacts.Log.Events(Contact.Stream.StreamId(contact.Id.ToString()), 0, 10, default)).Select(e => e.Actor).ShouldBe(["rule:orders", "rule:orders", "rule:orders"]);
        (await contacts.Send(HttpMethod.Put, $"/contacts/{contact.Id}/tags/late", null)).EnsureSuccessStatusCode();
        (await contacts.Log.Events(Contact.Stream.StreamId(contact.Id.ToString()), 3, 10, default)).ShouldHaveSingleItem().Actor.ShouldBe("operator:tester");
    }

    [RealServersFact]
    public async Task Who_may_only_look_changes_nothing()
    {
        var row = await contacts.Enter(new { name = "Anna" });
        using var onlooker = contacts.ClientWith(ContactsUnderTest.ReaderKey);
        (await onlooker.GetAsync($"/contacts/{row.Id}")).StatusCode.ShouldBe(HttpStatusCode.OK);
        foreach (var (method, path) in new[]
        {
            (HttpMethod.Post, "/contacts"), (HttpMethod.Put, $"/contacts/{row.Id}"), (HttpMethod.Post, $"/contacts/{row.Id}/numbers"), (HttpMethod.Post, $"/contacts/{row.Id}/numbers/remove"),
            (HttpMethod.Put, $"/contacts/{row.Id}/tags/x"), (HttpMethod.Delete, $"/contacts/{row.Id}/tags/x"), (HttpMethod.Post, $"/contacts/{row.Id}/notes"),
            (HttpMethod.Delete, $"/contacts/{row.Id}/notes/{Guid.NewGuid()}"), (HttpMethod.Post, $"/contacts/{row.Id}/merged"), (HttpMethod.Delete, $"/contacts/{row.Id}/merged/{Guid.NewGuid()}"),
        })
            (await contacts.Send(method, path, new { }, client: onlooker)).StatusCode.ShouldBe(HttpStatusCode.Forbidden, path);
    }

    [RealServersFact]
    public async Task Every_change_is_told_with_how_the_contact_is_then_and_a_text_changes_nobody()
    {
        var heard = await contacts.Broker.Hear<ContactChanged>();
        var number = NewNumber();
        await contacts.Deliver(Text(number, "hello"));
        await contacts.Deliver(Text(number, "again"));
        var row = await contacts.Whose(number);
        await contacts.Send(HttpMethod.Put, $"/contacts/{row.Id}", new { name = "Anna", tags = Vip });

        var told = await Eventually.Sees(() => heard.Messages.Where(m => m.ContactId == row.Id).OrderBy(m => m.Version).ToList(), all => all.Count == 4);
        told.Select(m => m.Version).ShouldBe([1, 2, 3, 4]);
        told[0].ShouldSatisfyAllConditions(m => m.Numbers.ShouldBe(number), m => m.Verified.ShouldBeFalse(), m => m.Name.ShouldBeNull());
        told[3].ShouldSatisfyAllConditions(m => m.Name.ShouldBe("Anna"), m => m.Tags.ShouldBe("vip"), m => m.Verified.ShouldBeTrue());
    }
}
