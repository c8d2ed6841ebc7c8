using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Npgsql;
using Sms.Testing;

namespace Sms.Benchmarks;

/// <summary>A receiver in a process of its own.</summary>
internal sealed class Subject : IAsyncDisposable
{
    public const string ApiKey = "benchmark-admin-key";
    private readonly Process _process;
    private TimeSpan _cpu;

    private Subject(Process process, int port) => (_process, Port) = (process, port);

    public int Port { get; }

    /// <summary>What the process has used of the cores since this was last asked: steadier than throughput on a machine that others use too.</summary>
    public TimeSpan CpuSinceLastAsked()
    {
        _process.Refresh();
        var (used, now) = (_process.TotalProcessorTime - _cpu, _process.TotalProcessorTime);
        _cpu = now;
        return used;
    }

    public double MemoryMb
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64 / 1e6;
        }
    }

    public static async Task<Subject> Baseline(string kind, string connectionString)
    {
        var port = FreePort();
        var subject = new Subject(Start("dotnet", [typeof(Subject).Assembly.Location, "receiver", kind, $"{port}", connectionString], []), port);
        await subject.Answers();
        return subject;
    }

    /// <summary>The receiver written by hand, in <c>node-receiver</c>.</summary>
    public static async Task<Subject> Node(string script, string connectionString, Uri broker)
    {
        var (port, database) = (FreePort(), new NpgsqlConnectionStringBuilder(connectionString));
        var subject = new Subject(Start("node", [script], new()
        {
            ["NODE_ENV"] = "production",
            ["PORT"] = $"{port}",
            ["SECRET"] = Load.Secret,
            ["AMQP_URL"] = broker.ToString(),
            ["PGHOST"] = database.Host!,
            ["PGPORT"] = $"{database.Port}",
            ["PGUSER"] = database.Username!,
            ["PGPASSWORD"] = database.Password!,
            ["PGDATABASE"] = database.Database!,
        }), port);
        await subject.Answers();
        return subject;
    }

    public static async Task<Subject> Ingress(string connectionString, Uri broker)
    {
        var port = FreePort();
        var assembly = Path.Combine(AppContext.BaseDirectory, "../../Sms.Ingress/release/Sms.Ingress.dll");
        var subject = new Subject(Start("dotnet", [Path.GetFullPath(assembly)], new()
        {
            ["ASPNETCORE_URLS"] = $"http://127.0.0.1:{port}",
            ["ConnectionStrings__Store"] = connectionString,
            ["ConnectionStrings__Bus"] = broker.ToString(),
            ["Ingress__MasterKey"] = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)),
            ["ApiKeys__0"] = $"bench:admin:{Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(ApiKey)))}",
        }), port);
        await subject.Answers("/health/ready");
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", ApiKey);
        (await http.PutAsJsonAsync("/endpoints/sms", new { secret = Load.Secret })).EnsureSuccessStatusCode();
        return subject;
    }

    public static Task<Subject> OptOut(string connectionString, Uri broker) => Service("OptOut", connectionString, broker);

    public static Task<Subject> Contacts(string connectionString, Uri broker) => Service("Contacts", connectionString, broker);

    private static async Task<Subject> Service(string name, string connectionString, Uri broker)
    {
        var port = FreePort();
        var assembly = Path.Combine(AppContext.BaseDirectory, $"../../Sms.{name}/release/Sms.{name}.dll");
        var subject = new Subject(Start("dotnet", [Path.GetFullPath(assembly)], new()
        {
            ["ASPNETCORE_URLS"] = $"http://127.0.0.1:{port}",
            ["ConnectionStrings__Store"] = connectionString,
            ["ConnectionStrings__Bus"] = broker.ToString(),
            ["ApiKeys__0"] = $"bench:admin:{Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(ApiKey)))}",
        }), port);
        await subject.Answers("/health/ready");
        return subject;
    }

    private static Process Start(string program, string[] arguments, Dictionary<string, string> environment)
    {
        // Where the program is, as it runs in earnest: ASP.NET Core watches the directory it is started in, and that of the
        // repository holds the database's files.
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            WorkingDirectory = Path.GetDirectoryName(Path.GetFullPath(arguments[0]))!,
        };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        var process = Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        return process;
    }

    private async Task Answers(string path = "/")
    {
        using var http = new HttpClient();
        await Eventually.Sees(
            async () => (await http.GetAsync($"http://127.0.0.1:{Port}{path}")).StatusCode,
            status => status is HttpStatusCode.OK or HttpStatusCode.NotFound, TimeSpan.FromSeconds(30));
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
