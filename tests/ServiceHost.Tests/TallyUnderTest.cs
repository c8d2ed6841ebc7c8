using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;
using RabbitMQ.Client;
using Sms.EventStore;
using Sms.Testing;

namespace Sms.ServiceHost.Tests;

/// <summary>The tally service on a database and a virtual host of its own, answering over real HTTP.</summary>
public sealed class TallyUnderTest : IAsyncLifetime
{
    private readonly PostgresDatabase _database = new();
    private readonly List<WebApplication> _instances = [];

    public string StoreConnection => _database.ConnectionString;

    public BrokerVhost Broker { get; } = new();

    public Troubles Troubles { get; } = new();

    public HttpClient Http { get; } = new();

    public WebApplication Service => _instances[^1];

    public IEventStore Store => Service.Services.GetRequiredService<IEventStore>();

    public async ValueTask InitializeAsync()
    {
        await _database.InitializeAsync();
        await Broker.InitializeAsync();
    }

    /// <summary>Starts it, on the broker itself or on what stands in front of it.</summary>
    public async Task<WebApplication> Start(Uri? bus = null, Uri? dashboard = null, string? labels = null)
    {
        var service = Build(_database.ConnectionString, bus ?? Broker.Address, "http://127.0.0.1:0", Troubles, dashboard, labels);
        await service.StartAsync();
        _instances.Add(service);
        await Eventually.Sees(async () => (int)(await Http.GetAsync(Address("/health/ready"))).StatusCode, status => status == 200);
        return service;
    }

    /// <summary>Makes it; also for a process of its own.</summary>
    public static WebApplication Build(string store, Uri bus, string address, Troubles troubles, Uri? dashboard = null, string? labels = null)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = "Production" });
        builder.WebHost.UseUrls(address);
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["ConnectionStrings:Store"] = store,
            ["ConnectionStrings:Bus"] = bus.ToString(),
            ["Telemetry:Dashboard"] = dashboard?.ToString(),
            ["Consumes:Labels"] = labels,
            ["ApiKeys:0"] = Key("boss", Roles.Admin),
            ["ApiKeys:1"] = Key("ada", Roles.Agent),
            ["ApiKeys:2"] = Key("onlooker", Roles.Reader),
            ["ApiKeys:3"] = Key("console", Roles.OnBehalf),
        });
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(troubles);
        builder.AddSmsService<TallyUnderTest>(Tally.Service).AddStream(Tally.Stream).AddView(new Tallies()).Publish(TallyBus.From);
        var service = builder.Build();
        TallyApi.Map(service.MapSmsService());
        return service;
    }

    public async Task Stop()
    {
        var service = Service;
        _instances.Remove(service);
        await service.StopAsync();
        await service.DisposeAsync();
    }

    public Uri Address(string path) => new(new Uri(Service.Urls.Single()), path);

    /// <summary>Calls the service with the key of someone, or without one.</summary>
    public async Task<HttpResponseMessage> Call(
        HttpMethod method, string path, string? body = null, string? as_ = "boss", Action<HttpRequestHeaders>? headers = null)
    {
        using var request = new HttpRequestMessage(method, Address(path));
        if (as_ is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", SecretOf(as_));
        if (body is not null)
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        headers?.Invoke(request.Headers);
        return await Http.SendAsync(request);
    }

    public async Task<JsonElement> Get(string path, string as_ = "onlooker")
    {
        using var response = await Call(HttpMethod.Get, path, as_: as_);
        response.EnsureSuccessStatusCode();
        return JsonElement.Parse(await response.Content.ReadAsStringAsync());
    }

    public async Task<int> SumOf(Guid tally) => (await Store.Load(Tally.Stream, tally)).State.Sum;

    public Task Publish<T>(T message, Guid? messageId = null)
        where T : class =>
        Service.Services.GetRequiredService<IBus>().Publish(message, context => context.MessageId = messageId ?? Guid.CreateVersion7());

    /// <summary>Publishes as another service would, on a connection of the test's own.</summary>
    public async Task PublishFromOutside<T>(T message)
    {
        await using var channel = await Broker.Channel();
        var type = $"{typeof(T).Namespace}:{typeof(T).Name}";
        var envelope = JsonSerializer.SerializeToUtf8Bytes(
            new { messageId = Guid.NewGuid(), messageType = new[] { $"urn:message:{type}" }, message }, JsonSerializerOptions.Web);
        await channel.BasicPublishAsync(
            type, "", mandatory: false, new BasicProperties { ContentType = "application/vnd.masstransit+json", Persistent = true }, envelope);
    }

    /// <summary>The dead letter about a tally, once it is kept, as an agent sees it.</summary>
    public async Task<JsonElement> DeadLetter(string queue, Guid about, int failures = 1) => (await Eventually.Sees<JsonElement?>(
        async () =>
        {
            foreach (var row in (await Get($"/dead-letters?queue={queue}&limit=200")).GetProperty("items").EnumerateArray())
                if (await Get($"/dead-letters/{row.GetProperty("id").GetGuid()}", "ada") is var letter && letter.GetProperty("body").GetString()!.Contains($"{about}", StringComparison.Ordinal))
                    return letter;
            return null;
        },
        letter => letter?.GetProperty("letter").GetProperty("failures").GetInt32() == failures))!.Value;

    /// <summary>How many messages of a queue could not be handled and wait for a person, wherever they are.</summary>
    public async Task<int> DeadLetters(string queue) =>
        (int)(await Broker.Depth(Bus.ErrorQueue(queue)) ?? 0) + (await Get($"/dead-letters?state=open&queue={queue}&limit=200")).GetProperty("items").GetArrayLength();

    /// <summary>The database answers nobody until the result is disposed of.</summary>
    public async Task<IAsyncDisposable> DatabaseOutage()
    {
        var name = new NpgsqlConnectionStringBuilder(_database.ConnectionString).Database;
        await OnServer($"alter database {name} with allow_connections false");
        await OnServer($"select pg_terminate_backend(pid) from pg_stat_activity where datname = '{name}'");
        return new Outage(() => OnServer($"alter database {name} with allow_connections true"));
    }

    public async ValueTask DisposeAsync()
    {
        while (_instances.Count > 0)
            await Stop();
        Http.Dispose();
        await Broker.DisposeAsync();
        await _database.DisposeAsync();
    }

    public static string SecretOf(string name) => $"key-of-{name}-0000000000000000000000000000";

    private static string Key(string name, string role) =>
        $"{name}:{role}:{Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(SecretOf(name))))}";

    private static async Task OnServer(string sql)
    {
        await using var server = NpgsqlDataSource.Create(TestServers.Postgres!);
        await using var command = server.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    private sealed class Outage(Func<Task> end) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync() => await end();
    }
}

/// <summary>The same, started once for a class of tests.</summary>
public sealed class RunningTally : IAsyncLifetime
{
    public TallyUnderTest Under { get; } = new();

    public async ValueTask InitializeAsync()
    {
        await Under.InitializeAsync();
        if (TestServers.Present)
            await Under.Start();
    }

    public ValueTask DisposeAsync() => Under.DisposeAsync();
}
