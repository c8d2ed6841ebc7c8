using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Sms.Testing;

namespace Sms.Outbound.Tests;

/// <summary>Outbound as a process of its own, which can be killed and started again, and the gateway it sends through: this test's.</summary>
public sealed class OutboundProcess : IAsyncLifetime
{
    private const string AdminKey = "test-admin-key-000000000000000000000000";
    private readonly PostgresDatabase _postgres = new();
    private readonly TcpListener _gateway = new(IPAddress.Loopback, 0);
    private Process? _process;

    /// <summary>The virtual host it is connected to.</summary>
    public BrokerVhost Broker { get; } = new();

    /// <summary>Calls it with an admin's key.</summary>
    public HttpClient Client { get; } = new() { BaseAddress = new Uri($"http://127.0.0.1:{FreePort()}") };

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        await _postgres.InitializeAsync();
        await Broker.InitializeAsync();
        Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", AdminKey);
        _gateway.Start();
        if (TestServers.Present)
            await Start();
    }

    /// <summary>Starts it and waits until it is ready.</summary>
    public async Task Start()
    {
        var gateway = $"http://{_gateway.LocalEndpoint}";
        var start = new ProcessStartInfo("dotnet", [typeof(Program).Assembly.Location])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment =
            {
                ["ASPNETCORE_URLS"] = Client.BaseAddress!.ToString(),
                ["ConnectionStrings__Store"] = _postgres.ConnectionString,
                ["ConnectionStrings__Bus"] = Broker.Address.ToString(),
                ["ApiKeys__0"] = $"tester:admin:{Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(AdminKey)))}",
                ["Gateways__plain__BaseUrl"] = gateway,
                ["Gateways__plain__ApiKey"] = "key",
                ["Gateways__handle__Profile"] = "smsgate",
                ["Gateways__handle__BaseUrl"] = gateway,
                ["Gateways__handle__ApiKey"] = "key",
                ["Gateways__handle__Account"] = "me",
            },
        };
        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, _) => { };
        _process.ErrorDataReceived += (_, _) => { };
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        await Eventually.Sees(async () => (await Client.GetAsync("/health/ready")).StatusCode, status => status == HttpStatusCode.OK, TimeSpan.FromSeconds(60));
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

    /// <summary>Waits until the gateway has read one request, the body and all; it has not been answered then.</summary>
    public async Task<(string Request, TcpClient Connection)> RequestAtGateway(CancellationToken ct)
    {
        var connection = await _gateway.AcceptTcpClientAsync(ct);
        var (request, buffer) = ("", new byte[4096]);
        while (!request.EndsWith('}'))
            request += Encoding.UTF8.GetString(buffer, 0, await connection.GetStream().ReadAsync(buffer, ct));
        return (request, connection);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Kill();
        Client.Dispose();
        _gateway.Dispose();
        await Broker.DisposeAsync();
        await _postgres.DisposeAsync();
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
