using Sms.Contacts.Contacts;
using Sms.Contacts.Imports;

namespace Sms.Contacts.Tests.Imports;

public sealed class ImportedRowTests
{
    [Fact]
    public void What_is_exported_is_imported_as_the_same()
    {
        var card = Some.Card;
        string[] fields = ["email", "plan"];
        var row = ImportColumns.Of(ImportColumns.Names(fields), new Dictionary<string, string>()).Read([.. ImportedRow.Write(card, fields).Select(cell => cell ?? "")]);
        Some.ShouldSayTheSame(row, card);
    }
}

/// <summary>A contact with everything that a contact can have.</summary>
internal static class Some
{
    public static readonly ContactCard Card = new()
    {
        Numbers = ["+6581230000", "56161"],
        Name = "Tan; Anna, \"A\"",
        Language = "en",
        TimeZone = "Asia/Singapore",
        Tags = ["a,b", "vip"],
        Fields = [new("email", "anna@example.org"), new("plan", "gold = good")],
        ExternalIds = ["crm:0035g"],
        Notes = [new(Guid.NewGuid(), "first line\nsecond; with, all \\ of it", "operator:a", DateTimeOffset.UnixEpoch)],
    };

    public static void ShouldSayTheSame(ImportedRow row, ContactCard card) => row.ShouldSatisfyAllConditions(
        () => row.Contact.Numbers!.ShouldBe(card.Numbers),
        () => row.Contact.Name.ShouldBe(card.Name),
        () => row.Contact.Language.ShouldBe(card.Language),
        () => row.Contact.TimeZone.ShouldBe(card.TimeZone),
        () => row.Contact.Tags!.ShouldBe(card.Tags),
        () => row.Contact.Fields!.ShouldBe(card.Fields.ToDictionary(f => f.Name, f => f.Value)),
        () => row.Contact.ExternalIds!.ShouldContain("crm:0035g"),
        () => row.Note.ShouldBe(card.Notes[0].Text));
}
