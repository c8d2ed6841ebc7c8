using System.Collections.Concurrent;
using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Sms.Testing;

namespace Sms.GatewaySimulator.Tests;

public sealed class IngressConnectionTests : IAsyncLifetime
{
    private readonly ConcurrentQueue<(string Request, string? Key, JsonNode Body)> _asked = [];
    private WebApplication _ingress = null!;
    private volatile int _answer = 201;

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        _ingress = builder.Build();
        _ingress.Run(async http =>
        {
            _asked.Enqueue(($"{http.Request.Method} {http.Request.Path}", http.Request.Headers.Authorization, (await JsonNode.ParseAsync(http.Request.Body))!));
            http.Response.StatusCode = _answer;
        });
        await _ingress.StartAsync();
    }

    public async ValueTask DisposeAsync() => await _ingress.DisposeAsync();

    [Fact]
    public async Task It_tells_Ingress_its_secret_and_number_and_points_its_webhook_there()
    {
        await using var simulator = Connecting();
        await Eventually.Sees(() => Readiness(simulator), ready => ready == HttpStatusCode.OK);

        var (request, key, body) = _asked.ShouldHaveSingleItem();
        request.ShouldBe("PUT /endpoints/sms");
        key.ShouldBe("Bearer key-of-ingress");
        ((string?)body["number"]).ShouldBe("+911234500000");
        ((string?)(await simulator.Get("/v1/webhooks"))["url"]).ShouldBe(_ingress.Urls.Single() + "/hooks/sms");
        (await simulator.Register(_ingress.Urls.Single() + "/hooks/sms")).ShouldBe((string?)body["secret"]);
    }

    [Theory]
    [InlineData(401)]
    [InlineData(503)]
    public async Task It_is_not_ready_and_keeps_trying_until_Ingress_has_taken_it(int answer)
    {
        _answer = answer;
        await using var simulator = Connecting();
        await Eventually.Sees(() => _asked.Count, asked => asked >= 2);
        (await Readiness(simulator)).ShouldBe(HttpStatusCode.ServiceUnavailable);

        _answer = 200;
        await Eventually.Sees(() => Readiness(simulator), ready => ready == HttpStatusCode.OK);
        _asked.Select(a => (string?)a.Body["secret"]).Distinct().ShouldHaveSingleItem();
        simulator.Log.ShouldNotContain(line => line.Contains("whsec_", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Without_an_Ingress_it_waits_to_be_connected_and_is_ready()
    {
        await using var simulator = new Simulator();
        (await Readiness(simulator)).ShouldBe(HttpStatusCode.OK);
        (await simulator.Call(HttpMethod.Get, "/v1/webhooks")).Status.ShouldBe(HttpStatusCode.NotFound);
    }

    private Simulator Connecting() => new(
        ("Ingress:Url", _ingress.Urls.Single()), ("Ingress:ApiKey", "key-of-ingress"), ("Ingress:Number", "+911234500000"));

    private static async Task<HttpStatusCode> Readiness(Simulator simulator) => (await simulator.Http.GetAsync("/health/ready")).StatusCode;
}
