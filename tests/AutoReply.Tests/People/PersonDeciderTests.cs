using Sms.AutoReply.People;
using static Sms.AutoReply.People.PersonEvent;

namespace Sms.AutoReply.Tests.People;

public sealed class PersonDeciderTests
{
    private static readonly Guid One = new("11111111-1111-4111-8111-111111111111"), Two = new("22222222-2222-4222-8222-222222222222");
    private const string OurNumber = "+911234500000";

    [Fact]
    public void The_first_text_is_remembered_and_what_rules_did()
    {
        var person = Given();
        var ruling = Some.Decide("hours", Some.Hours);
        var facts = PersonDecider.Ruled(person, Some.Sms("hours"), ruling);
        facts[0].ShouldBe(new FirstTexted(Some.Sms("hours").SmsId, Some.Noon));
        facts[1].ShouldBeOfType<RulesActed>().ShouldSatisfyAllConditions(
            e => e.Rules.ShouldBe(["hours"]), e => e.Replies.ShouldBe(1), e => e.HandedOver.ShouldBeNull());
        PersonDecider.Ruled(Given(facts), Some.Sms("nothing"), Some.Decide("nothing", Some.Hours)).ShouldBeEmpty();
    }

    [Fact]
    public void The_first_text_stays_the_first_when_it_is_ruled_again()
    {
        var person = Given(new FirstTexted(One, Some.Noon));
        person.Seen(One, false, null).FirstContact.ShouldBeTrue();
        person.Seen(Two, false, null).FirstContact.ShouldBeFalse();
    }

    [Fact]
    public void Old_news_of_a_contact_or_ticket_changes_nothing()
    {
        var person = Given(Contact(2, "Ada"), Ticket(5, "solved"));
        PersonDecider.Saw(person, Contact(2, "Bob")).ShouldBeEmpty();
        PersonDecider.Saw(person, Contact(1, "Bob")).ShouldBeEmpty();
        PersonDecider.Saw(person, Contact(3, "Bob")).Length.ShouldBe(1);
        PersonDecider.Saw(person, Ticket(4, "open"), Some.Noon).ShouldBeEmpty();
        PersonDecider.Saw(person, Contact(3, "Ada") with { ContactId = Two, Gone = true }).ShouldBeEmpty();
    }

    [Fact]
    public void A_contact_that_has_lost_the_number_is_not_seen_any_more()
    {
        Given(Contact(2, "Ada")).Seen(One, false, null).ContactName.ShouldBe("Ada");
        Given(Contact(2, "Ada"), Contact(3, "Ada") with { Gone = true }).Seen(One, false, null).ContactName.ShouldBeNull();
    }

    [Fact]
    public void Only_a_ticket_that_is_not_solved_is_seen()
    {
        Given(Ticket(1, "pending")).Seen(One, false, null).TicketNumber.ShouldBe(7);
        Given(Ticket(1, "pending"), Ticket(2, "closed")).Seen(One, false, null).TicketNumber.ShouldBeNull();
    }

    [Fact]
    public void A_solved_ticket_gives_the_conversation_back()
    {
        var person = Given(Ticket(1, "open"), new AutomationPaused(OurNumber, "operator:jo", Some.Noon));
        PersonDecider.Saw(person, Ticket(2, "solved"), Some.Noon).ShouldBe([Ticket(2, "solved"), new AutomationResumed(OurNumber, "system", Some.Noon)]);
        PersonDecider.Saw(person, Ticket(2, "solved") with { OurNumber = "+911234500001" }, Some.Noon).Length.ShouldBe(1);
        PersonDecider.Saw(Given(Ticket(1, "open")), Ticket(2, "solved"), Some.Noon).Length.ShouldBe(1);
    }

    [Fact]
    public void Pausing_and_resuming_twice_changes_nothing()
    {
        var paused = Given(PersonDecider.Pause(Given(), OurNumber, "operator:jo", Some.Noon));
        PersonDecider.Pause(paused, OurNumber, "operator:jo", Some.Noon).ShouldBeEmpty();
        PersonDecider.Resume(paused, OurNumber, "operator:jo", Some.Noon).Length.ShouldBe(1);
        PersonDecider.Resume(Given(), OurNumber, "operator:jo", Some.Noon).ShouldBeEmpty();
    }

    [Fact]
    public void The_latest_answer_of_a_person_counts_whatever_the_order_it_is_told_in()
    {
        var person = Given(new PersonAnswered(One, Some.Noon));
        PersonDecider.Answered(person, new PersonAnswered(Two, Some.Noon.AddMinutes(-1))).ShouldBeEmpty();
        PersonDecider.Answered(person, new PersonAnswered(Two, Some.Noon.AddMinutes(1))).Length.ShouldBe(1);
    }

    [Fact]
    public void The_stream_does_not_show_the_number() => Person.IdOf(Some.Customer).ToString().ShouldNotContain("9876543210");

    private static Person Given(params PersonEvent[] facts) => facts.Aggregate(Person.Stream.Initial, Person.Evolve);

    private static ContactSeen Contact(long version, string name) => new(One, version, false, true, name, [], null, null);

    private static TicketSeen Ticket(long version, string status) => new(One, version, 7, OurNumber, status, "normal", null, null);
}
