using Sms.Contacts.Contacts;
using static Sms.Contacts.Contacts.ContactCommand;
using static Sms.Contacts.Contacts.ContactEvent;

namespace Sms.Contacts.Tests.Contacts;

public sealed class ContactDeciderTests
{
    private static readonly DateTimeOffset Noon = new(2026, 6, 12, 12, 0, 0, TimeSpan.Zero);
    private static readonly RecordSms Hello = new(Guid.NewGuid(), "sms", "+6581230000", "+6591110000", "hello", Noon);
    private static readonly RecordSms Again = Hello with { SmsId = Guid.NewGuid(), Text = "again", SentAt = Noon.AddMinutes(1) };

    [Fact]
    public void First_text_of_a_number_makes_it_a_contact_as_of_when_it_was_sent() =>
        ContactDecider.Decide(After(), Hello).ShouldBe([new ContactCreated(Hello.From, Noon), Received(Hello)]);

    [Fact]
    public void Next_text_is_put_on_record_of_the_same_contact() =>
        ContactDecider.Decide(After(new ContactCreated(Hello.From, Noon), Received(Hello)), Again).ShouldBe([Received(Again)]);

    [Fact]
    public void Same_text_delivered_twice_changes_nothing() =>
        ContactDecider.Decide(After(new ContactCreated(Hello.From, Noon), Received(Hello)), Hello).ShouldBeEmpty();

    [Fact]
    public void Same_words_in_another_text_are_another_text() =>
        ContactDecider.Decide(After(new ContactCreated(Hello.From, Noon), Received(Hello)), Hello with { SmsId = Again.SmsId })
            .ShouldHaveSingleItem();

    [Fact]
    public void One_number_is_always_the_same_contact_and_two_numbers_never_are()
    {
        Contact.IdFor("+6581230000").ShouldBe(Contact.IdFor("+6581230000"));
        Contact.IdFor("+6581230000").ShouldNotBe(Contact.IdFor("+6581230001"));
    }

    [Fact]
    public void A_stream_tells_which_contact_it_is_about() =>
        Contact.IdOf(Contact.Stream.StreamId(Hello.SmsId.ToString())).ShouldBe(Hello.SmsId);

    private static Contact After(params ContactEvent[] happened) => happened.Aggregate(Contact.Stream.Initial, Contact.Stream.Evolve);

    private static SmsReceived Received(RecordSms sms) => new(sms.SmsId, sms.Endpoint, sms.To, sms.Text, sms.SentAt);
}
