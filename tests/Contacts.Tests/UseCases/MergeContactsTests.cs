using System.Net;
using Sms.BusMessages;
using Sms.Contacts.Views;
using Sms.Testing;
using static Sms.Contacts.Tests.ContactsUnderTest;

namespace Sms.Contacts.Tests.UseCases;

public sealed class MergeContactsTests(ContactsUnderTest contacts) : IClassFixture<ContactsUnderTest>
{
    private readonly string _mobile = NewNumber(), _home = NewNumber();

    [RealServersFact]
    public async Task Merged_contacts_are_one_and_taken_out_again_each_has_its_own_with_what_came_in_between()
    {
        await contacts.Deliver(Text(_mobile, "mobile before", Noon), Text(_home, "home before", Noon.AddMinutes(1)));
        var (mobile, home) = (await contacts.Whose(_mobile), await contacts.Whose(_home));
        await contacts.Send(HttpMethod.Put, $"/contacts/{home.Id}", new { name = "Home", tags = Vip });

        var one = await contacts.Merge(mobile.Id, home.Id);
        one.ShouldSatisfyAllConditions(
            () => one.Name.ShouldBe("Home"), () => one.Numbers.ShouldBe([_mobile, _home], ignoreOrder: true), () => one.Merged.ShouldBe([home.Id]),
            () => one.Texts.ShouldBe(2), () => one.LastText.ShouldBe("home before"));
        await contacts.Deliver(Text(_home, "home between", Noon.AddMinutes(2)), Text(_mobile, "mobile between", Noon.AddMinutes(3)));
        (await contacts.Timeline(mobile.Id)).Select(entry => entry.Text).ShouldBe(["mobile before", "home before", "home between", "mobile between"]);
        (await contacts.Whose(_home)).Id.ShouldBe(mobile.Id);

        await contacts.Unmerge(mobile.Id, home.Id);
        await contacts.Deliver(Text(_home, "home after", Noon.AddMinutes(4)), Text(_mobile, "mobile after", Noon.AddMinutes(5)));
        (await contacts.Timeline(mobile.Id)).Select(entry => entry.Text).ShouldBe(["mobile before", "mobile between", "mobile after"]);
        (await contacts.Timeline(home.Id)).Select(entry => entry.Text).ShouldBe(["home before", "home between", "home after"]);
        (await contacts.Whose(_home)).ShouldSatisfyAllConditions(row => row.Id.ShouldBe(home.Id), row => row.Name.ShouldBe("Home"), row => row.Texts.ShouldBe(3));
        (await contacts.Whose(_mobile)).ShouldSatisfyAllConditions(row => row.Name.ShouldBeNull(), row => row.Tags.ShouldBeEmpty(), row => row.Texts.ShouldBe(3));
        await RebuiltViews.ShouldEqualLive(contacts);
    }

    [RealServersFact]
    public async Task Preview_of_a_merge_is_what_the_merge_makes_and_changes_nothing()
    {
        await contacts.Deliver(Text(_mobile, "hello"), Text(_home, "hello"));
        var (mobile, home) = (await contacts.Whose(_mobile), await contacts.Whose(_home));
        await contacts.Send(HttpMethod.Put, $"/contacts/{mobile.Id}", new { name = "Mobile", fields = new { plan = "gold" } });
        await contacts.Send(HttpMethod.Put, $"/contacts/{home.Id}", new { name = "Home", tags = Vip, fields = new { plan = "free", city = "Pune" } });

        var preview = await contacts.Get<ContactList.Row>($"/contacts/{mobile.Id}/merged/{home.Id}/preview");
        (await contacts.Get<ContactList.Row>($"/contacts/{home.Id}")).MergedInto.ShouldBeNull();
        var one = await contacts.Merge(mobile.Id, home.Id);
        preview.ShouldSatisfyAllConditions(
            () => preview.Name.ShouldBe("Mobile"), () => preview.Numbers.ShouldBe(one.Numbers), () => preview.Tags.ShouldBe(one.Tags), () => preview.Fields.ShouldBe(one.Fields, ignoreOrder: true),
            () => preview.Merged.ShouldBe([home.Id]), () => preview.Version.ShouldBe(one.Version - 1));

        (await contacts.Client.GetAsync($"/contacts/{mobile.Id}/merged/{mobile.Id}/preview")).StatusCode.ShouldBe(HttpStatusCode.Conflict);
        (await contacts.Client.GetAsync($"/contacts/{mobile.Id}/merged/{Guid.NewGuid()}/preview")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [RealServersFact]
    public async Task Merged_contact_cannot_be_changed_itself_and_its_rules_tag_the_one_it_stands_for()
    {
        await contacts.Deliver(Text(_mobile, "hello"), Text(_home, "hello"));
        var (mobile, home) = (await contacts.Whose(_mobile), await contacts.Whose(_home));
        await contacts.Merge(mobile.Id, home.Id);

        (await contacts.Send(HttpMethod.Put, $"/contacts/{home.Id}", new { name = "Home" })).StatusCode.ShouldBe(HttpStatusCode.Conflict);
        (await contacts.Send(HttpMethod.Post, $"/contacts/{home.Id}/merged", new { contactId = mobile.Id })).StatusCode.ShouldBe(HttpStatusCode.Conflict);
        (await contacts.Send(HttpMethod.Post, $"/contacts/{mobile.Id}/merged", new { contactId = mobile.Id })).StatusCode.ShouldBe(HttpStatusCode.Conflict);
        (await contacts.Send(HttpMethod.Post, $"/contacts/{mobile.Id}/merged", new { contactId = Guid.NewGuid() })).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        await contacts.Deliver(new ContactTagAsked { RequestId = Guid.NewGuid(), Number = _home, Tag = "order", RequestedBy = "rule:orders", RequestedAt = Noon });
        (await contacts.Get<ContactList.Row>($"/contacts/{mobile.Id}")).Tags.ShouldBe(["order"]);
        (await contacts.Get<ContactList.Row>($"/contacts/{home.Id}")).ShouldSatisfyAllConditions(row => row.MergedInto.ShouldBe(mobile.Id), row => row.Tags.ShouldBeEmpty());
    }

    [RealServersFact]
    public async Task Number_that_is_taken_from_a_merged_contact_comes_back_with_nobody()
    {
        await contacts.Deliver(Text(_mobile, "hello"), Text(_home, "hello"));
        var (mobile, home, top) = (await contacts.Whose(_mobile), await contacts.Whose(_home), await contacts.Enter(new { name = "Top" }));
        await contacts.Merge(mobile.Id, home.Id);
        await contacts.Merge(top.Id, mobile.Id);
        (await contacts.Send(HttpMethod.Post, $"/contacts/{top.Id}/numbers/remove", new { number = _home })).EnsureSuccessStatusCode();

        await contacts.Unmerge(top.Id, mobile.Id);
        await contacts.Unmerge(mobile.Id, home.Id);
        foreach (var id in new[] { top.Id, mobile.Id, home.Id })
            (await contacts.Get<ContactList.Row>($"/contacts/{id}")).Numbers.ShouldNotContain(_home);
        await contacts.Deliver(Text(_home, "somebody new"));
        new[] { top.Id, mobile.Id, home.Id }.ShouldNotContain((await contacts.Whose(_home)).Id);
    }

    [RealServersFact]
    public async Task Others_hear_whom_a_contact_stands_for()
    {
        var heard = await contacts.Broker.Hear<ContactChanged>();
        await contacts.Deliver(Text(_mobile, "hello"), Text(_home, "hello"));
        var (mobile, home) = (await contacts.Whose(_mobile), await contacts.Whose(_home));
        await contacts.Merge(mobile.Id, home.Id);
        await contacts.Unmerge(mobile.Id, home.Id);

        var told = await Eventually.Sees(() => heard.Messages.Where(m => m.ContactId == home.Id || m.ContactId == mobile.Id).ToList(), all => all.Count == 6);
        told.Where(m => m.ContactId == home.Id).OrderBy(m => m.Version).Select(m => m.MergedInto).ShouldBe([null, mobile.Id, null]);
        told.Where(m => m.ContactId == mobile.Id).OrderBy(m => m.Version).Select(m => m.Numbers).ShouldBe([_mobile, $"{_mobile}\n{_home}", _mobile]);
    }
}
