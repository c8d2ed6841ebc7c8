using Sms.ServiceHost.DeadLetters;

namespace Sms.ServiceHost.Tests.DeadLetters;

public sealed class FailureCauseTests
{
    [Theory]
    [InlineData("Ticket 12 is unknown.", "Ticket # is unknown.")]
    [InlineData("Contact 0198c5a4-6f00-7a2b-9d11-2f3e4a5b6c7d has +91 98765 43210\n  and more", "Contact # has #")]
    [InlineData("No 4bf92f3577b34da6a3ce929d0e0e4736 in the deadbeef facade.", "No # in the deadbeef facade.")]
    [InlineData("At 2026-11-21T18:00:00 it was 1,234.5", "At #T# it was #")]
    [InlineData(null, "")]
    public void What_differs_from_one_message_to_the_next_is_left_out(string? message, string summary) => FailureCause.Summary(message).ShouldBe(summary);

    [Fact]
    public void A_long_line_is_cut() => FailureCause.Summary(new string('x', 1000)).Length.ShouldBe(201);

    [Fact]
    public void It_happened_in_our_method_nearest_to_it() => FailureCause.Where("""
           at System.Text.Json.ThrowHelper.ThrowJsonException(String message)
           at Sms.Helpdesk.UseCases.RecordDelivery.Consume(ConsumeContext`1 context) in /src/RecordDelivery.cs:line 12
           at Sms.ServiceHost.Bus.Other()
        """).ShouldBe("Sms.Helpdesk.UseCases.RecordDelivery.Consume");

    [Fact]
    public void It_happened_where_it_says_when_none_is_ours() => FailureCause.Where("   at System.Guid.Parse(String input)").ShouldBe("System.Guid.Parse");

    [Fact]
    public void Without_a_stack_trace_nobody_knows_where() => FailureCause.Where(null).ShouldBeNull();

    [Fact]
    public void Failures_that_are_alike_have_one_fingerprint()
    {
        var one = FailureCause.Fingerprint("System.Exception", "Ticket # is unknown.", "A.B");
        one.Length.ShouldBe(16);
        FailureCause.Fingerprint("System.Exception", "Ticket # is unknown.", "A.B").ShouldBe(one);
        FailureCause.Fingerprint("System.Exception", "Ticket # is unknown.", "A.C").ShouldNotBe(one);
        FailureCause.Fingerprint(null, "Ticket # is unknown.", "A.B").ShouldNotBe(one);
    }
}
