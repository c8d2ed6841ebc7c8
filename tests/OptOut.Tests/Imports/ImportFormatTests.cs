using Sms.OptOut.Imports;
using Sms.OptOut.Ledger;
using Sms.OptOut.Policies;

namespace Sms.OptOut.Tests.Imports;

public sealed class ImportFormatTests
{
    private static readonly DateTimeOffset Noon = new(2026, 6, 12, 12, 0, 0, TimeSpan.Zero);
    private static readonly ImportedList List = new(Guid.NewGuid(), "own", null, [], 1, 1, "operator:meera", Noon);

    private static (LedgerCommand.Enter? Command, RowError? Error) Read(ImportFormat format, string header, string row, string? endpoint = null)
    {
        var (_, command, error) = format.Read(row.Split(';'), format.Read(header.Split(';')).Places, List with { Endpoint = endpoint }, 7);
        return (command, error);
    }

    [Fact]
    public void A_row_of_ours_says_who_what_where_since_when_and_why() =>
        Read(ImportFormat.Own, "number;change;our_number;scope;purpose;at;reason;shown", "00919876543210;opted-in;911234500000;number;marketing;2024-02-29T10:00:00+05:30;web form;Text me offers")
            .Command!.ShouldSatisfyAllConditions(
                c => c.OptOut.ShouldBeFalse(), c => c.Extent.ShouldBe(new Extent(Reach.Number, "+911234500000", null, "marketing")),
                c => c.EffectiveAt.ShouldBe(new DateTimeOffset(2024, 2, 29, 4, 30, 0, TimeSpan.Zero)), c => c.Reason.ShouldBe("web form"),
                c => c.Shown.ShouldBe("Text me offers"), c => c.Source.ShouldBe(FactSource.Import), c => c.Reference.ShouldBe(List.ImportId));

    [Fact]
    public void Columns_may_stand_in_any_order_and_a_mark_at_the_files_beginning_is_no_part_of_a_name() =>
        Read(ImportFormat.Own, "\uFEFFchange;Number;colour", "opted-out;+919876543210;blue").Command!.OptOut.ShouldBeTrue();

    [Theory]
    [InlineData("+911234500000", null, null, "+911234500000", null)]
    [InlineData("56161", null, null, "56161", null)]
    [InlineData("MG00000000000000000000000000000001", null, Reach.Everything, null, null)]
    [InlineData("MG00000000000000000000000000000001", "sms", Reach.Pool, null, "sms")]
    public void A_Twilio_sender_is_one_of_our_numbers_or_an_endpoint(string sender, string? endpoint, string? reach, string? number, string? at) =>
        Read(ImportFormat.Twilio, "contact_id;sender_id;status;source;date_of_consent", $"+919876543210;{sender};opt-out;website;2025-02-28T10:05:27Z", endpoint)
            .Command!.ShouldSatisfyAllConditions(c => c.Extent.ShouldBe(new Extent(reach, number, at, null)), c => c.Reason.ShouldBe("Twilio: website"));

    [Theory]
    [InlineData("number;change", "---;opted-out", "number")]
    [InlineData("number;change", "+919876543210;maybe", "change")]
    [InlineData("number;change", "+919876543210", "change")]
    [InlineData("number;change;at", "+919876543210;opted-out;yesterday", "at")]
    [InlineData("number;change;at", "+919876543210;opted-out;2026-06-13", "at")]
    [InlineData("number;change;scope", "+919876543210;opted-out;galaxy", "scope")]
    [InlineData("number;change;purpose", "+919876543210;opted-out;poetry", "purpose")]
    [InlineData("number;change;reason", "+919876543210;opted-out;x\0", "row")]
    public void What_is_wrong_with_a_row_is_said_by_column(string header, string row, string field) =>
        Read(ImportFormat.Own, header, row).Error!.ShouldSatisfyAllConditions(e => e.Row.ShouldBe(7), e => e.Field.ShouldBe(field), e => e.Reason.ShouldNotContain("9876543210"));

    [Fact]
    public void An_opt_in_by_a_messaging_service_counts_nowhere_until_it_is_said_where() =>
        Read(ImportFormat.Twilio, "contact_id;sender_id;status", "+919876543210;MG01;opt-in").Error!.Field.ShouldBe("sender_id");

    [Fact]
    public void A_column_that_must_be_there_is_missed() => ImportFormat.Twilio.Read(["contact_id", "status"]).Missing.ShouldBe("sender_id");
}
