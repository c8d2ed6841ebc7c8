using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;
using Sms.GatewayProtocol;

namespace Sms.Ingress.Tests;

/// <summary>A gateway that delivers to one endpoint, and the people who text its number.</summary>
internal sealed class Gateway(HttpClient http, string slug, string secret)
{
    private static long _texts;
    private static long _numbers;
    private static readonly DateTimeOffset Began = new(2026, 6, 12, 14, 32, 0, TimeSpan.Zero);

    public string Slug => slug;
    public string Path => $"/hooks/{slug}";
    public string Secret => secret;

    /// <summary>A gateway at an endpoint that has just been registered with the secret it generated.</summary>
    public static async Task<Gateway> Register(HttpClient operatorClient)
    {
        var slug = $"e{Guid.NewGuid():N}";
        var response = await operatorClient.PutAsJsonAsync($"/endpoints/{slug}", new { number = NewNumber() });
        response.StatusCode.ShouldBe(HttpStatusCode.Created, await response.Content.ReadAsStringAsync());
        return new Gateway(operatorClient, slug, (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("secret").GetString()!);
    }

    /// <summary>The same where something more is to be said about the endpoint.</summary>
    public static async Task<Gateway> Register(HttpClient operatorClient, object endpoint)
    {
        var response = await operatorClient.PostAsJsonAsync("/endpoints", endpoint);
        response.StatusCode.ShouldBe(HttpStatusCode.Created, await response.Content.ReadAsStringAsync());
        var created = await response.Content.ReadFromJsonAsync<JsonElement>();
        return new Gateway(operatorClient, created.GetProperty("slug").GetString()!, created.GetProperty("secret").GetString()!);
    }

    /// <summary>A number that no other endpoint has.</summary>
    public static string NewNumber() => (911_300_000_000 + Interlocked.Increment(ref _numbers)).ToString(CultureInfo.InvariantCulture);

    /// <summary>A secret that no other endpoint has.</summary>
    public static string NewSecret() => "whsec_" + Convert.ToBase64String(RandomNumberGenerator.GetBytes(24));

    /// <summary>The same gateway delivering to another instance, or with another secret.</summary>
    public Gateway With(HttpClient? client = null, string? otherSecret = null) => new(client ?? http, slug, otherSecret ?? secret);

    /// <summary>A text that nobody has sent before.</summary>
    public static InboundPayload Text(string text = "What is my balance?", string from = "919876543210") => new()
    {
        From = from,
        To = "911234500000",
        Text = text,
        ReceivedAt = Began.AddMilliseconds(Interlocked.Increment(ref _texts)),
        DeviceId = "dev_1",
        TenantId = "ten_1",
        TenantName = "Acme Corp",
    };

    public Task<HttpResponseMessage> Deliver(InboundPayload text) => Deliver(text.ToJson());

    public Task<HttpResponseMessage> Deliver(byte[] body) => Deliver(new ByteArrayContent(body), [WebhookSignature.Sign(body, secret)]);

    public async Task<HttpResponseMessage> Deliver(HttpContent content, string[] signatures)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Path) { Content = content };
        content.Headers.ContentType ??= new MediaTypeHeaderValue("application/json");
        foreach (var signature in signatures)
            request.Headers.TryAddWithoutValidation(WebhookSignature.Header, signature).ShouldBeTrue();
        return await http.SendAsync(request);
    }

    /// <summary>Delivers a text and returns the id it was accepted under.</summary>
    public async Task<Guid> Accepted(InboundPayload text)
    {
        using var response = await Deliver(text);
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        return (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("sms").GetGuid();
    }
}
