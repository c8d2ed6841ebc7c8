using System.Text.Json;
using Sms.Contacts.Contacts;
using Sms.EventStore;
using Sms.PhoneNumbers;
using static Sms.Contacts.Contacts.ContactCommand;
using static Sms.Contacts.Contacts.ContactEvent;

namespace Sms.Contacts.Tests.Contacts;

public sealed class ContactDeciderTests
{
    private const string Mobile = "+6581230000", Home = "+6562220000";
    private static readonly DateTimeOffset Noon = new(2026, 6, 12, 12, 0, 0, TimeSpan.Zero);
    private static readonly Guid Anna = Guid.NewGuid(), Ana = Guid.NewGuid(), Third = Guid.NewGuid();

    private static readonly ContactEvent Wrote = new ContactCreated(Mobile, Noon);
    private static readonly ContactEvent Entered = new ContactEntered(Noon, null);

    [Fact]
    public void First_text_of_a_number_makes_it_a_contact_that_nobody_has_said_who_it_is()
    {
        ContactDecider.Decide(After(), new BecomeKnown(Mobile, Noon)).ShouldBe([Wrote]);
        After(Wrote).Card.ShouldSatisfyAllConditions(card => card.Numbers.ShouldBe([Mobile]), card => card.Verified.ShouldBeFalse());
    }

    [Fact]
    public void Next_text_changes_nothing_about_the_contact() =>
        ContactDecider.Decide(After(Wrote), new BecomeKnown(Mobile, Noon.AddDays(1))).ShouldBeEmpty();

    [Fact]
    public void Whom_a_person_enters_is_verified_and_known_by_all_that_was_said()
    {
        var draft = new ContactDraft(
            [Mobile, Home], "Anna Tan", "en", "Asia/Singapore", ["vip"], new Dictionary<string, string> { ["plan"] = "gold" }, ["crm:1"]);
        ContactDecider.Decide(After(), new Enter(draft, Noon, "digest")).ShouldBe(
        [
            new ContactEntered(Noon, "digest"), new NumberAdded(Mobile), new NumberAdded(Home), new NameSet("Anna Tan"), new LanguageSet("en"),
            new TimeZoneSet("Asia/Singapore"), new Tagged("vip"), new FieldSet("plan", "gold"), new ExternalIdAdded("crm:1"),
        ]);
        Should.Throw<RefusedException>(() => ContactDecider.Decide(After(Wrote), new Enter(draft, Noon, null)));
    }

    [Fact]
    public void Revising_takes_away_what_is_left_out_and_says_nothing_where_nothing_changes()
    {
        ContactEvent[] before = [Entered, new NameSet("Anna"), new Tagged("vip"), new FieldSet("plan", "gold"), new ExternalIdAdded("crm:1"), new LanguageSet("en")];
        ContactDecider.Decide(After(before), new Revise(new ContactDraft(Name: "Anna", Tags: ["VIP", "new"], Fields: new Dictionary<string, string> { ["plan"] = "silver" }))).ShouldBe(
            [new LanguageSet(null), new Tagged("new"), new FieldSet("plan", "silver"), new ExternalIdRemoved("crm:1")]);
        ContactDecider.Decide(After(before), new Revise(new ContactDraft(
            Name: "Anna", Language: "en", Tags: ["vip"], Fields: new Dictionary<string, string> { ["plan"] = "gold" }, ExternalIds: ["crm:1"]))).ShouldBeEmpty();
    }

    [Fact]
    public void An_import_adds_what_it_knows_and_takes_nothing_away()
    {
        var draft = new ContactDraft([Mobile, Home], "Anna", Tags: ["vip"]);
        var events = ContactDecider.Decide(After(Wrote, new LanguageSet("en"), new Tagged("old")), new Complete(draft));
        events.ShouldBe([new NumberAdded(Home), new NameSet("Anna"), new Tagged("vip"), new VerificationSet(true)]);
        ContactDecider.Decide(After([Wrote, new LanguageSet("en"), new Tagged("old"), .. events]), new Complete(draft)).ShouldBeEmpty();
    }

    [Fact]
    public void A_name_verifies_unless_it_is_said_not_to()
    {
        ContactDecider.Decide(After(Wrote), new Revise(new ContactDraft(Name: "Anna"))).ShouldBe([new NameSet("Anna"), new VerificationSet(true)]);
        ContactDecider.Decide(After(Wrote), new Revise(new ContactDraft(Name: "Anna?", Verified: false))).ShouldBe([new NameSet("Anna?")]);
        ContactDecider.Decide(After(Entered), new Revise(new ContactDraft(Verified: false))).ShouldBe([new VerificationSet(false)]);
    }

    [Fact]
    public void Another_spelling_of_a_number_is_no_other_number()
    {
        var brazilian = After(new ContactCreated("+5511987654321", Noon));
        ContactDecider.Decide(brazilian, new AddNumber(PhoneNumber.Parse("+551187654321"))).ShouldBeEmpty();
        ContactDecider.Decide(brazilian, new RemoveNumber(PhoneNumber.Parse("+551187654321"))).ShouldBe([new NumberRemoved("+5511987654321")]);
        ContactDecider.Decide(brazilian, new AddNumber(PhoneNumber.Parse(Home))).ShouldBe([new NumberAdded(Home)]);
        ContactDecider.Decide(brazilian, new RemoveNumber(PhoneNumber.Parse(Home))).ShouldBeEmpty();
    }

    [Fact]
    public void Tags_and_notes_there_are_already_change_nothing_and_more_than_enough_is_refused()
    {
        var note = new Note(Guid.NewGuid(), "called", "operator:a", Noon);
        var contact = After(Entered, new Tagged("vip"), new NoteAdded(note));
        ContactDecider.Decide(contact, new AddTag("VIP")).ShouldBeEmpty();
        ContactDecider.Decide(contact, new RemoveTag("Vip")).ShouldBe([new Untagged("Vip")]);
        After(Entered, new Tagged("vip"), new Untagged("Vip")).Card.Tags.ShouldBeEmpty();
        ContactDecider.Decide(contact, new RemoveTag("other")).ShouldBeEmpty();
        ContactDecider.Decide(contact, new AddNote(note with { Text = "again" })).ShouldBeEmpty();
        ContactDecider.Decide(contact, new RemoveNote(note.NoteId)).ShouldBe([new NoteRemoved(note.NoteId)]);
        ContactDecider.Decide(contact, new RemoveNote(Guid.NewGuid())).ShouldBeEmpty();
        var full = After([Entered, .. Enumerable.Range(0, ContactDraft.Most).Select(n => new Tagged($"tag {n}"))]);
        Should.Throw<RefusedException>(() => ContactDecider.Decide(full, new AddTag("one more")));
    }

    [Fact]
    public void Nobody_can_be_asked_who_is_not_known_or_has_been_merged()
    {
        Should.Throw<RefusedException>(() => ContactDecider.Decide(After(), new AddTag("vip")));
        Should.Throw<RefusedException>(() => ContactDecider.Decide(After(Wrote, new Merged(Ana, [Anna])), new AddTag("vip"))).Message.ShouldContain(Ana.ToString());
    }

    [Fact]
    public void Merged_contact_keeps_what_is_said_on_both_and_its_own_where_they_differ()
    {
        var (into, part) = (After(Wrote, new NameSet("Anna"), new Tagged("vip")), After(new ContactCreated(Home, Noon), new NameSet("A. Tan"), new Tagged("VIP"), new Tagged("shop"), new LanguageSet("en")));
        var (ofInto, ofFrom) = ContactDecider.Merge(Anna, into, Ana, part);
        ofFrom.ShouldHaveSingleItem().ShouldBeOfType<Merged>().Into.ShouldBe(Anna);
        var after = After(into, ofInto).Card;
        after.ShouldSatisfyAllConditions(
            () => after.Name.ShouldBe("Anna"),
            () => after.Language.ShouldBe("en"),
            () => after.Numbers.ShouldBe([Mobile, Home]),
            () => after.Tags.ShouldBe(["vip", "shop"]));
        Json(ofInto[0].ShouldBeOfType<Absorbed>().After).ShouldBe(Json(after));
    }

    [Fact]
    public void Taken_out_again_each_is_as_if_they_had_never_been_one_but_for_what_was_said_since()
    {
        var (into, part) = (After(Wrote, new Tagged("vip")), After(new ContactCreated(Home, Noon), new NameSet("Ana"), new Tagged("vip")));
        var third = After(new ContactCreated("+6562220001", Noon), new Tagged("vip"), new Tagged("third"));
        var merged = After(into, ContactDecider.Merge(Anna, into, Ana, part).Into);
        merged = After(merged, ContactDecider.Merge(Anna, merged, Third, third).Into);
        merged = After(merged, [new Tagged("since"), new LanguageSet("en")]);

        var (ofFrom, ofPart) = ContactDecider.Unmerge(Anna, merged, Ana, After(part, ContactDecider.Merge(Anna, into, Ana, part).Part));
        var after = After(merged, ofFrom);
        after.Card.ShouldSatisfyAllConditions(
            card => card.Name.ShouldBeNull(),
            card => card.Tags.ShouldBe(["vip", "since", "third"], ignoreOrder: true),
            card => card.Numbers.ShouldBe([Mobile, "+6562220001"]),
            card => card.Language.ShouldBe("en"));
        Json(ofFrom[0].ShouldBeOfType<Released>().After).ShouldBe(Json(after.Card));
        Json(After(part, [new Merged(Anna, [Ana]), .. ofPart])).ShouldBe(Json(part));
    }

    [Fact]
    public void What_is_taken_away_after_a_merge_is_nowhere_whichever_part_had_brought_it()
    {
        var (into, part) = (After(Wrote), After(new ContactCreated(Home, Noon), new NameSet("Ana"), new Tagged("shop"), new FieldSet("plan", "gold"), new ExternalIdAdded("crm:1")));
        var merged = After(into, ContactDecider.Merge(Anna, into, Ana, part).Into);
        var card = After(merged, ContactDecider.Decide(merged, new Revise(new ContactDraft(Verified: false)))).Card;
        card.ShouldSatisfyAllConditions(
            () => card.Name.ShouldBeNull(), () => card.Tags.ShouldBeEmpty(), () => card.Fields.ShouldBeEmpty(), () => card.ExternalIds.ShouldBeEmpty(), () => card.Verified.ShouldBeFalse());
    }

    [Fact]
    public void Merges_that_cannot_be_are_refused_and_one_that_is_changes_nothing()
    {
        var (anna, ana) = (After(Wrote), After(new ContactCreated(Home, Noon)));
        Should.Throw<RefusedException>(() => ContactDecider.Merge(Anna, anna, Anna, anna));
        Should.Throw<RefusedException>(() => ContactDecider.Merge(Anna, anna, Third, After()));
        var gone = After(ana, [new Merged(Anna, [Ana])]);
        ContactDecider.Merge(Anna, anna, Ana, gone).ShouldBe(([], []));
        Should.Throw<RefusedException>(() => ContactDecider.Merge(Third, After(Entered), Ana, gone));
        Should.Throw<RefusedException>(() => ContactDecider.Merge(Ana, gone, Third, After(Entered)));
        Should.Throw<RefusedException>(() => ContactDecider.Unmerge(Anna, anna, Third, After(Entered)));
        var merged = After(anna, [.. ContactDecider.Merge(Anna, anna, Ana, ana).Into, new Merged(Third, [Anna, Ana])]);
        Should.Throw<RefusedException>(() => ContactDecider.Unmerge(Anna, merged, Ana, gone));
    }

    [Fact]
    public void A_family_is_all_that_turned_out_to_be_one()
    {
        var (anna, ana) = (After(Wrote), After(new ContactCreated(Home, Noon)));
        ana = After(ana, ContactDecider.Merge(Ana, ana, Third, After(Entered)).Into);
        After(anna, ContactDecider.Merge(Anna, anna, Ana, ana).Into).Family(Anna).ShouldBe([Anna, Ana, Third]);
    }

    [Fact]
    public void One_number_is_always_the_same_contact_and_two_numbers_never_are()
    {
        Contact.IdFor(Mobile).ShouldBe(Contact.IdFor(Mobile));
        new[] { Contact.IdFor(Mobile), Contact.IdFor(Home), Contact.IdFor(Mobile, 1), Contact.IdFor(Mobile, 2) }.ShouldBeUnique();
        Key.Of(PhoneNumber.Parse("+525512345678")).ShouldBe(Key.Of(PhoneNumber.Parse("+5215512345678")));
        Key.Of(PhoneNumber.Parse(Mobile)).ShouldNotBe(Key.Of(PhoneNumber.Parse(Home)));
    }

    [Fact]
    public void A_stream_tells_which_contact_it_is_about() =>
        Contact.IdOf(Contact.Stream.StreamId(Anna.ToString())).ShouldBe(Anna);

    private static Contact After(params ContactEvent[] happened) => After(Contact.Stream.Initial, happened);

    private static Contact After(Contact contact, ContactEvent[] happened) => happened.Aggregate(contact, Contact.Stream.Evolve);

    private static string Json(object value) => JsonSerializer.Serialize(value);
}
