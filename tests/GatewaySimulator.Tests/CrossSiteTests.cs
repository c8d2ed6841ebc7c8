using System.Net;
using System.Net.Http.Json;

namespace Sms.GatewaySimulator.Tests;

/// <summary>What keeps other web pages away from the phone's.</summary>
public sealed class CrossSiteTests : IAsyncLifetime
{
    private readonly Simulator _simulator = new();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;
    public ValueTask DisposeAsync() => _simulator.DisposeAsync();

    [Theory]
    [InlineData(null, null, HttpStatusCode.Accepted)] // curl
    [InlineData("same-origin", "own", HttpStatusCode.Accepted)]
    [InlineData("none", null, HttpStatusCode.Accepted)] // typed into the address bar
    [InlineData(null, "own", HttpStatusCode.Accepted)]
    [InlineData("cross-site", "https://example.com", HttpStatusCode.Forbidden)]
    [InlineData("cross-site", null, HttpStatusCode.Forbidden)]
    [InlineData("same-site", "http://127.0.0.1:1", HttpStatusCode.Forbidden)] // another port of this machine
    [InlineData(null, "https://example.com", HttpStatusCode.Forbidden)]
    [InlineData(null, "http://127.0.0.1:1", HttpStatusCode.Forbidden)]
    [InlineData(null, "null", HttpStatusCode.Forbidden)] // a sandboxed frame
    public async Task A_web_page_of_somebody_elses_cannot_text(string? site, string? origin, HttpStatusCode answer)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/sim/texts")
        {
            Content = JsonContent.Create(new { from = "+" + Simulator.Customer, to = "+" + Simulator.Number, text = "hello" }),
        };
        request.Content.Headers.ContentType = new("text/plain"); // What a page may send to another site without asking.
        if (site is not null)
            request.Headers.Add("Sec-Fetch-Site", site);
        if (origin is not null)
            request.Headers.Add("Origin", origin == "own" ? _simulator.Url : origin);
        using var response = await _simulator.Http.SendAsync(request, TestContext.Current.CancellationToken);
        response.StatusCode.ShouldBe(answer);
        (await _simulator.Get($"/sim/phones/{Simulator.Customer}/messages"))["items"]!.AsArray().Count.ShouldBe(answer == HttpStatusCode.Accepted ? 1 : 0);
    }

    [Theory]
    [InlineData("GET", "/sim/live")]
    [InlineData("GET", "/sim/conversations")]
    [InlineData("PUT", "/sim/behaviour")]
    [InlineData("DELETE", "/sim/messages")]
    [InlineData("DELETE", "/SIM/messages")]
    public async Task Nor_do_anything_else(string method, string path)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        request.Headers.Add("Sec-Fetch-Site", "cross-site");
        using var response = await _simulator.Http.SendAsync(request, TestContext.Current.CancellationToken);
        response.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/app.js")]
    [InlineData("/sim/behaviour")]
    [InlineData("/nothing")]
    public async Task Every_answer_says_what_a_page_may_do(string path)
    {
        using var response = await _simulator.Http.GetAsync(path, TestContext.Current.CancellationToken);
        response.Headers.GetValues("Content-Security-Policy").ShouldBe(["default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; form-action 'none'; base-uri 'none'; frame-ancestors 'none'"]);
        response.Headers.GetValues("X-Content-Type-Options").ShouldBe(["nosniff"]);
        response.Headers.GetValues("Referrer-Policy").ShouldBe(["no-referrer"]);
    }

    [Fact]
    public async Task The_console_may_show_it_in_a_frame()
    {
        await using var simulator = new Simulator(("Console", "http://127.0.0.1:8080 http://localhost:8080"));
        using var response = await simulator.Http.GetAsync("/", TestContext.Current.CancellationToken);
        response.Headers.GetValues("Content-Security-Policy").Single().ShouldEndWith("; frame-ancestors http://127.0.0.1:8080 http://localhost:8080");
    }

    [Theory]
    [InlineData("*")]
    [InlineData("http://127.0.0.1:8080/")]
    [InlineData("127.0.0.1:8080")]
    [InlineData("http://127.0.0.1:8080; script-src *")]
    public void A_console_that_is_no_origin_is_refused_at_the_start(string console) =>
        Should.Throw<InvalidOperationException>(() => new SimulatorOptions { Console = console }.Validate()).Message.ShouldContain("Simulator:Console");
}
