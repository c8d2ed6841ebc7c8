using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;
using Npgsql;
using Sms.Testing;

namespace Sms.Ingress.Tests;

/// <summary>Ingress on real servers, with a master key.</summary>
public class IngressUnderTest : ServiceUnderTest<Program>
{
    /// <summary>The master key of every Ingress in these tests.</summary>
    public static string MasterKey { get; } = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));

    /// <inheritdoc/>
    protected override IReadOnlyDictionary<string, string> Settings => new Dictionary<string, string>
    {
        ["Ingress:MasterKey"] = MasterKey,
        ["Ingress:DrainSeconds"] = "0",
    };

    /// <summary>Registers an endpoint of the test's own and returns the gateway that delivers to it.</summary>
    internal Task<Gateway> Register() => Gateway.Register(Client);

    /// <summary>The types of a stream's events, in order.</summary>
    internal async Task<string[]> Stream(string id) => [.. (await Log.Events(id, 0, 1000, default)).Select(e => e.Type)];

    /// <summary>How many streams of a kind there are.</summary>
    internal async Task<int> Streams(string type) => (await Log.Streams(type, null, 100_000, default)).Count;

    /// <summary>One of the lists, its newest items first.</summary>
    internal async Task<JsonElement[]> List(string path) =>
        [.. (await Client.GetFromJsonAsync<JsonElement>(path)).GetProperty("items").EnumerateArray()];

    /// <summary>An endpoint as the list of them shows it.</summary>
    internal async Task<JsonElement> Endpoint(string slug) =>
        (await Client.GetFromJsonAsync<JsonElement[]>("/endpoints"))!.Single(e => e.GetProperty("slug").GetString() == slug);
}

/// <summary>Ingress with a gate before its database and one before its broker, so that either can go away.</summary>
public sealed class IngressBehindGates : IngressUnderTest, IAsyncLifetime
{
    private readonly Lazy<Gate> _database;
    private readonly Lazy<Gate> _broker;

    /// <summary>Both gates are open at first.</summary>
    public IngressBehindGates()
    {
        _database = new Lazy<Gate>(() =>
        {
            var server = new NpgsqlConnectionStringBuilder(ConnectionString);
            return new Gate(server.Host!, server.Port);
        });
        _broker = new Lazy<Gate>(() => new Gate(Broker.Address.Host, Broker.Address.Port));
    }

    internal Gate DatabaseGate => _database.Value;

    internal Gate BrokerGate => _broker.Value;

    /// <inheritdoc/>
    protected override IReadOnlyDictionary<string, string> Settings => new Dictionary<string, string>(base.Settings)
    {
        ["ConnectionStrings:Store"] =
            new NpgsqlConnectionStringBuilder(ConnectionString) { Host = "127.0.0.1", Port = DatabaseGate.Port }.ConnectionString,
        ["ConnectionStrings:Bus"] = new UriBuilder(Broker.Address) { Host = "127.0.0.1", Port = BrokerGate.Port }.Uri.ToString(),
    };

    /// <inheritdoc/>
    public new async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        foreach (var gate in new[] { _database, _broker })
            if (gate.IsValueCreated)
                gate.Value.Dispose();
    }
}
