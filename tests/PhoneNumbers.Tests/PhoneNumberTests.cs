using static Sms.PhoneNumbers.PhoneNumberKind;

namespace Sms.PhoneNumbers.Tests;

public sealed class PhoneNumberTests
{
    [Theory]
    [InlineData("919876543210")]
    [InlineData("+919876543210")]
    [InlineData("00919876543210")]
    [InlineData("+91 98765 43210")]
    [InlineData("91-98765-43210")]
    [InlineData("(+91) 98765.43210")]
    [InlineData("[91] 98765/43210")]
    [InlineData("  +91 98765 43210\r\n")]
    [InlineData("+91\u00A098765\u200943210")]
    [InlineData("\u202A+91 98765\u201143210\u202C")]
    [InlineData("９１９８７６５４３２１０")]
    [InlineData("＋９１９８７６５４３２１０")]
    [InlineData("٩١٩٨٧٦٥٤٣٢١٠")]
    [InlineData("+९१९८७६५४३२१०")]
    [InlineData("+91 (0)98765 43210")]
    public void Every_spelling_of_a_full_number_is_the_same_number(string raw)
    {
        var number = PhoneNumber.Parse(raw);
        number.Value.ShouldBe("+919876543210");
        number.Kind.ShouldBe(Full);
        number.ShouldBe(PhoneNumber.Parse("919876543210"));
        number.GetHashCode().ShouldBe(PhoneNumber.Parse("919876543210").GetHashCode());
    }

    [Theory]
    [InlineData("+6834000", "+6834000")]                  // Niue, seven digits
    [InlineData("29022222", "+29022222")]                 // St Helena, eight
    [InlineData("8821612345678", "+8821612345678")]       // satellite
    [InlineData("882161234567890", "+882161234567890")]   // M2M, fifteen
    public void Short_countries_and_machines_have_full_numbers_too(string raw, string value) =>
        PhoneNumber.Parse(raw).ShouldSatisfyAllConditions(n => n.Value.ShouldBe(value), n => n.Kind.ShouldBe(Full));

    [Theory]
    [InlineData("56161", "56161")]
    [InlineData("112", "112")]
    [InlineData("650-025", "650025")]
    [InlineData("5551234", "5551234")]
    [InlineData("+12345", "+12345")]
    [InlineData("0012345", "0012345")]
    [InlineData("५६१६१", "56161")]
    public void Short_codes_are_kept_as_they_are(string raw, string value) =>
        PhoneNumber.Parse(raw).ShouldSatisfyAllConditions(
            n => n.Value.ShouldBe(value), n => n.Kind.ShouldBe(ShortCode), n => n.CanBeReplied.ShouldBeTrue());

    [Theory]
    [InlineData("10655123456789012345", "10655123456789012345")]
    [InlineData("8821612345678901", "8821612345678901")]
    [InlineData("+8610655123456789012", "+8610655123456789012")]
    [InlineData("07700 900123", "07700900123")]
    [InlineData("+07700900123", "+07700900123")]
    public void Digits_that_are_no_international_number_are_not_made_into_one(string raw, string value) =>
        PhoneNumber.Parse(raw).ShouldSatisfyAllConditions(
            n => n.Value.ShouldBe(value), n => n.Kind.ShouldBe(NotE164), n => n.CanBeReplied.ShouldBeTrue());

    [Theory]
    [InlineData(" AD-AIRTEL ", "AD-AIRTEL")]
    [InlineData("AD-650025", "AD-650025")]
    [InlineData("Café du Nord", "Café du Nord")]
    [InlineData("交通银行", "交通银行")]
    [InlineData("shop@example.com", "shop@example.com")]
    [InlineData("1-800-FLOWERS", "1-800-FLOWERS")]
    [InlineData("*121#", "*121#")]
    [InlineData("91+98765", "91+98765")]
    [InlineData("BANK\u0000\u0007", "BANK")]
    public void Names_are_kept_as_they_are_and_cannot_be_replied_to(string raw, string value) =>
        PhoneNumber.Parse(raw).ShouldSatisfyAllConditions(
            n => n.Value.ShouldBe(value), n => n.Kind.ShouldBe(Name), n => n.CanBeReplied.ShouldBeFalse());

    [Fact]
    public void Half_a_surrogate_pair_in_a_name_is_replaced_because_no_database_takes_it() =>
        PhoneNumber.Parse("BA" + '\uD83D' + "NK").Value.ShouldBe("BA\uFFFDNK");

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("  \t ")]
    [InlineData("+")]
    [InlineData("+-()")]
    [InlineData("\u200B")]
    [InlineData("12345678901234567890123456789012345678901234567890123456789012345")]
    public void What_is_neither_number_nor_name_is_refused(string? raw)
    {
        PhoneNumber.TryParse(raw, out var number).ShouldBeFalse();
        number.ShouldBeNull();
    }

    [Fact]
    public void A_refusal_does_not_repeat_what_was_written() =>
        Should.Throw<FormatException>(() => PhoneNumber.Parse(new string('9', 65))).Message.ShouldNotContain("99");

    [Theory]
    [InlineData("919876543210", "+91…3210")]
    [InlineData("+6834000", "+68…0")]
    [InlineData("29022222", "+29…22")]
    [InlineData("56161", "…1")]
    [InlineData("112", "…")]
    [InlineData("10655123456789012345", "…2345")]
    [InlineData("AD-AIRTEL", "A…")]
    [InlineData("👍Shop", "👍…")]
    public void Written_out_it_is_masked(string raw, string masked)
    {
        PhoneNumber.Parse(raw).ToString().ShouldBe(masked);
        $"{PhoneNumber.Parse(raw)}".ShouldBe(masked);
    }

    /// <summary>Values travel between services as text and are read again there.</summary>
    [Fact]
    public void Reading_a_value_again_changes_nothing()
    {
        var random = new Random(7);
        const string Alphabet = "0000123456789+ -().A٣９\u200B*";
        for (var i = 0; i < 20_000; i++)
        {
            var raw = string.Concat(Enumerable.Range(0, random.Next(1, 22)).Select(_ => Alphabet[random.Next(Alphabet.Length)]));
            if (PhoneNumber.TryParse(raw, out var number))
                PhoneNumber.Parse(number.Value).ShouldBe(number, raw);
        }
    }
}
