using System.Text.Json;
using Sms.Contacts.Contacts;
using Sms.Contacts.Imports;

namespace Sms.Contacts.Tests.Imports;

public sealed class ImportedRowTests
{
    [Fact]
    public void Columns_are_known_by_name_whatever_their_order_and_case_and_cells_hold_several_values()
    {
        var header = ImportedRow.Header([" Name", "TAGS", "Field.Plan", "numbers", "other"]);
        var row = ImportedRow.Of(header, ["Anna Tan", "vip; shop;", "gold", "+6581230000;+6562220000", "x"]);
        Json(row).ShouldBe(Json(new ImportedRow(
            new ContactDraft(["+6581230000", "+6562220000"], "Anna Tan", Tags: ["vip", "shop"], Fields: new Dictionary<string, string> { ["Plan"] = "gold" }), null)));
    }

    [Fact]
    public void Cells_that_are_empty_or_missing_say_nothing() =>
        Json(ImportedRow.Of(["numbers", "name", "note"], ["+6581230000", " "])).ShouldBe(Json(new ImportedRow(new ContactDraft(["+6581230000"]), null)));

    [Fact]
    public void A_list_that_does_not_tell_whom_its_rows_are_about_is_none()
    {
        ImportedRow.TellsWhom(["name", "numbers"]).ShouldBeTrue();
        ImportedRow.TellsWhom(["external_ids"]).ShouldBeTrue();
        ImportedRow.TellsWhom(["name", "phone"]).ShouldBeFalse();
    }

    [Fact]
    public void What_is_exported_is_imported_as_the_same()
    {
        var card = Some.Card;
        string[] fields = ["email", "plan"];
        var row = ImportedRow.Of(ImportedRow.Header(ImportedRow.Columns(fields)), [.. ImportedRow.Write(card, fields).Select(cell => cell ?? "")]);
        Some.ShouldSayTheSame(row, card);
    }

    private static string Json(ImportedRow row) => JsonSerializer.Serialize(row);
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
