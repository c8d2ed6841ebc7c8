using Sms.OptOut.Consent;
using static Sms.OptOut.Consent.ConsentWish;

namespace Sms.OptOut.Tests.Consent;

public sealed class ConsentWordsTests
{
    [Theory]
    [InlineData("STOP", "STOP")]
    [InlineData("STOPALL", "STOP ALL")]
    [InlineData("STOP ALL", "STOP ALL")]
    [InlineData("UNSUBSCRIBE", "UNSUBSCRIBE")]
    [InlineData("CANCEL", "CANCEL")]
    [InlineData("END", "END")]
    [InlineData("QUIT", "QUIT")]
    [InlineData("REVOKE", "REVOKE")]
    [InlineData("OPTOUT", "OPT OUT")]
    [InlineData("OPT OUT", "OPT OUT")]
    [InlineData("OPT-OUT", "OPT OUT")]
    [InlineData("REMOVE", "REMOVE")]
    public void Every_word_that_ends_consent_is_known(string text, string word) =>
        ConsentWords.Read(text).ShouldBe(new ConsentWord(ConsentWish.OptOut, word));

    [Theory]
    [InlineData("START", OptIn)]
    [InlineData("UNSTOP", OptIn)]
    [InlineData("yes", OptInIfOptedOut)]
    [InlineData("Help", Help)]
    [InlineData("info?", Help)]
    public void Words_that_give_consent_or_ask_for_help_are_known(string text, ConsentWish wish) =>
        ConsentWords.Read(text)!.Wish.ShouldBe(wish);

    [Theory]
    [InlineData("stop")]
    [InlineData("Stop!")]
    [InlineData("  stop \r\n")]
    [InlineData("STOP.")]
    [InlineData("\"stop\"")]
    [InlineData("“Stop”")]
    [InlineData("S.T.O.P")]
    [InlineData("s t o p")]
    [InlineData("ＳＴＯＰ")]
    [InlineData("ⓢⓣⓞⓟ")]
    [InlineData("𝐒𝐓𝐎𝐏")]
    [InlineData("stóp")]
    [InlineData("sto\u0301p")]
    [InlineData("st\u200Bop\uFEFF")]
    [InlineData("st\u00ADop")]
    [InlineData("STOP 🛑✋🏽")]
    [InlineData("\u202ASTOP\u202C")]
    [InlineData("\u0007STOP\u0000")]
    public void However_it_is_typed_STOP_is_STOP(string text) =>
        ConsentWords.Read(text).ShouldBe(new ConsentWord(ConsentWish.OptOut, "STOP"));

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("🛑")]
    [InlineData("STOP please")]
    [InlineData("can you stop by at 5?")]
    [InlineData("bus stop")]
    [InlineData("weekend")]
    [InlineData("cancel my appointment")]
    [InlineData("stop it, I'm coming")]
    [InlineData("nonstop")]
    [InlineData("STOP1")]
    [InlineData("yes please")]
    [InlineData("help me")]
    [InlineData("ok")]
    [InlineData("стоп")]
    public void A_word_inside_a_longer_text_is_no_decision(string text) => ConsentWords.Read(text).ShouldBeNull();

    [Fact]
    public void Broken_characters_are_read_past() =>
        ConsentWords.Read('\uD83D' + "STOP" + '\uDE00').ShouldBe(new ConsentWord(ConsentWish.OptOut, "STOP"));
}
