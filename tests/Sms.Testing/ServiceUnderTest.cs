using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using MassTransit;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Sms.EventStore;
using Xunit;

namespace Sms.Testing;

/// <summary>
/// The real service on real servers: its own database, its own virtual host, an HTTP client with an admin's key. As an
/// <c>IClassFixture</c> it is started once for a class; a test that needs several instances adds <see cref="Another"/>.
/// </summary>
public class ServiceUnderTest<TProgram> : IAsyncLifetime
    where TProgram : class
{
    /// <summary>The admin's API key.</summary>
    public const string AdminKey = "test-admin-key-000000000000000000000000";

    /// <summary>A key that may only look.</summary>
    public const string ReaderKey = "test-reader-key-00000000000000000000000";

    private readonly PostgresDatabase _postgres = new();
    private readonly List<WebApplicationFactory<TProgram>> _instances = [];

    /// <summary>The virtual host the service is connected to.</summary>
    public BrokerVhost Broker { get; } = new();

    /// <summary>How to connect to the service's database.</summary>
    public string ConnectionString => _postgres.ConnectionString;

    /// <summary>Settings beyond the connections and keys; set by a derived fixture.</summary>
    protected virtual IReadOnlyDictionary<string, string> Settings { get; } = new Dictionary<string, string>();

    /// <summary>What is to be otherwise in every instance; set by a derived fixture.</summary>
    protected virtual void Configure(IWebHostBuilder host)
    {
    }

    /// <summary>What the first instance is made of.</summary>
    public IServiceProvider Services => _instances[0].Services;

    /// <summary>The service's event store.</summary>
    public IEventStore Store => Services.GetRequiredService<IEventStore>();

    /// <summary>The service's database.</summary>
    public NpgsqlDataSource Database => Services.GetRequiredService<NpgsqlDataSource>();

    /// <summary>The service's streams.</summary>
    public EventLog Log => Services.GetRequiredService<EventLog>();

    /// <summary>Calls the service with an admin's key.</summary>
    public HttpClient Client { get; private set; } = null!;

    /// <summary>Calls the service with another key, or none.</summary>
    public HttpClient ClientWith(string? key)
    {
        var client = _instances[0].CreateClient();
        if (key is not null)
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return client;
    }

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        await _postgres.InitializeAsync();
        await Broker.InitializeAsync();
        if (!TestServers.Present)
            return;
        await Another();
        Client = ClientWith(AdminKey);
    }

    /// <summary>Starts one more instance of the service on the same database and bus, and waits until it is ready.</summary>
    public async Task<WebApplicationFactory<TProgram>> Another()
    {
        var instance = new WebApplicationFactory<TProgram>().WithWebHostBuilder(host =>
        {
            // Also where there is no project's folder to be found, as for the benchmark.
            host.UseContentRoot(AppContext.BaseDirectory);
            host.UseSetting("ConnectionStrings:Store", ConnectionString);
            host.UseSetting("ConnectionStrings:Bus", Broker.Address.ToString());
            host.UseSetting("ApiKeys:0", $"tester:admin:{Hash(AdminKey)}");
            host.UseSetting("ApiKeys:1", $"onlooker:reader:{Hash(ReaderKey)}");
            foreach (var (key, value) in Settings)
                host.UseSetting(key, value);
            Configure(host);
        });
        _instances.Add(instance);
        using var client = instance.CreateClient();
        await Eventually.Sees(
            async () => (int)(await client.GetAsync("/health/ready")).StatusCode, status => status == 200, TimeSpan.FromSeconds(60));
        return instance;
    }

    /// <summary>Publishes a message as another service's relay would.</summary>
    public async Task Publish<T>(T message, Guid correlationId, Guid? messageId = null)
        where T : class
    {
        await Services.GetRequiredService<IBus>().Publish(message, context =>
        {
            context.MessageId = messageId ?? Guid.CreateVersion7();
            context.CorrelationId = correlationId;
        });
    }

    /// <summary>How many messages of a queue could not be handled and wait for a person: still in its error queue, or kept in the store.</summary>
    public async Task<long> DeadLetters(string queue) =>
        (await Broker.Depth(queue + "_error") ?? 0)
        + (await Database.Query($"select count(*) from dead_letters where state = 'open' and queue = {queue}", r => r.GetInt64(0))).Single();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        foreach (var instance in _instances)
            await instance.DisposeAsync();
        await Broker.DisposeAsync();
        await _postgres.DisposeAsync();
    }

    private static string Hash(string key) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(key)));
}
