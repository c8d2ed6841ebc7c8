using System.Net;
using Sms.Contacts.Contacts;
using Sms.Contacts.Timeline;
using Sms.EventStore;
using Sms.Testing;
using static Sms.Contacts.Tests.ContactsUnderTest;

namespace Sms.Contacts.Tests.UseCases;

public sealed class RecordInboundSmsTests(ContactsUnderTest contacts) : IClassFixture<ContactsUnderTest>
{
    private readonly string _customer = NewNumber();

    [RealServersFact]
    public async Task One_text_delivered_twenty_times_at_once_is_one_contact_with_one_text()
    {
        var sms = Text(_customer, "hello");
        await contacts.Deliver([.. Enumerable.Repeat(sms, 20)]);

        (await contacts.Store.Load(Contact.Stream, Contact.IdFor(_customer))).Version.ShouldBe(1);
        (await contacts.Store.Load(Entry.Inbound, sms.SmsId)).Version.ShouldBe(1);
        (await contacts.Whose(_customer)).ShouldSatisfyAllConditions(row => row.Texts.ShouldBe(1), row => row.Verified.ShouldBeFalse());
    }

    [RealServersFact]
    public async Task Two_first_texts_five_milliseconds_apart_in_two_instances_are_one_contact_with_both_in_order()
    {
        await contacts.Another();
        for (var run = 0; run < 10; run++)
        {
            var (number, later, sooner) = (NewNumber(), Guid.CreateVersion7(), Guid.CreateVersion7());
            var first = contacts.Publish(Text(number, "later", Noon.AddMilliseconds(5)), Guid.NewGuid(), later);
            await Task.Delay(5);
            await contacts.Publish(Text(number, "sooner", Noon), Guid.NewGuid(), sooner);
            await first;
            await contacts.Handled(later, sooner);

            var contact = await contacts.Whose(number);
            (await contacts.Timeline(contact.Id)).Select(entry => entry.Text).ShouldBe(["sooner", "later"]);
            (await contacts.Database.Query($"select count(*) from contacts where {number} = any (numbers)", r => r.GetInt64(0)))[0].ShouldBe(1);
        }
    }

    [RealServersFact]
    public async Task Twenty_first_texts_at_once_are_one_contact_with_twenty_texts()
    {
        await contacts.Deliver([.. Enumerable.Range(0, 20).Select(n => Text(_customer, $"text {n}", Noon.AddSeconds(n)))]);

        var contact = await contacts.Whose(_customer);
        contact.ShouldSatisfyAllConditions(
            () => contact.Id.ShouldBe(Contact.IdFor(_customer)),
            () => contact.Texts.ShouldBe(20),
            () => contact.LastText.ShouldBe("text 19"),
            () => contact.LastTextAt.ShouldBe(Noon.AddSeconds(19)));
    }

    [RealServersFact]
    public async Task Redelivered_message_changes_nothing()
    {
        var (sms, messageId) = (Text(_customer, "hello"), Guid.CreateVersion7());
        await contacts.Publish(sms, sms.SmsId, messageId);
        await contacts.Handled(messageId);
        await contacts.Publish(sms, sms.SmsId, messageId);
        await contacts.Deliver(Text(_customer, "after it", Noon.AddMinutes(1)));

        (await contacts.Whose(_customer)).Texts.ShouldBe(2);
        (await contacts.DeadLetters("contacts-record-inbound-sms")).ShouldBe(0);
    }

    [RealServersFact]
    public async Task Text_from_another_spelling_of_a_number_is_the_same_contacts()
    {
        var line = $"987{Random.Shared.Next(100_000, 999_999)}";
        await contacts.Deliver(Text($"+5511{line}", "with the ninth digit"));
        await contacts.Deliver(Text($"+5511{line[1..]}", "without", Noon.AddMinutes(1)));

        var contact = await contacts.Whose($"+5511{line[1..]}");
        contact.Numbers.ShouldBe([$"+5511{line}"]);
        contact.Aliases.ShouldBe([$"+5511{line[1..]}"]);
        (await contacts.Timeline(contact.Id)).Select(entry => entry.Number).ShouldBe([$"+5511{line}", $"+5511{line[1..]}"]);
    }

    [RealServersFact]
    public async Task Short_codes_and_sender_names_are_contacts_as_they_are()
    {
        var name = $"AD-{Guid.NewGuid():N}"[..11];
        await contacts.Deliver(Text(name, "your code is 1234"));
        (await contacts.Whose(name)).Numbers.ShouldBe([name]);
    }

    [RealServersFact]
    public async Task Contact_and_texts_of_before_texts_had_streams_of_their_own_go_on_as_they_were()
    {
        var (id, cause) = (Contact.IdFor(_customer), new Cause(null, null, Cause.System));
        var old = await contacts.Store.Load(Contact.Stream, id);
        var text = new ContactEvent.SmsReceived(Guid.NewGuid(), "sms", OurNumber, "from before", Noon);
        await contacts.Store.Commit(old, [new ContactEvent.ContactCreated(_customer, Noon), text], cause);
        await contacts.Deliver(Text(_customer, "from now", Noon.AddDays(1)));

        var contact = await contacts.Whose(_customer);
        contact.ShouldSatisfyAllConditions(() => contact.Id.ShouldBe(id), () => contact.Texts.ShouldBe(2), () => contact.Version.ShouldBe(2));
        (await contacts.Timeline(id)).Select(entry => entry.Text).ShouldBe(["from before", "from now"]);
    }

    [RealServersFact]
    public async Task Number_of_a_contact_of_before_there_were_keys_cannot_become_another_contacts()
    {
        var cause = new Cause(null, null, Cause.System);
        var old = await contacts.Store.Load(Contact.Stream, Contact.IdFor(_customer));
        await contacts.Store.Commit(old, [new ContactEvent.ContactCreated(_customer, Noon)], cause);

        var other = await contacts.Enter(new { name = "Other" });
        (await contacts.Send(HttpMethod.Post, $"/contacts/{other.Id}/numbers", new { number = _customer })).StatusCode.ShouldBe(HttpStatusCode.Conflict);
        (await contacts.Send(HttpMethod.Post, $"/contacts/{Contact.IdFor(_customer)}/numbers/remove", new { number = _customer })).StatusCode.ShouldBe(HttpStatusCode.OK);
        await contacts.Deliver(Text(_customer, "somebody new"));
        (await contacts.Whose(_customer)).Id.ShouldBe(Contact.IdFor(_customer, 1));
    }

    [RealServersFact]
    public async Task However_many_texts_there_are_the_contacts_own_stream_stays_short()
    {
        await contacts.Deliver([.. Enumerable.Range(0, 200).Select(n => Text(_customer, $"text {n}", Noon.AddSeconds(n)))]);
        (await contacts.Store.Load(Contact.Stream, Contact.IdFor(_customer))).Version.ShouldBe(1);
    }
}
