using System.Text.Json.Serialization;
using Sms.EventStore;

namespace Sms.ServiceHost.DeadLetters;

/// <summary>What happened to a message that could not be handled. Stored under the name of the service whose message it is.</summary>
internal abstract record DeadLetterEvent
{
    /// <summary>It could not be handled, and was taken out of the error queue.</summary>
    [StoredAs("dead-letter-kept.v1")]
    public sealed record Kept(Letter Letter, Failure Failure) : DeadLetterEvent;

    /// <summary>It was handed to its consumer again and could not be handled again.</summary>
    /// <param name="Letter">The message, where it is no longer the one before: somebody had edited it.</param>
    /// <param name="Failure">Why not.</param>
    [StoredAs("dead-letter-failed-again.v1")]
    public sealed record FailedAgain(
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Letter? Letter, Failure Failure) : DeadLetterEvent;

    /// <summary>Somebody put it back into its queue.</summary>
    /// <param name="MessageId">Its identity there; another one when it was edited.</param>
    /// <param name="Edited">The message as JSON, when it was edited.</param>
    /// <param name="Failures">How many failures that answers: one that came after is still open.</param>
    [StoredAs("dead-letter-requeued.v1")]
    public sealed record Requeued(
        Guid MessageId, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Edited, int Failures) : DeadLetterEvent;

    /// <summary>Somebody decided that it need not be handled.</summary>
    /// <param name="Reason">Why.</param>
    /// <param name="Failures">How many failures that answers.</param>
    [StoredAs("dead-letter-discarded.v1")]
    public sealed record Discarded(string Reason, int Failures) : DeadLetterEvent;
}

/// <summary>A message as it lay in the error queue.</summary>
/// <param name="Queue">The queue it was to be handled from.</param>
/// <param name="MessageId">Its identity on the bus, if it has one.</param>
/// <param name="MessageType">Its type, as <c>Sms.BusMessages:SmsChanged</c>, where it says so.</param>
/// <param name="CorrelationId">What the bus says it belongs to.</param>
/// <param name="ContentType">The form of the body.</param>
/// <param name="Headers">Its headers without those that tell of the failure.</param>
/// <param name="Body">The whole body, envelope included.</param>
/// <param name="IsBase64">Whether that is written in base64, because it is no text.</param>
internal sealed record Letter(
    string Queue, Guid? MessageId, string? MessageType, string? CorrelationId, string? ContentType, IReadOnlyList<LetterHeader> Headers, string Body,
    bool IsBase64);

/// <summary>A header of a message on the bus.</summary>
internal sealed record LetterHeader(string Name, string Value);

/// <summary>Why a message could not be handled.</summary>
/// <param name="Cause">The same for failures that are alike.</param>
/// <param name="ExceptionType">The exception; null where the broker gave the message up.</param>
/// <param name="Message">What it said; may repeat what a customer wrote.</param>
/// <param name="Summary">The first line of that, without numbers and ids.</param>
/// <param name="Where">The method it came from, as far as that is known.</param>
/// <param name="Stack">Its stack trace.</param>
/// <param name="At">When it happened, where the message says so; also what tells one failure of the message from the next.</param>
internal sealed record Failure(
    string Cause, string? ExceptionType, string? Message, string Summary, string? Where, string? Stack, DateTimeOffset? At);
