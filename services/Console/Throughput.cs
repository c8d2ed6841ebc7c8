using System.Text.Json;

namespace Sms.Console;

/// <summary>
/// How many facts each service has written lately: where its log ends is asked every five seconds, and kept in memory for a quarter
/// of an hour. What was before this instance of the console began is not known.
/// </summary>
public sealed class Throughput(IHttpClientFactory clients, IConfiguration configuration, TimeProvider clock, Live live) : BackgroundService
{
    /// <summary>What pages that show it listen for.</summary>
    public const string Topic = "throughput";

    /// <summary>How often it is looked, and how far back it is known.</summary>
    public static readonly TimeSpan Every = TimeSpan.FromSeconds(5), Kept = TimeSpan.FromMinutes(15);

    private readonly Dictionary<string, Queue<Sample>> _samples = Platform.Services.ToDictionary(service => service, _ => new Queue<Sample>());

    /// <summary>Where a service's log ended at a moment; null when it did not answer.</summary>
    public readonly record struct Sample(DateTimeOffset At, long? End);

    /// <summary>Facts per second between two looks.</summary>
    /// <param name="At">The second look.</param>
    /// <param name="PerSecond">Null where one of the two was not answered.</param>
    public readonly record struct Rate(DateTimeOffset At, double? PerSecond);

    /// <summary>How many facts a service wrote per second, oldest first.</summary>
    public IReadOnlyList<Rate> Of(string service)
    {
        lock (_samples)
            return Rates([.. _samples[service]]);
    }

    /// <summary>What lies between samples.</summary>
    internal static IReadOnlyList<Rate> Rates(IReadOnlyList<Sample> samples) =>
    [
        .. samples.Skip(1).Zip(samples, (now, before) => new Rate(
            now.At, now.End is { } end && before.End is { } start && now.At > before.At ? Math.Max(0, end - start) / (now.At - before.At).TotalSeconds : null)),
    ];

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, clock);
        do
        {
            var ends = await Task.WhenAll(Platform.Services.Select(service => EndOf(service, stoppingToken)));
            var now = clock.GetUtcNow();
            lock (_samples)
                foreach (var (service, end) in Platform.Services.Zip(ends))
                {
                    _samples[service].Enqueue(new Sample(now, end));
                    while (_samples[service].Peek().At < now - Kept)
                        _samples[service].Dequeue();
                }
            live.Tell(Topic);
        }
        while (await Next(timer, stoppingToken));
    }

    private static async Task<bool> Next(PeriodicTimer timer, CancellationToken ct)
    {
        try
        {
            return await timer.WaitForNextTickAsync(ct);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private async Task<long?> EndOf(string service, CancellationToken ct)
    {
        using var client = Platform.Own(clients, configuration, service);
        client.Timeout = Every;
        try
        {
            return (await client.GetFromJsonAsync<JsonElement>("/relay", ct)).GetProperty("end").GetInt64();
        }
        catch (Exception e) when (e is HttpRequestException or JsonException or OperationCanceledException or KeyNotFoundException)
        {
            return null;
        }
    }
}
