namespace Sms.GatewayProtocol.Tests;

public sealed class SegmentsTests
{
    [Theory]
    [InlineData("Hello", "GSM-7", 5)]
    [InlineData("Grüße aus Åre: ¿qué tal? @£$¥", "GSM-7", 29)]
    [InlineData("5 € [net]", "GSM-7", 12)]
    [InlineData("Ça va", "GSM-7", 5)]
    [InlineData("ça va", "UCS-2", 5)]
    [InlineData("Привет", "UCS-2", 6)]
    [InlineData("OK 👍", "UCS-2", 5)]
    [InlineData("`", "UCS-2", 1)]
    public void Alphabet_and_length_are_those_of_the_text(string text, string encoding, int units) =>
        Segments.Of(text).ShouldBe(new Segments(encoding, units, 1));

    [Theory]
    [InlineData(160, 1)]
    [InlineData(161, 2)]
    [InlineData(306, 2)]
    [InlineData(307, 3)]
    [InlineData(1600, 11)]
    public void Long_text_in_the_GSM_alphabet_has_153_characters_in_each(int characters, int segments) =>
        Segments.Of(new string('x', characters)).Count.ShouldBe(segments);

    [Theory]
    [InlineData(70, 1)]
    [InlineData(71, 2)]
    [InlineData(134, 2)]
    [InlineData(135, 3)]
    public void One_other_character_leaves_room_for_67_in_each(int characters, int segments) =>
        Segments.Of(new string('ы', characters)).Count.ShouldBe(segments);

    [Fact]
    public void No_character_is_split_over_two()
    {
        // 152 and a euro sign of two septets do not fit into 153 together.
        Segments.Of(new string('x', 152) + "€" + new string('x', 152)).Count.ShouldBe(3);
        Segments.Of(new string('x', 151) + "€" + new string('x', 153)).Count.ShouldBe(2);
        // 33 emoji take 66 of 67 units.
        Segments.Of(string.Concat(Enumerable.Repeat("👍", 66))).Count.ShouldBe(2);
        Segments.Of(string.Concat(Enumerable.Repeat("👍", 67))).Count.ShouldBe(3);
    }
}
