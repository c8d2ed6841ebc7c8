using System.Collections.Immutable;
using Sms.EventStore;

namespace Sms.ServiceHost.DeadLetters;

/// <summary>A message that could not be handled.</summary>
/// <param name="Letter">It; null while nothing is known of it.</param>
/// <param name="Failures">How often it could not be handled.</param>
/// <param name="Times">When that was, as far as it was said.</param>
/// <param name="Last">The latest failure.</param>
/// <param name="Settled">How many failures somebody has dealt with.</param>
/// <param name="Settlement">How: <see cref="Requeued"/> or <see cref="Discarded"/>.</param>
internal sealed record DeadLetter(
    Letter? Letter, int Failures, ImmutableHashSet<DateTimeOffset> Times, Failure? Last, int Settled, string? Settlement)
{
    public const string Open = "open", Requeued = "requeued", Discarded = "discarded";

    /// <summary>A requeued message carries its letter's id, so that it is known again when it fails again, edited or not.</summary>
    public const string Header = "Sms-Dead-Letter";

    public static readonly string[] States = [Open, Requeued, Discarded];

    public static readonly StreamOf<DeadLetter, DeadLetterEvent> Stream = new("dead-letter", new DeadLetter(null, 0, [], null, 0, null), Evolve);

    private static readonly Guid Scope = new("7f2a9c1e-55d4-4c0b-9e6f-3b1d8a4e2c70");

    /// <summary>Whether a failure waits for somebody to deal with it.</summary>
    public bool IsOpen => Failures > Settled;

    /// <summary>How it stands.</summary>
    public string State => IsOpen ? Open : Settlement ?? Open;

    /// <summary>The letter of a message in a queue: the same however often it fails and however often it is found.</summary>
    /// <param name="queue">The queue it was to be handled from.</param>
    /// <param name="identity">Its id on the bus; for a message without one, its content.</param>
    public static Guid IdOf(string queue, string identity) => NamedId.Of(Scope, queue, identity);

    /// <summary>The letter a stream is about.</summary>
    public static Guid IdOf(string streamId) => Guid.Parse(streamId.AsSpan(Stream.Name.Length + 1));

    /// <summary>The bus id under which a letter is requeued with other content: always the same for the same content.</summary>
    public static Guid MessageIdOf(Guid letter, string content) => NamedId.Of(letter, content);

    private static DeadLetter Evolve(DeadLetter letter, DeadLetterEvent happened) => happened switch
    {
        DeadLetterEvent.Kept e => letter.Failed(e.Failure) with { Letter = e.Letter },
        DeadLetterEvent.FailedAgain e => letter.Failed(e.Failure) with { Letter = e.Letter ?? letter.Letter },
        DeadLetterEvent.Requeued e when e.Failures > letter.Settled => letter with { Settled = e.Failures, Settlement = Requeued },
        DeadLetterEvent.Discarded e when e.Failures > letter.Settled => letter with { Settled = e.Failures, Settlement = Discarded },
        _ => letter,
    };

    private DeadLetter Failed(Failure failure) => this with
    {
        Failures = Failures + 1, Last = failure, Times = failure.At is { } at ? Times.Add(at) : Times,
    };
}
