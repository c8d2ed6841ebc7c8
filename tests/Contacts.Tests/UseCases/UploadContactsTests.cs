using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using Sms.Contacts.Imports;
using Sms.Contacts.UseCases;
using Sms.Contacts.Views;
using Sms.EventStore;
using Sms.ServiceHost;
using Sms.Testing;
using static Sms.Contacts.Tests.ContactsUnderTest;

namespace Sms.Contacts.Tests.UseCases;

public sealed class UploadContactsTests(ContactsUnderTest contacts) : IClassFixture<ContactsUnderTest>
{
    [RealServersFact]
    public async Task List_is_entered_row_by_row_what_is_wrong_is_said_and_a_second_time_changes_nothing()
    {
        var (known, fresh, id) = (NewNumber(), NewNumber(), $"crm:{Guid.NewGuid()}");
        await contacts.Deliver(Text(known, "hello"));
        var csv = $"""
            numbers;name;tags;external_ids;time_zone;field.plan;note
            {known};Known;vip;;Asia/Singapore;gold;
            {fresh};Fresh;"a;b";{id};;;calls back
            ;By id;;{id};;;
            0151 23456;Nowhere;;;;;
            {NewNumber()};Bad zone;;;Mars/Olympus;;
            {known};Both;;{id};;;
            ;Nobody;;;;;
            """;
        var dry = await Done("dryRun=true", csv);
        dry.ShouldSatisfyAllConditions(
            () => dry.Rows.ShouldBe(7), () => dry.Created.ShouldBe(1), () => dry.Completed.ShouldBe(2), () => dry.Refused.ShouldBe(4), () => dry.DryRun.ShouldBeTrue());
        (await contacts.Whose(known)).Name.ShouldBeNull();

        var done = await Done("", csv);
        done.ShouldSatisfyAllConditions(() => done.Created.ShouldBe(1), () => done.Completed.ShouldBe(2), () => done.Unchanged.ShouldBe(0), () => done.Refused.ShouldBe(4));
        (await contacts.Get<Page<RowError>>($"/imports/{done.ImportId}/errors")).Items.Select(error => (error.Row, error.Field)).ShouldBe(
            [(4, "numbers"), (5, "timeZone"), (6, "row"), (7, "numbers")]);
        (await contacts.Whose(known)).ShouldSatisfyAllConditions(
            row => row.Name.ShouldBe("Known"), row => row.Verified.ShouldBeTrue(), row => row.Texts.ShouldBe(1), row => row.Fields["plan"].ShouldBe("gold"));
        (await contacts.Whose(fresh)).ShouldSatisfyAllConditions(
            row => row.Name.ShouldBe("By id"), row => row.Tags.ShouldBe(["a", "b"]), row => row.Notes.ShouldHaveSingleItem().Text.ShouldBe("calls back"));

        // Said again, only the name that two rows disagree on goes to and fro.
        var again = await Done("", csv);
        again.ShouldSatisfyAllConditions(() => again.Created.ShouldBe(0), () => again.Completed.ShouldBe(2), () => again.Unchanged.ShouldBe(1));
        (await contacts.Whose(fresh)).Notes.ShouldHaveSingleItem();
        await RebuiltViews.ShouldEqualLive(contacts);
    }

    [RealServersFact]
    public async Task National_numbers_of_a_list_are_those_of_the_region_it_is_said_to_be_from()
    {
        var line = $"98{Random.Shared.Next(10_000_000, 99_999_999)}";
        (await Done("region=in", $"numbers,name\n0{line[..5]} {line[5..]},Asha\n")).Created.ShouldBe(1);
        (await contacts.Whose($"+91{line}")).Name.ShouldBe("Asha");
    }

    [RealServersFact]
    public async Task Columns_of_other_names_are_read_as_it_is_said_and_what_is_not_read_is_told()
    {
        var number = NewNumber();
        var dry = await Done("dryRun=true&column=Handy:numbers&column=Firma:field.company", $"Handy,Vorname,Firma\n{number},Asha,Acme\n");
        dry.Columns.ShouldBe([new ReadColumn("Handy", "numbers"), new ReadColumn("Vorname", null), new ReadColumn("Firma", "field.company")]);
        var entered = await Enter(dry.ImportId);
        await Eventually.Sees(() => contacts.Get<ImportProgress.Row>($"/imports/{entered.ImportId}"), row => row.State == "done");
        entered.Columns.ShouldBe(dry.Columns);
        (await contacts.Whose(number)).ShouldSatisfyAllConditions(row => row.Name.ShouldBeNull(), row => row.Fields["company"].ShouldBe("Acme"));
        await RebuiltViews.ShouldEqualLive(contacts);
    }

    [RealServersTheory]
    [InlineData("column=Handy", "column", "must be HEADING:COLUMN")]
    [InlineData("column=Handy:mobile", "column", "numbers, name, language")]
    [InlineData("column=Handy:field.", "column", "must be HEADING:COLUMN")]
    [InlineData("column=Handy:numbers&column=handy:note", "column", "says twice what handy is read as")]
    [InlineData("column=Mobil:numbers", "body", "has no column")]
    [InlineData("format=vcard&column=Handy:numbers", "column", "a vCard has no columns")]
    public async Task What_is_said_of_columns_and_cannot_be_is_refused(string query, string field, string reason)
    {
        using var answer = await contacts.Client.PostAsync($"/imports?{query}", new StringContent($"Handy,Name\n{NewNumber()},Asha\n", Encoding.UTF8, "text/csv"));
        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await answer.Content.ReadAsStringAsync()).ShouldSatisfyAllConditions(said => said.ShouldContain($"\"{field}\""), said => said.ShouldContain(reason));
    }

    [RealServersFact]
    public async Task Two_instances_work_a_list_off_and_every_row_is_entered_once()
    {
        await contacts.Another();
        var (rows, tag) = (3 * UploadContacts.RowsInPart + 7, Guid.NewGuid().ToString("N"));
        var csv = new StringBuilder("numbers,name,tags\n");
        for (var row = 0; row < rows; row++)
            csv.Append(CultureInfo.InvariantCulture, $"{NewNumber()},Row {row},{tag}\n");
        var done = await Done("", csv.ToString());
        done.ShouldSatisfyAllConditions(() => done.Created.ShouldBe(rows), () => done.Done.ShouldBe(rows), () => done.Refused.ShouldBe(0));
        (await contacts.Database.Query($"select count(*) from contacts where {tag} = any (tags)", r => r.GetInt64(0)))[0].ShouldBe(rows);
    }

    [RealServersFact]
    public async Task Upload_with_the_same_key_is_the_same_import()
    {
        var (key, csv) = (Guid.NewGuid().ToString(), $"numbers\n{NewNumber()}\n");
        var first = await Upload("", csv, key);
        (await Upload("", csv, key)).ImportId.ShouldBe(first.ImportId);
        (await contacts.Get<Page<ImportProgress.Row>>("/imports?limit=200")).Items.Count(row => row.ImportId == first.ImportId).ShouldBe(1);
    }

    [RealServersFact]
    public async Task What_a_dry_run_looked_at_is_entered_once_as_it_was_looked_at()
    {
        var (number, tag) = (NewNumber(), Guid.NewGuid().ToString("N"));
        var csv = new StringBuilder($"numbers,name,tags\n{number},Looked at,{tag}\n0151 23456,Wrong,{tag}\n");
        for (var row = 0; row < UploadContacts.RowsInPart; row++)
            csv.Append(CultureInfo.InvariantCulture, $"{NewNumber()},Row {row},{tag}\n");
        var dry = await Done("dryRun=true", csv.ToString());
        (dry.Created, dry.Refused).ShouldBe((UploadContacts.RowsInPart + 1, 1));

        var entered = await Enter(dry.ImportId);
        (await Enter(dry.ImportId)).ImportId.ShouldBe(entered.ImportId);
        var done = await Eventually.Sees(() => contacts.Get<ImportProgress.Row>($"/imports/{entered.ImportId}"), row => row.State == "done", TimeSpan.FromSeconds(60));
        done.ShouldSatisfyAllConditions(() => done.DryRun.ShouldBeFalse(), () => done.Created.ShouldBe(dry.Created), () => done.Refused.ShouldBe(1));
        (await contacts.Whose(number)).Name.ShouldBe("Looked at");
        (await contacts.Database.Query($"select count(*) from import_parts where import_id in ({dry.ImportId}, {entered.ImportId})", r => r.GetInt64(0)))[0].ShouldBe(0);

        (await contacts.Send(HttpMethod.Post, $"/imports/{entered.ImportId}/enter", null)).StatusCode.ShouldBe(HttpStatusCode.Conflict);
        (await contacts.Send(HttpMethod.Post, $"/imports/{Guid.NewGuid()}/enter", null)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [RealServersFact]
    public async Task Rows_that_nobody_said_to_enter_are_forgotten_after_a_day()
    {
        var dry = await Done("dryRun=true", $"numbers\n{NewNumber()}\n");
        await contacts.Database.Query($"update import_parts set stored_at = stored_at - interval '25 hours' where import_id = {dry.ImportId}", _ => 0);
        await Eventually.Sees(
            () => contacts.Database.Query($"select count(*) from import_parts where import_id = {dry.ImportId}", r => r.GetInt64(0)), rows => rows[0] == 0, TimeSpan.FromSeconds(60));
        using var late = await contacts.Send(HttpMethod.Post, $"/imports/{dry.ImportId}/enter", null);
        late.StatusCode.ShouldBe(HttpStatusCode.Conflict);
        (await late.Content.ReadAsStringAsync()).ShouldContain("upload the list again");
    }

    [RealServersFact]
    public async Task What_is_exported_as_CSV_or_vCard_is_known_when_it_is_imported()
    {
        var number = NewNumber();
        await contacts.Enter(new { numbers = new[] { number }, name = "Tan, Anna", tags = Vip, fields = new { plan = "gold" } });
        foreach (var format in new[] { "csv", "vcard" })
        {
            using var export = await contacts.Client.GetAsync($"/contacts/export?format={format}");
            export.Content.Headers.ContentType!.MediaType.ShouldBe($"text/{format}");
            var text = await export.Content.ReadAsStringAsync();
            text.ShouldContain(number);
            var done = await Done($"format={format}&dryRun=true", text);
            done.ShouldSatisfyAllConditions(() => done.Created.ShouldBe(0), () => done.Refused.ShouldBe(0));
        }
    }

    [RealServersFact]
    public async Task What_is_no_list_is_refused_as_a_whole()
    {
        foreach (var (query, body, field) in new[]
        {
            ("", "name,fax\nAnna,1\n", "body"), ("", "", "body"), ("format=vcard", "numbers\n1\n", "body"), ("format=xlsx", "numbers\n", "format"), ("region=XX", "numbers\n", "region"),
            ("", $"numbers,name\n+6581230000,\"{new string('x', 200_000)}\n", "body"),
        })
        {
            using var answer = await contacts.Client.PostAsync($"/imports?{query}", new StringContent(body, Encoding.UTF8, "text/csv"));
            answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
            (await answer.Content.ReadAsStringAsync()).ShouldContain($"\"{field}\"");
        }
        (await contacts.Client.GetAsync($"/imports/{Guid.NewGuid()}")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await contacts.Client.GetAsync("/contacts/export?format=xlsx")).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        using var onlooker = contacts.ClientWith(ContactsUnderTest.ReaderKey);
        (await onlooker.GetAsync("/contacts/export")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await onlooker.PostAsync("/imports", new StringContent("numbers\n"))).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    private async Task<ImportProgress.Row> Enter(Guid dryRun)
    {
        using var answer = await contacts.Send(HttpMethod.Post, $"/imports/{dryRun}/enter", null);
        answer.StatusCode.ShouldBe(HttpStatusCode.Accepted, await answer.Content.ReadAsStringAsync());
        return (await answer.Content.ReadFromJsonAsync<ImportProgress.Row>())!;
    }

    private async Task<ImportProgress.Row> Done(string query, string list)
    {
        var import = await Upload(query, list);
        return await Eventually.Sees(() => contacts.Get<ImportProgress.Row>($"/imports/{import.ImportId}"), row => row.State == "done", TimeSpan.FromSeconds(60));
    }

    private async Task<ImportProgress.Row> Upload(string query, string list, string? key = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/imports?{query}") { Content = new StringContent(list, Encoding.UTF8, "text/csv") };
        if (key is not null)
            request.Headers.Add("Idempotency-Key", key);
        using var answer = await contacts.Client.SendAsync(request);
        answer.StatusCode.ShouldBe(HttpStatusCode.Accepted, await answer.Content.ReadAsStringAsync());
        return (await answer.Content.ReadFromJsonAsync<ImportProgress.Row>())!;
    }
}
