using Sms.ConsentWords;
using Sms.OptOut.Ledger;
using Sms.OptOut.Policies;
using static Sms.OptOut.Tests.Facts;

namespace Sms.OptOut.Tests.Ledger;

public sealed class StandingTests
{
    private static readonly DateTimeOffset Noon = new(2026, 6, 12, 12, 0, 0, TimeSpan.Zero);
    private static readonly string[] Kinds = [FactKind.OptedOut, FactKind.OptedIn];
    private static readonly ConsentPolicy Pool = ConsentPolicy.Initial;
    private static readonly Place TheShop = new(Shop, "sms"), TheBranch = new(Branch, "sms"), Elsewhere = new("+911234500002", "other");

    private static Standing Is(Place place, string purpose, params ConsentFact[] facts) => Standing.Of(facts, Pool, place, purpose);

    [Theory]
    [InlineData(Purposes.Reply, true, Because.NotOptedOut)]
    [InlineData(Purposes.Notification, false, Because.NoConsent)]
    [InlineData(Purposes.Marketing, false, Because.NoConsent)]
    [InlineData("poetry", false, Because.NoConsent)]
    public void Of_somebody_unknown_only_conversation_is_allowed(string purpose, bool allowed, string reason) =>
        Is(TheShop, purpose).ShouldBe(new Standing(allowed, reason, false, null));

    [Fact]
    public void Whoever_wrote_first_may_be_answered_and_no_more()
    {
        var wrote = Of(FactKind.WroteFirst, Noon);
        Is(TheShop, Purposes.Reply, wrote).ShouldBe(new Standing(true, Because.WroteFirst, false, wrote));
        Is(TheShop, Purposes.Marketing, wrote).Allowed.ShouldBeFalse();
        Is(TheBranch, Purposes.Reply, wrote).Reason.ShouldBe(Because.NotOptedOut);
    }

    [Fact]
    public void A_STOP_ends_every_purpose_at_every_number_of_the_pool()
    {
        var stop = Of(FactKind.OptedOut, Noon);
        foreach (var purpose in Purposes.All)
        {
            Is(TheShop, purpose, stop).ShouldBe(new Standing(false, Because.OptedOut, true, stop));
            Is(TheBranch, purpose, stop).ShouldBe(new Standing(false, Because.OptedOut, true, stop));
            Is(Elsewhere, purpose, stop).OptedOut.ShouldBeFalse();
        }
    }

    [Theory]
    [InlineData(Reach.Number, false, false)]
    [InlineData(Reach.Pool, true, false)]
    [InlineData(Reach.Everything, true, true)]
    public void How_far_it_reaches_is_the_policys_to_say_or_the_facts_own(string reach, bool branch, bool elsewhere)
    {
        var (stop, policy) = (Of(FactKind.OptedOut, Noon), Pool with { Scope = reach });
        Standing.Of([stop], policy, TheShop, Purposes.Reply).OptedOut.ShouldBeTrue();
        Standing.Of([stop], policy, TheBranch, Purposes.Reply).OptedOut.ShouldBe(branch);
        Standing.Of([stop], policy, Elsewhere, Purposes.Reply).OptedOut.ShouldBe(elsewhere);
        Is(TheBranch, Purposes.Reply, stop with { Reach = reach }).OptedOut.ShouldBe(branch);
        Is(Elsewhere, Purposes.Reply, stop with { Reach = reach }).OptedOut.ShouldBe(elsewhere);
    }

    [Fact]
    public void Endpoints_of_one_pool_are_one()
    {
        var policy = Pool with { Pools = [new Pool("north", ["sms", "other"])] };
        Standing.Of([Of(FactKind.OptedOut, Noon)], policy, Elsewhere, Purposes.Reply).OptedOut.ShouldBeTrue();
    }

    [Fact]
    public void A_gateways_block_is_for_the_pair_whatever_the_policy()
    {
        var block = Of(FactKind.Blocked, Noon, FactSource.Gateway);
        var policy = Pool with { Scope = Reach.Everything };
        Standing.Of([block], policy, TheShop, Purposes.Reply).Reason.ShouldBe(Because.BlockedByGateway);
        Standing.Of([block], policy, TheBranch, Purposes.Reply).Allowed.ShouldBeTrue();
        Is(TheShop, Purposes.Reply, block, Of(FactKind.OptedIn, Noon.AddMinutes(1))).Allowed.ShouldBeTrue();
        Is(TheShop, Purposes.Reply, block, Of(FactKind.OptedOut, Noon.AddMinutes(1))).Reason.ShouldBe(Because.OptedOut);
    }

    [Fact]
    public void Marketing_needs_permission_on_record_and_a_START_is_none()
    {
        var agreed = Of(FactKind.OptedIn, Noon, FactSource.Operator) with { Purpose = Purposes.Marketing, Shown = "Text me offers" };
        Is(TheShop, Purposes.Marketing, agreed).ShouldBe(new Standing(true, Because.OptedIn, false, agreed));
        Is(TheShop, Purposes.Notification, agreed).Allowed.ShouldBeFalse();
        Is(TheShop, Purposes.Marketing, Of(FactKind.OptedIn, Noon)).Reason.ShouldBe(Because.NoConsent);

        var (stop, start) = (Of(FactKind.OptedOut, Noon.AddMinutes(1)), Of(FactKind.OptedIn, Noon.AddMinutes(2)));
        Is(TheShop, Purposes.Marketing, agreed, stop).Reason.ShouldBe(Because.OptedOut);
        Is(TheShop, Purposes.Marketing, agreed, stop, start).ShouldBe(new Standing(true, Because.OptedIn, false, agreed));
        Is(TheShop, Purposes.Marketing, stop, start).Reason.ShouldBe(Because.NoConsent);
    }

    [Fact]
    public void STOP_ADS_leaves_the_rest_as_it_is()
    {
        var stopAds = Of(FactKind.OptedOut, Noon) with { Purpose = Purposes.Marketing };
        Is(TheShop, Purposes.Marketing, stopAds).Reason.ShouldBe(Because.OptedOut);
        Is(TheShop, Purposes.Reply, stopAds).Allowed.ShouldBeTrue();
    }

    /// <summary>Every arrival of up to four facts at three moments, ties included.</summary>
    [Fact]
    public void Whatever_order_facts_are_entered_in_the_one_with_the_latest_time_of_its_own_holds_and_of_two_at_once_the_opt_out()
    {
        (string Kind, int At)[] said = [.. from kind in Kinds from at in Enumerable.Range(0, 3) select (kind, at)];
        foreach (var arrival in Enumerable.Range(1, 4).SelectMany(length => Sequences(said, length)))
        {
            var ledger = Chained(arrival.Select(s => Of(s.Kind, Noon.AddMinutes(s.At))));
            var last = arrival.OrderBy(s => s.At).ThenBy(s => s.Kind is FactKind.OptedOut).Last();
            Standing.Of(ledger.Facts, Pool, TheShop, Purposes.Reply).OptedOut.ShouldBe(last.Kind is FactKind.OptedOut, string.Join(", ", arrival));
        }
    }

    [Fact]
    public void It_rests_on_the_first_fact_of_those_that_say_the_same()
    {
        var (first, again) = (Of(FactKind.OptedOut, Noon), Of(FactKind.OptedOut, Noon.AddMinutes(1)));
        Is(TheShop, Purposes.Reply, again, first).RestsOn.ShouldBe(first);
    }

    [Fact]
    public void A_moment_of_the_past_is_seen_by_the_facts_own_times_or_by_what_was_known_then()
    {
        var late = Of(FactKind.OptedOut, Noon) with { RecordedAt = Noon.AddDays(2) };
        Standing.Of([late], Pool, TheShop, Purposes.Reply, at: Noon.AddTicks(-1)).OptedOut.ShouldBeFalse();
        Standing.Of([late], Pool, TheShop, Purposes.Reply, at: Noon).OptedOut.ShouldBeTrue();
        Standing.Of([late], Pool, TheShop, Purposes.Reply, at: Noon.AddDays(1), knownAt: Noon.AddDays(1)).OptedOut.ShouldBeFalse();
        Standing.Of([late], Pool, TheShop, Purposes.Reply, at: Noon.AddDays(1), knownAt: Noon.AddDays(2)).OptedOut.ShouldBeTrue();
    }

    private static IEnumerable<T[]> Sequences<T>(T[] of, int length) =>
        length == 0 ? [[]] : Sequences(of, length - 1).SelectMany(start => of.Select(next => (T[])[.. start, next]));
}
