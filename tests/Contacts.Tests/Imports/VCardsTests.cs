using Sms.Contacts.Imports;

namespace Sms.Contacts.Tests.Imports;

public sealed class VCardsTests
{
    [Fact]
    public void Card_as_a_phone_with_version_2_1_writes_it_is_read()
    {
        var card = Read("""
            BEGIN:VCARD
            VERSION:2.1
            N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:M=C3=BCller;Jos=C3=A9;;;
            TEL;CELL;PREF:+49 151 23456789
            TEL;HOME:0151-2345
            NOTE;ENCODING=QUOTED-PRINTABLE:first=0D=0A=
            second
            END:VCARD
            """).ShouldHaveSingleItem();
        card.ShouldSatisfyAllConditions(
            () => card.Contact.Name.ShouldBe("José Müller"),
            () => card.Contact.Numbers!.ShouldBe(["+49 151 23456789", "0151-2345"]),
            () => card.Note.ShouldBe("first\r\nsecond"));
    }

    [Fact]
    public void Card_of_version_3_0_is_read_over_folded_lines_groups_and_escapes()
    {
        var card = Read("""
            BEGIN:VCARD
            VERSION:3.0
            FN:Tan\, Anna
            item1.TEL;TYPE="cell,voice":+65 8123
              0000
            item1.X-ABLabel:_$!<Mobile>!$_
            CATEGORIES:vip,a\,b
            EMAIL;TYPE=INTERNET:anna@example.org
            ORG:Acme;Sales
            UID:abc-1
            PHOTO;ENCODING=b;TYPE=JPEG:/9j/4AAQSkZJRgABAQ
             AAAAAAAAAAAAAAAA
            END:VCARD
            """).ShouldHaveSingleItem();
        card.ShouldSatisfyAllConditions(
            () => card.Contact.Name.ShouldBe("Tan, Anna"),
            () => card.Contact.Numbers!.ShouldBe(["+65 8123 0000"]),
            () => card.Contact.Tags!.ShouldBe(["vip", "a,b"]),
            () => card.Contact.Fields!.ShouldBe(new Dictionary<string, string> { ["email"] = "anna@example.org", ["organisation"] = "Acme, Sales" }),
            () => card.Contact.ExternalIds!.ShouldBe(["vcard:abc-1"]));
    }

    [Fact]
    public void Card_of_version_4_0_tells_language_time_zone_and_numbers_as_addresses()
    {
        var card = Read("BEGIN:VCARD\nVERSION:4.0\nFN:A\nTEL;VALUE=uri;TYPE=\"voice,home\":tel:+1-555-555-0100;ext=5102\nLANG;PREF=1:fr\nTZ:Europe/Paris\nEND:VCARD").ShouldHaveSingleItem();
        card.ShouldSatisfyAllConditions(
            () => card.Contact.Numbers!.ShouldBe(["+1-555-555-0100"]), () => card.Contact.Language.ShouldBe("fr"), () => card.Contact.TimeZone.ShouldBe("Europe/Paris"));
    }

    [Fact]
    public void Cards_come_one_after_the_other_and_what_is_outside_of_them_or_never_ends_is_none()
    {
        Read("FN:nobody\nBEGIN:VCARD\nFN:One\nEND:VCARD\n\nBEGIN:VCARD\nFN:Two\nEND:VCARD\nBEGIN:VCARD\nFN:Never ends").Select(card => card.Contact.Name).ShouldBe(["One", "Two"]);
        Read("BEGIN:VCARD\nFN:Broken\nBEGIN:VCARD\nFN:Whole\nEND:VCARD").ShouldHaveSingleItem().Contact.Name.ShouldBe("Whole");
        Read("").ShouldBeEmpty();
    }

    [Fact]
    public void A_picture_of_any_size_does_not_get_in_the_way() =>
        Read($"BEGIN:VCARD\nFN:Anna\nPHOTO;ENCODING=b:{string.Concat(Enumerable.Repeat("\n " + new string('A', 70), 5000))}\nTEL:1234567\nEND:VCARD")
            .ShouldHaveSingleItem().Contact.Numbers!.ShouldBe(["1234567"]);

    [Fact]
    public void What_is_exported_is_imported_as_the_same_and_no_line_is_longer_than_it_may_be()
    {
        var written = VCards.Write(Guid.NewGuid(), Some.Card with { Notes = [Some.Card.Notes[0] with { Text = string.Concat(Enumerable.Repeat("é", 200)) }] });
        written.Split("\r\n").ShouldAllBe(line => System.Text.Encoding.UTF8.GetByteCount(line) <= 75);
        Some.ShouldSayTheSame(Read(VCards.Write(Guid.NewGuid(), Some.Card)).ShouldHaveSingleItem(), Some.Card);
    }

    private static List<ImportedRow> Read(string text)
    {
        var (cards, read) = (new VCards(), new List<ImportedRow>());
        using var lines = new StringReader(text);
        while (lines.ReadLine() is { } line)
            if (cards.Take(line) is { } card)
                read.Add(card);
        if (cards.End() is { } last)
            read.Add(last);
        return read;
    }
}
