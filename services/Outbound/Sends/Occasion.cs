using System.Collections.Immutable;
using Sms.EventStore;

namespace Sms.Outbound.Sends;

/// <summary>
/// What is said on one occasion. An inbound text is one: the verdict on it and the answers asked for meet here, in whichever
/// order they come. A text that answers none is an occasion of its own.
/// </summary>
/// <param name="Verdict">The verdict on the inbound text, once it is in; never where none is answered.</param>
/// <param name="Sends">What is said, in the order it was asked for.</param>
public sealed record Occasion(OccasionEvent.VerdictRecorded? Verdict, ImmutableList<Send> Sends)
{
    /// <summary>The answers to one inbound text; the stream's id is that text's <c>SmsId</c>.</summary>
    public static readonly StreamOf<Occasion, OccasionEvent> Reply = new("reply", new Occasion(null, []), Evolve);

    /// <summary>A text that answers none; the stream's id is its own.</summary>
    public static readonly StreamOf<Occasion, OccasionEvent> Unprompted = new("unprompted", new Occasion(null, []), Evolve);

    /// <summary>The kind and id of the stream that a text belongs to.</summary>
    /// <param name="inReplyTo">The inbound text it answers, or null.</param>
    /// <param name="sendId">The text.</param>
    public static (StreamOf<Occasion, OccasionEvent> Kind, Guid Id) Of(Guid? inReplyTo, Guid sendId) =>
        inReplyTo is { } smsId ? (Reply, smsId) : (Unprompted, sendId);

    /// <summary>The kind and id of a stream by its full id.</summary>
    public static (StreamOf<Occasion, OccasionEvent> Kind, Guid Id) At(string streamId)
    {
        var kind = streamId.StartsWith(Reply.Name, StringComparison.Ordinal) ? Reply : Unprompted;
        return (kind, Guid.Parse(streamId.AsSpan(kind.Name.Length + 1)));
    }

    /// <summary>The inbound text that a stream holds the answers to, or null.</summary>
    public static Guid? AnsweredIn(string streamId) => At(streamId) is var (kind, id) && kind == Reply ? id : null;

    /// <summary>The text with this id, if it was ever asked for.</summary>
    public Send? Find(Guid sendId) => Sends.Find(send => send.Id == sendId);

    private static Occasion Evolve(Occasion occasion, OccasionEvent happened) => happened switch
    {
        OccasionEvent.VerdictRecorded verdict => occasion with { Verdict = verdict },
        SendEvent.SmsRequested asked => occasion with { Sends = occasion.Sends.Add(new Send(asked)) },
        SendEvent about when occasion.Find(about.SendId) is { } send =>
            occasion with { Sends = occasion.Sends.Replace(send, send.After(about)) },
        _ => occasion,
    };
}
