using Sms.Outbound.Recipients;

namespace Sms.Outbound.Tests.Recipients;

/// <summary>What the streams of a person hold against a text that was cleared before.</summary>
public sealed class ObjectionTests
{
    private static readonly DateTimeOffset Noon = new(2026, 6, 12, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Nothing_is_held_against_a_text_to_someone_never_heard_of() => To("reply").ShouldBeNull();

    [Fact]
    public void Opt_out_by_others_holds_for_this_number_or_for_all_and_names_its_fact()
    {
        var fact = Change("opted-out", 0);
        To("reply", here: [fact]).ShouldBe(new Objection(SuppressedBecause.OptedOutSince, fact.FactId, fact.FactHash));
        To("reply", everywhere: [fact]).ShouldBe(new Objection(SuppressedBecause.OptedOutSince, fact.FactId, fact.FactHash));
    }

    [Fact]
    public void What_concerns_one_purpose_leaves_the_others_alone()
    {
        To("marketing", everywhere: [Change("opted-out", 0, "marketing")]).ShouldNotBeNull();
        To("reply", everywhere: [Change("opted-out", 0, "marketing")]).ShouldBeNull();
    }

    [Fact]
    public void The_latest_that_concerns_it_holds_whether_word_or_change_here_or_everywhere()
    {
        To("reply", word: Change("opted-out", 0), everywhere: [Change("opted-in", 1)]).ShouldBeNull();
        To("reply", word: Change("opted-in", 2), everywhere: [Change("opted-out", 1)]).ShouldBeNull();
        To("reply", word: Change("opted-in", 0), here: [Change("opted-in", 1)], everywhere: [Change("opted-out", 2)]).ShouldNotBeNull();
        To("marketing", word: Change("opted-out", 1), here: [Change("opted-in", 0, "marketing")]).ShouldNotBeNull();
    }

    [Fact]
    public void Of_two_from_the_same_time_the_one_against_holds()
    {
        To("reply", word: Change("opted-in", 0), here: [Change("opted-out", 0)]).ShouldNotBeNull();
        To("reply", word: Change("opted-out", 0), here: [Change("opted-in", 0)]).ShouldNotBeNull();
    }

    [Fact]
    public void What_holds_from_later_on_does_not_count_yet() => To("reply", here: [Change("opted-out", 60)]).ShouldBeNull();

    [Fact]
    public void Stop_counts_at_once_though_the_gateways_clock_runs_ahead() => To("reply", word: Change("opted-out", 60)).ShouldNotBeNull();

    [Fact]
    public void Pause_silences_rules_and_not_people_until_it_is_over()
    {
        var paused = Change("paused", 0);
        To("reply", here: [paused]).ShouldBe(new Objection(SuppressedBecause.AutomationPaused, paused.FactId, paused.FactHash));
        To("reply", automated: false, here: [paused]).ShouldBeNull();
        To("reply", here: [paused], everywhere: [Change("resumed", 1)]).ShouldBeNull();
        To("reply", here: [paused, Change("paused", 2)], everywhere: [Change("resumed", 1)]).ShouldNotBeNull();
    }

    private static ConsentFact Change(string change, int minute, string? purpose = null) =>
        new(change, purpose, Noon.AddMinutes(minute), Guid.NewGuid(), "5e");

    private static Objection? To(
        string purpose, bool automated = true, ConsentFact? word = null, ConsentFact[]? here = null, ConsentFact[]? everywhere = null) =>
        Objection.To(purpose, automated, new Recipient(word, [.. here ?? []]), new Person([.. everywhere ?? []]), Noon.AddMinutes(30));
}
