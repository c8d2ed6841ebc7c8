using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Sms.Testing;

/// <summary>Somebody's system that webhooks are sent to, on this machine.</summary>
public sealed class Receiver : IAsyncDisposable
{
    /// <summary>A request as it was read.</summary>
    public sealed record Request(string Method, string PathAndQuery, IReadOnlyDictionary<string, string> Headers, string Body, DateTimeOffset At)
    {
        /// <summary>The header of that name.</summary>
        public string WebhookId => Headers["webhook-id"];

        /// <summary>The body as JSON.</summary>
        public JsonElement Json => JsonElement.Parse(Body);
    }

    /// <summary>What is answered.</summary>
    public sealed record Answer(int Status, string Body = "", params (string Name, string Value)[] Headers);

    private readonly WebApplication _app;
    private readonly ConcurrentQueue<Request> _requests = new();

    private Receiver(WebApplication app) => _app = app;

    /// <summary>What it answers to a request; 204 while nothing is said.</summary>
    public Func<Request, Task<Answer>> Answers { get; set; } = _ => Task.FromResult(new Answer(204));

    /// <summary>The requests so far, in the order they came.</summary>
    public IReadOnlyList<Request> Requests => [.. _requests];

    /// <summary>Its address.</summary>
    public string Url => _app.Urls.Single() + "/hook";

    /// <summary>Its address without a path.</summary>
    public string Base => _app.Urls.Single();

    /// <summary>Answers every request the same from now on.</summary>
    public void Always(int status, string body = "", params (string, string)[] headers) => Answers = _ => Task.FromResult(new Answer(status, body, headers));

    /// <summary>Starts one on a port of its own.</summary>
    public static async Task<Receiver> Start()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var receiver = new Receiver(builder.Build());
        receiver._app.Run(receiver.Take);
        await receiver._app.StartAsync();
        return receiver;
    }

    private async Task Take(HttpContext http)
    {
        using var body = new StreamReader(http.Request.Body, Encoding.UTF8);
        var request = new Request(
            http.Request.Method, http.Request.Path + http.Request.QueryString, http.Request.Headers.ToDictionary(h => h.Key.ToLowerInvariant(), h => h.Value.ToString()),
            await body.ReadToEndAsync(), DateTimeOffset.UtcNow);
        _requests.Enqueue(request);
        var answer = await Answers(request);
        http.Response.StatusCode = answer.Status;
        foreach (var (name, value) in answer.Headers)
            http.Response.Headers[name] = value;
        if (answer.Body.Length > 0)
            await http.Response.WriteAsync(answer.Body);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        using var hurry = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        await _app.StopAsync(hurry.Token);
        await _app.DisposeAsync();
    }
}
