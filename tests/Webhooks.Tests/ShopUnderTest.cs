using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Sms.EventStore;
using Sms.Testing;

namespace Sms.Webhooks.Tests;

/// <summary>Time that a test can move on.</summary>
public sealed class MovableClock : TimeProvider
{
    private long _ahead;

    public void Forward(TimeSpan by) => Interlocked.Add(ref _ahead, by.Ticks);

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow().AddTicks(Interlocked.Read(ref _ahead));
}

/// <summary>The shop on real servers, as one instance or several, and calls to it.</summary>
public sealed class ShopUnderTest : IAsyncLifetime
{
    private readonly PostgresDatabase _database = new();
    private readonly BrokerVhost _broker = new();
    private readonly List<WebApplication> _instances = [];

    public MovableClock Clock { get; } = new();

    public HttpClient Http { get; private set; } = new();

    public IServiceProvider Services => _instances[0].Services;

    public IEventStore Store => Services.GetRequiredService<IEventStore>();

    public string StoreConnection => _database.ConnectionString;

    public string Bus => _broker.Address.ToString();

    public async ValueTask InitializeAsync()
    {
        await _database.InitializeAsync();
        await _broker.InitializeAsync();
        if (TestServers.Present)
            await Another();
    }

    /// <summary>Starts one more instance.</summary>
    public async Task<HttpClient> Another(string? allowedNetworks = Shop.Neighbours, string? masterKey = null)
    {
        var shop = Shop.Build(StoreConnection, Bus, "http://127.0.0.1:0", Clock, allowedNetworks, masterKey);
        await shop.StartAsync();
        _instances.Add(shop);
        var http = Client(shop.Urls.Single(), Shop.Key);
        await Eventually.Sees(async () => (await http.GetAsync("/health/ready")).StatusCode, status => status == HttpStatusCode.OK, TimeSpan.FromSeconds(60));
        if (_instances.Count == 1)
            Http = http;
        return http;
    }

    public HttpClient ClientWith(string key) => Client(_instances[0].Urls.Single(), key);

    public static HttpClient Client(string address, string key) =>
        new() { BaseAddress = new Uri(address), DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", key) } };

    /// <summary>Asks for a webhook and expects to get it.</summary>
    public async Task<(Guid Id, string? Secret)> Subscribe(object draft)
    {
        var response = await Http.PostAsJsonAsync("/webhooks", draft);
        var body = await response.Content.ReadAsStringAsync();
        response.StatusCode.ShouldBe(HttpStatusCode.Created, body);
        var json = JsonElement.Parse(body);
        return (json.GetProperty("webhook").GetProperty("id").GetGuid(), json.GetProperty("secret").GetString());
    }

    public Task<JsonElement> Get(string path) => Http.GetFromJsonAsync<JsonElement>(path);

    public async Task<HttpStatusCode> Post(string path, object? body = null) =>
        (await Http.PostAsync(path, body is null ? null : JsonContent.Create(body))).StatusCode;

    public async Task<Guid> Place(string customer = "Ada", Guid? order = null)
    {
        var id = order ?? Guid.NewGuid();
        await Append(id, new OrderEvent.Placed(customer));
        return id;
    }

    public async Task Append(Guid order, params OrderEvent[] facts)
    {
        var stream = await Store.Load(Order.Stream, order);
        await Store.Commit(stream, facts, new Cause(null, null, "operator:test"));
    }

    /// <summary>The deliveries of a webhook, the oldest first, once they are as they should be.</summary>
    public Task<IReadOnlyList<JsonElement>> Deliveries(Guid webhook, Func<IReadOnlyList<JsonElement>, bool> asTheyShouldBe, TimeSpan? within = null) => Eventually.Sees(
        async () => (IReadOnlyList<JsonElement>)[.. (await Get($"/webhooks/{webhook}/deliveries?limit=200")).GetProperty("items").EnumerateArray().Reverse()],
        asTheyShouldBe, within ?? TimeSpan.FromSeconds(45));

    /// <summary>The one delivery of a webhook, once it is in a state.</summary>
    public async Task<JsonElement> Delivery(Guid webhook, string state, int attempts) =>
        (await Deliveries(webhook, all => all is [var one] && one.GetProperty("state").GetString() == state && one.GetProperty("attempts").GetInt32() == attempts
            && (state != "waiting" || one.GetProperty("lastOutcome").ValueKind == JsonValueKind.String)))[0];

    public async ValueTask DisposeAsync()
    {
        foreach (var shop in _instances)
        {
            await shop.StopAsync();
            await shop.DisposeAsync();
        }
        Http.Dispose();
        await _broker.DisposeAsync();
        await _database.DisposeAsync();
    }
}
