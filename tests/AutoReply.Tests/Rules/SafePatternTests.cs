using System.Diagnostics;
using Sms.AutoReply.Rules;

namespace Sms.AutoReply.Tests.Rules;

public sealed class SafePatternTests
{
    [Theory]
    [InlineData("(a+)+b(?=c)", "look-around")]
    [InlineData(@"(a)\1", "back-references")]
    [InlineData("(?>a+)b", "atomic groups")]
    [InlineData("(a", "is no regular expression")]
    [InlineData("a{1000}{1000}", "repeats more than 1000 times")]
    [InlineData("a{2}{3}", "is no regular expression")]
    [InlineData("(a{100}){100}", "repeats more than 1000 times")]
    [InlineData("((a{1,20}){1,20}){1,20}", "repeats more than 1000 times")]
    public void What_cannot_be_run_safely_is_refused_with_the_reason(string pattern, string reason)
    {
        var (made, fault) = SafePattern.Of(pattern, caseCounts: false);
        made.ShouldBeNull();
        fault.ShouldNotBeNull().ShouldContain(reason);
    }

    [Fact]
    public void A_pattern_too_long_is_refused() =>
        SafePattern.Of(new string('a', 201), false).Fault.ShouldBe("must not be longer than 200 characters");

    [Fact]
    public void Case_makes_no_difference_unless_it_counts()
    {
        SafePattern.Of("^hours$", false).Pattern!.IsMatch("HOURS").ShouldBeTrue();
        SafePattern.Of("^hours$", true).Pattern!.IsMatch("HOURS").ShouldBeFalse();
    }

    /// <summary>Time is measured against itself: on patterns that take backtracking engines for ever, ten times the text takes some ten times as long.</summary>
    [Theory]
    [InlineData("(a+)+$")]
    [InlineData("(a|aa)+$")]
    [InlineData("(.*a){20}")]
    public void However_nasty_the_pattern_the_time_grows_with_the_text(string pattern)
    {
        var regex = SafePattern.Of(pattern, false).Pattern!;
        var text = new string('a', 2_000) + "!";
        regex.IsMatch(text);
        var (one, ten) = (Best(text), Best(new string('a', 20_000) + "!"));
        (ten / one).ShouldBeLessThan(60);

        double Best(string of) => Enumerable.Range(0, 5).Min(_ =>
        {
            var start = Stopwatch.GetTimestamp();
            regex.IsMatch(of);
            return Stopwatch.GetElapsedTime(start).TotalMilliseconds + 0.01;
        });
    }
}
