using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Sms.AutoReply.Rules;
using Sms.ServiceHost;
using Sms.Webhooks.Deliveries;

namespace Sms.AutoReply.UseCases;

/// <summary>
/// The webhooks that rules call: signed as Standard Webhooks has it, and only where nobody can make the platform reach into the
/// network it stands in.
/// </summary>
public sealed class WebhookCalls : IDisposable
{
    private const string SecretSetting = "AutoReply:WebhookSecret", NetworksSetting = "AutoReply:WebhookNetworks";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private readonly GuardedConnections _guard;
    private readonly HttpClient _client;
    private readonly string? _secret;

    /// <summary>Reads the settings <c>AutoReply:WebhookSecret</c> (<c>whsec_</c> and 24 to 64 bytes in base64) and <c>AutoReply:WebhookNetworks</c> (CIDR, where receivers may be beside the internet).</summary>
    /// <exception cref="InvalidOperationException">The secret is none.</exception>
    public WebhookCalls(IConfiguration configuration)
    {
        _secret = string.IsNullOrEmpty(configuration[SecretSetting]) ? null : configuration[SecretSetting];
        if (_secret is not null && StandardSignature.Fault(_secret) is { } fault)
            throw new InvalidOperationException($"{SecretSetting} {fault}.");
        _guard = new GuardedConnections(NetworksSetting, configuration[NetworksSetting]);
        _client = new HttpClient(_guard.Handler()) { Timeout = Patience };
        _client.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("Sms.Platform", null));
    }

    /// <summary>Why a rule set's webhooks could not be called, by field.</summary>
    public Dictionary<string, string[]> Faults(RuleSet ruleSet)
    {
        var faults = new Dictionary<string, string[]>();
        for (var rule = 0; rule < ruleSet.Rules.Count; rule++)
            for (var no = 0; no < ruleSet.Rules[rule].Actions.Count; no++)
                if (ruleSet.Rules[rule].Actions[no] is { Do: RuleAction.CallsWebhook } action
                    && (_secret is null ? $"there is nothing to sign it with: set {SecretSetting}" : _guard.Fault(action.Url)) is { } fault)
                    faults[string.Create(CultureInfo.InvariantCulture, $"rules[{rule}].actions[{no}].url")] = [fault];
        return faults;
    }

    /// <summary>Calls a webhook.</summary>
    /// <returns>Null when the receiver has taken it.</returns>
    public async Task<Trouble?> Call(Deed deed, AnswerEvent.SmsRuled ruled, DateTimeOffset now, CancellationToken ct)
    {
        if (_secret is null)
            return new Trouble($"no secret is set ({SecretSetting})", IsFinal: false);
        var body = JsonSerializer.SerializeToUtf8Bytes(
            new
            {
                type = "rule.matched",
                timestamp = ruled.RuledAt,
                data = new { ruled.SmsId, ruled.Endpoint, ruled.From, ruled.To, ruled.Text, ruled.ReceivedAt, ruled.Ref, deed.Rule, ruled.Ruling.Outcome, ruled.Label, ruled.RuleSetVersion },
            },
            JsonSerializerOptions.Web);
        // The id is the same for every attempt: the receiver can tell that it has had it.
        var (id, timestamp) = (deed.Id.ToString(), now.ToUnixTimeSeconds());
        using var request = new HttpRequestMessage(HttpMethod.Post, deed.Url) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json", Encoding.UTF8.WebName);
        request.Headers.Add("webhook-id", id);
        request.Headers.Add("webhook-timestamp", timestamp.ToString(CultureInfo.InvariantCulture));
        request.Headers.Add("webhook-signature", StandardSignature.Sign(id, timestamp, body, [_secret]));
        try
        {
            using var answer = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ct);
            return answer.IsSuccessStatusCode ? null : new Trouble($"http-{(int)answer.StatusCode}", IsFinal: answer.StatusCode == HttpStatusCode.Gone);
        }
        catch (HttpRequestException e)
        {
            return new Trouble(e.InnerException is ForbiddenAddressException ? "the address may not be called" : $"no answer: {e.HttpRequestError}", IsFinal: false);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return new Trouble($"no answer within {Patience.TotalSeconds:0} s", IsFinal: false);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();
}
