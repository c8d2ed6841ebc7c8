using System.Collections.Immutable;
using Sms.EventStore;

namespace Sms.Webhooks.Subscriptions;

/// <summary>What is known of a subject's counterpart in a receiver's system.</summary>
public abstract record RemoteRecordEvent
{
    /// <summary>The receiver has said by which id it knows something.</summary>
    /// <param name="Name">What, in the mapping's word: <c>contact</c>, <c>ticket</c>.</param>
    /// <param name="Value">The id.</param>
    /// <param name="MessageId">The delivery it came of.</param>
    [StoredAs("webhook-remote-id-learned.v1")]
    public sealed record RemoteIdLearned(string Name, string Value, Guid MessageId) : RemoteRecordEvent;

    /// <summary>The receiver knows nothing by that id any more.</summary>
    [StoredAs("webhook-remote-id-forgotten.v1")]
    public sealed record RemoteIdForgotten(string Name) : RemoteRecordEvent;
}

/// <summary>An id in a receiver's system.</summary>
/// <param name="Value">The id.</param>
/// <param name="MessageId">The delivery it came of.</param>
public sealed record RemoteId(string Value, Guid MessageId);

/// <summary>
/// A subject's counterpart in the system of one webhook's receiver: the ids to name it by, so that what is known there is updated
/// and not made a second time.
/// </summary>
/// <param name="Ids">By the mapping's names for them.</param>
public sealed record RemoteRecord(ImmutableDictionary<string, RemoteId> Ids)
{
    private static readonly Guid Scope = new("0c9f3f8e-7d1b-4f0a-9d35-5b1a4c6a7e20");

    /// <summary>One stream for each webhook and subject.</summary>
    public static readonly StreamOf<RemoteRecord, RemoteRecordEvent> Stream = new(
        "remoterecord", new RemoteRecord(ImmutableDictionary<string, RemoteId>.Empty), Evolve);

    /// <summary>The id of a webhook's record of a subject.</summary>
    public static Guid IdFor(Guid webhookId, Guid subject) => NamedId.Of(Scope, webhookId.ToString(), subject.ToString());

    private static RemoteRecord Evolve(RemoteRecord record, RemoteRecordEvent happened) => happened switch
    {
        RemoteRecordEvent.RemoteIdLearned e => new(record.Ids.SetItem(e.Name, new RemoteId(e.Value, e.MessageId))),
        RemoteRecordEvent.RemoteIdForgotten e => new(record.Ids.Remove(e.Name)),
        _ => record,
    };
}
