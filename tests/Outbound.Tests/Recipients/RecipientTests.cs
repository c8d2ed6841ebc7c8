using Sms.Outbound.Recipients;

namespace Sms.Outbound.Tests.Recipients;

public sealed class RecipientTests
{
    private static readonly DateTimeOffset Noon = new(2026, 6, 12, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Nobody_is_opted_out_until_they_say_so() => Recipient.Stream.Initial.OptedOut.ShouldBeFalse();

    [Fact]
    public void Stop_opts_out_and_a_later_start_opts_in_again()
    {
        After(("opt-out", 0)).OptedOut.ShouldBeTrue();
        After(("opt-out", 0), ("opt-in", 1)).OptedOut.ShouldBeFalse();
    }

    [Fact]
    public void The_keyword_sent_last_holds_whatever_order_they_arrive_in()
    {
        foreach (var order in Orders(("opt-out", 0), ("opt-in", 1), ("opt-out", 2)))
            After(order).ShouldSatisfyAllConditions(person => person.OptedOut.ShouldBeTrue(), person => person.Word!.From.ShouldBe(Noon.AddMinutes(2)));
        foreach (var order in Orders(("opt-in", 0), ("opt-out", 1), ("opt-in", 2)))
            After(order).ShouldSatisfyAllConditions(person => person.OptedOut.ShouldBeFalse(), person => person.Word!.From.ShouldBe(Noon.AddMinutes(2)));
    }

    [Fact]
    public void Of_a_stop_and_a_start_sent_at_the_same_time_the_stop_holds()
    {
        foreach (var order in Orders(("opt-out", 0), ("opt-in", 0)))
            After(order).OptedOut.ShouldBeTrue();
    }

    [Theory]
    [InlineData("clear")]
    [InlineData("blocked")]
    [InlineData("help")]
    public void Ordinary_text_sent_after_a_stop_does_not_undo_it_in_either_order(string ordinary)
    {
        foreach (var order in Orders(("opt-out", 0), (ordinary, 1)))
            After(order).OptedOut.ShouldBeTrue();
    }

    [Fact]
    public void Keyword_heard_twice_changes_nothing() =>
        Recipient.Hear(After(("opt-out", 0)), Heard("opt-out", 0)).ShouldBeEmpty();

    [Fact]
    public void Stop_that_the_ledger_knows_to_be_overtaken_changes_nothing() =>
        Recipient.Hear(Recipient.Stream.Initial, Heard("opt-out", 0) with { OptedOut = false }).ShouldBeEmpty();

    [Fact]
    public void Text_that_leaves_changes_nothing_about_consent() =>
        Recipient.Stream.Evolve(After(("opt-out", 0)), new RecipientEvent.TextLeaving(Guid.NewGuid(), Guid.NewGuid(), 1))
            .Word.ShouldNotBeNull().Change.ShouldBe("opted-out");

    [Fact]
    public void Review_pauses_automation_once_for_each_fact()
    {
        var review = Heard("review", 0) with { AutomationPaused = true, FactId = Guid.NewGuid(), FactHash = "5e" };
        var paused = Recipient.Hear(Recipient.Stream.Initial, review);
        paused.ShouldBe([new RecipientEvent.ConsentChanged(review.FactId, "5e", null, "paused", Noon)]);
        var after = paused.Aggregate(Recipient.Stream.Initial, Recipient.Stream.Evolve);
        Recipient.Hear(after, review with { SmsId = Guid.NewGuid(), SentAt = Noon.AddMinutes(1) }).ShouldBeEmpty();
        Recipient.Hear(after, review with { FactId = Guid.NewGuid() }).ShouldNotBeEmpty();
    }

    [Fact]
    public void Consent_is_between_one_person_and_one_of_our_numbers() =>
        Recipient.IdFor("+1", "+2").ShouldNotBe(Recipient.IdFor("+3", "+2"));

    private static Recipient After(params (string Verdict, int Minute)[] heard) =>
        heard.Aggregate(Recipient.Stream.Initial, (recipient, next) =>
            Recipient.Hear(recipient, Heard(next.Verdict, next.Minute))
                .Aggregate(recipient, Recipient.Stream.Evolve));

    private static HeardVerdict Heard(string verdict, int minute) =>
        new(Guid.NewGuid(), verdict, verdict == "opt-out", false, Noon.AddMinutes(minute), null, null);

    private static IEnumerable<T[]> Orders<T>(params T[] items) =>
        items.Length < 2
            ? [items]
            : items.SelectMany((first, at) =>
                Orders([.. items[..at], .. items[(at + 1)..]]).Select(rest => (T[])[first, .. rest]));
}
