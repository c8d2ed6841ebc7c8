using Sms.EventStore;

namespace Sms.ServiceHost.DeadLetters;

/// <summary>What may happen to a dead letter.</summary>
internal static class DeadLetterDecider
{
    /// <summary>A message lies in the error queue. Nothing when it is one that was found there before.</summary>
    public static DeadLetterEvent[] Found(DeadLetter letter, Letter found, Failure failure) =>
        letter.Letter is null ? [new DeadLetterEvent.Kept(found, failure)]
        // A message that does not say when it failed cannot have failed again while nobody has requeued it.
        : failure.At is { } at ? (letter.Times.Contains(at) ? [] : Again(letter.Letter, found, failure))
        : letter.IsOpen ? [] : Again(letter.Letter, found, failure);

    /// <summary>It is put back.</summary>
    /// <exception cref="RefusedException">It is not there to be dealt with.</exception>
    public static DeadLetterEvent.Requeued Requeue(DeadLetter letter, Guid messageId, string? edited)
    {
        MustBeOpen(letter);
        return new DeadLetterEvent.Requeued(messageId, edited, letter.Failures);
    }

    /// <summary>It is given up.</summary>
    /// <exception cref="RefusedException">It is not there to be dealt with.</exception>
    public static DeadLetterEvent.Discarded Discard(DeadLetter letter, string reason)
    {
        MustBeOpen(letter);
        return new DeadLetterEvent.Discarded(reason, letter.Failures);
    }

    /// <summary>Refuses what is asked of a letter that somebody has dealt with.</summary>
    /// <exception cref="RefusedException">It is one.</exception>
    public static void MustBeOpen(DeadLetter letter)
    {
        if (!letter.IsOpen)
            throw new RefusedException($"It is {letter.State} already.");
    }

    private static DeadLetterEvent[] Again(Letter before, Letter found, Failure failure) =>
        [new DeadLetterEvent.FailedAgain((found.MessageId, found.Body) == (before.MessageId, before.Body) ? null : found, failure)];
}
