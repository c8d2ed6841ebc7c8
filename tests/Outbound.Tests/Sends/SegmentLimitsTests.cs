using Sms.GatewayProtocol;

namespace Sms.Outbound.Tests.Sends;

public sealed class SegmentLimitsTests
{
    [Fact]
    public void The_longest_text_in_the_worst_case_is_known() =>
        Segments.Of(string.Concat(Enumerable.Repeat("👍", SendDecider.LongestText / 2))).Count.ShouldBe(Segments.MostPossible);

    [Fact]
    public void Warning_says_what_a_text_is_billed_as_and_why()
    {
        var limits = new SegmentLimits(Most: 10, Warn: 1);
        limits.Warning(Segments.Of("Hello")).ShouldBeNull();
        limits.Warning(Segments.Of(new string('x', 200))).ShouldBe("Sent and billed as 2 texts.");
        limits.Warning(Segments.Of(new string('x', 80) + "👍")).ShouldNotBeNull().ShouldContain("outside the GSM alphabet");
    }
}
