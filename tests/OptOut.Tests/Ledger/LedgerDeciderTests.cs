using Sms.EventStore;
using Sms.OptOut.Ledger;
using Sms.OptOut.Policies;
using static Sms.OptOut.Tests.Facts;

namespace Sms.OptOut.Tests.Ledger;

public sealed class LedgerDeciderTests
{
    private static readonly DateTimeOffset Noon = new(2026, 6, 12, 12, 0, 0, TimeSpan.Zero);
    private static readonly Extent Everything = new(null, null, null, null);

    private static ConsentFact[] Decide(PersonLedger ledger, LedgerCommand command) => LedgerDecider.Decide(ledger, Asha, ConsentPolicy.Initial, command, Noon.AddHours(1));

    private static LedgerCommand.Enter Enter(bool optOut, Extent? extent = null, Guid? id = null, string source = FactSource.Operator) =>
        new(id ?? Guid.NewGuid(), optOut, extent ?? Everything, Noon, "operator:meera", source, "said so on the phone", "We text offers.", null);

    [Fact]
    public void What_an_operator_enters_is_a_fact_with_who_when_why_and_what_was_shown()
    {
        var id = Guid.NewGuid();
        Decide(Chained(), Enter(optOut: true, id: id)).ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            f => f.FactId.ShouldBe(id), f => f.Kind.ShouldBe(FactKind.OptedOut), f => f.Actor.ShouldBe("operator:meera"), f => f.Reason.ShouldBe("said so on the phone"),
            f => f.Shown.ShouldBe("We text offers."), f => f.EffectiveAt.ShouldBe(Noon), f => f.RecordedAt.ShouldBe(Noon.AddHours(1)), f => f.No.ShouldBe(1),
            f => f.Announced.ShouldBe([new Announcement(null, null, Change.OptedOut)]));
    }

    [Fact]
    public void The_same_command_twice_enters_one_fact()
    {
        var command = Enter(optOut: true);
        Decide(Chained(Decide(Chained(), command)), command).ShouldBeEmpty();
    }

    [Fact]
    public void A_row_imported_twice_enters_one_fact_and_one_of_another_date_a_second()
    {
        var ledger = Chained(Decide(Chained(), Enter(optOut: true, source: FactSource.Import)));
        Decide(ledger, Enter(optOut: true, source: FactSource.Import)).ShouldBeEmpty();
        Decide(ledger, Enter(optOut: true, source: FactSource.Import) with { EffectiveAt = Noon.AddDays(-1) }).ShouldHaveSingleItem();
    }

    [Fact]
    public void An_opt_in_is_announced_only_where_there_was_something_to_take_back()
    {
        Decide(Chained(), Enter(optOut: false)).ShouldHaveSingleItem().Announced.ShouldBeEmpty();
        Decide(Chained(Of(FactKind.OptedOut, Noon)), Enter(optOut: false)).ShouldHaveSingleItem().Announced.ShouldBe([new Announcement(null, null, Change.OptedIn)]);
    }

    [Fact]
    public void What_counts_for_a_pool_is_announced_for_the_numbers_the_person_has_to_do_with() =>
        Decide(Chained(Of(FactKind.WroteFirst, Noon) with { OurNumber = Branch }), Enter(optOut: true, new Extent(Reach.Pool, null, "sms", "marketing")))
            .ShouldHaveSingleItem().Announced.ShouldBe([new Announcement(Branch, "marketing", Change.OptedOut)]);

    [Fact]
    public void A_gateways_block_is_entered_once_for_the_pair()
    {
        var block = new LedgerCommand.Block(Guid.NewGuid(), Shop, "sms", "21610", Noon);
        var fact = Decide(Chained(), block).ShouldHaveSingleItem();
        fact.ShouldSatisfyAllConditions(
            f => f.Kind.ShouldBe(FactKind.Blocked), f => f.Actor.ShouldBe("gateway"), f => f.Reason.ShouldBe("21610"), f => f.Reach.ShouldBe(Reach.Number),
            f => f.Announced.ShouldBe([new Announcement(Shop, null, Change.OptedOut)]));
        Decide(Chained(fact), block with { SendId = Guid.NewGuid() }).ShouldBeEmpty();
        Decide(Chained(fact, Of(FactKind.OptedIn, Noon.AddMinutes(1))), block with { SendId = Guid.NewGuid() }).ShouldHaveSingleItem();
    }

    [Fact]
    public void A_review_decided_as_an_opt_out_holds_from_when_the_person_wrote_and_lets_automation_go_on()
    {
        var opened = Of(FactKind.ReviewOpened, Noon) with { Wrote = "stop it", SmsId = Guid.NewGuid() };
        var facts = Decide(Chained(opened), new LedgerCommand.DecideReview(opened.FactId, OptOut: true, "operator:meera", "means us"));
        facts.Select(f => f.Kind).ShouldBe([FactKind.OptedOut, FactKind.ReviewDecided]);
        facts[0].ShouldSatisfyAllConditions(f => f.EffectiveAt.ShouldBe(Noon), f => f.OurNumber.ShouldBe(Shop), f => f.SmsId.ShouldBe(opened.SmsId), f => f.Actor.ShouldBe("operator:meera"));
        facts[1].Announced.ShouldBe([new Announcement(null, null, Change.Resumed)]);
        Chained([opened, .. facts]).OpenReview.ShouldBeNull();
        Chained(opened).OpenReview.ShouldNotBeNull();
    }

    [Fact]
    public void A_review_is_decided_once()
    {
        var opened = Of(FactKind.ReviewOpened, Noon);
        var decision = new LedgerCommand.DecideReview(opened.FactId, OptOut: false, "operator:meera", "was about the bus");
        var facts = Decide(Chained(opened), decision);
        facts.ShouldHaveSingleItem().Word.ShouldBe(ReviewOutcome.NoOptOut);
        Decide(Chained([opened, .. facts]), decision with { Actor = "operator:ravi" }).ShouldBeEmpty();
        Should.Throw<RefusedException>(() => Decide(Chained([opened, .. facts]), decision with { OptOut = true }));
        Should.Throw<RefusedException>(() => Decide(Chained(), decision));
    }

    [Fact]
    public void A_policy_is_applied_to_a_person_once()
    {
        var apply = new LedgerCommand.ApplyPolicy(ConsentPolicy.RevokeAll, [new Announcement(null, null, Change.OptedOut)]);
        var fact = Decide(Chained(), apply).ShouldHaveSingleItem();
        fact.ShouldSatisfyAllConditions(f => f.Reference.ShouldBe(ConsentPolicy.RevokeAll.PolicyId), f => f.Announced.ShouldBe(apply.Changes));
        Decide(Chained(fact), apply).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("galaxy", null, null, null, "scope")]
    [InlineData("number", null, null, null, "ourNumber")]
    [InlineData("pool", null, null, null, "endpoint")]
    [InlineData(null, "---", null, null, "ourNumber")]
    [InlineData(null, null, null, "poetry", "purpose")]
    public void An_extent_that_makes_no_sense_is_refused_by_field(string? reach, string? number, string? endpoint, string? purpose, string field) =>
        new Extent(reach, number, endpoint, purpose).Faults().Keys.ShouldBe([field]);
}
