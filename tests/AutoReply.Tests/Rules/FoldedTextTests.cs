using Sms.AutoReply.Rules;

namespace Sms.AutoReply.Tests.Rules;

public sealed class FoldedTextTests
{
    [Theory]
    [InlineData("hours", "HOURS")]
    [InlineData("  opening \t\r\n hours ", "OPENING HOURS")]
    [InlineData("Öffnungszeiten", "OFFNUNGSZEITEN")]
    [InlineData("o\u0308ffnung", "OFFNUNG")]
    [InlineData("ＨＯＵＲＳ", "HOURS")]
    [InlineData("ho\u200Bu\u00ADrs", "HOURS")]
    [InlineData("hours?", "HOURS?")]
    [InlineData("τιμές", "ΤΙΜΕΣ")]
    [InlineData("ёлка", "ЕЛКА")]
    [InlineData("☎️", "☎")]
    [InlineData("   ", "")]
    [InlineData("\u200B", "")]
    public void Spelling_that_makes_no_difference_is_folded_away(string text, string folded) =>
        FoldedText.Of(text).ShouldBe(folded);

    [Theory]
    [InlineData("कुल", "कल")]
    [InlineData("が", "か")]
    [InlineData("가", "고")]
    public void Marks_that_make_another_word_stay(string one, string other) =>
        FoldedText.Of(one).ShouldNotBe(FoldedText.Of(other));

    [Fact]
    public void Folding_again_changes_nothing() =>
        FoldedText.Of(FoldedText.Of(" Crème  BRÛLÉE 가\u200B ﬁn ")).ShouldBe(FoldedText.Of(" Crème  BRÛLÉE 가\u200B ﬁn "));

    [Fact]
    public void Broken_characters_do_no_harm() => FoldedText.Of("a" + '\uD83D' + "b").ShouldBe("A\uFFFDB");
}
