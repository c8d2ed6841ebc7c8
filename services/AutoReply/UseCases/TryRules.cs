using System.Text.Json;
using System.Threading.Channels;
using Npgsql;
using Sms.AutoReply.Rules;
using Sms.AutoReply.Trials;
using Sms.AutoReply.Views;
using Sms.EventStore;
using Sms.PhoneNumbers;
using Sms.ServiceHost;
using Replay = Sms.AutoReply.Trials.Replay;

namespace Sms.AutoReply.UseCases;

/// <summary>
/// What if: somebody tries a draft on what was really texted in a period, without any effect. The answer comes line by line, JSON
/// on each (NDJSON): progress, every text of which something else would come, and at the end the counts.
/// </summary>
public static class TryRules
{
    private const int UsualChanges = 1000, MostChanges = 100_000;
    private const int PeopleAtOnce = 500;

    /// <summary>A text of which something else would come.</summary>
    public sealed record Changed(Guid SmsId, DateTimeOffset ReceivedAt, string Number, string Text, Summary Before, Summary After);

    /// <summary>The counts.</summary>
    /// <param name="Tried">The texts.</param>
    /// <param name="Changes">Of how many something else would come; lines of them end at the limit, counting does not.</param>
    /// <param name="Before">Texts by what came of them.</param>
    /// <param name="After">Texts by what would.</param>
    /// <param name="RepliesBefore">The replies they got.</param>
    /// <param name="RepliesAfter">The replies they would get.</param>
    public sealed record Counts(
        int Tried, int Changes, IReadOnlyDictionary<string, int> Before, IReadOnlyDictionary<string, int> After, long RepliesBefore, long RepliesAfter);

    /// <summary><c>POST /rules/what-if?label=&amp;from=&amp;to=</c> with a rule set, in JSON or YAML.</summary>
    public static void Map(RouteGroupBuilder api) => api.MapPost("/rules/what-if", Try)
        .Accepts<RuleSet>("application/json", "application/yaml").RequireAuthorization(Roles.Admin)
        .WithName("TryRules").WithSummary("Tries a draft on what was really texted: streams progress and every text that would come out differently");

    private static async Task<IResult> Try(
        HttpContext http, RuleSets ruleSets, NpgsqlDataSource database, IEventStore store, TimeProvider clock, CancellationToken ct,
        string label = RuleSet.Default, DateTimeOffset? from = null, DateTimeOffset? to = null, int changes = UsualChanges)
    {
        if (!RuleSetBody.IsReadable(http.Request))
            return TypedResults.Problem(statusCode: StatusCodes.Status415UnsupportedMediaType, title: "A rule set is JSON or YAML");
        if (!RuleSets.IsLabel(label))
            return Problems.Invalid("label", "must be 1 to 63 lower-case letters, digits and dashes, beginning with a letter or digit");
        if (changes is < 0 or > MostChanges)
            return Problems.Invalid("changes", $"must be 0 to {MostChanges}");
        var (draft, faults) = await RuleSetBody.Read(http.Request, ct);
        if (faults.Count > 0)
            return Problems.Invalid(faults);
        var (end, start) = ((to ?? clock.GetUtcNow()).ToUniversalTime(), (from ?? (to ?? clock.GetUtcNow()).AddDays(-30)).ToUniversalTime());
        if (start >= end)
            return Problems.Invalid("from", "must be before the end of the period");

        http.Response.ContentType = "application/x-ndjson";
        var inForce = (await ruleSets.Load(label, ct)).State;
        var counts = await Run(
            database, label, start, end, ruleSets.Compiled(draft!), Longest(draft!, inForce), changes,
            line => http.Response.WriteAsync(JsonSerializer.Serialize(line, Summary.Json) + "\n", ct), ct);

        var trial = await store.Load(Trial.Stream, Trial.IdOf(label, draft!), ct);
        await store.Commit(trial, [new TrialEvent.DraftTried(label, start, end, counts.Tried, counts.Changes, http.Cause().Actor)], http.Cause(), ct);
        await http.Response.WriteAsync(JsonSerializer.Serialize(new { summary = counts }, Summary.Json) + "\n", ct);
        return Results.Empty;
    }

    /// <summary>Rules anew on every text of a label in a period.</summary>
    /// <param name="database">The service's database.</param>
    /// <param name="label">Whose rule set it would be.</param>
    /// <param name="from">Texts from this time on.</param>
    /// <param name="to">Texts before this one.</param>
    /// <param name="rules">The draft.</param>
    /// <param name="before">How long before the period what was done still counts.</param>
    /// <param name="mostChanges">How many changed texts to tell.</param>
    /// <param name="tell">Takes each line.</param>
    /// <param name="ct">Cancels.</param>
    public static async Task<Counts> Run(
        NpgsqlDataSource database, string label, DateTimeOffset from, DateTimeOffset to, CompiledRules rules, TimeSpan before, int mostChanges,
        Func<object, Task> tell, CancellationToken ct)
    {
        var total = (await database.Query(
            $"select count(*) from answers where person is not null and label = {label} and received_at >= {from} and received_at < {to}", r => r.GetInt64(0), ct))[0];
        var people = Channel.CreateBounded<List<List<PastTurn>>>(8);
        var judged = Channel.CreateBounded<Judged>(8);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);

        var reading = Guarded(Read(database, label, from, to, before, people.Writer, stop.Token));
        var judging = Enumerable.Range(0, Environment.ProcessorCount).Select(_ => Guarded(Task.Run(() => Judge(people.Reader, rules, judged.Writer, stop.Token), stop.Token))).ToList();
        var done = Task.WhenAll(judging).ContinueWith(all => judged.Writer.TryComplete(all.Exception?.InnerException), TaskScheduler.Default);

        var sum = new Judged();
        var told = 0;
        await foreach (var part in judged.Reader.ReadAllAsync(ct))
        {
            sum.Add(part);
            foreach (var changed in part.Changed.Take(mostChanges - told))
            {
                await tell(new { changed });
                told++;
            }
            await tell(new { progress = new { tried = sum.Tried, of = total } });
        }
        await reading;
        await done;
        return new Counts(sum.Tried, sum.Changes, sum.Before, sum.After, sum.RepliesBefore, sum.RepliesAfter);

        // Where one part fails the others have nothing to wait for any more.
        async Task Guarded(Task part)
        {
            try
            {
                await part;
            }
            catch (Exception e)
            {
                people.Writer.TryComplete(e);
                await stop.CancelAsync();
                throw;
            }
        }
    }

    /// <summary>How long what was done before still counts: the longest cooldown and the longest cap there is.</summary>
    internal static TimeSpan Longest(params RuleSet[] ruleSets) => TimeSpan.FromMinutes(ruleSets
        .SelectMany(set => set.Rules.Select(rule => rule.CooldownMinutes).Append(set.DefaultReplyCooldownMinutes)).Append(Cap.LongestMinutes).Max());

    private static async Task Read(
        NpgsqlDataSource database, string label, DateTimeOffset from, DateTimeOffset to, TimeSpan before, ChannelWriter<List<List<PastTurn>>> people,
        CancellationToken ct)
    {
        Dictionary<string, Circumstances> seen = [];
        var (batch, person, current) = (new List<List<PastTurn>>(), Guid.Empty, new List<PastTurn>());
        // A ruling stands behind the facts of its person that it rests on, and before those that follow from it; of rulings that
        // rest on the same facts at most one has led to more.
        await foreach (var (id, turn) in database.Stream(
            $"""
            select person, person_version as rests_on, (rule is not null)::int as led, sms_id, endpoint, number, our_number, text, received_at, ref, tenant_name,
                device_id, seen, summary, label = {label} and received_at >= {from} and received_at < {to}, false
            from answers
            where person is not null and ((received_at >= {from - before} and received_at < {to}) or outcome = 'handed-over')
            union all
            select person, person_version - 1, 1, null, null, null, our_number, null, at, null, null, null, null, null, false, paused from pauses
            order by 1, 2, 3
            """,
            r => (r.GetGuid(0), r.IsDBNull(3) ? (PastTurn)new PastTurn.Pause(r.GetString(6), r.GetBoolean(15)) : Text(r)), ct))
        {
            if (id != person && current.Count > 0)
            {
                batch.Add(current);
                current = [];
                if (batch.Count == PeopleAtOnce)
                {
                    await people.WriteAsync(batch, ct);
                    batch = [];
                }
            }
            person = id;
            current.Add(turn);
        }
        if (current.Count > 0)
            batch.Add(current);
        await people.WriteAsync(batch, ct);
        people.Complete();

        PastTurn.Text Text(NpgsqlDataReader r) => new(
            new ReceivedSms(
                r.GetGuid(3), r.GetString(4), PhoneNumber.Parse(r.GetString(5)), PhoneNumber.Parse(r.GetString(6)), r.GetString(7),
                r.GetFieldValue<DateTimeOffset>(8), r.TextOf(9), r.TextOf(10), r.TextOf(11)),
            Seen(r.GetString(12)), r.GetString(13), r.GetBoolean(14));

        // Most texts find the same circumstances: nothing known.
        Circumstances Seen(string json)
        {
            if (!seen.TryGetValue(json, out var known))
            {
                if (seen.Count > 10_000)
                    seen.Clear();
                seen[json] = known = JsonSerializer.Deserialize<Circumstances>(json, EventJson.Options)!;
            }
            return known;
        }
    }

    private static async Task Judge(ChannelReader<List<List<PastTurn>>> people, CompiledRules rules, ChannelWriter<Judged> judged, CancellationToken ct)
    {
        await foreach (var batch in people.ReadAllAsync(ct))
        {
            var part = new Judged();
            foreach (var (text, ruling) in batch.SelectMany(person => Replay.Of(person, rules)))
                part.Add(text, ruling);
            await judged.WriteAsync(part, ct);
        }
    }

    private sealed class Judged
    {
        public int Tried, Changes;
        public long RepliesBefore, RepliesAfter;
        public readonly Dictionary<string, int> Before = [], After = [];
        public readonly List<Changed> Changed = [];

        public void Add(PastTurn.Text text, Ruling ruling)
        {
            Tried++;
            var replies = ruling.Deeds.Count(deed => deed.Do == RuleAction.Replies);
            RepliesAfter += replies;
            Count(After, ruling.Outcome, 1);
            if (Summary.Of(ruling) is var now && now == text.Was)
            {
                RepliesBefore += replies;
                Count(Before, ruling.Outcome, 1);
                return;
            }
            var was = Summary.Read(text.Was);
            RepliesBefore += was.Deeds.Count(deed => deed.Do == RuleAction.Replies);
            Count(Before, was.Outcome, 1);
            Changes++;
            if (Changed.Count < MostChanges)
                Changed.Add(new Changed(text.Sms.SmsId, text.Sms.At, text.Sms.From.Value, text.Sms.Text, was, Summary.Read(now)));
        }

        public void Add(Judged part)
        {
            (Tried, Changes) = (Tried + part.Tried, Changes + part.Changes);
            (RepliesBefore, RepliesAfter) = (RepliesBefore + part.RepliesBefore, RepliesAfter + part.RepliesAfter);
            foreach (var (outcome, count) in part.Before)
                Count(Before, outcome, count);
            foreach (var (outcome, count) in part.After)
                Count(After, outcome, count);
        }

        private static void Count(Dictionary<string, int> counts, string outcome, int more) => counts[outcome] = counts.GetValueOrDefault(outcome) + more;
    }
}
