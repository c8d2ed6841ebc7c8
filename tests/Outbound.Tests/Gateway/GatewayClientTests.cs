using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Sms.GatewayProtocol;
using Sms.Outbound.Gateway;
using static Sms.Outbound.Gateway.GatewayAnswer;

namespace Sms.Outbound.Tests.Gateway;

/// <summary>What happens on the wire, byte by byte: the simulator is too well-behaved for this.</summary>
public sealed class GatewayClientTests : IDisposable
{
    private static readonly DateTimeOffset Noon = new(2026, 6, 12, 12, 0, 0, TimeSpan.Zero);

    private static readonly SendEvent.SmsRequested Request = new(
        Guid.Parse("0b0f6ad2-1c9e-5a3b-9f1e-77e0c9a1d5aa"), SendPurpose.Reply, "sms", "+6591110000", "+6581230000", "Grüße",
        "rule:hours", Noon, Noon.AddHours(1));

    private readonly TcpListener _gateway = new(IPAddress.Loopback, 0);

    public GatewayClientTests() => _gateway.Start();

    [Fact]
    public async Task Text_is_posted_with_the_key_and_our_reference()
    {
        var request = Answers("HTTP/1.1 202 Accepted\r\nContent-Length: 14\r\n\r\n{\"id\":\"msg_1\"}");
        (await Send()).ShouldBe(new Accepted("msg_1"));

        var lines = (await request).Split("\r\n");
        lines[0].ShouldBe("POST /v1/messages HTTP/1.1");
        lines.ShouldContain("Authorization: Bearer sk_live_1");
        lines.ShouldContain("Content-Type: application/json");
        lines[^1].ShouldBe("""{"to":"+6581230000","text":"Grüße","ref":"0b0f6ad21c9e5a3b9f1e77e0c9a1d5aa"}""");
    }

    [Theory]
    [InlineData("HTTP/1.1 202 Accepted\r\nContent-Length: 5\r\n\r\nhello")]
    [InlineData("HTTP/1.1 202 Accepted\r\nContent-Length: 5000\r\n\r\n{\"id\":")]
    [InlineData("HTTP/1.1 202 Accepted\r\nContent-Length: 2\r\n\r\n[]")]
    [InlineData("HTTP/1.1 202 Accepted\r\nContent-Length: 11\r\n\r\n{\"id\":true}")]
    public async Task Accepted_is_accepted_even_when_the_rest_cannot_be_read(string answer)
    {
        _ = Answers(answer);
        (await Send()).ShouldBe(new Accepted(null));
    }

    [Theory]
    [InlineData("")]
    [InlineData("HTTP/1.1 20")]
    [InlineData("not HTTP at all\r\n\r\n")]
    public async Task Answer_that_breaks_off_leaves_it_open_whether_the_text_was_sent(string answer)
    {
        _ = Answers(answer);
        (await Send()).ShouldBeOfType<Unknown>();
    }

    [Fact]
    public async Task Gateway_that_never_answers_is_waited_for_a_quarter_of_a_minute_and_may_have_sent_the_text()
    {
        var watch = Stopwatch.StartNew();
        _ = Answers(null);
        (await Send()).ShouldBe(new Unknown("Timeout"));
        watch.Elapsed.ShouldBeInRange(GatewayClient.Patience - TimeSpan.FromSeconds(1), GatewayClient.Patience + TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task Gateway_that_is_not_there_certainly_did_not_send_the_text()
    {
        _gateway.Stop();
        (await Send()).ShouldBe(new TryLater("ConnectionError"));
        (await Send("http://gateway.invalid")).ShouldBe(new TryLater("NameResolutionError"));
    }

    [Fact]
    public async Task Connection_that_cannot_be_made_secure_certainly_did_not_carry_the_text()
    {
        _ = Answers("HTTP/1.1 400 Bad Request\r\n\r\n", body: false);
        (await Send($"https://{_gateway.LocalEndpoint}")).ShouldBe(new TryLater("SecureConnectionError"));
    }

    [Fact]
    public async Task The_gateways_wish_when_to_come_back_is_heard()
    {
        _ = Answers("HTTP/1.1 429 Too Many Requests\r\nRetry-After: 7\r\nContent-Length: 0\r\n\r\n");
        (await Send()).ShouldBe(new TryLater("http-429", TimeSpan.FromSeconds(7)));
    }

    [Theory]
    [InlineData("ftp://gateway")]
    [InlineData("gateway")]
    public async Task Address_that_is_none_waits_for_an_operator(string address) =>
        (await Send(address)).ShouldBeOfType<WaitForOperator>();

    public void Dispose() => _gateway.Dispose();

    [Fact]
    public async Task Profile_says_where_to_what_to_write_and_how_to_show_the_key()
    {
        var request = Answers("HTTP/1.1 202 Accepted\r\nContent-Length: 13\r\n\r\n{\"id\":\"abc1\"}");
        (await Send($"http://{_gateway.LocalEndpoint}", ("Profile", "smsgate"), ("Account", "me"), ("Sim", "2"))).ShouldBe(new Accepted("abc1"));
        var lines = (await request).Split("\r\n");
        lines[0].ShouldBe("POST /messages?skipPhoneValidation=true HTTP/1.1");
        lines.ShouldContain("Authorization: Basic bWU6c2tfbGl2ZV8x");
        lines[^1].ShouldBe(
            """{"id":"0b0f6ad21c9e5a3b9f1e77e0c9a1d5aa","phoneNumbers":["+6581230000"],"textMessage":{"text":"Grüße"},"simNumber":2}""");
    }

    [Fact]
    public async Task Profile_of_ones_own_is_read_from_a_file()
    {
        var file = Path.GetTempFileName();
        var profile = GatewayProfiles.BuiltIn["httpsms"] with { Name = "ours", Sending = GatewayProfiles.BuiltIn["httpsms"].Sending! with { Path = "/out" } };
        await File.WriteAllTextAsync(file, JsonSerializer.Serialize(profile, GatewayProfiles.Json), TestContext.Current.CancellationToken);
        var request = Answers("HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n{\"data\":{\"id\":\"x1\"}}");
        (await Send($"http://{_gateway.LocalEndpoint}", ("ProfileFile", file))).ShouldBe(new Accepted("x1"));
        var lines = (await request).Split("\r\n");
        lines[0].ShouldBe("POST /out HTTP/1.1");
        lines.ShouldContain("x-api-key: sk_live_1");
        File.Delete(file);
    }

    [Theory]
    [InlineData("no-such", "profile-cannot-send")]
    [InlineData("standard-webhooks", "profile-cannot-send")]
    [InlineData("twilio", "account-is-missing")]
    [InlineData("textbee", "device-is-missing")]
    public async Task What_is_missing_in_the_settings_waits_for_an_operator_and_is_named(string profile, string reason) =>
        (await Send(null, ("Profile", profile))).ShouldBe(new WaitForOperator(reason));

    private async Task<GatewayAnswer> Send(string? address = null, params (string Name, string Value)[] settings)
    {
        var services = new ServiceCollection();
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Gateways:sms:BaseUrl"] = address ?? $"http://{_gateway.LocalEndpoint}/v1/",
            ["Gateways:sms:ApiKey"] = "sk_live_1",
        }.Concat(settings.Select(setting => KeyValuePair.Create($"Gateways:sms:{setting.Name}", (string?)setting.Value)))).Build());
        GatewayClient.AddTo(services);
        await using var provider = services.BuildServiceProvider();
        return await provider.GetRequiredService<GatewayClient>().Send(Request);
    }

    /// <summary>Takes one request, answers these bytes and closes the connection; with null keeps silent.</summary>
    private async Task<string> Answers(string? answer, bool body = true)
    {
        using var connection = await _gateway.AcceptTcpClientAsync();
        var (stream, request, buffer) = (connection.GetStream(), "", new byte[4096]);
        do
        {
            var read = await stream.ReadAsync(buffer);
            request += Encoding.UTF8.GetString(buffer, 0, read);
            if (read == 0)
                return request;
        }
        while (body && !request.EndsWith('}'));
        if (answer is null)
            await stream.CopyToAsync(Stream.Null); // until the other side gives up
        else
            await stream.WriteAsync(Encoding.UTF8.GetBytes(answer));
        return request;
    }
}
