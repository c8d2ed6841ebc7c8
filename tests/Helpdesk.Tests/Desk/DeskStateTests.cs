using Sms.Helpdesk.Desk;
using Sms.Helpdesk.Sla;

namespace Sms.Helpdesk.Tests.Desk;

public sealed class DeskStateTests
{
    [Fact]
    public void An_endpoints_own_policy_goes_before_everybodys_and_that_before_the_usual()
    {
        Policy ours = Policy.Initial with { ReopenMinutes = 0 }, everybodys = Policy.Initial with { ReopenMinutes = 60 };
        After().PolicyOf("sms").ShouldBe(new PolicyVersion(DeskState.EveryEndpoint, 0, Policy.Initial));
        var desk = After(new DeskEvent.PolicySet(DeskState.EveryEndpoint, everybodys), new DeskEvent.PolicySet("sms", everybodys), new DeskEvent.PolicySet("sms", ours));
        desk.PolicyOf("sms").ShouldBe(new PolicyVersion("sms", 2, ours));
        desk.PolicyOf("other").ShouldBe(new PolicyVersion(DeskState.EveryEndpoint, 1, everybodys));
        After(new DeskEvent.PolicySet("sms", ours), new DeskEvent.SettingRemoved(SettingKind.Policies, "sms")).PolicyOf("sms").Version.ShouldBe(0);
    }

    [Fact]
    public void A_version_counts_on_when_something_is_removed_and_set_again() => After(
            new DeskEvent.PolicySet("sms", Policy.Initial), new DeskEvent.SettingRemoved(SettingKind.Policies, "sms"), new DeskEvent.PolicySet("sms", Policy.Initial))
        .PolicyOf("sms").Version.ShouldBe(3);

    [Fact]
    public void Terms_have_the_calendar_that_the_policy_names()
    {
        var berlin = new BusinessCalendar("Europe/Berlin", [new("monday", "09:00", "17:00")], []);
        After(new DeskEvent.CalendarSet("berlin", berlin), new DeskEvent.PolicySet("sms", Policy.Initial with { Calendar = "berlin" })).TermsOf("sms").Calendar.ShouldBe(berlin);
        After(new DeskEvent.PolicySet("sms", Policy.Initial with { Calendar = "gone" })).TermsOf("sms").Calendar.ShouldBe(BusinessCalendar.Always);
    }

    [Fact]
    public void Who_is_away_is_not_present() => After(
            new DeskEvent.TeamSet("support", new Team(["operator:dana", "operator:eli"])), new DeskEvent.AgentSet("operator:dana", new Agent(Away: true)))
        .Present("support").ShouldBe(["operator:eli"]);

    [Fact]
    public void A_policy_that_makes_no_sense_is_named()
    {
        Policy.Initial.Faults().ShouldBeEmpty();
        foreach (var (wrong, field) in new (Policy, string)[]
        {
            (Policy.Initial with { ReopenMinutes = 43_201 }, "reopenMinutes"), (Policy.Initial with { ReopenMinutes = -1 }, "reopenMinutes"),
            (Policy.Initial with { ConsentTexts = "no" }, "consentTexts"), (Policy.Initial with { AnsweredTexts = "" }, "answeredTexts"),
            (Policy.Initial with { WaitSeconds = 0 }, "waitSeconds"), (Policy.Initial with { IdleHours = 8_761 }, "idleHours"),
            (Policy.Initial with { Assignment = "random" }, "assignment"), (Policy.Initial with { Assignment = Policy.LeastBusy }, "team"),
            (Policy.Initial with { Targets = [new("normal", 0, null, null)] }, "targets.normal.firstReplyMinutes"),
            (Policy.Initial with { Targets = [new("high", 1, null, 525_601)] }, "targets.high.resolutionMinutes"), (Policy.Initial with { Targets = [new("huge", 1, null, null)] }, "targets"),
            (Policy.Initial with { Targets = [new("low", 1, null, null), new("low", 2, null, null)] }, "targets"),
        })
            wrong.Faults().Keys.ShouldHaveSingleItem().ShouldBe(field);
    }

    [Fact]
    public void Variables_are_filled_and_unknown_ones_named()
    {
        Wording.Fill("Hi {{contact.name|there}}, #{{ ticket.number }}{{agent.name}}.", name => name == "ticket.number" ? "7" : null).ShouldBe("Hi there, #7.");
        Wording.Fill("Hi {{contact.name|there}}", _ => "Asha {{agent.name}}").ShouldBe("Hi Asha {{agent.name}}", "what a value says is not read again");
        Wording.Fault("Hi {{contact.name|there}}").ShouldBeNull();
        Wording.Fault("Hi {{contact.nmae}}").ShouldStartWith("'contact.nmae' is none of");
        Wording.Fault("Hi {{contact.name").ShouldBe("has a {{ that begins no variable");
    }

    private static DeskState After(params DeskEvent[] changes) => changes.Aggregate(DeskState.Stream.Initial, DeskState.Stream.Evolve);
}
