namespace Sms.Outbound.Sends;

/// <summary>Where a text stands.</summary>
public enum SendState
{
    /// <summary>Waits for consent's word.</summary>
    Held,

    /// <summary>May leave, at once or at its next time.</summary>
    Cleared,

    /// <summary>Claimed: the gateway is being called.</summary>
    Dispatching,

    /// <summary>The gateway has it.</summary>
    Accepted,

    /// <summary>The gateway says it has left the phone.</summary>
    Sent,

    /// <summary>The gateway says it has arrived.</summary>
    Delivered,

    /// <summary>Given up, or reported as failed.</summary>
    Failed,

    /// <summary>Must not leave.</summary>
    Suppressed,

    /// <summary>Came too late.</summary>
    Expired,

    /// <summary>Taken back by a person.</summary>
    Cancelled,

    /// <summary>May or may not have left; repeated by itself where the gateway recognises a repetition, else a person has to look.</summary>
    Unknown,
}

/// <summary>One text.</summary>
/// <param name="Request">What was asked for.</param>
public sealed record Send(SendEvent.SmsRequested Request)
{
    /// <summary>Its identity.</summary>
    public Guid Id => Request.SendId;

    /// <summary>Where it stands.</summary>
    public SendState State { get; private init; } = SendState.Held;

    /// <summary>When OptOut was last asked about it; null for one that a verdict lets go.</summary>
    public DateTimeOffset? AskedAt { get; private init; }

    /// <summary>When the ruling was made that it was cleared by.</summary>
    public DateTimeOffset? RuledAt { get; private init; }

    /// <summary>How often an attempt has been started.</summary>
    public int Attempt { get; private init; }

    /// <summary>The last claim.</summary>
    public Guid? Claim { get; private init; }

    /// <summary>When the last attempt was claimed.</summary>
    public DateTimeOffset? ClaimedAt { get; private init; }

    /// <summary>The gateway of the last attempt, where it would recognise a repetition of it.</summary>
    public string? RepeatableAt { get; private init; }

    /// <summary>The earliest time of the next attempt; of an unknown outcome null when there is to be none.</summary>
    public DateTimeOffset? NotBefore { get; private init; }

    /// <summary>The gateway's id of it, once it has said.</summary>
    public string? GatewayId { get; private init; }

    /// <summary>The text by which a person had it said again.</summary>
    public Guid? ResentAs { get; private init; }

    /// <summary>Whether nobody in person asked for it.</summary>
    public bool Automated => !Request.RequestedBy.StartsWith("operator:", StringComparison.Ordinal);

    internal Send After(SendEvent happened) => happened switch
    {
        SendEvent.ConsentSought e => this with { State = SendState.Held, AskedAt = e.AskedAt },
        SendEvent.SmsCleared e => this with { State = SendState.Cleared, RuledAt = e.ScreenedAt },
        SendEvent.SmsDeferred e => this with { NotBefore = e.Until },
        SendEvent.SmsSuppressed => this with { State = SendState.Suppressed },
        SendEvent.SmsExpired => this with { State = SendState.Expired },
        SendEvent.SmsCancelled => this with { State = SendState.Cancelled },
        SendEvent.DispatchStarted e => this with
        {
            State = SendState.Dispatching, Attempt = e.Attempt, Claim = e.Claim, ClaimedAt = e.At, RepeatableAt = e.RepeatableAt,
        },
        // What the gateway has reported meanwhile is further than that it has taken it.
        SendEvent.SmsAccepted e => this with
        {
            State = State is SendState.Sent or SendState.Delivered or SendState.Failed ? State : SendState.Accepted, GatewayId = e.GatewayId,
        },
        SendEvent.DispatchFailed { RetryAt: null } or SendEvent.BlockedByGateway => this with { State = SendState.Failed },
        SendEvent.DispatchFailed e => this with { State = SendState.Cleared, NotBefore = e.RetryAt },
        SendEvent.OutcomeUnknown e => this with { State = SendState.Unknown, NotBefore = e.RepeatAt },
        SendEvent.OutcomeResolved e => this with { State = e.Left ? SendState.Sent : SendState.Failed },
        SendEvent.SmsResent e => this with { ResentAs = e.As },
        SendEvent.SmsSent => this with { State = SendState.Sent },
        SendEvent.SmsDelivered => this with { State = SendState.Delivered },
        SendEvent.DeliveryFailed => this with { State = SendState.Failed },
        _ => this,
    };
}
