using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Sms.GatewayProtocol;
using Sms.Testing;

namespace Sms.GatewaySimulator.Tests;

public sealed class GatewayApiTests : IAsyncLifetime
{
    private readonly Simulator _simulator = new();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;
    public ValueTask DisposeAsync() => _simulator.DisposeAsync();

    [Theory]
    [InlineData(null, "unauthorized")]
    [InlineData("Bearer", "unauthorized")]
    [InlineData("Bearer  ", "unauthorized")]
    [InlineData("Basic c2tfbGl2ZTp4", "unauthorized")]
    [InlineData(Simulator.ApiKey, "unauthorized")]
    [InlineData("Bearer sk_live_9999999999999999999999999999999999999999", "invalid_api_key")]
    [InlineData("Bearer " + Simulator.ApiKey + "0", "invalid_api_key")]
    public async Task Without_the_right_key_nothing_is_answered(string? authorization, string error)
    {
        _simulator.Http.DefaultRequestHeaders.Authorization = null;
        if (authorization is not null)
            _simulator.Http.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", authorization);
        foreach (var (method, path) in new[] { (HttpMethod.Post, "/v1/messages"), (HttpMethod.Put, "/v1/webhooks"), (HttpMethod.Get, "/v1/webhooks"), (HttpMethod.Get, "/v1/anything") })
        {
            var (status, body) = await _simulator.Call(method, path, method == HttpMethod.Get ? null : "{}");
            status.ShouldBe(HttpStatusCode.Unauthorized);
            body!.ToJsonString().ShouldBe($$"""{"error":"{{error}}"}""");
        }
    }

    [Fact]
    public async Task The_scheme_of_the_key_may_be_written_in_any_case()
    {
        _simulator.Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("bearer", Simulator.ApiKey);
        (await _simulator.Send("hello")).StatusCode.ShouldBe(HttpStatusCode.Accepted);
    }

    [Fact]
    public async Task An_accepted_message_is_queued_and_arrives_on_the_customers_phone()
    {
        var (status, body) = await _simulator.Call(HttpMethod.Post, "/v1/messages", """{"to":"+919876543210","text":"hello 😀","ref":"order-7"}""");
        status.ShouldBe(HttpStatusCode.Accepted);
        var accepted = body.Deserialize(GatewayJson.Default.SendAccepted)!;
        accepted.Id.ShouldStartWith("msg_");
        accepted.Status.ShouldBe(SendAccepted.Queued);
        accepted.CreatedAt.ShouldBeInRange(DateTimeOffset.UtcNow.AddMinutes(-1), DateTimeOffset.UtcNow);
        body!.ToJsonString().ShouldMatch("""^\{"id":"msg_[0-9a-f]{24}","status":"queued","createdAt":"[0-9-]{10}T[0-9:]{8}\.[0-9]{3}Z"\}$""");

        var phone = await Eventually.Sees(
            () => _simulator.Get($"/sim/phones/{Simulator.Customer}/messages"), page => page["items"]!.AsArray().Count == 1);
        ((string?)phone["items"]![0]!["text"]).ShouldBe("hello 😀");
        ((string?)phone["items"]![0]!["direction"]).ShouldBe("received");

        var sent = (await _simulator.Get("/sim/messages"))["items"]![0]!;
        ((string?)sent["id"]).ShouldBe(accepted.Id);
        ((string?)sent["ref"]).ShouldBe("order-7");
        sent["landedAt"].ShouldNotBeNull();
    }

    [Theory]
    [InlineData("""{"text":"x"}""", "to")]
    [InlineData("""{"to":null,"text":"x"}""", "to")]
    [InlineData("""{"to":919876543210,"text":"x"}""", "to")]
    [InlineData("""{"to":"919876543210","text":"x"}""", "to")]
    [InlineData("""{"to":"+0123456789","text":"x"}""", "to")]
    [InlineData("""{"to":"+91 98765 43210","text":"x"}""", "to")]
    [InlineData("""{"to":"+919876543210\n","text":"x"}""", "to")]
    [InlineData("""{"to":"+1234567890123456","text":"x"}""", "to")]
    [InlineData("""{"to":"+919876543210"}""", "text")]
    [InlineData("""{"to":"+919876543210","text":""}""", "text")]
    [InlineData("""{"to":"+919876543210","text":["x"]}""", "text")]
    [InlineData("""{"to":"+919876543210","text":"\ud83d"}""", "text")]
    [InlineData("""{"to":"+919876543210","text":"x","ref":7}""", "ref")]
    [InlineData("""{"to":"+919876543210","text":"x","callback":"not a url"}""", "callback")]
    [InlineData("""{"to":"+919876543210","text":"x","callback":"ftp://x/"}""", "callback")]
    [InlineData("""{"to":"+919876543210","text":"x","channel":"whatsapp"}""", "channel")]
    public async Task A_wrong_field_is_a_validation_error_that_names_it(string request, string field)
    {
        var (status, body) = await _simulator.Call(HttpMethod.Post, "/v1/messages", request);
        status.ShouldBe(HttpStatusCode.BadRequest);
        ((string?)body!["error"]).ShouldBe("validation_error");
        ((string?)body["issues"]![0]!["path"]![0]).ShouldBe(field);
        ((string?)body["issues"]![0]!["message"]).ShouldNotBeNullOrEmpty();
        body["issues"]!.AsArray().Count.ShouldBe(1);
    }

    [Theory]
    [InlineData("")]
    [InlineData("hello")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{\"to\":\"+919876543210\",")]
    [InlineData("{\"to\":\"+919876543210\",\"text\":\"x\",\"\\ud800\":1}")]
    public async Task A_body_that_is_no_object_is_a_validation_error(string request)
    {
        foreach (var (method, path) in new[] { (HttpMethod.Post, "/v1/messages"), (HttpMethod.Put, "/v1/webhooks") })
        {
            var (status, body) = await _simulator.Call(method, path, request);
            status.ShouldBe(HttpStatusCode.BadRequest);
            ((string?)body!["error"]).ShouldBe("validation_error");
        }
    }

    [Fact]
    public async Task All_wrong_fields_are_named_at_once() =>
        (await _simulator.Call(HttpMethod.Post, "/v1/messages", """{"ref":1,"more":1}""")).Body!["issues"]!.AsArray().Count.ShouldBe(3);

    [Fact]
    public async Task Sixteen_hundred_characters_may_be_sent_and_not_one_more()
    {
        (await _simulator.Send(new string('x', 1600), reference: new string('r', 64))).StatusCode.ShouldBe(HttpStatusCode.Accepted);
        (await _simulator.Send(new string('x', 1601))).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await _simulator.Send("x", reference: new string('r', 65))).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task A_body_over_the_limit_is_refused() =>
        (await _simulator.Send(new string('x', 100_000))).StatusCode.ShouldBe(HttpStatusCode.RequestEntityTooLarge);

    [Fact]
    public async Task What_is_not_there_is_not_found()
    {
        var (status, body) = await _simulator.Call(HttpMethod.Get, "/v1/anything");
        status.ShouldBe(HttpStatusCode.NotFound);
        ((string?)body!["error"]).ShouldBe("not_found");
    }

    [Fact]
    public async Task The_webhooks_secret_is_made_once_and_shown_to_whoever_registers()
    {
        var (status, body) = await _simulator.Call(HttpMethod.Get, "/v1/webhooks");
        status.ShouldBe(HttpStatusCode.NotFound);
        ((string?)body!["error"]).ShouldBe("no_webhook_config");

        var secret = await _simulator.Register("http://127.0.0.1:9/hooks/sms");
        secret.ShouldMatch("^whsec_[A-Za-z0-9+/]{32}$");
        (await _simulator.Register("http://127.0.0.1:9/hooks/sms")).ShouldBe(secret);
        (await _simulator.Register("http://localhost:9/hooks/other", enabled: false)).ShouldBe(secret);

        (await _simulator.Get("/v1/webhooks")).ToJsonString().ShouldBe("""{"url":"http://localhost:9/hooks/other","enabled":false}""");
    }

    [Theory]
    [InlineData("""{}""", "url")]
    [InlineData("""{"url":"hooks/sms"}""", "url")]
    [InlineData("""{"url":"file:///etc/passwd"}""", "url")]
    [InlineData("""{"url":"http://user:secret@127.0.0.1/"}""", "url")]
    [InlineData("""{"url":"http://8.8.8.8/"}""", "url")]
    [InlineData("""{"url":"http://169.254.169.254/latest/meta-data"}""", "url")]
    [InlineData("""{"url":"http://[2001:4860:4860::8888]/"}""", "url")]
    [InlineData("""{"url":"http://0.0.0.0/"}""", "url")]
    [InlineData("""{"url":"http://172.32.0.1/"}""", "url")]
    [InlineData("""{"url":"http://[::ffff:8.8.8.8]/"}""", "url")]
    [InlineData("""{"url":"http://134744072/"}""", "url")]
    [InlineData("""{"url":"http://127.0.0.1/","enabled":"yes"}""", "enabled")]
    public async Task A_webhook_may_only_go_where_it_can_do_no_harm(string request, string field)
    {
        var (status, body) = await _simulator.Call(HttpMethod.Put, "/v1/webhooks", request);
        status.ShouldBe(HttpStatusCode.BadRequest);
        ((string?)body!["issues"]![0]!["path"]![0]).ShouldBe(field);
    }

    [Theory]
    [InlineData("http://127.0.0.1:8081/hooks/sms")]
    [InlineData("https://10.1.2.3/")]
    [InlineData("http://172.16.0.1/")]
    [InlineData("http://192.168.1.1/")]
    [InlineData("http://[::1]/")]
    [InlineData("http://[fd00::1]/")]
    public async Task Loopback_and_private_addresses_are_allowed(string url) => await _simulator.Register(url);

    [Fact]
    public async Task Any_target_is_allowed_where_that_is_asked_for()
    {
        await using var open = new Simulator(("AllowAnyTarget", "true"));
        await open.Register("http://8.8.8.8/", enabled: false);
    }

    [Fact]
    public async Task Without_a_device_nothing_can_be_sent()
    {
        await _simulator.Behave("""{"send":{"noDevice":true}}""");
        var (status, body) = await _simulator.Call(HttpMethod.Post, "/v1/messages", """{"to":"+919876543210","text":"x"}""");
        status.ShouldBe(HttpStatusCode.ServiceUnavailable);
        body!.ToJsonString().ShouldBe("""{"error":"no_active_device_for_tenant"}""");
        (await _simulator.Get("/sim/messages"))["items"]!.AsArray().ShouldBeEmpty();
    }

    [Fact]
    public async Task The_next_requests_fail_as_often_as_asked_for()
    {
        await _simulator.Behave("""{"send":{"failNext":2}}""");
        (await _simulator.Send("one")).StatusCode.ShouldBe(HttpStatusCode.InternalServerError);
        (await _simulator.Send("two")).StatusCode.ShouldBe(HttpStatusCode.InternalServerError);
        (await _simulator.Send("three")).StatusCode.ShouldBe(HttpStatusCode.Accepted);
        ((int)(await _simulator.Get("/sim/behaviour"))["send"]!["failNext"]!).ShouldBe(0);
    }

    [Fact]
    public async Task All_requests_may_fail()
    {
        await _simulator.Behave("""{"send":{"failPercent":100}}""");
        (await _simulator.Send("one")).StatusCode.ShouldBe(HttpStatusCode.InternalServerError);
    }

    [Fact]
    public async Task A_rate_limit_says_when_to_come_back()
    {
        await _simulator.Behave("""{"send":{"rateLimited":true,"retryAfterSeconds":7}}""");
        using var response = await _simulator.Send("one");
        response.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        response.Headers.RetryAfter!.Delta.ShouldBe(TimeSpan.FromSeconds(7));
    }

    [Fact]
    public async Task A_broken_connection_does_not_mean_that_nothing_was_sent()
    {
        await _simulator.Behave("""{"send":{"acceptThenDropNext":1}}""");
        await Should.ThrowAsync<HttpRequestException>(() => _simulator.Send("did it leave?"));
        await Eventually.Sees(
            () => _simulator.Get($"/sim/phones/{Simulator.Customer}/messages"), page => page["items"]!.AsArray().Count == 1);
        (await _simulator.Send("again")).StatusCode.ShouldBe(HttpStatusCode.Accepted);
    }

    [Fact]
    public async Task A_slow_gateway_answers_late()
    {
        await _simulator.Behave("""{"send":{"slowMs":200}}""");
        var watch = System.Diagnostics.Stopwatch.StartNew();
        (await _simulator.Send("one")).StatusCode.ShouldBe(HttpStatusCode.Accepted);
        watch.ElapsedMilliseconds.ShouldBeGreaterThan(190);
    }
}
