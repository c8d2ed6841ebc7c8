using Sms.AutoReply.Rules;
using Sms.PhoneNumbers;

namespace Sms.AutoReply.Tests.Rules;

public sealed class RuleFiltersTests
{
    private static readonly Circumstances Known = new()
    {
        ContactKnown = true, Tags = ["VIP"], Language = "pt-BR", TicketNumber = 7, FirstContact = true,
    };

    [Theory]
    [InlineData("+919876543210", true)]
    [InlineData("+91 98765-43210", true)]
    [InlineData("919876543210", true)]
    [InlineData("98765", true)]
    [InlineData("+91", true)]
    [InlineData("+91*", true)]
    [InlineData("*3210", true)]
    [InlineData("+91?876*10", true)]
    [InlineData("*", true)]
    [InlineData("+44", false)]
    [InlineData("+44*", false)]
    [InlineData("?919876543210?", false)]
    [InlineData("*98765", false)]
    public void A_sender_is_a_number_a_part_of_one_or_a_pattern(string from, bool matches) =>
        (WhyNot(new RuleFilter { From = ["+1555", from] }) is null).ShouldBe(matches);

    [Fact]
    public void A_sender_that_is_a_name_is_found_by_a_part_of_it() =>
        RuleFilters.WhyNot(new RuleFilter { From = ["airtel"] }, new RuleSet(), Some.Sms("x") with { From = PhoneNumber.Parse("AD-AIRTEL") }, Known).ShouldBeNull();

    public static TheoryData<RuleFilter, string?> Filters => new()
    {
        { new RuleFilter(), null },
        { new RuleFilter { From = ["+44"] }, "sender-is-another" },
        { new RuleFilter { OurNumbers = ["+911234500000"] }, null },
        { new RuleFilter { OurNumbers = ["+911234500001"] }, "our-number-is-another" },
        { new RuleFilter { Endpoints = ["shop", "sms"] }, null },
        { new RuleFilter { Endpoints = ["shop"] }, "endpoint-is-another" },
        { new RuleFilter { ContactKnown = true }, null },
        { new RuleFilter { ContactKnown = false }, "contact-is-known" },
        { new RuleFilter { Tags = ["new", "vip"] }, null },
        { new RuleFilter { Tags = ["new"] }, "contact-has-no-such-tag" },
        { new RuleFilter { HasOpenTicket = true }, null },
        { new RuleFilter { HasOpenTicket = false }, "has-an-open-ticket" },
        { new RuleFilter { Languages = ["de", "pt"] }, null },
        { new RuleFilter { Languages = ["PT-br"] }, null },
        { new RuleFilter { Languages = ["p"] }, "language-is-another" },
        { new RuleFilter { FirstContact = true }, null },
        { new RuleFilter { FirstDay = "2026-06-13" }, "not-on-these-days" },
        { new RuleFilter { Hours = new WeeklyHours { Open = [new(["fri"], "12:00", "13:00")] } }, null },
        { new RuleFilter { Hours = new WeeklyHours { Open = [new(["fri"], "13:00", "14:00")] } }, "it-is-closed" },
        { new RuleFilter { Hours = new WeeklyHours { Open = [new(["fri"], "12:00", "13:00")], Closed = true } }, "it-is-open" },
        { new RuleFilter { Hours = new WeeklyHours { Open = [new(["fri"], "12:00", "13:00")], TimeZone = "Asia/Kolkata" } }, "it-is-closed" },
    };

    [Theory]
    [MemberData(nameof(Filters), DisableDiscoveryEnumeration = true)]
    public void What_a_filter_says_has_to_be_so(RuleFilter only, string? whyNot) => WhyNot(only).ShouldBe(whyNot);

    [Fact]
    public void Of_nobody_known_nothing_is_so()
    {
        RuleFilters.WhyNot(new RuleFilter { ContactKnown = true }, new RuleSet(), Some.Sms("x"), Circumstances.Unknown).ShouldBe("contact-is-unknown");
        RuleFilters.WhyNot(new RuleFilter { HasOpenTicket = true }, new RuleSet(), Some.Sms("x"), Circumstances.Unknown).ShouldBe("no-open-ticket");
        RuleFilters.WhyNot(new RuleFilter { Languages = ["en"] }, new RuleSet(), Some.Sms("x"), Circumstances.Unknown).ShouldBe("language-is-another");
        RuleFilters.WhyNot(new RuleFilter { FirstContact = true }, new RuleSet(), Some.Sms("x"), Circumstances.Unknown).ShouldBe("not-the-first-text");
    }

    private static string? WhyNot(RuleFilter only) => RuleFilters.WhyNot(only, new RuleSet(), Some.Sms("hello"), Known);
}
