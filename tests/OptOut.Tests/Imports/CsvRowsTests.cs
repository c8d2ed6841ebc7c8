using Sms.OptOut.Imports;

namespace Sms.OptOut.Tests.Imports;

public sealed class CsvRowsTests
{
    private static string[][] Rows(string csv)
    {
        var rows = new CsvRows();
        var read = csv.Select(rows.Take).OfType<string[]>().ToList();
        if (rows.End() is { } last)
            read.Add(last);
        return [.. read];
    }

    [Theory]
    [InlineData("a,b\r\nc,d\r\n", "a|b/c|d")]
    [InlineData("a,b\nc,d", "a|b/c|d")]
    [InlineData("a,b\rc,d\r", "a|b/c|d")]
    [InlineData("\n\r\n\na\n\n", "a")]
    [InlineData("a,,\n,\n", "a||/|")]
    [InlineData("\"a,1\",\"b\"\"c\"\"\",\"d\r\ne\"\n", "a,1|b\"c\"|d\r\ne")]
    [InlineData("\"\",x\n", "|x")]
    [InlineData("a\"b,\"c\"d\n", "a\"b|cd")]
    [InlineData("\"open,1\nb", "open,1\nb")]
    [InlineData("", "")]
    public void Rows_are_taken_apart_as_RFC_4180_has_them_and_what_is_not_quite_so_is_read_with_good_will(string csv, string expected) =>
        string.Join('/', Rows(csv).Select(row => string.Join('|', row))).ShouldBe(expected);

    [Fact]
    public void A_row_that_never_ends_is_given_up_and_reading_goes_on_with_a_line_after()
    {
        var rows = Rows("a,\"" + new string('x', CsvRows.LongestRow) + "\nb,c\nd,e\n");
        rows[0].ShouldBeEmpty();
        rows[^1].ShouldBe(["d", "e"]);
    }

    [Fact]
    public void What_is_written_reads_back_the_same()
    {
        var random = new Random(20260612);
        string[] scraps = ["a", ",", "\"", "\n", "\r", " ", "é", ""];
        for (var run = 0; run < 2000; run++)
        {
            string[] row = ["x", .. Enumerable.Range(0, random.Next(1, 5)).Select(_ => string.Concat(Enumerable.Range(0, random.Next(6)).Select(_ => scraps[random.Next(scraps.Length)])))];
            Rows(CsvRows.Write(row)).ShouldHaveSingleItem().ShouldBe(row);
        }
    }
}
