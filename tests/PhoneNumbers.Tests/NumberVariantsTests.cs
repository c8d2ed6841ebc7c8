namespace Sms.PhoneNumbers.Tests;

public sealed class NumberVariantsTests
{
    [Theory]
    [InlineData("+5511987654321", "+551187654321")]     // Brazil, São Paulo: with and without the ninth digit
    [InlineData("+525512345678", "+5215512345678")]     // Mexico City: without and with the 1
    [InlineData("+5491123456789", "+541123456789")]     // Buenos Aires: with and without the 9
    public void A_line_that_networks_show_under_two_numbers_has_one_canonical_number(string canonical, string other)
    {
        foreach (var written in new[] { canonical, other })
        {
            PhoneNumber.Parse(written).Canonical().Value.ShouldBe(canonical);
            PhoneNumber.Parse(written).Variants().Select(number => number.Value).ShouldBe([canonical, other]);
        }
    }

    [Theory]
    [InlineData("+551131234567")]   // a fixed line in São Paulo: never had a ninth digit
    [InlineData("+55113123456")]    // too short for Brazil
    [InlineData("+5211234567890123")]
    [InlineData("+919876543210")]
    [InlineData("56161")]
    [InlineData("AD-AIRTEL")]
    [InlineData("5511987654321000000")]
    public void Every_other_number_short_code_and_name_has_itself_only(string written)
    {
        if (PhoneNumber.TryParse(written, out var number))
            number.Variants().ShouldBe([number]);
    }

    [Fact]
    public void Variants_agree_on_each_other_whatever_the_number()
    {
        var random = new Random(20260612);
        foreach (var country in new[] { "55", "52", "521", "54", "549", "91", "1" })
            for (var run = 0; run < 2000; run++)
            {
                var number = PhoneNumber.Parse($"+{country}{string.Concat(Enumerable.Range(0, random.Next(8, 12)).Select(_ => random.Next(10)))}");
                var variants = number.Variants();
                variants.ShouldContain(number);
                foreach (var variant in variants)
                    variant.Variants().ShouldBe(variants);
            }
    }
}
