using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Sms.EventStore;
using Sms.Testing;

namespace Sms.Webhooks.Tests;

/// <summary>Killed between the call to a receiver and the record of its answer.</summary>
public sealed class CrashTests
{
    // A claim runs out after a minute.
    private static readonly TimeSpan Abandoned = TimeSpan.FromSeconds(90);

    [RealServersFact]
    public async Task Killed_with_the_answer_on_the_way_it_tells_again_under_the_same_id_and_makes_no_second_ticket()
    {
        await using var receiver = await Receiver.Start();
        var (reached, never) = (new TaskCompletionSource(), new TaskCompletionSource<Answer>());
        receiver.Answers = async request =>
        {
            if (request.Method == "POST")
                return new Answer(201, """{"id":4711}""");
            reached.TrySetResult();
            return await never.Task;
        };
        await using var alone = new ShopStore();
        await alone.InitializeAsync();
        using var http = await alone.Start();
        var webhook = (await (await http.PostAsJsonAsync("/webhooks", new { url = receiver.Base, customMapping = TwoCalls })).Content.ReadFromJsonAsync<JsonElement>())
            .GetProperty("webhook").GetProperty("id").GetGuid();
        await alone.Place();

        await reached.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        await alone.Kill();
        receiver.Answers = _ => Task.FromResult(new Answer(200));
        using var again = await alone.Start();
        var delivery = await Eventually.Sees(
            async () => (await again.GetFromJsonAsync<JsonElement>($"/webhooks/{webhook}/deliveries")).GetProperty("items")[0],
            item => item.GetProperty("state").GetString() == "delivered", Abandoned);

        receiver.Requests.Select(r => $"{r.Method} {r.PathAndQuery}").ShouldBe(["POST /tickets", "PUT /tickets/4711", "PUT /tickets/4711"]);
        receiver.Requests.Select(r => r.WebhookId).Distinct().Count().ShouldBe(1);
        var attempts = (await again.GetFromJsonAsync<JsonElement>($"/webhooks/{webhook}/deliveries/{delivery.GetProperty("messageId").GetGuid()}")).GetProperty("attempts");
        attempts.EnumerateArray().Select(a => a.GetProperty("outcome").GetString()).ShouldBe(["interrupted", "delivered"]);
        never.SetResult(new Answer(200));
    }

    private static readonly object TwoCalls = new
    {
        name = "two-calls",
        on = new Dictionary<string, object>
        {
            ["order.placed"] = new object[]
            {
                new { unless = new[] { "remote.ticket" }, call = "POST /tickets", body = new { of = "{data.order.customer}" }, remember = new { ticket = "/id" } },
                new { call = "PUT /tickets/{remote.ticket}", body = new { state = "open" } },
            },
        },
    };

    /// <summary>The shop as a process of its own, on a database of its own.</summary>
    private sealed class ShopStore : IAsyncDisposable
    {
        private readonly PostgresDatabase _database = new();
        private readonly BrokerVhost _broker = new();
        private readonly string _address = $"http://127.0.0.1:{FreePort()}";
        private Process? _process;

        public async Task InitializeAsync()
        {
            await _database.InitializeAsync();
            await _broker.InitializeAsync();
        }

        public async Task<HttpClient> Start()
        {
            _process = Process.Start(new ProcessStartInfo("dotnet", ["exec", typeof(CrashTests).Assembly.Location, Shop.Argument, _database.ConnectionString, _broker.Address.ToString(), _address])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
            _process.OutputDataReceived += (_, _) => { };
            _process.ErrorDataReceived += (_, _) => { };
            _process.BeginOutputReadLine();
            _process.BeginErrorReadLine();
            var http = ShopUnderTest.Client(_address, Shop.Key);
            await Eventually.Sees(async () => (await http.GetAsync("/health/ready")).StatusCode, status => status == HttpStatusCode.OK, TimeSpan.FromSeconds(60));
            return http;
        }

        /// <summary>An order, written by somebody who does not dispatch.</summary>
        public async Task Place()
        {
            await using var writer = Shop.Build(_database.ConnectionString, _broker.Address.ToString(), "http://127.0.0.1:0", TimeProvider.System, Shop.Neighbours);
            var (store, schema) = (writer.Services.GetRequiredService<IEventStore>(), writer.Services.GetRequiredService<StoreSchema>());
            await schema.StartAsync(CancellationToken.None);
            await store.Commit(await store.Load(Order.Stream, Guid.NewGuid()), [new OrderEvent.Placed("Ada")], new Cause(null, null, "operator:test"));
            await schema.StopAsync(CancellationToken.None);
        }

        public async Task Kill()
        {
            if (_process is null)
                return;
            _process.Kill();
            await _process.WaitForExitAsync();
            _process.Dispose();
            _process = null;
        }

        public async ValueTask DisposeAsync()
        {
            await Kill();
            await _broker.DisposeAsync();
            await _database.DisposeAsync();
        }

        private static int FreePort()
        {
            using var listener = new TcpListener(IPAddress.Loopback, 0);
            listener.Start();
            return ((IPEndPoint)listener.LocalEndpoint).Port;
        }
    }
}
