using System.Diagnostics;
using System.Net;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Sms.BusMessages;
using Sms.EventStore;
using Sms.GatewayProtocol;
using Sms.Testing;

namespace Sms.Ingress.Tests;

/// <summary>Our own trouble is a 503 that asks the gateway to come again, never a 4xx that makes it drop the text.</summary>
public sealed class OutageTests(IngressBehindGates ingress) : IClassFixture<IngressBehindGates>
{
    [RealServersFact]
    public async Task While_the_database_is_gone_the_gateway_is_asked_to_come_again_and_then_the_text_is_taken()
    {
        var (gateway, text) = (await ingress.Register(), Gateway.Text());
        ingress.DatabaseGate.Shut();
        try
        {
            await IsAskedToComeAgain(gateway, text, within: TimeSpan.FromSeconds(2.2));
        }
        finally
        {
            ingress.DatabaseGate.Open();
        }
        var smsId = await Eventually.Sees<Guid?>(() => Delivered(gateway, text), id => id is not null);
        (await ingress.Stream($"sms-{smsId}")).Count(type => type == "ingress.sms-received.v1").ShouldBe(1);
    }

    [RealServersFact]
    public async Task A_database_that_falls_silent_keeps_no_gateway_waiting_and_the_text_is_still_one_text()
    {
        var (gateway, text) = (await ingress.Register(), Gateway.Text());
        await gateway.Accepted(Gateway.Text());
        ingress.DatabaseGate.FallSilent();
        try
        {
            await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => IsAskedToComeAgain(gateway, text, within: TimeSpan.FromSeconds(2.2))));
        }
        finally
        {
            ingress.DatabaseGate.Open();
        }
        var smsId = await Eventually.Sees<Guid?>(() => Delivered(gateway, text), id => id is not null);
        (await ingress.Stream($"sms-{smsId}")).Count(type => type == "ingress.sms-received.v1").ShouldBe(1);
    }

    [RealServersFact]
    public async Task While_the_database_is_gone_nobody_is_told_that_his_signature_or_address_is_wrong()
    {
        var gateway = await ingress.Register();
        ingress.DatabaseGate.Shut();
        try
        {
            // For all this instance can know, the endpoint or secret was registered at another a moment ago.
            await IsAskedToComeAgain(gateway.With(otherSecret: "whsec_bmV4dCBzZWNyZXQgb2YgdGhlIGdhdGV3YXk="), Gateway.Text(), TimeSpan.FromSeconds(2.2));
            await IsAskedToComeAgain(new Gateway(ingress.Client, "nowhere", gateway.Secret), Gateway.Text(), TimeSpan.FromSeconds(2.2));
        }
        finally
        {
            ingress.DatabaseGate.Open();
        }
        await Eventually.Sees(
            async () => (await new Gateway(ingress.Client, "nowhere", gateway.Secret).Deliver(Gateway.Text())).StatusCode,
            status => status == HttpStatusCode.NotFound);
    }

    [RealServersFact]
    public async Task While_the_broker_is_gone_texts_are_taken_and_announced_once_it_is_back()
    {
        var (gateway, heard) = (await ingress.Register(), await ingress.Broker.Hear<InboundSmsReceived>());
        List<Guid> sent = [];
        ingress.BrokerGate.Shut();
        try
        {
            for (var i = 0; i < 5; i++)
                sent.Add(await gateway.Accepted(Gateway.Text()));
            (await ingress.Client.GetAsync("/health/ready")).StatusCode.ShouldBe(HttpStatusCode.OK);
            heard.Messages.ShouldNotContain(m => sent.Contains(m.SmsId));
        }
        finally
        {
            ingress.BrokerGate.Open();
        }
        await Eventually.Sees(
            () => heard.Messages.Select(m => m.SmsId).ToHashSet(), announced => sent.TrueForAll(announced.Contains), TimeSpan.FromSeconds(90));
    }

    [RealServersFact]
    public async Task When_too_many_deliveries_wait_the_next_is_asked_at_once_to_come_again()
    {
        var gateway = await ingress.Register();
        var store = new StuckStore();
        await using var stuck = (await ingress.Another()).WithWebHostBuilder(host =>
            host.ConfigureTestServices(services => services.AddSingleton<IEventStore>(store)));
        using var client = stuck.CreateClient();
        await Eventually.Sees(async () => (await client.GetAsync("/health/ready")).StatusCode, status => status == HttpStatusCode.OK);
        var (_, append) = Deliveries.Read("sms", Gateway.Text().ToJson(), null, DateTimeOffset.UnixEpoch);
        try
        {
            // More than once, because the commits under way take some out after the first time.
            await Eventually.Sees(
                () =>
                {
                    var taken = 0;
                    while (stuck.Services.GetRequiredService<GroupCommit>().TryCommit([append]) is not null)
                        taken++;
                    return taken;
                },
                taken => taken == 0);
            await IsAskedToComeAgain(gateway.With(client), Gateway.Text(), within: TimeSpan.FromSeconds(2));
        }
        finally
        {
            store.Release();
        }
    }

    private static async Task IsAskedToComeAgain(Gateway gateway, InboundPayload text, TimeSpan within)
    {
        var watch = Stopwatch.StartNew();
        using var response = await gateway.Deliver(text);
        response.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        response.Headers.RetryAfter!.Delta.ShouldBe(TimeSpan.FromSeconds(5));
        watch.Elapsed.ShouldBeLessThan(within);
    }

    private static async Task<Guid?> Delivered(Gateway gateway, InboundPayload text)
    {
        using var response = await gateway.Deliver(text);
        return response.IsSuccessStatusCode ? await gateway.Accepted(text) : null;
    }

    /// <summary>A store whose commits do not end before they are released.</summary>
    private sealed class StuckStore : IEventStore
    {
        private readonly TaskCompletionSource _stuck = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Release() => _stuck.SetException(new IOException("The store was stuck."));

        public Task<EventStream<TState, TEvent>> Load<TState, TEvent>(StreamOf<TState, TEvent> stream, string id, CancellationToken ct = default)
            where TEvent : class => throw new NotSupportedException();

        public async Task<Committed> Commit(IReadOnlyList<Append> appends, Handled? handled, Sql? beside, CancellationToken ct = default)
        {
            await _stuck.Task;
            throw new NotSupportedException();
        }
    }
}
