using System.Net.Http.Headers;

namespace Sms.GatewaySimulator;

/// <summary>
/// What an operator does by hand with a real gateway: the webhook is pointed at Ingress, and Ingress is told the secret it is
/// signed with. Tried until Ingress has taken it, on every start: it changes nothing where it is so already.
/// </summary>
internal sealed class IngressConnection(GatewayState state, SimulatorOptions options, ILogger<IngressConnection> logger) : BackgroundService
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(5);

    private readonly IngressOptions _ingress = options.Ingress;

    /// <summary>Whether texts get through; always, where somebody else is to connect them.</summary>
    public bool IsMade { get; private set; } = options.Ingress.Url is null;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (_ingress.Url is not { } url)
            return;
        var webhook = state.SetWebhook(new Uri(url, $"/hooks/{_ingress.Endpoint}").ToString(), enabled: true);
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(10) };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", _ingress.ApiKey);

        var endpoint = new Uri(url, $"/endpoints/{_ingress.Endpoint}");
        for (var wait = TimeSpan.FromMilliseconds(200); await Refusal(http, endpoint, webhook.Secret, stoppingToken) is { } refusal;)
        {
            logger.LogInformation("Ingress has not taken the webhook yet ({Reason}); trying again in {Wait}.", refusal, wait);
            await Task.Delay(wait, stoppingToken);
            wait = wait * 2 < LongestWait ? wait * 2 : LongestWait;
        }
        IsMade = true;
        logger.LogInformation("Ingress takes texts at {Url}.", webhook.Url);
    }

    private async Task<string?> Refusal(HttpClient http, Uri endpoint, string secret, CancellationToken ct)
    {
        try
        {
            using var answer = await http.PutAsJsonAsync(endpoint, new { secret, _ingress.Number }, ct);
            return answer.IsSuccessStatusCode ? null : $"it answers {(int)answer.StatusCode}";
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException && !ct.IsCancellationRequested)
        {
            return e is HttpRequestException failed ? failed.HttpRequestError.ToString() : "Timeout";
        }
    }
}
