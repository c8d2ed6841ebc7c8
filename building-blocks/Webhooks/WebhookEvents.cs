using System.Text.Encodings.Web;
using System.Text.Json;
using Sms.EventStore;

namespace Sms.Webhooks;

/// <summary>A type of event that webhooks can ask for.</summary>
/// <param name="Name">Its name, words with dots between them: <c>message.received</c>.</param>
/// <param name="Description">What has happened when it is told.</param>
public sealed record WebhookEventType(string Name, string Description);

/// <summary>Something that happened, as webhooks are told of it.</summary>
/// <param name="Type">The name of its <see cref="WebhookEventType"/>.</param>
/// <param name="Subject">What it is about. What is about the same is told in the order in which it happened.</param>
/// <param name="Only">The one webhook to tell; null for every one that asks for the type.</param>
public sealed record WebhookEvent(string Type, Guid Subject, Guid? Only = null);

/// <summary>
/// What a service tells webhooks, derived from its facts: which fact is an event, decided when it is committed, and what is said
/// of it, read from the log when it is sent. Nothing about a person is kept for a delivery that the log does not have already.
/// </summary>
/// <param name="types">The types of events there are.</param>
public sealed class WebhookEvents(params WebhookEventType[] types)
{
    /// <summary>The type of what is sent to see whether a receiver answers.</summary>
    public const string Test = "webhook.test";

    /// <summary>How what is said is written.</summary>
    public static JsonSerializerOptions Json { get; } = new(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly List<Telling> _tellings = [];

    private delegate ValueTask<object?> Saying(StoredEvent fact, EventLog log, CancellationToken ct);

    private sealed record Telling(Func<StoredEvent, WebhookEvent?> Of, Saying Say);

    /// <summary>The types of events there are.</summary>
    public IReadOnlyList<WebhookEventType> Types { get; } = types;

    /// <summary>Facts that are events, and what is said of each.</summary>
    /// <param name="of">A pure function from a fact to the event it is; null for one that is none.</param>
    /// <param name="say">
    /// What is said, to be written as JSON; the same however often it is asked, so that what is sent again is the same. Null when there
    /// is nothing to tell any more, as of somebody who had to be forgotten: the delivery is dropped.
    /// </param>
    public WebhookEvents Tell(Func<StoredEvent, WebhookEvent?> of, Func<StoredEvent, EventLog, CancellationToken, ValueTask<object?>> say)
    {
        _tellings.Add(new Telling(of, (fact, log, ct) => say(fact, log, ct)));
        return this;
    }

    /// <summary>The same where the fact itself says everything.</summary>
    public WebhookEvents Tell(Func<StoredEvent, WebhookEvent?> of, Func<StoredEvent, object?> say) =>
        Tell(of, (fact, _, _) => ValueTask.FromResult(say(fact)));

    /// <summary>The same where it takes what the stream's facts up to that one add up to.</summary>
    public WebhookEvents Tell<TState, TEvent>(
        StreamOf<TState, TEvent> stream, Func<StoredEvent, WebhookEvent?> of, Func<StoredEvent, TState, object?> say)
        where TEvent : class => Tell(
            fact => fact.Data is TEvent && fact.StreamId.StartsWith(stream.Name + "-", StringComparison.Ordinal) ? of(fact) : null,
            async (fact, log, ct) => say(fact, (TState)(await log.StateAt(fact.StreamId, stream.Name, fact.Version, ct))!));

    /// <summary>The event a fact is, or null.</summary>
    internal WebhookEvent? Of(StoredEvent fact) => _tellings.Select(telling => telling.Of(fact)).FirstOrDefault(told => told is not null);

    /// <summary>What is said of a fact; null when there is nothing to tell.</summary>
    internal async ValueTask<JsonElement?> Say(StoredEvent fact, EventLog log, CancellationToken ct) =>
        _tellings.Find(telling => telling.Of(fact) is not null) is { } found && await found.Say(fact, log, ct) is { } said
            ? JsonSerializer.SerializeToElement(said, said.GetType(), Json)
            : null;
}
