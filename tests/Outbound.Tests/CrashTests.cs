using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using MassTransit;
using Sms.BusMessages;
using Sms.Testing;

namespace Sms.Outbound.Tests;

/// <summary>Killed between the call to the gateway and the record of its answer.</summary>
public sealed class CrashTests(OutboundProcess outbound) : IClassFixture<OutboundProcess>
{
    // A claim is taken for abandoned after a minute.
    private static readonly TimeSpan Abandoned = TimeSpan.FromSeconds(90);

    [RealServersFact]
    public async Task Killed_with_the_gateways_answer_on_the_way_it_repeats_only_where_the_gateway_recognises_it()
    {
        var ct = TestContext.Current.CancellationToken;
        var (plain, handle) = (new Customer().Answer() with { Endpoint = "plain" }, new Customer().Answer() with { Endpoint = "handle" });
        await Publish(Customer.Clear(plain), plain, Customer.Clear(handle), handle);
        var (one, two) = (await outbound.RequestAtGateway(ct), await outbound.RequestAtGateway(ct));
        await outbound.Kill();
        // The gateway has both texts.
        foreach (var (_, connection) in new[] { one, two })
            connection.Dispose();
        var first = new[] { one.Request, two.Request }.Single(request => request.Contains("\"id\"", StringComparison.Ordinal));

        await outbound.Start();
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct);
        patience.CancelAfter(Abandoned);
        var (again, answered) = await outbound.RequestAtGateway(patience.Token);
        Body(again).ShouldBe(Body(first), "the same text under the same id");
        await answered.GetStream().WriteAsync(Encoding.ASCII.GetBytes("HTTP/1.1 409 Conflict\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"), ct);
        answered.Dispose();

        (await Becomes(handle, "accepted")).GetProperty("attempts").GetInt32().ShouldBe(2);
        var unknown = await Becomes(plain, "unknown");
        unknown.GetProperty("attempts").GetInt32().ShouldBe(1);
        unknown.GetProperty("reason").GetString().ShouldBe("abandoned");
    }

    private Task<JsonElement> Becomes(SendSms sms, string state) => Eventually.Sees(
        async () => (await outbound.Client.GetFromJsonAsync<JsonElement>($"/messages/{sms.SendId}")).GetProperty("message"),
        message => message.GetProperty("state").GetString() == state, Abandoned);

    private static string Body(string request) => request[request.IndexOf("\r\n\r\n", StringComparison.Ordinal)..];

    private async Task Publish(params object[] messages)
    {
        var bus = MassTransit.Bus.Factory.CreateUsingRabbitMq(host => host.Host(outbound.Broker.Address));
        await bus.StartAsync();
        foreach (var message in messages)
            await bus.Publish(message, message.GetType(), context => context.MessageId = Guid.CreateVersion7());
        await bus.StopAsync();
    }
}
