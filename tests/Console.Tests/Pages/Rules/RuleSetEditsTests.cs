using Sms.Console.Pages.Rules;

namespace Sms.Console.Tests.Pages.Rules;

public sealed class RuleSetEditsTests
{
    private static readonly RuleSet Three = new() { Rules = [One("a"), One("b"), One("c")] };

    [Fact]
    public void A_rule_moves_up_and_down_and_no_further_than_the_ends()
    {
        Names(Three.Move("c", 0)).ShouldBe("c a b");
        Names(Three.Move("a", 1)).ShouldBe("b a c");
        Names(Three.Move("a", -1)).ShouldBe("a b c");
        Names(Three.Move("b", 9)).ShouldBe("a c b");
        Names(Three.Move("nobody", 0)).ShouldBe("a b c");
    }

    [Fact]
    public void A_rule_that_passes_one_of_another_priority_takes_it()
    {
        var set = new RuleSet { Rules = [One("late") with { Priority = 5 }, One("early") with { Priority = -1 }, One("usual")] };
        Names(set).ShouldBe("early usual late");
        Names(set.Move("late", 0)).ShouldBe("late early usual");
        Names(set.Move("early", 2)).ShouldBe("usual late early");
    }

    [Fact]
    public void A_rule_takes_the_place_of_the_one_it_was_under_whatever_its_name_now()
    {
        Names(Three.Put("b", One("renamed"))).ShouldBe("a renamed c");
        Names(Three.Put(null, One("d"))).ShouldBe("a b c d");
        Names(Three.Remove("b")).ShouldBe("a c");
    }

    [Fact]
    public void A_copy_stands_behind_its_rule_under_a_free_name_and_is_off()
    {
        var twice = Three.Duplicate("a", "copy").Duplicate("a", "copy");
        Names(twice).ShouldBe("a copy 2 copy b c");
        twice.Rules[1].Enabled.ShouldBeFalse();
    }

    [Fact]
    public void A_pack_adds_what_is_not_there_yet()
    {
        var pack = new RuleSet { TimeZone = "Europe/Berlin", Rules = [One("a"), One("z")], Calendars = [new("holidays", ["12-25"])] };
        var added = Three.Add(pack).Add(pack);
        Names(added).ShouldBe("a b c z");
        added.Calendars.Count.ShouldBe(1);
        added.TimeZone.ShouldBe("UTC");
        new RuleSet().Add(pack).TimeZone.ShouldBe("Europe/Berlin");
    }

    [Fact]
    public void What_others_changed_comes_into_a_draft_and_what_both_changed_stays_the_drafts()
    {
        var mine = Three.Put("a", One("a", "mine")).Put("b", One("b", "mine")).Put(null, One("new of mine"));
        var theirs = (Three with { DefaultReply = "theirs" }).Put("b", One("b", "theirs")).Put("c", One("c", "theirs")).Put(null, One("new of theirs"));
        var (merged, both) = RuleSetEdits.Merge(Three, mine, theirs);
        Names(merged).ShouldBe("a b c new of theirs new of mine");
        merged.Rules.Select(rule => rule.Reply).ShouldBe(["mine", "mine", "theirs", "x", "x"]);
        merged.DefaultReply.ShouldBe("theirs");
        both.ShouldBe(["b"]);
    }

    [Fact]
    public void What_others_removed_is_gone_unless_the_draft_changed_it()
    {
        var (merged, both) = RuleSetEdits.Merge(Three, Three.Put("a", One("a", "mine")), Three.Remove("a").Remove("b"));
        Names(merged).ShouldBe("a c");
        both.ShouldBe(["a"]);
        Names(RuleSetEdits.Merge(Three, Three.Remove("b"), Three).Merged).ShouldBe("a c");
        Names(RuleSetEdits.Merge(Three, Three.Remove("b"), Three.Put("b", One("b", "theirs"))).Merged).ShouldBe("a b c");
    }

    [Fact]
    public void What_differs_is_told_by_rule_and_setting()
    {
        var after = (Three.Put("a", One("a", "other")).Remove("b") with { DefaultReply = "hello" }).Put(null, One("d")).Move("c", 0);
        RuleSetEdits.Between(Three, after).Select(change => (change.What, change.Name)).ShouldBe(
            [("setting", "defaultReply"), ("changed", "a"), ("added", "d"), ("removed", "b"), ("order", "c, a")]);
        RuleSetEdits.Between(Three, Three).ShouldBeEmpty();
    }

    private static Rule One(string name, string reply = "x") => new() { Name = name, Match = "word", Words = [name], Reply = reply };

    private static string Names(RuleSet set) => string.Join(' ', set.InOrder.Select(rule => rule.Name));
}
