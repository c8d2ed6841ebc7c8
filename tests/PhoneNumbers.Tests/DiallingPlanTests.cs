using static Sms.PhoneNumbers.PhoneNumberKind;

namespace Sms.PhoneNumbers.Tests;

public sealed class DiallingPlanTests
{
    [Theory]
    [InlineData("IN", "09876543210", "+919876543210")]
    [InlineData("IN", "98765 43210", "+919876543210")]
    [InlineData("in", "9876543210", "+919876543210")]
    [InlineData("GB", "07700 900123", "+447700900123")]
    [InlineData("GB", "(020) 7946-0018", "+442079460018")]
    [InlineData("US", "(650) 555-1212", "+16505551212")]
    [InlineData("US", "1 650 555 1212", "+16505551212")]
    [InlineData("DE", "0151 12345678", "+4915112345678")]
    [InlineData("HU", "06 20 123 4567", "+36201234567")]
    [InlineData("RU", "8 912 345-67-89", "+79123456789")]
    [InlineData("ES", "612345678", "+34612345678")]
    [InlineData("IT", "312 345 6789", "+393123456789")]
    [InlineData("CN", "13812345678", "+8613812345678")]
    [InlineData("SG", "81234567", "+6581234567")]
    public void A_national_number_is_completed_with_its_country(string region, string raw, string value) =>
        Parse(region, raw).ShouldSatisfyAllConditions(n => n.Value.ShouldBe(value), n => n.Kind.ShouldBe(Full));

    [Theory]
    [InlineData("IN", "+447700900123", "+447700900123")]
    [InlineData("IN", "00447700900123", "+447700900123")]
    [InlineData("IN", "919876543210", "+919876543210")]
    [InlineData("GB", "447700900123", "+447700900123")]
    [InlineData("DE", "15551234567", "+15551234567")] // without the 0 it is no German number as Germans write it
    public void A_number_that_carries_its_country_stays_what_it_is(string region, string raw, string value) =>
        Parse(region, raw).ShouldSatisfyAllConditions(n => n.Value.ShouldBe(value), n => n.Kind.ShouldBe(Full));

    [Theory]
    [InlineData("IN", "56161", ShortCode)]
    [InlineData("GB", "60777", ShortCode)]
    [InlineData("NO", "26112", ShortCode)]
    [InlineData("IN", "AD-AIRTEL", Name)]
    [InlineData("IT", "0612345678", NotE164)] // Italian landlines keep their 0 abroad: completing them would need their area codes
    [InlineData("GB", "00", ShortCode)]
    [InlineData("GB", "0077", ShortCode)]
    public void What_the_plan_does_not_know_is_kept_as_it_came(string region, string raw, PhoneNumberKind kind) =>
        Parse(region, raw).ShouldSatisfyAllConditions(n => n.Value.ShouldBe(raw), n => n.Kind.ShouldBe(kind));

    [Fact]
    public void Every_country_in_the_table_completes_to_a_number_of_E164_and_never_a_short_code()
    {
        DiallingPlan.Regions.Count().ShouldBeGreaterThan(50);
        foreach (var region in DiallingPlan.Regions)
        {
            DiallingPlan.TryFind(region, out var plan).ShouldBeTrue();
            foreach (var first in "0123456789")
                for (var digits = 1; digits <= 15; digits++)
                {
                    var raw = first + new string('2', digits - 1);
                    PhoneNumber.TryParse(raw, plan, out var number).ShouldBeTrue();
                    if (digits < 7)
                        number.Value.ShouldBe(raw, region);
                    if (number.Kind is Full)
                        PhoneNumber.Parse(number.Value).ShouldBe(number, region);
                }
        }
    }

    [Fact]
    public void A_country_that_is_not_in_the_table_has_no_plan()
    {
        DiallingPlan.TryFind("XX", out _).ShouldBeFalse();
        DiallingPlan.TryFind(null, out _).ShouldBeFalse();
    }

    private static PhoneNumber Parse(string region, string raw)
    {
        DiallingPlan.TryFind(region, out var plan).ShouldBeTrue();
        PhoneNumber.TryParse(raw, plan, out var number).ShouldBeTrue();
        return number;
    }
}
