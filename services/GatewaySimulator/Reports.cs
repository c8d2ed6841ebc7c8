using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Sms.GatewaySimulator;

/// <summary>
/// Reports what became of a text that was sent through SMSGate's API, as its phones do: one signed webhook for each event, repeated
/// until it is accepted. <see href="https://docs.sms-gate.app/features/webhooks/"/> What a restart interrupts is not reported any more.
/// </summary>
internal sealed class Reports(
    GatewayState state, Misbehaviour misbehaviour, WebhookTargets targets, SimulatorOptions options, IHostApplicationLifetime lifetime,
    ILogger<Reports> logger) : IDisposable
{
    /// <summary>The phone's id.</summary>
    public const string Device = "dev_simulator";

    private const string Sent = "sms:sent", Delivered = "sms:delivered", Failed = "sms:failed";

    /// <summary>What can be reported.</summary>
    public static readonly IReadOnlyList<string> Events = [Sent, Delivered, Failed];

    private readonly HttpClient _http = targets.CreateClient();

    /// <summary>A text has left the phone and reached the customer's, or it has not.</summary>
    public void Of(MessageAccepted message) => _ = Task.Run(() => Report(message));

    private async Task Report(MessageAccepted message)
    {
        try
        {
            var reports = misbehaviour.Now.Reports;
            string[] story = misbehaviour.FailsReport() ? [Failed] : reports.OutOfOrder ? [Delivered, Sent] : [Sent, Delivered];
            state.Reported(message.Id, story is [Failed] ? MessageState.ReportedFailed : MessageState.ReportedDelivered);
            foreach (var name in story)
                for (var copy = 0; copy <= reports.Duplicates; copy++)
                    await Task.WhenAll(state.ReportHooks.Where(hook => hook.Event == name).Select(hook => Post(hook, Body(hook, message))));
        }
        catch (OperationCanceledException) when (lifetime.ApplicationStopping.IsCancellationRequested)
        {
            // Forgotten, as said above.
        }
        catch (Exception e)
        {
            logger.LogError(e, "Reporting on message {MessageId} broke off.", message.Id);
        }
    }

    /// <summary>Every emission has an id of its own, also where it reports the same again, as for each part of a long text.</summary>
    private static byte[] Body(ReportHookSet hook, MessageAccepted message)
    {
        var at = DateTimeOffset.UtcNow;
        return JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, object?>
        {
            ["deviceId"] = Device,
            ["event"] = hook.Event,
            ["id"] = Guid.NewGuid().ToString("N"),
            ["webhookId"] = hook.Id,
            ["payload"] = hook.Event switch
            {
                Sent => new { messageId = message.Id, phoneNumber = message.To, partsCount = 1, simNumber = 1, sentAt = at },
                Delivered => new { messageId = message.Id, phoneNumber = message.To, simNumber = 1, deliveredAt = at },
                _ => (object)new { messageId = message.Id, phoneNumber = message.To, simNumber = 1, reason = "RESULT_ERROR_GENERIC_FAILURE", failedAt = at },
            },
        });
    }

    private async Task Post(ReportHookSet hook, byte[] body)
    {
        var stopping = lifetime.ApplicationStopping;
        var wait = options.RetryBaseMs;
        for (var attempt = 1; attempt <= options.MaxAttempts; attempt++)
        {
            await Task.Delay(misbehaviour.Now.Reports.SlowMs, stopping);
            if (await Accepted(hook, body, stopping))
                return;
            await Task.Delay(wait, stopping);
            wait = (int)Math.Min(wait * 2L, options.RetryCapMs);
        }
        logger.LogWarning("A report was given up after {Attempts} attempts.", options.MaxAttempts);
    }

    private async Task<bool> Accepted(ReportHookSet hook, byte[] body, CancellationToken stopping)
    {
        // Signed anew for each attempt, over the bytes and the time.
        var time = $"{DateTimeOffset.UtcNow.ToUnixTimeSeconds()}";
        byte[] signed = [.. body, .. Encoding.UTF8.GetBytes(time)];
        using var request = new HttpRequestMessage(HttpMethod.Post, hook.Url) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.Add("X-Timestamp", time);
        request.Headers.Add("X-Signature", Convert.ToHexStringLower(
            HMACSHA256.HashData(Encoding.UTF8.GetBytes(options.SigningKey), signed)));
        try
        {
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stopping);
            return response.IsSuccessStatusCode;
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException && !stopping.IsCancellationRequested)
        {
            return false;
        }
    }

    public void Dispose() => _http.Dispose();
}
