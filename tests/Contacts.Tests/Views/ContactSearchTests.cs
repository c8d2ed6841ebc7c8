using System.Net;
using Sms.Contacts.Views;
using Sms.ServiceHost;
using Sms.Testing;
using static Sms.Contacts.Tests.ContactsUnderTest;

namespace Sms.Contacts.Tests.Views;

public sealed class ContactSearchTests(ContactsUnderTest contacts) : IClassFixture<ContactsUnderTest>
{
    [RealServersFact]
    public async Task Contact_is_found_by_fragments_of_its_name_and_number_by_tag_and_by_field()
    {
        var (number, unique) = (NewNumber(), Guid.NewGuid().ToString("N")[..10]);
        var row = await contacts.Enter(new { numbers = new[] { number }, name = $"José {unique}", tags = new[] { $"Tag {unique}" }, fields = new { plan = unique } });
        await contacts.Enter(new { name = "Somebody Else", tags = Vip, fields = new { plan = "other" } });
        foreach (var query in new[]
        {
            $"search={unique[2..7]}", $"search=jose {unique[..4]}", $"search={unique} JOSÉ", $"search={number[4..11]}", $"search={number[3..6]}-{number[6..10]} {number[10..]}", $"tag=tag {unique}",
            $"field=plan:{unique}", $"search=jos&tag=Tag {unique}", $"search={unique}&verified=true", $"number={Uri.EscapeDataString(number)}", $"number={number[1..]}",
        })
            (await contacts.Get<Page<ContactList.Row>>($"/contacts?{query}")).Items.ShouldHaveSingleItem(query).Id.ShouldBe(row.Id);
        foreach (var query in new[] { $"search={unique} nobody", $"search={unique}&verified=false", $"tag={unique}", $"field=plan:{unique}x", $"search={unique}%25", $"search={unique} %00x", "tag=%00", "field=plan:%00x", "externalId=crm:none", "number=%2B6580009999" })
            (await contacts.Get<Page<ContactList.Row>>($"/contacts?{query}")).Items.ShouldBeEmpty(query);
    }

    [RealServersFact]
    public async Task Merged_contact_is_found_as_the_one_it_stands_for_and_by_itself_again_after()
    {
        var (mobile, home, unique) = (NewNumber(), NewNumber(), Guid.NewGuid().ToString("N"));
        var (one, part) = (await contacts.Enter(new { numbers = new[] { mobile }, name = "One" }), await contacts.Enter(new { numbers = new[] { home }, tags = new[] { unique } }));
        await contacts.Merge(one.Id, part.Id);
        foreach (var query in new[] { $"tag={unique}", $"search={home[1..]}", $"number={Uri.EscapeDataString(home)}" })
            (await contacts.Get<Page<ContactList.Row>>($"/contacts?{query}")).Items.ShouldHaveSingleItem(query).Id.ShouldBe(one.Id);
        await contacts.Unmerge(one.Id, part.Id);
        foreach (var query in new[] { $"tag={unique}", $"search={home[1..]}", $"number={Uri.EscapeDataString(home)}" })
            (await contacts.Get<Page<ContactList.Row>>($"/contacts?{query}")).Items.ShouldHaveSingleItem(query).Id.ShouldBe(part.Id);
    }

    [RealServersFact]
    public async Task Who_texted_last_is_first_also_by_a_merged_number_and_paging_sees_each_once()
    {
        var (future, tag) = (Noon.AddYears(50), Guid.NewGuid().ToString("N"));
        var numbers = Enumerable.Range(0, 6).Select(_ => NewNumber()).ToArray();
        await contacts.Deliver([.. numbers.Select((number, n) => Text(number, "hi", future.AddMinutes(n)))]);
        var rows = new List<ContactList.Row>();
        foreach (var number in numbers)
            rows.Add(await contacts.Whose(number));
        // The one who texted first and the one who texted last are one.
        await contacts.Merge(rows[0].Id, rows[5].Id);
        foreach (var row in rows[..5])
            (await contacts.Send(HttpMethod.Put, $"/contacts/{row.Id}/tags/{tag}", null)).EnsureSuccessStatusCode();

        foreach (var query in new[] { $"tag={tag}&", "" })
        {
            var (seen, after) = (new List<Guid>(), "");
            while (seen.Count < 5)
            {
                var page = await contacts.Get<Page<ContactList.Row>>($"/contacts?{query}limit=2{after}");
                seen.AddRange(page.Items.Select(row => row.Id));
                after = $"&after={page.Next}";
            }
            seen[..5].ShouldBe([rows[0].Id, rows[4].Id, rows[3].Id, rows[2].Id, rows[1].Id]);
        }
    }

    [RealServersFact]
    public async Task What_cannot_be_searched_for_is_said_by_field()
    {
        foreach (var (query, field) in new[] { ("number=%20", "number"), ("search=%20", "search"), ("field=plan", "field") })
        {
            using var answer = await contacts.Client.GetAsync($"/contacts?{query}");
            answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
            (await answer.Content.ReadAsStringAsync()).ShouldContain($"\"{field}\"");
        }
        (await contacts.Client.GetAsync("/contacts?after=nonsense")).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await contacts.Client.GetAsync($"/contacts/{Guid.NewGuid()}")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }
}
