using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Http.Headers;
using Sms.GatewayProtocol;

namespace Sms.GatewaySimulator;

/// <summary>
/// Posts what customers text to the webhook, signed, until it is accepted: many senders at a time, one sender's texts one
/// after the other. A delivery that a restart interrupted goes on afterwards.
/// </summary>
internal sealed class Deliveries(
    GatewayState state, Misbehaviour misbehaviour, WebhookTargets targets, SimulatorOptions options,
    IHostApplicationLifetime lifetime, ILogger<Deliveries> logger)
    : IHostedService, IDisposable
{
    private readonly HttpClient _http = targets.CreateClient();
    private readonly SemaphoreSlim _slots = new(options.Parallel);
    private readonly CancellationToken _stopping = lifetime.ApplicationStopping;
    private readonly Dictionary<string, Task> _lastOf = [];
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _hurried = [];

    /// <summary>A customer texts. Null when too many texts are waiting already.</summary>
    public TextWritten? Text(string from, string to, string text, DateTimeOffset? at)
    {
        // Written and queued in one step: a sender's texts are delivered in the order they were written.
        lock (_lastOf)
        {
            if (state.Count(DeliveryStatus.Pending) >= options.KeepMessages)
                return null;
            var written = state.WriteText(GatewayState.WithoutPlus(from), GatewayState.WithoutPlus(to), text, at);
            Queue(written);
            return written;
        }
    }

    /// <summary>
    /// Tries a text again that did not get through, or is waiting for its next attempt; with it go the sender's texts that it may be
    /// waiting for.
    /// </summary>
    /// <returns>False for one that was delivered, null for one that nobody knows.</returns>
    public bool? Retry(string textId)
    {
        lock (_lastOf)
        {
            if (state.Text(textId) is not { } text || state.Delivery(textId) is not { } delivery)
                return null;
            if (delivery.Status == DeliveryStatus.Delivered)
                return false;
            if (delivery.Status != DeliveryStatus.Pending)
            {
                state.Settle(textId, DeliveryStatus.Pending);
                Queue(text);
            }
            else if (_hurried.TryRemove(text.From, out var wait))
            {
                wait.SetResult();
            }
            return true;
        }
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        lock (_lastOf)
            foreach (var text in state.PendingTexts())
                Queue(text);
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        Task[] running;
        lock (_lastOf)
            running = [.. _lastOf.Values];
        await Task.WhenAll(running).WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public void Dispose()
    {
        _http.Dispose();
        _slots.Dispose();
    }

    private void Queue(TextWritten text)
    {
        var before = _lastOf.GetValueOrDefault(text.From, Task.CompletedTask);
        var delivery = Task.Run(() => Deliver(text, before));
        _lastOf[text.From] = delivery;
        delivery.ContinueWith(
            done =>
            {
                lock (_lastOf)
                    if (_lastOf.GetValueOrDefault(text.From) == done)
                    {
                        _lastOf.Remove(text.From);
                        _hurried.TryRemove(text.From, out _);
                    }
            },
            CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
    }

    private async Task Deliver(TextWritten text, Task before)
    {
        try
        {
            if (misbehaviour.Now.Inbound is { ReorderMs: > 0 and var most })
                await Task.Delay(Random.Shared.Next(most + 1), _stopping);
            else
                await before;

            var status = misbehaviour.DropsText() ? DeliveryStatus.Dropped : await DeliverCopies(text);
            state.Settle(text.Id, status);
            if (status == DeliveryStatus.Failed)
                logger.LogWarning("Text {TextId} was given up after {Attempts} attempts.", text.Id, options.MaxAttempts);
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // Stays pending; the next start goes on.
        }
        catch (Exception e)
        {
            logger.LogError(e, "Delivering text {TextId} broke off.", text.Id);
        }
    }

    private async Task<DeliveryStatus> DeliverCopies(TextWritten text)
    {
        var inbound = misbehaviour.Now.Inbound;
        var payload = new InboundPayload
        {
            From = text.From, To = text.To, Text = text.Text, ReceivedAt = text.At,
            DeviceId = "dev_simulator", TenantId = "ten_simulator", TenantName = "Simulated Ltd",
        };
        List<byte[]> paths = [payload.ToJson()];
        if (inbound.MatchedRule)
            paths.Add((payload with { MatchedRuleId = "rule_simulator" }).ToJson());
        var copies = Enumerable.Range(0, 1 + inbound.Duplicates).SelectMany(_ => paths).ToList();

        DeliveryStatus[] outcomes;
        if (inbound.Concurrent)
        {
            outcomes = await Task.WhenAll(copies.Select((body, copy) => DeliverCopy(text, body, copy, inLine: false)));
        }
        else
        {
            outcomes = new DeliveryStatus[copies.Count];
            for (var copy = 0; copy < copies.Count; copy++)
                outcomes[copy] = await DeliverCopy(text, copies[copy], copy, inLine: true);
        }
        return outcomes.Contains(DeliveryStatus.Delivered) ? DeliveryStatus.Delivered : outcomes[0];
    }

    private async Task<DeliveryStatus> DeliverCopy(TextWritten text, byte[] body, int copy, bool inLine)
    {
        var wait = options.RetryBaseMs;
        for (var attempt = 1; ; attempt++)
        {
            await Task.Delay(misbehaviour.Now.Inbound.SlowMs, _stopping);
            if (!state.IsPending(text.Id) || state.Webhook is not { Enabled: true } webhook)
                return DeliveryStatus.NotForwarded;

            // Copies that are to arrive at the same moment must not wait in line for each other.
            if (inLine)
                await _slots.WaitAsync(_stopping);
            Attempt result;
            try
            {
                result = await Post(webhook, body, copy);
            }
            finally
            {
                if (inLine)
                    _slots.Release();
            }

            state.Attempted(text.Id, result);
            if (result.Status is >= 200 and < 300)
                return DeliveryStatus.Delivered;
            if (attempt == options.MaxAttempts)
                return DeliveryStatus.Failed;
            await Wait(text.From, wait);
            wait = (int)Math.Min(wait * 2L, options.RetryCapMs);
        }
    }

    /// <summary>Until the next attempt, or until somebody asks for it.</summary>
    private async Task Wait(string sender, int milliseconds)
    {
        var hurried = _hurried.GetOrAdd(sender, _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        await Task.WhenAny(Task.Delay(milliseconds, _stopping), hurried.Task);
        _stopping.ThrowIfCancellationRequested();
    }

    private async Task<Attempt> Post(WebhookSet webhook, byte[] body, int copy)
    {
        var secret = misbehaviour.Now.Inbound.WrongSignature ? "whsec_nobody-has-this-secret" : webhook.Secret;
        using var request = new HttpRequestMessage(HttpMethod.Post, webhook.Url) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.Add(WebhookSignature.Header, WebhookSignature.Sign(body, secret));

        var (at, watch) = (DateTimeOffset.UtcNow, Stopwatch.StartNew());
        try
        {
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, _stopping);
            return new Attempt(copy, at, (int)response.StatusCode, null, (int)watch.ElapsedMilliseconds);
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException && !_stopping.IsCancellationRequested)
        {
            var error = e is HttpRequestException failed ? failed.HttpRequestError.ToString() : "Timeout";
            return new Attempt(copy, at, null, error, (int)watch.ElapsedMilliseconds);
        }
    }
}
