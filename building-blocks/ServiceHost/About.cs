using System.Diagnostics;
using System.Reflection;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Npgsql;
using RabbitMQ.Client.Exceptions;
using Sms.EventStore;

namespace Sms.ServiceHost;

/// <summary>Which instance of which service answers, since when, and whether what it needs answers it.</summary>
internal sealed class About(string service, Assembly assembly, IEventStore store, NpgsqlDataSource database, BrokerLine broker, TimeProvider clock)
{
    /// <summary>How long the store and the broker are waited for: whoever asks is told within two seconds, whatever is away.</summary>
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(1.5);

    /// <summary>One instance of a service.</summary>
    /// <param name="Service">The service's name.</param>
    /// <param name="Version">The program's version, as it was built.</param>
    /// <param name="Engine">What is behind its event store: <c>Npgsql</c> or <c>Marten</c>.</param>
    /// <param name="Host">The machine or container it runs in.</param>
    /// <param name="ProcessId">Its process there.</param>
    /// <param name="StartedAt">When that began.</param>
    /// <param name="UptimeSeconds">How long ago that was.</param>
    /// <param name="DotNet">The version of .NET it runs on.</param>
    /// <param name="MemoryBytes">The memory it holds of the machine.</param>
    /// <param name="HeapBytes">The part of that in use by objects.</param>
    /// <param name="Store">Its database.</param>
    /// <param name="Bus">The broker.</param>
    public sealed record Instance(
        string Service, string Version, string Engine, string Host, int ProcessId, DateTimeOffset StartedAt, long UptimeSeconds, string DotNet,
        long MemoryBytes, long HeapBytes, Answer Store, Answer Bus);

    /// <summary>Whether a server that is needed answers.</summary>
    /// <param name="Answers">It does.</param>
    /// <param name="Reason">Why not.</param>
    public sealed record Answer(bool Answers, string? Reason);

    public static void Map(RouteGroupBuilder api) =>
        api.MapGet("/about", (About about, CancellationToken ct) => about.Tell(ct)).WithName("GetAbout").WithTags("Operation")
            .WithSummary("Which instance answers: version, engine, uptime, memory, and whether its store and the bus answer it");

    private async Task<Instance> Tell(CancellationToken ct)
    {
        using var process = Process.GetCurrentProcess();
        var startedAt = new DateTimeOffset(process.StartTime).ToUniversalTime();
        var (stored, heard) = (Asked("The database", Ask, ct), Asked("The broker", Call, ct));
        return new Instance(
            service, assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown",
            store.GetType().Name.Replace("EventStore", "", StringComparison.Ordinal), Environment.MachineName, process.Id, startedAt,
            (long)(clock.GetUtcNow() - startedAt).TotalSeconds, Environment.Version.ToString(), process.WorkingSet64, GC.GetTotalMemory(forceFullCollection: false),
            await stored, await heard);
    }

    private async Task Ask(CancellationToken ct) => await database.Query($"select 1", r => r.GetInt32(0), ct);

    private async Task Call(CancellationToken ct)
    {
        await using var channel = await broker.Open(1, ct);
    }

    private static async Task<Answer> Asked(string whom, Func<CancellationToken, Task> ask, CancellationToken ct) =>
        await Refusal(whom, ask, ct) is { } reason ? new Answer(false, reason) : new Answer(true, null);

    /// <summary>Why a server cannot be asked something now; null when it can, and was. It is not waited for longer than <see cref="Patience"/>.</summary>
    internal static async Task<string?> Refusal(string whom, Func<CancellationToken, Task> ask, CancellationToken ct)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct);
        patience.CancelAfter(Patience);
        try
        {
            // Not every call there ends when it is told to.
            await ask(patience.Token).WaitAsync(patience.Token);
            return null;
        }
        catch (Exception e) when (!ct.IsCancellationRequested && e is OperationCanceledException or TimeoutException)
        {
            return $"{whom} does not answer.";
        }
        catch (Exception e) when (!ct.IsCancellationRequested && (Bus.IsOutage(e) || e is RabbitMQClientException or IOException or ObjectDisposedException))
        {
            return $"{whom} cannot be reached ({e.GetType().Name}).";
        }
    }
}
