using System.Text;

namespace Sms.Csv.Tests;

public sealed class CsvRowsTests
{
    private static async Task<List<string[]>> Rows(string csv, Encoding? encoding = null)
    {
        using var table = new MemoryStream([.. encoding?.GetPreamble() ?? [], .. (encoding ?? Encoding.UTF8).GetBytes(csv)]);
        var rows = new List<string[]>();
        await foreach (var row in CsvRows.Read(table, TestContext.Current.CancellationToken))
            rows.Add(row);
        return rows;
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
    [InlineData("a;b\nc;d,e\n", "a|b/c|d,e")]
    [InlineData("a\tb\nc\td\n", "a|b/c|d")]
    [InlineData("", "")]
    public async Task Rows_are_taken_apart_as_RFC_4180_has_them_and_what_is_not_quite_so_is_read_with_good_will(string csv, string expected) =>
        string.Join('/', (await Rows(csv)).Select(row => string.Join('|', row))).ShouldBe(expected);

    [Fact]
    public async Task A_byte_order_mark_says_how_the_table_is_written_and_is_no_part_of_it()
    {
        foreach (var encoding in new[] { new UTF8Encoding(true), Encoding.Unicode, Encoding.BigEndianUnicode })
            (await Rows("a\tb\né\td\n", encoding)).ShouldBe([["a", "b"], ["é", "d"]]);
    }

    [Fact]
    public async Task A_row_that_is_longer_than_a_row_may_be_ends_the_reading_and_is_named()
    {
        var longest = new string('x', CsvRows.LongestRow - 100);
        (await Rows($"a,b\n{longest}\nc,d\n")).Select(row => row[0].Length).ShouldBe([1, longest.Length, 1]);
        (await Rows($"a,b\n{longest}{longest}\nc,d\n").ShouldThrowAsync<FormatException>()).Message.ShouldStartWith("Row 2 ");
    }

    [Fact]
    public async Task A_quote_that_is_never_closed_does_not_fill_the_memory()
    {
        using var endless = new Endless();
        await Should.ThrowAsync<FormatException>(async () =>
        {
            await foreach (var _ in CsvRows.Read(endless)) { }
        });
        endless.Position.ShouldBeLessThan(10 * CsvRows.LongestRow);
    }

    [Fact]
    public async Task What_is_written_reads_back_the_same()
    {
        var random = new Random(20260612);
        string[] scraps = ["a", ",", "\"", "\n", "\r", ";", " ", "é", ""];
        for (var run = 0; run < 2000; run++)
        {
            string[] row = ["x", .. Enumerable.Range(0, random.Next(1, 5)).Select(_ => string.Concat(Enumerable.Range(0, random.Next(6)).Select(_ => scraps[random.Next(scraps.Length)])))];
            using var table = new MemoryStream();
            await using (var sheet = CsvRows.Write(table))
            {
                // Column names first, as every table of ours has them: the separator is told by the first lines.
                await sheet.Add([.. row.Select((_, at) => $"column{at}")]);
                await sheet.Add(row);
            }
            (await Rows(Encoding.UTF8.GetString(table.ToArray())))[1].ShouldBe(row);
        }
    }

    /// <summary>One quote, and text for ever after it.</summary>
    private sealed class Endless : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get; set; }

        public override int Read(byte[] buffer, int offset, int count)
        {
            Array.Fill(buffer, (byte)'x', offset, count);
            if (Position == 0)
                buffer[offset] = (byte)'"';
            Position += count;
            return count;
        }

        public override void Flush() => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
