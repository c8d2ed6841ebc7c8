extern alias GatewaySimulator;

using System.Net.Http.Json;
using Microsoft.AspNetCore.Mvc.Testing;
using Sms.BusMessages;
using Sms.EventStore;
using Sms.Outbound.Views;
using Sms.ServiceHost;
using Sms.Testing;

namespace Sms.Outbound.Tests;

/// <summary>Outbound, connected to a gateway on a real socket: the simulator, with the phones of the customers.</summary>
public sealed class OutboundWithGateway : ServiceUnderTest<Program>, IAsyncLifetime, IDisposable
{
    /// <summary>Our number.</summary>
    public const string Us = "+6591110000";

    /// <summary>The endpoint with the gateway; <c>closed</c> has one that nobody listens at, <c>wrong-key</c> has a key that is not its.</summary>
    public const string Endpoint = "sms";

    private const string Key = "sk_live_0123456789012345678901234567890123456789";
    private readonly WebApplicationFactory<GatewaySimulator::Program> _gateway;
    private readonly HttpClient _simulator;
    private Heard<ConsentAsked> _asked = null!;

    public OutboundWithGateway()
    {
        _gateway = new WebApplicationFactory<GatewaySimulator::Program>().WithWebHostBuilder(host =>
        {
            host.UseSetting("urls", "http://127.0.0.1:0");
            host.UseSetting("Simulator:ApiKey", Key);
            host.UseSetting("Simulator:PhoneDelayMs", "0");
        });
        _gateway.UseKestrel();
        _gateway.StartServer();
        _simulator = new HttpClient { BaseAddress = _gateway.ClientOptions.BaseAddress };
        Settings = new Dictionary<string, string>
        {
            [$"Gateways:{Endpoint}:BaseUrl"] = $"{_simulator.BaseAddress}v1",
            [$"Gateways:{Endpoint}:ApiKey"] = Key,
            [$"Gateways:{Endpoint}:IntervalPerNumber"] = "0",
            // These tests run at night too.
            ["Outbound:QuietHours:From"] = "00:00",
            ["Outbound:QuietHours:Until"] = "00:00",
            // A phone that takes one text after the other.
            ["Gateways:slow:BaseUrl"] = $"{_simulator.BaseAddress}v1",
            ["Gateways:slow:ApiKey"] = Key,
            ["Gateways:slow:IntervalPerNumber"] = "00:00:00.4",
            ["Gateways:closed:BaseUrl"] = "http://127.0.0.1:1",
            ["Gateways:closed:ApiKey"] = Key,
            ["Gateways:wrong-key:BaseUrl"] = $"{_simulator.BaseAddress}v1",
            ["Gateways:wrong-key:ApiKey"] = "sk_live_wrong",
        };
    }

    /// <inheritdoc/>
    protected override IReadOnlyDictionary<string, string> Settings { get; }

    /// <inheritdoc/>
    public new async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        if (TestServers.Present)
            _asked = await Broker.Hear<ConsentAsked>();
    }

    /// <summary>What Outbound last asked OptOut about a text.</summary>
    public async Task<ConsentAsked> Question(Guid sendId) =>
        (await Eventually.Sees(() => _asked.Messages.Where(asked => asked.SendId == sendId).ToList(), asked => asked.Count > 0))[^1];

    /// <summary>What a message is to these tests, on a phone or in the gateway's list, which knows our reference too.</summary>
    public sealed record Received(string Text, string? Ref, string? Id);

    /// <summary>Makes the gateway misbehave, or (null) behave.</summary>
    public async Task GatewayIs(object? send)
    {
        using var answer = send is null
            ? await _simulator.DeleteAsync("/sim/behaviour")
            : await _simulator.PutAsJsonAsync("/sim/behaviour", new { send });
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>What a customer's phone has received.</summary>
    public async Task<IReadOnlyList<Received>> OnPhoneOf(string customer) =>
        (await _simulator.GetFromJsonAsync<Page<Received>>($"/sim/phones/{Uri.EscapeDataString(customer)}/messages?limit=1000"))!.Items;

    /// <summary>What the gateway has accepted.</summary>
    public async Task<IReadOnlyList<Received>> AtGateway() =>
        (await _simulator.GetFromJsonAsync<Page<Received>>("/sim/messages?limit=1000"))!.Items;

    /// <summary>Waits until a text's state is this one.</summary>
    public Task<SentLog.WithHistory> Becomes(Guid sendId, string state) =>
        Eventually.Sees(() => Find(sendId), found => found.Message.State == state);

    /// <summary>A text and how it got where it stands.</summary>
    public async Task<SentLog.WithHistory> Find(Guid sendId) =>
        (await Client.GetFromJsonAsync<SentLog.WithHistory>($"/messages/{sendId}"))!;

    /// <summary>Publishes all at once, as other services would, and waits until all have been handled.</summary>
    public async Task Hear(params IReadOnlyCollection<object> messages)
    {
        var ids = messages.Select(_ => Guid.CreateVersion7()).ToArray();
        await Task.WhenAll(messages.Zip(ids, (message, id) => message switch
        {
            SendSms sms => Publish(sms, sms.InReplyTo, id),
            InboundSmsScreened verdict => Publish(verdict, verdict.SmsId, id),
            ConsentRuled ruled => Publish(ruled, ruled.SendId, id),
            DeliveryReported report => Publish(report, report.ReportId, id),
            ConsentChanged changed => Publish(changed, changed.FactId, id),
            _ => throw new ArgumentException("Outbound does not listen to this.", nameof(messages)),
        }));
        await Eventually.Sees(
            () => Database.Query($"select count(*) from sms_inbox where message_id = any ({ids})", r => r.GetInt64(0)),
            handled => handled[0] == ids.Length);
    }

    public void Dispose()
    {
        _simulator.Dispose();
        _gateway.Dispose();
    }
}
