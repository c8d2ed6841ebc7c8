using Sms.Contacts.Views;

namespace Sms.Contacts.Tests.Views;

public sealed class SearchWordsTests
{
    [Theory]
    [InlineData("José  Müller", " jose muller")]
    [InlineData("王小明", " 王小明")]
    [InlineData(null, "")]
    public void A_name_is_searched_without_case_and_accents(string? name, string words) => SearchWords.OfName(name).ShouldBe(words);

    [Theory]
    [InlineData("+919876543210", " 919876543210")]
    [InlineData("+5511987654321", " 5511987654321 551187654321")]
    [InlineData("AD-AIRTEL", " ad-airtel")]
    public void A_number_is_searched_in_every_way_networks_write_it(string number, string spellings) => SearchWords.OfNumber(number).ShouldBe(spellings);

    [Theory]
    [InlineData("Tan ann", "%tan%|%ann%")]
    [InlineData("an", "% an%")]
    [InlineData("98765-43", "%9876543%")]
    [InlineData("+91 (987)", "%91987%")]
    [InlineData("0151 23", "%15123%")]
    [InlineData("Müller", "%muller%")]
    [InlineData("50%", "%50\\%%")]
    [InlineData("王", "% 王%")]
    [InlineData(" ", "")]
    public void A_fragment_is_found_anywhere_and_a_short_one_where_a_word_begins(string search, string patterns) =>
        string.Join('|', SearchWords.Patterns(search)).ShouldBe(patterns);
}
