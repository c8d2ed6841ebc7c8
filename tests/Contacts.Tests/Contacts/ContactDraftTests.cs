using Sms.Contacts.Contacts;
using Sms.PhoneNumbers;

namespace Sms.Contacts.Tests.Contacts;

public sealed class ContactDraftTests
{
    [Fact]
    public void Numbers_are_kept_as_E164_and_short_codes_and_names_as_they_are()
    {
        DiallingPlan.TryFind("IN", out var india);
        new ContactDraft(["098765 43210", "+91 98765-43210", "56161", "AD-AIRTEL"]).Normalised(india).Read.Numbers!.ShouldBe(["+919876543210", "56161", "AD-AIRTEL"]);
    }

    [Fact]
    public void A_national_number_is_no_number_until_it_is_said_where()
    {
        new ContactDraft(["0151 23456789"]).Normalised(null).Faults.ShouldContainKey("numbers");
        DiallingPlan.TryFind("DE", out var germany);
        new ContactDraft(["0151 23456789"]).Normalised(germany).Read.Numbers!.ShouldBe(["+4915123456789"]);
    }

    [Fact]
    public void What_is_said_is_kept_on_one_line_and_what_says_nothing_is_left_out()
    {
        var (read, faults) = new ContactDraft(
            Name: " Anna\r\nTan ", Language: " ", Tags: ["vip", " VIP ", ""], Fields: new Dictionary<string, string> { [" plan "] = " gold ", ["empty"] = " " }).Normalised(null);
        faults.ShouldBeEmpty();
        read.ShouldSatisfyAllConditions(
            () => read.Name.ShouldBe("Anna Tan"), () => read.Language.ShouldBeNull(), () => read.Tags!.ShouldBe(["vip"]),
            () => read.Fields!.ShouldBe(new Dictionary<string, string> { ["plan"] = "gold" }));
    }

    public static TheoryData<string, ContactDraft> Faulty() => new()
    {
        { "numbers", new(["nothing", "+++"]) },
        { "name", new(Name: new string('x', 201)) },
        { "language", new(Language: "english please") },
        { "timeZone", new(TimeZone: "Mars/Olympus") },
        { "tags", new(Tags: [new string('x', 51)]) },
        { "tags", new(Tags: [.. Enumerable.Range(0, 101).Select(n => $"{n}")]) },
        { "fields", new(Fields: new Dictionary<string, string> { ["plan"] = new('x', 501) }) },
        { "fields", new(Fields: new Dictionary<string, string> { [" "] = "gold" }) },
        { "externalIds", new(ExternalIds: ["0035g"]) },
    };

    [Theory]
    [MemberData(nameof(Faulty))]
    public void What_is_wrong_is_said_by_field(string field, ContactDraft draft) => draft.Normalised(null).Faults.Keys.ShouldBe([field]);
}
