using System.Diagnostics;
using Sms.Testing;

namespace Sms.EventStore.Tests;

public sealed class CrashTests : IAsyncLifetime
{
    private readonly StoreUnderTest _under = new();

    public ValueTask InitializeAsync() => _under.InitializeAsync();

    public ValueTask DisposeAsync() => _under.DisposeAsync();

    [RealServersFact]
    public async Task A_service_that_is_killed_again_and_again_loses_no_event_and_no_message()
    {
        var (committed, published) = (new List<Guid>(), new List<Guid>());
        var random = new Random();
        for (var round = 0; round < 3; round++)
        {
            using var service = Process.Start(new ProcessStartInfo(
                Environment.ProcessPath!,
                [.. DotnetArguments, CrashingService.Argument, _under.ConnectionString, $"{round}"]) { RedirectStandardOutput = true })!;
            for (var lines = random.Next(50, 250); lines > 0; lines--)
                Note(await service.StandardOutput.ReadLineAsync());
            service.Kill();
            // What it had said before it died counts too; a line it was in the middle of does not.
            var rest = await service.StandardOutput.ReadToEndAsync();
            foreach (var line in rest.Split('\n')[..^1])
                Note(line);
            await service.WaitForExitAsync();
        }

        committed.Count.ShouldBeGreaterThan(50);
        var log = await _under.Database.Query($"select id from mt_events order by seq_id", r => r.GetGuid(0));
        committed.ShouldBeSubsetOf(log);

        var next = await _under.Relay();
        await Eventually.Sees(
            () => _under.Scalar<long>($"select (select max(seq_id) from mt_events) - last_seq_id from mt_event_progression"), left => left == 0);
        published.Concat(next.PublishedIds).Distinct().ShouldBe(log, ignoreOrder: true);
        foreach (var stream in next.Published.GroupBy(m => m.Fact.StreamId))
            stream.Select(m => m.Fact.Version).ShouldBeInOrder();

        void Note(string? line)
        {
            var words = line.ShouldNotBeNull().Split(' ');
            (words[0] == "committed" ? committed : published).Add(Guid.Parse(words[1]));
        }
    }

    // The tests run as 'dotnet exec Tests.dll' or as an executable of their own; the child runs the same way.
    internal static string[] DotnetArguments => Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet"
        ? ["exec", typeof(CrashTests).Assembly.Location]
        : [];
}

/// <summary>The process that <see cref="CrashTests"/> kills: commits and relays until it dies, and says what it has done.</summary>
public static class CrashingService
{
    public const string Argument = "commit-until-killed";

    public static async Task<int> Run(string connectionString, string number)
    {
        var (store, signal) = await StoreUnderTest.Instance(connectionString, []);
        await using var database = Npgsql.NpgsqlDataSource.Create(connectionString);
        await using var relay = new RelayUnderTest(
            connectionString, await StoreUnderTest.Schema(database), StoreUnderTest.Types, signal, message => Say("published", message.MessageId));
        await relay.Start();
        await Task.WhenAll(Enumerable.Range(0, 4).Select(async writer =>
        {
            var id = NamedId.Of(Guid.Empty, number, $"{writer}");
            while (true)
            {
                var account = await store.Load(Account.Stream, id);
                await store.Commit(account, [Account.Deposit(1)], StoreUnderTest.Because);
                await Say("committed", (await database.Query(
                    $"select id from mt_events where stream_id = {account.StreamId} and version = {account.Version + 1}", r => r.GetGuid(0))).Single());
            }
        }));
        return 0;
    }

    private static Task Say(string what, Guid id)
    {
        lock (Console.Out)
        {
            Console.Out.Write($"{what} {id}\n");
            Console.Out.Flush();
        }
        return Task.CompletedTask;
    }
}
