using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Npgsql;
using Sms.Testing;

namespace Sms.Ingress.Tests;

/// <summary>Ingress as a process of its own on a real socket, which can be killed and started again.</summary>
public class IngressProcess : IAsyncLifetime
{
    private const string AdminKey = "test-admin-key-000000000000000000000000";
    private readonly PostgresDatabase _postgres = new();
    private readonly ConcurrentQueue<string> _log = [];
    private Process? _process;

    /// <summary>The virtual host it announces texts in.</summary>
    public BrokerVhost Broker { get; } = new();

    /// <summary>How to connect to its database.</summary>
    public virtual string ConnectionString => _postgres.ConnectionString;

    /// <summary>Calls it with an admin's key.</summary>
    public HttpClient Client { get; } = new() { BaseAddress = new Uri($"http://127.0.0.1:{FreePort()}"), Timeout = TimeSpan.FromSeconds(20) };

    /// <summary>Everything it has written so far, with every detail that logging can be made to say.</summary>
    public IReadOnlyCollection<string> Log => _log;

    /// <inheritdoc/>
    public virtual async ValueTask InitializeAsync()
    {
        await _postgres.InitializeAsync();
        await Broker.InitializeAsync();
        Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", AdminKey);
        if (TestServers.Present)
            await Start();
    }

    /// <summary>Starts it, where it was before, and waits until it is ready.</summary>
    public async Task Start()
    {
        var start = new ProcessStartInfo("dotnet", [typeof(Program).Assembly.Location])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment =
            {
                ["ASPNETCORE_URLS"] = Client.BaseAddress!.ToString(),
                ["ConnectionStrings__Store"] = ConnectionString,
                ["ConnectionStrings__Bus"] = Broker.Address.ToString(),
                ["Ingress__MasterKey"] = IngressUnderTest.MasterKey,
                ["Ingress__MaxBodyBytes"] = "65536",
                ["Ingress__BodySeconds"] = "2",
                ["Ingress__DrainSeconds"] = "1",
                ["ApiKeys__0"] = $"tester:admin:{Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(AdminKey)))}",
                ["Logging__LogLevel__Default"] = "Trace",
            },
        };
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => _log.Enqueue(line.Data ?? "");
        _process.ErrorDataReceived += (_, line) => _log.Enqueue(line.Data ?? "");
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        await Eventually.Sees(async () => (await Client.GetAsync("/health/ready")).StatusCode, status => status == HttpStatusCode.OK, TimeSpan.FromSeconds(60));
    }

    /// <summary>SIGTERM; ends when the process has.</summary>
    public async Task Stop()
    {
        using var kill = Process.Start("kill", [_process!.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        await _process.WaitForExitAsync();
        _process.ExitCode.ShouldBe(0);
        _process.Dispose();
        _process = null;
    }

    /// <summary>The database cuts everybody off and lets nobody in until the result is disposed of.</summary>
    public async Task<IAsyncDisposable> DatabaseOutage()
    {
        var name = new NpgsqlConnectionStringBuilder(ConnectionString).Database;
        await OnServer($"alter database {name} with allow_connections false");
        await OnServer($"select pg_terminate_backend(pid) from pg_stat_activity where datname = '{name}'");
        return new Outage(() => OnServer($"alter database {name} with allow_connections true"));
    }

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

    /// <summary>kill -9.</summary>
    public async Task Kill()
    {
        if (_process is null)
            return;
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _process = null;
    }

    /// <inheritdoc/>
    public virtual async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await Kill();
        Client.Dispose();
        await Broker.DisposeAsync();
        await _postgres.DisposeAsync();
    }

    internal static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
