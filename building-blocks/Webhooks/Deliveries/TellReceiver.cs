using System.Diagnostics;
using System.Globalization;
using Sms.EventStore;
using Sms.ServiceHost;
using Sms.Webhooks.Mappings;
using Sms.Webhooks.Subscriptions;

namespace Sms.Webhooks.Deliveries;

/// <summary>Tells a webhook's receiver of an event: once, as its mapping says, with its headers and signatures.</summary>
internal sealed class TellReceiver(IEventStore store, ReceiverClient receivers, Lazy<SecretBox> box, TimeProvider clock)
{
    /// <summary>How long all calls together may take.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Tells it.</summary>
    /// <param name="webhookId">The webhook.</param>
    /// <param name="webhook">It, as it is now.</param>
    /// <param name="message">The event.</param>
    /// <param name="keep">Whether to keep the ids that the receiver answers with; not for a test.</param>
    public async Task<(AttemptOutcome Outcome, TimeSpan Took)> Tell(Guid webhookId, Subscription webhook, WebhookMessage message, bool keep)
    {
        var (terms, began) = (webhook.Terms!, Stopwatch.GetTimestamp());
        var mapping = BuiltInMappings.Of(terms.Mapping, terms.CustomMapping);
        var record = RemoteRecord.IdFor(webhookId, message.Subject);
        var known = await store.Load(RemoteRecord.Stream, record);
        var headers = webhook.Headers.Select(header => KeyValuePair.Create(header.Name, box.Open().Open(webhookId.ToString(), header.Encrypted))).ToList();
        using var patience = new CancellationTokenSource(Patience);

        var outcome = await new MappingRun(mapping, message, terms.Settings, known.State.Ids).Run(
            call => receivers.Send(terms.Url, call, [.. headers, .. mapping.Sign ? Signature(webhookId, webhook, message, call) : []], patience.Token),
            learned => keep ? Keep(record, learned, message) : Task.CompletedTask);
        return (outcome, Stopwatch.GetElapsedTime(began));
    }

    private IEnumerable<KeyValuePair<string, string>> Signature(Guid webhookId, Subscription webhook, WebhookMessage message, ReceiverCall call)
    {
        var now = clock.GetUtcNow();
        // The newest first.
        var secrets = webhook.Secrets.Values.Reverse().Where(secret => secret.Counts(now)).Select(secret => box.Open().Open(webhookId.ToString(), secret.Encrypted));
        yield return new("webhook-id", message.WebhookId);
        yield return new("webhook-timestamp", now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));
        yield return new("webhook-signature", StandardSignature.Sign(message.WebhookId, now.ToUnixTimeSeconds(), call.Body, secrets));
    }

    private async Task Keep(Guid record, RemoteRecordEvent learned, WebhookMessage message)
    {
        var known = await store.Load(RemoteRecord.Stream, record);
        await store.Commit(known, [learned], new Cause(null, message.Id, Cause.System));
    }
}
