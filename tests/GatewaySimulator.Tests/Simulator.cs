using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Sms.GatewayProtocol;
using Sms.Testing;

namespace Sms.GatewaySimulator.Tests;

/// <summary>The real simulator on a real socket; impatient, so that retries take milliseconds.</summary>
internal sealed class Simulator : IAsyncDisposable
{
    public const string ApiKey = "sk_live_0123456789012345678901234567890123456789";
    public const string Customer = "919876543210";
    public const string Number = "911234500000";

    private readonly WebApplicationFactory<Program> _server;
    private readonly RecordedLog _log = new();

    public Simulator(params (string Name, string Value)[] settings)
    {
        _server = new WebApplicationFactory<Program>().WithWebHostBuilder(host =>
        {
            host.UseSetting("urls", "http://127.0.0.1:0");
            host.UseSetting("Simulator:ApiKey", ApiKey);
            host.UseSetting("Simulator:RetryBaseMs", "10");
            host.UseSetting("Simulator:RetryCapMs", "50");
            host.UseSetting("Simulator:MaxAttempts", "1000");
            host.UseSetting("Simulator:PhoneDelayMs", "20");
            foreach (var (name, value) in settings)
                host.UseSetting($"Simulator:{name}", value);
            host.ConfigureServices(services => services.AddLogging(logging => logging.AddProvider(_log)));
        });
        _server.UseKestrel();
        _server.StartServer();
        Http = new HttpClient { BaseAddress = _server.ClientOptions.BaseAddress };
        Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", ApiKey);
    }

    public HttpClient Http { get; }

    /// <summary>Where its page is.</summary>
    public string Url => Http.BaseAddress!.GetLeftPart(UriPartial.Authority);

    /// <summary>Every line logged so far.</summary>
    public IReadOnlyCollection<string> Log => _log.Lines;

    public async Task<JsonNode> Get(string path) => (await Http.GetFromJsonAsync<JsonNode>(path))!;

    public async Task<(HttpStatusCode Status, JsonNode? Body)> Call(HttpMethod method, string path, string? json = null)
    {
        using var request = new HttpRequestMessage(method, path);
        if (json is not null)
            request.Content = new StringContent(json, Encoding.UTF8, "application/json");
        using var response = await Http.SendAsync(request);
        var body = await response.Content.ReadAsStringAsync();
        return (response.StatusCode, body.Length == 0 ? null : JsonNode.Parse(body));
    }

    /// <summary>Registers the webhook; returns its secret.</summary>
    public async Task<string> Register(string url, bool enabled = true)
    {
        using var response = await Http.PutAsJsonAsync("/v1/webhooks", new { url, enabled });
        response.StatusCode.ShouldBe(HttpStatusCode.OK, await response.Content.ReadAsStringAsync());
        return (await response.Content.ReadFromJsonAsync<WebhookRegistered>())!.Secret!;
    }

    public async Task Behave(string json) => (await Call(HttpMethod.Put, "/sim/behaviour", json)).Status.ShouldBe(HttpStatusCode.OK);

    /// <summary>Texts the number; returns the text's id.</summary>
    public async Task<string> Text(string text, string from = Customer, string to = Number)
    {
        using var response = await Http.PostAsJsonAsync("/sim/texts", new { from, to, text });
        response.StatusCode.ShouldBe(HttpStatusCode.Accepted, await response.Content.ReadAsStringAsync());
        return (string)(await response.Content.ReadFromJsonAsync<JsonNode>())!["id"]!;
    }

    public Task<HttpResponseMessage> Send(string text, string to = "+" + Customer, string? reference = null) =>
        Http.PostAsJsonAsync("/v1/messages", new SendRequest(to, text, reference), GatewayJson.Default.SendRequest);

    /// <summary>Waits until a text's delivery has this status.</summary>
    public Task<JsonNode> Becomes(string textId, string status) =>
        Eventually.Sees(() => Get($"/sim/texts/{textId}"), delivery => (string?)delivery["status"] == status);

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _server.DisposeAsync();
        _log.Dispose();
    }

    private sealed class RecordedLog : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<string> Lines { get; } = [];

        public ILogger CreateLogger(string categoryName) => this;
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;
        public bool IsEnabled(LogLevel logLevel) => true;
        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Enqueue($"{logLevel} {formatter(state, exception)} {exception}");
        public void Dispose() { }
    }
}

/// <summary>A webhook's receiver on a real socket: verifies, records, and answers what it is told to.</summary>
internal sealed class Receiver : IAsyncDisposable
{
    private static readonly CompiledProfile Profile = GatewayProfiles.BuiltIn["mobile-api-connect"].Compile();

    private readonly WebApplication _app;
    private readonly ConcurrentQueue<(string Body, Notice.Inbound Text, bool Genuine)> _received = [];
    private int _running;
    private int _mostAtOnce;

    private Receiver(WebApplication app) => _app = app;

    public string Url => _app.Urls.Single() + "/hooks/sms";
    public string Secret { get; set; } = "no secret has been told so far";
    public Func<int, int> Answer { get; set; } = _ => 200;
    public TimeSpan Takes { get; set; }
    public int MostAtOnce => _mostAtOnce;
    public int Calls => _received.Count;
    public IReadOnlyList<Notice.Inbound> Accepted { get { lock (_accepted) return [.. _accepted]; } }
    public IReadOnlyList<(string Body, Notice.Inbound Text, bool Genuine)> Received => [.. _received];

    private readonly List<Notice.Inbound> _accepted = [];

    public static async Task<Receiver> Start(string url = "http://127.0.0.1:0")
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls(url);
        var app = builder.Build();
        var receiver = new Receiver(app);
        app.Run(receiver.Receive);
        await app.StartAsync();
        return receiver;
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private async Task Receive(HttpContext http)
    {
        var now = Interlocked.Increment(ref _running);
        for (int most; now > (most = _mostAtOnce);)
            Interlocked.CompareExchange(ref _mostAtOnce, now, most);

        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body);
        var request = new InboundRequest("POST", "", [.. http.Request.Headers.Select(h => new HeaderLine(h.Key, h.Value.ToString()))], body.ToArray());
        var genuine = Proof.Verify(Profile, request, [Profile.KeyOf(Secret)], DateTimeOffset.UtcNow).IsGenuine;
        var read = Reading.Read(Profile, request);
        read.Reason.ShouldBeNull();
        var text = read.Notices.ShouldHaveSingleItem().ShouldBeOfType<Notice.Inbound>();
        if (Takes > TimeSpan.Zero)
            await Task.Delay(Takes);

        _received.Enqueue((Encoding.UTF8.GetString(body.ToArray()), text, genuine));
        http.Response.StatusCode = genuine ? Answer(_received.Count) : 401;
        if (http.Response.StatusCode is 301 or 307)
            http.Response.Headers.Location = Url + "/elsewhere";
        if (http.Response.StatusCode is >= 200 and < 300)
            lock (_accepted)
                _accepted.Add(text);
        Interlocked.Decrement(ref _running);
    }
}
