using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using Npgsql;
using Sms.EventStore;
using Sms.Webhooks.Subscriptions;
using EventLog = Sms.EventStore.EventLog;

namespace Sms.Webhooks.Deliveries;

/// <summary>A delivery that an instance has claimed.</summary>
internal sealed record ClaimedDelivery(
    Guid WebhookId, Guid MessageId, Guid Claim, string Type, Guid Subject, string StreamId, long Version, int Attempt, int Tries, bool Interrupted,
    DateTimeOffset? FailingSince);

/// <summary>
/// Makes one attempt: reads what happened, tells the receiver, writes down what came of it. Whoever is cut off between the two leaves
/// a claim that runs out; the delivery is then made again under the same id.
/// </summary>
internal sealed class DeliverWebhook(
    IEventStore store, EventLog facts, WebhookEvents events, TellReceiver receiver, NpgsqlDataSource database, TimeProvider clock, ILogger<DeliverWebhook> log)
{
    /// <summary>How long a claim holds: surely longer than an attempt takes.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(60);

    private const int MostTries = 5;
    private static readonly ActivitySource Traces = new("Sms.Webhooks");
    private static readonly Meter Meter = new("Sms.Webhooks");
    private static readonly Counter<long> Attempts = Meter.CreateCounter<long>("sms.webhooks.attempts", description: "Attempts to tell a webhook's receiver, by mapping and outcome");
    private static readonly Histogram<double> Took = Meter.CreateHistogram<double>("sms.webhooks.attempt.duration", "ms", "How long attempts took");
    private static readonly Counter<long> Paused = Meter.CreateCounter<long>("sms.webhooks.paused", description: "Webhooks paused because their receivers take nothing, by last outcome");

    /// <summary>Makes the attempt, to the end. Trouble of our own is logged; the claim runs out.</summary>
    public async Task Deliver(ClaimedDelivery delivery)
    {
        try
        {
            if (delivery.Interrupted)
                await Record(delivery with { Attempt = delivery.Attempt - 1, Claim = Guid.Empty }, new AttemptOutcome(AttemptOutcome.Interrupted), TimeSpan.Zero, new(DeliveryState.Waiting, clock.GetUtcNow()));
            var webhook = (await store.Load(Subscription.Stream, delivery.WebhookId)).State;
            if (!webhook.Exists || await facts.Fact(delivery.StreamId, delivery.Version, CancellationToken.None) is not { } fact)
                return;
            using var activity = Traces.StartActivity(
                "deliver webhook", ActivityKind.Internal, ActivityContext.TryParse(fact.TraceParent, null, out var parent) ? parent : default);

            var (outcome, took) = await events.Say(fact, facts, CancellationToken.None) is { } said
                ? await receiver.Tell(delivery.WebhookId, webhook, new WebhookMessage(delivery.MessageId, delivery.Type, delivery.Subject, fact.At, said), keep: true)
                : (new AttemptOutcome(AttemptOutcome.NothingToTell), TimeSpan.Zero);

            var verdict = DeliveryDecider.Decide(outcome, delivery.Tries, delivery.FailingSince, clock.GetUtcNow(), Random.Shared.NextDouble());
            Attempts.Add(1, new("mapping", webhook.Terms!.CustomMapping is null ? webhook.Terms.Mapping : "custom"), new("outcome", outcome.What));
            Took.Record(took.TotalMilliseconds, new KeyValuePair<string, object?>("outcome", outcome.What));
            if (verdict.PauseBecause is { } reason)
                await Pause(delivery.WebhookId, reason, outcome);
            await Record(delivery, outcome, took, verdict);
        }
        catch (Exception e)
        {
            log.LogError(e, "Message {MessageId} of webhook {WebhookId} could not be attended to.", delivery.MessageId, delivery.WebhookId);
        }
    }

    private async Task Pause(Guid webhookId, string reason, AttemptOutcome outcome)
    {
        for (var tried = 1; ; tried++)
        {
            try
            {
                var webhook = await store.Load(Subscription.Stream, webhookId);
                if (!webhook.State.Exists)
                    return;
                var paused = SubscriptionDecider.Decide(webhook.State, new SubscriptionCommand.Pause(reason, ByItself: true));
                await store.Commit(webhook, paused, new Cause(null, null, Cause.System));
                if (paused.Length == 0)
                    return;
                Paused.Add(1, new KeyValuePair<string, object?>("outcome", outcome.What));
                log.LogWarning("Webhook {WebhookId} is paused: {Reason}", webhookId, reason);
                return;
            }
            catch (VersionConflictException) when (tried < MostTries)
            {
                // Decided again on what it is now.
            }
        }
    }

    /// <summary>The outcome is known only here: the database is given some time to come back.</summary>
    private async Task Record(ClaimedDelivery delivery, AttemptOutcome outcome, TimeSpan took, AttemptVerdict verdict)
    {
        for (var tried = 1; ; tried++)
        {
            try
            {
                var now = clock.GetUtcNow();
                await database.Query(
                    $"""
                    select record_webhook_attempt(
                        {delivery.WebhookId}, {delivery.MessageId}, {delivery.Claim}, {delivery.Attempt}, {now - took}, {(int)took.TotalMilliseconds},
                        {outcome.What}, {outcome.Status}::int, {outcome.Said}::text, {verdict.State}, {verdict.NextAt}::timestamptz, {verdict.QuietUntil}::timestamptz)
                    """, r => r.GetBoolean(0));
                return;
            }
            catch (NpgsqlException e) when (tried < MostTries)
            {
                log.LogWarning("What came of message {MessageId} cannot be written down yet ({Kind}).", delivery.MessageId, e.GetType().Name);
                await Task.Delay(TimeSpan.FromSeconds(tried), CancellationToken.None);
            }
        }
    }
}
