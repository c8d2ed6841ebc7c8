using Sms.EventStore;
using Sms.ServiceHost.DeadLetters;

namespace Sms.ServiceHost.Tests.DeadLetters;

public sealed class DeadLetterDeciderTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);
    private static readonly Letter Letter = new("outbound-add-count", Guid.NewGuid(), null, null, null, [], "{}", false);

    [Fact]
    public void What_is_found_first_is_kept() =>
        DeadLetterDecider.Found(After(), Letter, At(Noon)).ShouldBe([new DeadLetterEvent.Kept(Letter, At(Noon))]);

    [Fact]
    public void The_same_failure_found_twice_changes_nothing() => DeadLetterDecider.Found(Kept, Letter, At(Noon)).ShouldBeEmpty();

    [Fact]
    public void An_earlier_failure_found_again_after_a_later_one_changes_nothing() =>
        DeadLetterDecider.Found(After(new DeadLetterEvent.Kept(Letter, At(Noon)), Again(Noon.AddHours(1))), Letter, At(Noon)).ShouldBeEmpty();

    [Fact]
    public void Another_failure_counts_also_when_another_machines_clock_is_behind() =>
        DeadLetterDecider.Found(After(new DeadLetterEvent.Kept(Letter, At(Noon)), Requeued(1)), Letter, At(Noon.AddSeconds(-1))).ShouldBe([Again(Noon.AddSeconds(-1))]);

    [Fact]
    public void A_failure_of_another_content_brings_that_along()
    {
        var edited = Letter with { Body = "[]" };
        DeadLetterDecider.Found(Kept, edited, At(Noon.AddHours(1))).ShouldBe([new DeadLetterEvent.FailedAgain(edited, At(Noon.AddHours(1)))]);
    }

    [Fact]
    public void A_failure_without_a_time_is_a_new_one_only_after_the_last_was_dealt_with()
    {
        var kept = new DeadLetterEvent.Kept(Letter, At(null));
        DeadLetterDecider.Found(After(kept), Letter, At(null)).ShouldBeEmpty();
        DeadLetterDecider.Found(After(kept, Requeued(1)), Letter, At(null)).ShouldBe([new DeadLetterEvent.FailedAgain(null, At(null))]);
    }

    [Fact]
    public void What_failed_again_before_its_requeue_was_written_down_is_open()
    {
        var letter = After(new DeadLetterEvent.Kept(Letter, At(Noon)), Again(Noon.AddSeconds(1)), Requeued(1));
        letter.IsOpen.ShouldBeTrue();
        DeadLetterDecider.Requeue(letter, Letter.MessageId!.Value, null).Failures.ShouldBe(2);
    }

    [Fact]
    public void What_was_discarded_and_fails_again_is_open_again()
    {
        var discarded = After(new DeadLetterEvent.Kept(Letter, At(Noon)), new DeadLetterEvent.Discarded("a test", 1));
        discarded.State.ShouldBe("discarded");
        DeadLetter.Stream.Evolve(discarded, Again(Noon.AddHours(1))).State.ShouldBe("open");
    }

    [Theory]
    [InlineData(true, "It is requeued already.")]
    [InlineData(false, "It is discarded already.")]
    public void What_was_dealt_with_is_not_dealt_with_again(bool requeued, string refusal)
    {
        var letter = After(new DeadLetterEvent.Kept(Letter, At(Noon)), requeued ? Requeued(1) : new DeadLetterEvent.Discarded("a test", 1));
        Should.Throw<RefusedException>(() => DeadLetterDecider.Requeue(letter, Guid.NewGuid(), null)).Message.ShouldBe(refusal);
        Should.Throw<RefusedException>(() => DeadLetterDecider.Discard(letter, "again")).Message.ShouldBe(refusal);
    }

    [Fact]
    public void The_same_message_of_the_same_queue_is_the_same_letter_and_another_content_another_message()
    {
        DeadLetter.IdOf("a", "1").ShouldBe(DeadLetter.IdOf("a", "1"));
        DeadLetter.IdOf("b", "1").ShouldNotBe(DeadLetter.IdOf("a", "1"));
        var id = DeadLetter.IdOf("a", "1");
        DeadLetter.IdOf(DeadLetter.Stream.StreamId(id.ToString())).ShouldBe(id);
        DeadLetter.MessageIdOf(id, "{}").ShouldBe(DeadLetter.MessageIdOf(id, "{}"));
        DeadLetter.MessageIdOf(id, "[]").ShouldNotBe(DeadLetter.MessageIdOf(id, "{}"));
    }

    private static DeadLetter Kept => After(new DeadLetterEvent.Kept(Letter, At(Noon)));

    private static DeadLetter After(params DeadLetterEvent[] facts) => facts.Aggregate(DeadLetter.Stream.Initial, DeadLetter.Stream.Evolve);

    private static Failure At(DateTimeOffset? at) => new("0123456789abcdef", "System.Exception", "no", "no", null, null, at);

    private static DeadLetterEvent.FailedAgain Again(DateTimeOffset at) => new(null, At(at));

    private static DeadLetterEvent.Requeued Requeued(int failures) => new(Letter.MessageId!.Value, null, failures);
}
