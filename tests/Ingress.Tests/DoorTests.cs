using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc.Testing;
using Sms.GatewayProtocol;
using Sms.Testing;

namespace Sms.Ingress.Tests;

/// <summary>Ingress behind proxies whose word on the address counts.</summary>
public sealed class IngressBehindProxies : IngressUnderTest, IAsyncLifetime
{
    /// <summary>An instance whose callers' addresses a test can choose.</summary>
    public WebApplicationFactory<Program> Instance { get; private set; } = null!;

    /// <inheritdoc/>
    protected override IReadOnlyDictionary<string, string> Settings => new Dictionary<string, string>(base.Settings)
    {
        ["Ingress:TrustedProxies"] = "10.0.0.0/8, 192.0.2.7,2001:db8::/32",
    };

    /// <inheritdoc/>
    public new async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        if (TestServers.Present)
            Instance = await Another();
    }
}

/// <summary>A gateway signs the URL it was given; which one that was is told by configuration or by a trusted proxy, and by nobody else.</summary>
public sealed class DoorTests(IngressBehindProxies ingress) : IClassFixture<IngressBehindProxies>
{
    private const string Public = "https://sms.example.com", Elsewhere = "https://evil.example";

    private static readonly CompiledProfile Twilio = GatewayProfiles.BuiltIn["twilio"].Compile();

    [RealServersTheory]
    [InlineData("10.1.2.3", HttpStatusCode.OK)]
    [InlineData("::ffff:10.1.2.3", HttpStatusCode.OK)] // as a socket for both kinds of address shows it
    [InlineData("192.0.2.7", HttpStatusCode.OK)]
    [InlineData("2001:db8::17", HttpStatusCode.OK)]
    [InlineData("192.0.2.8", HttpStatusCode.Unauthorized)]
    [InlineData("11.0.0.1", HttpStatusCode.Unauthorized)]
    [InlineData("203.0.113.9", HttpStatusCode.Unauthorized)]
    [InlineData("127.0.0.1", HttpStatusCode.Unauthorized)]
    [InlineData("::1", HttpStatusCode.Unauthorized)]
    [InlineData("2001:db9::1", HttpStatusCode.Unauthorized)]
    public async Task The_address_that_a_proxy_forwards_counts_only_where_the_proxy_is_trusted(string from, HttpStatusCode status) =>
        (await Deliver(ingress.Instance, await Register(null), signedFor: Public, from, "https", "sms.example.com")).ShouldBe(status);

    [RealServersFact]
    public async Task Who_is_not_trusted_is_heard_as_he_came()
    {
        // Nothing is refused for the headers alone: a stranger's are as if they were not there.
        (await Deliver(ingress.Instance, await Register(null), signedFor: "http://localhost", "203.0.113.9", "https", "sms.example.com")).ShouldBe(HttpStatusCode.OK);
        (await Deliver(ingress.Instance, await Register(null), signedFor: "http://localhost", "10.1.2.3", null, null)).ShouldBe(HttpStatusCode.OK);
        (await Deliver(ingress.Instance, await Register(null), signedFor: "https://localhost", "10.1.2.3", "https", null)).ShouldBe(HttpStatusCode.OK);
    }

    [RealServersFact]
    public async Task Of_several_addresses_the_one_that_the_trusted_proxy_added_counts()
    {
        (await Deliver(ingress.Instance, await Register(null), Public, "10.1.2.3", "http, https", "evil.example, sms.example.com")).ShouldBe(HttpStatusCode.OK);
        (await Deliver(ingress.Instance, await Register(null), Elsewhere, "10.1.2.3", "https, https", "evil.example, sms.example.com")).ShouldBe(HttpStatusCode.Unauthorized);
    }

    [RealServersTheory]
    [InlineData("10.1.2.3")]
    [InlineData("203.0.113.9")]
    public async Task The_public_address_that_an_endpoint_was_given_counts_before_anything_that_is_forwarded(string from)
    {
        (await Deliver(ingress.Instance, await Register(Public), Public, from, null, null)).ShouldBe(HttpStatusCode.OK);
        (await Deliver(ingress.Instance, await Register(Public), Public, from, "https", "evil.example")).ShouldBe(HttpStatusCode.OK);
        (await Deliver(ingress.Instance, await Register(Public), Elsewhere, from, "https", "evil.example")).ShouldBe(HttpStatusCode.Unauthorized);
        (await Deliver(ingress.Instance, await Register(Public), "http://localhost", from, null, null)).ShouldBe(HttpStatusCode.Unauthorized);
    }

    [RealServersFact]
    public async Task The_query_that_the_gateway_was_given_is_part_of_the_address() =>
        (await Deliver(ingress.Instance, await Register(Public), Public, "203.0.113.9", null, null, "?shop=7&x=%2F")).ShouldBe(HttpStatusCode.OK);

    private Task<Gateway> Register(string? publicUrl) =>
        Gateway.Register(ingress.Client, new { profile = "twilio", number = Gateway.NewNumber(), publicUrl });

    /// <summary>Delivers a text that Twilio signed for one address, from another, past a proxy that says where it was sent.</summary>
    internal static async Task<HttpStatusCode> Deliver(
        WebApplicationFactory<Program> instance, Gateway gateway, string signedFor, string from, string? proto, string? host, string query = "")
    {
        var text = new Notice.Inbound("", "+919876543210", "+911234500000", "hello", null, $"SM{Guid.NewGuid():N}", null, null, null, null, null, null, false, "");
        var signed = Proof.Sign(Twilio, Samples.Request(Twilio, signedFor + gateway.Path + query, text), Twilio.KeyOf(gateway.Secret), DateTimeOffset.UtcNow, "x");
        var answered = await instance.Server.SendAsync(http =>
        {
            http.Connection.RemoteIpAddress = IPAddress.Parse(from);
            (http.Request.Method, http.Request.Scheme, http.Request.Host) = ("POST", "http", new HostString("localhost"));
            (http.Request.Path, http.Request.QueryString) = (gateway.Path, new QueryString(query));
            (http.Request.Body, http.Request.ContentLength) = (new MemoryStream(signed.Body.ToArray()), signed.Body.Length);
            foreach (var header in signed.Headers)
                http.Request.Headers.Append(header.Name, header.Value);
            if (proto is not null)
                http.Request.Headers["X-Forwarded-Proto"] = proto;
            if (host is not null)
                http.Request.Headers["X-Forwarded-Host"] = host;
        });
        return (HttpStatusCode)answered.Response.StatusCode;
    }
}

/// <summary>Where no proxy is named, none is believed, not even one on this machine.</summary>
public sealed class DoorWithoutProxiesTests(IngressUnderTest ingress) : IClassFixture<IngressUnderTest>
{
    [RealServersTheory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    [InlineData("10.1.2.3")]
    public async Task Nobody_is_believed(string from)
    {
        var gateway = await Gateway.Register(ingress.Client, new { profile = "twilio", number = Gateway.NewNumber() });
        var instance = await ingress.Another();
        (await DoorTests.Deliver(instance, gateway, "https://sms.example.com", from, "https", "sms.example.com")).ShouldBe(HttpStatusCode.Unauthorized);
        (await DoorTests.Deliver(instance, gateway, "http://localhost", from, "https", "sms.example.com")).ShouldBe(HttpStatusCode.OK);
    }
}
