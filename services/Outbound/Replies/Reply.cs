using System.Collections.Immutable;
using Sms.EventStore;

namespace Sms.Outbound.Replies;

/// <summary>
/// What one inbound text is answered with: the verdict on it and the answers asked for meet here, in whichever order they come.
/// </summary>
/// <param name="Verdict">The verdict, once it is in.</param>
/// <param name="Sends">The answers, in the order they were asked for.</param>
public sealed record Reply(ReplyEvent.VerdictRecorded? Verdict, ImmutableList<Send> Sends)
{
    /// <summary>The facts about the answers to one inbound text; the stream's id is that text's <c>SmsId</c>.</summary>
    public static readonly StreamOf<Reply, ReplyEvent> Stream = new("reply", new Reply(null, []), Evolve);

    /// <summary>The inbound text a stream is about.</summary>
    public static Guid SmsIdOf(string streamId) => Guid.Parse(streamId.AsSpan(Stream.Name.Length + 1));

    /// <summary>The answer with this id, if it was ever asked for.</summary>
    public Send? Find(Guid sendId) => Sends.Find(send => send.Id == sendId);

    private static Reply Evolve(Reply reply, ReplyEvent happened) => happened switch
    {
        ReplyEvent.VerdictRecorded verdict => reply with { Verdict = verdict },
        SendEvent.SmsRequested asked => reply with { Sends = reply.Sends.Add(new Send(asked)) },
        SendEvent about when reply.Find(about.SendId) is { } send =>
            reply with { Sends = reply.Sends.Replace(send, send.After(about)) },
        _ => reply,
    };
}

/// <summary>Where an answer stands.</summary>
public enum SendState
{
    /// <summary>Waits for the verdict.</summary>
    Held,

    /// <summary>May leave, at once or at its next attempt.</summary>
    Cleared,

    /// <summary>Claimed: the gateway is being called.</summary>
    Dispatching,

    /// <summary>The gateway has it.</summary>
    Accepted,

    /// <summary>Given up.</summary>
    Failed,

    /// <summary>Must not leave.</summary>
    Suppressed,

    /// <summary>Came too late.</summary>
    Expired,

    /// <summary>May or may not have left; a person has to look.</summary>
    Unknown,
}

/// <summary>One answer.</summary>
/// <param name="Request">What was asked for.</param>
public sealed record Send(SendEvent.SmsRequested Request)
{
    /// <summary>Its identity.</summary>
    public Guid Id => Request.SendId;

    /// <summary>Where it stands.</summary>
    public SendState State { get; private init; } = SendState.Held;

    /// <summary>How often an attempt has been started.</summary>
    public int Attempt { get; private init; }

    /// <summary>The last claim.</summary>
    public Guid? Claim { get; private init; }

    /// <summary>When the last attempt was claimed.</summary>
    public DateTimeOffset? ClaimedAt { get; private init; }

    /// <summary>The earliest time of the next attempt, where the last one failed.</summary>
    public DateTimeOffset? NotBefore { get; private init; }

    internal Send After(SendEvent happened) => happened switch
    {
        SendEvent.SmsCleared => this with { State = SendState.Cleared },
        SendEvent.SmsSuppressed => this with { State = SendState.Suppressed },
        SendEvent.SmsExpired => this with { State = SendState.Expired },
        SendEvent.DispatchStarted e =>
            this with { State = SendState.Dispatching, Attempt = e.Attempt, Claim = e.Claim, ClaimedAt = e.At },
        SendEvent.SmsAccepted => this with { State = SendState.Accepted },
        SendEvent.DispatchFailed { RetryAt: null } => this with { State = SendState.Failed },
        SendEvent.DispatchFailed e => this with { State = SendState.Cleared, NotBefore = e.RetryAt },
        SendEvent.OutcomeUnknown => this with { State = SendState.Unknown },
        _ => this,
    };
}
