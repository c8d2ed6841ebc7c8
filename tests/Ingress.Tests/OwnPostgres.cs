using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using Npgsql;
using Sms.EventStore;
using Sms.Testing;

namespace Sms.Ingress.Tests;

/// <summary>A PostgreSQL server of a test's own, of the programs that the tests' server runs on, which can be killed and started again.</summary>
internal sealed class OwnPostgres : IAsyncDisposable
{
    private readonly string _programs;
    private readonly string _data = Directory.CreateTempSubdirectory("sms-postgres-").FullName;
    private readonly int _port = IngressProcess.FreePort();
    private Process? _server;

    private OwnPostgres(string programs) => _programs = programs;

    /// <summary>How to connect to it as a superuser.</summary>
    public string ConnectionString => $"Host=127.0.0.1;Port={_port};Username=postgres;Database=postgres;Maximum Pool Size=20";

    /// <summary>Where the programs are that the tests' server runs on; null where they are not on this machine.</summary>
    public static async Task<string?> Programs()
    {
        await using var database = NpgsqlDataSource.Create(TestServers.Postgres!);
        var programs = (await database.Query($"select setting from pg_config where name = 'BINDIR'", r => r.GetString(0))).Single();
        return File.Exists(Path.Combine(programs, "initdb")) ? programs : null;
    }

    /// <summary>A server that runs, with nothing in it.</summary>
    public static async Task<OwnPostgres> Start(string programs)
    {
        var postgres = new OwnPostgres(programs);
        if (Environment.IsPrivilegedProcess)
            await Run("chown", ["postgres", postgres._data]);
        var (file, arguments) = postgres.Program("initdb", "--pgdata", Path.Combine(postgres._data, "data"), "--username=postgres", "--auth=trust", "--no-sync");
        await Run(file, arguments);
        await postgres.Start();
        return postgres;
    }

    /// <summary>Starts it, as after a crash, and waits until it answers.</summary>
    public Task Start() => Eventually.Sees(
        async () =>
        {
            // What a killed server leaves in shared memory keeps the next one out until the last of its processes is gone.
            if (_server is null or { HasExited: true })
            {
                var (file, arguments) = Program(
                    "postgres", "-D", Path.Combine(_data, "data"), "-p", _port.ToString(CultureInfo.InvariantCulture), "-c", "listen_addresses=127.0.0.1",
                    "-c", "unix_socket_directories=", "-c", "shared_buffers=16MB");
                _server?.Dispose();
                _server = Begin(file, arguments);
            }
            try
            {
                await using var connection = new NpgsqlConnection(ConnectionString + ";Pooling=false;Timeout=2");
                await connection.OpenAsync();
                return true;
            }
            catch (Exception e) when (e is NpgsqlException or TimeoutException)
            {
                return false;
            }
        },
        answers => answers, TimeSpan.FromSeconds(60));

    /// <summary>kill -9, the server and every process of it at once.</summary>
    public async Task Kill()
    {
        if (_server is null)
            return;
        _server.Kill(entireProcessTree: true);
        await _server.WaitForExitAsync();
        _server.Dispose();
        _server = null;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Kill();
        await Eventually.Sees(
            () =>
            {
                try
                {
                    Directory.Delete(_data, recursive: true);
                    return true;
                }
                catch (IOException)
                {
                    return false; // The last of its processes is still writing.
                }
            },
            gone => gone);
    }

    // PostgreSQL refuses to run as root.
    private (string File, string[] Arguments) Program(string name, params string[] arguments) => Environment.IsPrivilegedProcess
        ? ("setpriv", ["--reuid=postgres", "--regid=postgres", "--init-groups", "--", Path.Combine(_programs, name), .. arguments])
        : (Path.Combine(_programs, name), arguments);

    private static async Task Run(string file, string[] arguments)
    {
        using var process = Begin(file, arguments);
        await process.WaitForExitAsync();
        process.ExitCode.ShouldBe(0, file);
    }

    private static Process Begin(string file, string[] arguments)
    {
        var process = Process.Start(new ProcessStartInfo(file, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = "/" })
            ?? throw new Win32Exception(file);
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }
}
