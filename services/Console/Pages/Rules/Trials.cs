using System.Collections.Concurrent;
using System.Text.Json;
using Sms.ServiceHost;

namespace Sms.Console.Pages.Rules;

/// <summary>
/// Drafts that people try on what was really texted. One runs on while its page is fetched again and again, and what it came to
/// is kept here until another takes its place: it can be had again at any time, so it is written nowhere.
/// </summary>
public sealed class Trials(IHttpClientFactory clients, IConfiguration configuration, IHostApplicationLifetime lifetime, TimeProvider clock, ILogger<Trials> log)
{
    private const int MostKept = 50, MostChanges = 10_000;

    private readonly ConcurrentDictionary<(string Who, string Label), Trial> _trials = new();

    /// <summary>Somebody's latest trial for a label, or null.</summary>
    public Trial? Of(string who, string label) => _trials.GetValueOrDefault((who, label));

    /// <summary>Begins one, in the place of the one before.</summary>
    /// <param name="who">Who tries, by name: an admin.</param>
    /// <param name="label">For which texts.</param>
    /// <param name="ruleSet">The draft.</param>
    /// <param name="days">On the texts of how many days.</param>
    public void Begin(string who, string label, RuleSet ruleSet, int days)
    {
        Of(who, label)?.Dispose();
        if (_trials.Count >= MostKept && _trials.TryRemove(_trials.MinBy(kept => kept.Value.BegunAt).Key, out var oldest))
            oldest.Dispose();
        var trial = new Trial(ruleSet, days, clock.GetUtcNow());
        _trials[(who, label)] = trial;
        _ = Run(trial, who, label);
    }

    private async Task Run(Trial trial, string who, string label)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(trial.Cancelled, lifetime.ApplicationStopping);
        try
        {
            using var client = clients.CreateClient(Platform.Client);
            client.Timeout = Timeout.InfiniteTimeSpan;
            var path = ((ApiPath)$"/rules/what-if?label={label}&from={trial.BegunAt.AddDays(-trial.Days)}&to={trial.BegunAt}").And("changes", MostChanges);
            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(Platform.AddressOf(configuration, "autoreply"), path.ToString())) { Content = trial.RuleSet.Body() };
            request.Headers.Add(ApiKeys.ActorHeader, who);
            request.Headers.Add(ApiKeys.RoleHeader, Roles.Admin);
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stop.Token);
            if (!response.IsSuccessStatusCode)
            {
                trial.Fail(await Platform.ProblemOf("autoreply", response));
                return;
            }
            using var lines = new StreamReader(await response.Content.ReadAsStreamAsync(stop.Token));
            while (await lines.ReadLineAsync(stop.Token) is { } line)
                trial.Hear(JsonSerializer.Deserialize<JsonElement>(line));
            trial.End();
        }
        catch (OperationCanceledException)
        {
            trial.Cancel();
        }
        catch (Exception e) when (e is HttpRequestException or IOException or JsonException)
        {
            log.LogWarning("A trial of rules has ended early ({Kind}).", e.GetType().Name);
            trial.Fail(new Problem("autoreply", 0, "It does not answer."));
        }
    }
}

/// <summary>A draft that is tried, or was.</summary>
/// <param name="ruleSet">The draft.</param>
/// <param name="days">On the texts of how many days.</param>
/// <param name="begunAt">Before when.</param>
public sealed class Trial(RuleSet ruleSet, int days, DateTimeOffset begunAt) : IDisposable
{
    private readonly CancellationTokenSource _cancelled = new();
    private readonly ConcurrentQueue<Compared> _changed = new();

    public RuleSet RuleSet => ruleSet;
    public int Days => days;
    public DateTimeOffset BegunAt => begunAt;

    /// <summary>How many texts it has been tried on, and of how many there are.</summary>
    public (long Tried, long Of) Progress { get; private set; }

    /// <summary>The counts; null until it has come to its end.</summary>
    public TrialCounts? Counts { get; private set; }

    /// <summary>Why it has not; null where nothing went wrong.</summary>
    public Problem? Problem { get; private set; }

    /// <summary>Whether somebody has stopped it.</summary>
    public bool IsCancelled => _cancelled.IsCancellationRequested;

    /// <summary>Whether it goes on.</summary>
    public bool Runs => Counts is null && Problem is null && !IsCancelled;

    /// <summary>The texts of which something else would come, as far as they are told.</summary>
    public IReadOnlyCollection<Compared> Changed => _changed;

    internal CancellationToken Cancelled => _cancelled.Token;

    /// <summary>Stops it; nothing is left of it but what was seen so far.</summary>
    public void Cancel() => _cancelled.Cancel();

    /// <summary>Another takes its place.</summary>
    public void Dispose()
    {
        Cancel();
        _cancelled.Dispose();
    }

    /// <summary>Takes a line of what AutoReply tells.</summary>
    internal void Hear(JsonElement line)
    {
        if (line.TryGetProperty("changed", out var changed))
            _changed.Enqueue(changed.Deserialize<Compared>(RuleSet.Json)!);
        if (line.TryGetProperty("progress", out var progress))
            Progress = (Number(progress, "tried"), Number(progress, "of"));
        if (line.TryGetProperty("summary", out var summary))
            Counts = summary.Deserialize<TrialCounts>(RuleSet.Json);
    }

    internal void Fail(Problem problem) => Problem = problem;

    /// <summary>Nothing more comes.</summary>
    internal void End() => Problem = Counts is null ? new Problem("autoreply", 0, "It has ended early.") : null;

    // AutoReply leaves out what is nought.
    private static long Number(JsonElement of, string name) => of.TryGetProperty(name, out var number) ? number.GetInt64() : 0;
}

/// <summary>What a trial came to.</summary>
public sealed record TrialCounts(
    long Tried, long Changes, IReadOnlyDictionary<string, int>? Before, IReadOnlyDictionary<string, int>? After, long RepliesBefore, long RepliesAfter);
