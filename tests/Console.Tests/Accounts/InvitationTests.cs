using Sms.Console.Accounts;

namespace Sms.Console.Tests.Accounts;

public sealed class InvitationTests
{
    private static readonly DateTimeOffset Noon = new(2026, 6, 12, 12, 0, 0, TimeSpan.Zero);
    private static readonly Invitation Made = After(new InvitationEvent.Made("agent", null, Noon));

    [Fact]
    public void A_link_holds_until_its_time()
    {
        Made.Holding(Noon.AddTicks(-1)).ShouldBeTrue();
        Made.Holding(Noon).ShouldBeFalse();
    }

    [Fact]
    public void A_link_that_was_used_or_withdrawn_holds_no_more()
    {
        After(new InvitationEvent.Made("agent", null, Noon), new InvitationEvent.Used("dana")).Holding(Noon.AddHours(-1)).ShouldBeFalse();
        After(new InvitationEvent.Made("agent", null, Noon), new InvitationEvent.Withdrawn()).Holding(Noon.AddHours(-1)).ShouldBeFalse();
    }

    [Fact]
    public void A_link_nobody_made_never_held() => Invitation.Stream.Initial.Holding(DateTimeOffset.MinValue).ShouldBeFalse();

    [Fact]
    public void A_code_leads_to_its_stream_and_cannot_be_read_from_it() => Invitation.IdOf("one").ShouldNotBe(Invitation.IdOf("two"));

    private static Invitation After(params InvitationEvent[] events) => events.Aggregate(Invitation.Stream.Initial, Invitation.Stream.Evolve);
}
