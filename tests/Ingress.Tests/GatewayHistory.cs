using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Sms.Ingress.Tests;

/// <summary>A gateway's history as its API serves it, on this machine: textbee's, httpSMS's, and that of an SMSGate phone.</summary>
internal sealed class GatewayHistory : IAsyncDisposable
{
    private readonly WebApplication _app;

    public const string ApiKey = "the-key-of-the-history", User = "phone";

    /// <summary>What came to the phone: id, sender, words, time; the newest first.</summary>
    public List<(string Id, string From, string Text, DateTimeOffset At)> Received { get; } = [];

    /// <summary>What has been asked for.</summary>
    public List<string> Asked { get; } = [];

    /// <summary>How many characters of a text the phone's inbox shows; all of them when not said.</summary>
    public int? Shows { get; set; }

    /// <summary>Whether there is an inbox at all: SMSGate's cloud has none, only the way to ask the phone to post again.</summary>
    public bool HasInbox { get; set; } = true;

    /// <summary>What the phone was asked to post again.</summary>
    public List<JsonElement> Refreshed { get; } = [];

    /// <summary>What the phone does when it is asked to.</summary>
    public Func<Task> Refresh { get; set; } = () => Task.CompletedTask;

    private GatewayHistory(WebApplication app) => _app = app;

    public string Url => _app.Urls.Single();

    public static async Task<GatewayHistory> Start()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var history = new GatewayHistory(builder.Build());
        history._app.Use(async (http, next) =>
        {
            lock (history.Asked)
                history.Asked.Add(http.Request.Path + http.Request.QueryString);
            if (http.Request.Headers["x-api-key"] == ApiKey || http.Request.Headers.Authorization == "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{User}:{ApiKey}")))
                await next(http);
            else
                http.Response.StatusCode = 401;
        });
        history._app.MapGet("/gateway/devices/{device}/get-received-sms", (string device, int page, int limit) => new
        {
            data = history.Received.Skip((page - 1) * limit).Take(limit)
                .Select(t => new { _id = t.Id, sender = t.From, message = t.Text, receivedAt = Time(t.At), device = new { _id = device, name = "phone" } }),
            meta = new { page, limit },
        });
        history._app.MapGet("/v1/message-threads", (int limit, int skip) => new
        {
            status = "success",
            data = history.Received.GroupBy(t => t.From).Skip(skip).Take(limit).Select(g => new { contact = g.Key, order_timestamp = Time(g.Max(t => t.At)) }),
        });
        history._app.MapGet("/v1/messages", (string owner, string contact, int limit, int skip) => new
        {
            status = "success",
            data = history.Received.Where(t => t.From == contact).Skip(skip).Take(limit).Select(t => new
            {
                id = t.Id, owner, contact = t.From, content = t.Text, type = "mobile-originated", sim = "SIM1", encrypted = false,
                received_at = Time(t.At), request_received_at = Time(t.At),
            }),
        });
        // As the app serves it (capcom6/android-sms-gateway, InboxRoutes.kt): newest first, without the phone's id, and what is null left out.
        history._app.MapGet("/inbox", (string type, DateTimeOffset from, DateTimeOffset to, int limit, int offset) => !history.HasInbox
            ? Results.StatusCode(501)
            : Results.Json(history.Received.Where(t => t.At >= from && t.At <= to).OrderByDescending(t => t.At).Skip(offset).Take(limit).Select(t => new
            {
                id = t.Id, type, sender = t.From, simNumber = 1, createdAt = Time(t.At), attachments = Array.Empty<object>(),
                contentPreview = history.Shows is { } shown && t.Text.Length > shown ? t.Text[..shown] + "..." : t.Text,
            })));
        history._app.MapPost("/inbox/refresh", async (JsonElement asked) =>
        {
            history.Refreshed.Add(asked);
            await history.Refresh();
            return Results.StatusCode(202);
        });
        history._app.MapGet("/elsewhere/{**rest}", (HttpContext http) => Results.Redirect(history.Url + "/gateway/devices/dev_1/get-received-sms?page=1&limit=100"));
        await history._app.StartAsync();
        return history;
    }

    /// <summary>Texts that came a while ago, the newest first.</summary>
    public void Receive(int texts, DateTimeOffset newest) => Received.AddRange(
        Enumerable.Range(0, texts).Select(i => ($"h{Guid.NewGuid():N}", $"+91987654321{i % 3}", $"text {i}", newest.AddMinutes(-i))));

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    public static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
