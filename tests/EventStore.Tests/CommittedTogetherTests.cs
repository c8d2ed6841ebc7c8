namespace Sms.EventStore.Tests;

public sealed class CommittedTogetherTests
{
    private static readonly DateTimeOffset Noon = new(2027, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_page_at_the_end_of_the_log_is_whole() =>
        CommittedTogether.Whole([Logged(1, "a"), Logged(2, "a")], long.MaxValue, moreToCome: false).ShouldBe(2);

    [Fact]
    public void A_commit_that_may_go_on_behind_the_page_waits_for_the_next()
    {
        var page = Page(100, i => $"{i}").Concat(Page(150, _ => "one commit", from: 101)).ToList();
        CommittedTogether.Whole(page, long.MaxValue, moreToCome: true).ShouldBe(100);
    }

    [Fact]
    public void Two_commits_that_numbered_in_turns_are_not_torn_apart()
    {
        var page = Page(50, i => $"{i}").Concat(Page(20, i => i % 2 == 0 ? "even" : "odd", from: 51)).Concat(Page(109, i => $"{i}", from: 71)).ToList();
        CommittedTogether.Whole(page, long.MaxValue, moreToCome: true).ShouldBe(79);
        CommittedTogether.Whole(page[..160], long.MaxValue, moreToCome: true).ShouldBe(50);
    }

    [Fact]
    public void A_page_within_one_commit_is_too_short_to_tell() =>
        CommittedTogether.Whole([.. Page(500, _ => "one commit")], long.MaxValue, moreToCome: true).ShouldBe(0);

    [Fact]
    public void A_commit_that_goes_on_beyond_the_end_is_left()
    {
        LoggedEvent[] page = [Logged(1, "a"), Logged(2, "b"), Logged(3, "c"), Logged(4, "b"), Logged(5, "d")];
        CommittedTogether.Whole(page, 3, moreToCome: false).ShouldBe(1);
        CommittedTogether.Whole(page, 4, moreToCome: false).ShouldBe(4);
    }

    [Fact]
    public void Facts_of_one_commit_come_together_and_commits_in_the_order_in_which_they_began() =>
        CommittedTogether.Commits([Logged(1, "a"), Logged(2, "b"), Logged(3, "a"), Logged(4, "c")])
            .Select(commit => string.Join(' ', commit.Select(e => e.Version))).ShouldBe(["1 3", "2", "4"]);

    [Fact]
    public void Commits_of_the_same_moment_are_told_apart_by_their_transactions() =>
        CommittedTogether.Commits([Logged(1, "a"), Logged(2, "b") with { At = Noon }, Logged(3, "c") with { At = Noon }]).Count().ShouldBe(3);

    [Fact]
    public void What_means_nothing_to_the_service_is_left_out() =>
        CommittedTogether.Commits([Logged(1, "a") with { Event = null }, Logged(2, "b")]).ShouldHaveSingleItem().ShouldHaveSingleItem().Version.ShouldBe(2);

    private static IEnumerable<LoggedEvent> Page(int count, Func<int, string> commit, int from = 1) =>
        Enumerable.Range(from, count).Select(i => Logged(i, commit(i)));

    private static LoggedEvent Logged(int seq, string commit) => new(
        seq, Noon.AddSeconds(commit[0]), (uint)commit.GetHashCode(StringComparison.Ordinal),
        new StoredEvent(Guid.NewGuid(), "account-1", seq, "bank.deposited.v1", Account.Deposit(1), Noon, null, null, Cause.System));
}
