using System.Text.Json;
using Sms.Contacts.Contacts;
using Sms.Contacts.Imports;

namespace Sms.Contacts.Tests.Imports;

public sealed class ImportColumnsTests
{
    private static readonly Dictionary<string, string> Nothing = [];

    [Fact]
    public void Columns_are_known_by_name_whatever_their_order_and_case_and_cells_hold_several_values() =>
        Read([" Name", "TAGS", "Field.Plan", "numbers", "other"], ["Anna Tan", "vip; shop;", "gold", "+6581230000;+6562220000", "x"]).ShouldBe(Json(new ImportedRow(
            new ContactDraft(["+6581230000", "+6562220000"], "Anna Tan", Tags: ["vip", "shop"], Fields: new Dictionary<string, string> { ["Plan"] = "gold" }), null)));

    [Fact]
    public void Cells_that_are_empty_or_missing_say_nothing() =>
        Read(["numbers", "name", "note"], ["+6581230000", " "]).ShouldBe(Json(new ImportedRow(new ContactDraft(["+6581230000"]), null)));

    // As Google Contacts, HubSpot, Outlook and Chatwoot name them when they export.
    [Theory]
    [InlineData("First Name,Middle Name,Last Name,Labels,Phone 1 - Label,Phone 1 - Value,Phone 2 - Value,Notes", "Anna,,Tan,* myContacts,Mobile,+6581230000 ::: +6562220000,+6563330000,met in May", "+6581230000;+6562220000;+6563330000", "Anna Tan", "met in May")]
    [InlineData("Record ID,First Name,Last Name,Email,Phone Number", "51,Anna,Tan,a@example.org,+6581230000", "+6581230000", "Anna Tan", null)]
    [InlineData("First Name,Last Name,Home Phone,Mobile Phone,Business Phone", "Anna,Tan,,+6581230000,+6562220000", "+6581230000;+6562220000", "Anna Tan", null)]
    [InlineData("id,name,email,phone_number", "7,Anna Tan,a@example.org,+6581230000", "+6581230000", "Anna Tan", null)]
    [InlineData("Telephone,Display name,First name", "+6581230000,Anna Tan,Anna", "+6581230000", "Anna Tan", null)]
    public void What_address_books_commonly_call_a_column_is_understood(string header, string row, string numbers, string name, string? note) =>
        Read(header.Split(','), row.Split(',')).ShouldBe(Json(new ImportedRow(new ContactDraft(numbers.Split(';'), name), note)));

    [Fact]
    public void What_is_said_of_a_column_counts_more_than_its_name()
    {
        var said = new Dictionary<string, string> { ["handy"] = "numbers", ["Phone"] = "field.switchboard", ["Kunde: Nr"] = "external_ids", ["Vorname"] = "name", ["Nachname"] = "name" };
        string[] header = ["Vorname", "Nachname", "Handy ", "phone", "Kunde: Nr", "Ort"];
        Read(header, ["Anna", "Tan", "+6581230000", "5550", "crm:7", "Bonn"], said).ShouldBe(Json(new ImportedRow(
            new ContactDraft(["+6581230000"], "Anna Tan", Fields: new Dictionary<string, string> { ["switchboard"] = "5550" }, ExternalIds: ["crm:7"]), null)));
        ImportColumns.Of(header, said).Columns.ShouldBe(
            [new("Vorname", "name"), new("Nachname", "name"), new("Handy", "numbers"), new("phone", "field.switchboard"), new("Kunde: Nr", "external_ids"), new("Ort", null)]);
    }

    [Fact]
    public void Two_columns_read_as_one_add_up_or_the_first_counts() =>
        Read(["numbers", "mobile", "tags", "tag", "note", "notes", "language", "language", "field.a", "field.a"], ["+6581230000", "+6581230000", "vip", "shop", "one", "two", "en", "de", "x", "y"]).ShouldBe(Json(new ImportedRow(
            new ContactDraft(["+6581230000"], Language: "en", Tags: ["vip", "shop"], Fields: new Dictionary<string, string> { ["a"] = "x" }), "one\ntwo")));

    [Fact]
    public void A_list_that_does_not_tell_whom_its_rows_are_about_is_none()
    {
        ImportColumns.Of(["external_ids"], Nothing).Columns.ShouldHaveSingleItem();
        Should.Throw<FormatException>(() => ImportColumns.Of(["name", "fax"], Nothing)).Message.ShouldContain("Its first row is \"name\", \"fax\"");
        Should.Throw<FormatException>(() => ImportColumns.Of(["+6581230000", "Anna Tan"], Nothing));
        Should.Throw<FormatException>(() => ImportColumns.Of(["numbers"], new Dictionary<string, string> { ["numbers"] = "note" }));
    }

    [Fact]
    public void A_column_that_is_spoken_of_and_is_not_there_is_a_mistake() =>
        Should.Throw<FormatException>(() => ImportColumns.Of(["Phone", "Name"], new Dictionary<string, string> { ["Mobil"] = "numbers" }))
            .Message.ShouldBe("has no column \"Mobil\"; its first row is \"Phone\", \"Name\"");

    private static string Read(string[] header, string[] row, Dictionary<string, string>? said = null) => Json(ImportColumns.Of(header, said ?? Nothing).Read(row));

    private static string Json(ImportedRow row) => JsonSerializer.Serialize(row);
}
