using Npgsql;
using Sms.EventStore;
using Sms.Outbound.Recipients;
using Sms.Outbound.Sends;

namespace Sms.Outbound.Views;

/// <summary>
/// Every text that left is held against the facts that were there when it did. Read from the log and not from any view; there is
/// nothing to be found, and this is how anybody can see it.
/// </summary>
public static class SentWithoutConsent
{
    private const int PageSize = 500;

    /// <summary>What was found.</summary>
    /// <param name="Checked">How many attempts to send were looked at.</param>
    /// <param name="Through">The last event of the log that was looked at.</param>
    /// <param name="Texts">Those without consent.</param>
    public sealed record Report(int Checked, long Through, IReadOnlyList<Text> Texts);

    /// <summary>A text that left without consent.</summary>
    /// <param name="SendId">The text.</param>
    /// <param name="StreamId">Its stream.</param>
    /// <param name="Attempt">The attempt.</param>
    /// <param name="At">When.</param>
    /// <param name="Flaw">What is missing or against it, as a short code.</param>
    public sealed record Text(Guid SendId, string StreamId, int Attempt, DateTimeOffset At, string Flaw);

    private sealed record Logged(long Seq, string StreamId, object Fact, DateTimeOffset At);

    /// <summary><c>GET /reports/sent-without-consent</c>: of the whole log, or from an event on (<c>?after=</c> what was looked at before).</summary>
    public static void Map(RouteGroupBuilder api) => api.MapGet("/reports/sent-without-consent", Find);

    private static async Task<Report> Find(long? after, NpgsqlDataSource database, EventTypes types, CancellationToken ct)
    {
        var (looked, through, found) = (0, after ?? 0, new List<Text>());
        while (true)
        {
            var claims = await database.Query($"""
                select seq_id, stream_id, type, data::text, timestamp from mt_events
                where type = 'outbound.dispatch-started.v1' and seq_id > {through} order by seq_id limit {PageSize}
                """, Read, ct);
            if (claims.Count == 0)
                return new Report(looked, through, found);
            var occasions = await Streams(claims.Select(claim => claim.StreamId));
            var people = await Streams(occasions.SelectMany(stream => stream).Select(logged => logged.Fact).OfType<SendEvent.SmsRequested>()
                .SelectMany(asked => new[] { RecipientStream(asked), PersonStream(asked) }));
            foreach (var claim in claims)
                if (Check(claim, occasions, people) is { } text)
                    found.Add(text);
            (looked, through) = (looked + claims.Count, claims[^1].Seq);
        }

        async Task<ILookup<string, Logged>> Streams(IEnumerable<string> ids) => (await database.Query($"""
            select seq_id, stream_id, type, data::text, timestamp from mt_events
            where stream_id = any ({ids.Distinct().ToArray()}) order by stream_id, version
            """, Read, ct)).ToLookup(logged => logged.StreamId);

        Logged Read(NpgsqlDataReader r) =>
            new(r.GetInt64(0), r.GetString(1), types.Read(r.GetString(2), r.GetString(3)), r.GetFieldValue<DateTimeOffset>(4));
    }

    private static Text? Check(Logged logged, ILookup<string, Logged> occasions, ILookup<string, Logged> people)
    {
        var claim = (SendEvent.DispatchStarted)logged.Fact;
        var before = occasions[logged.StreamId].TakeWhile(other => other.Seq != logged.Seq).Select(other => (OccasionEvent)other.Fact).ToList();
        var (recipient, person) = ((Recipient?)null, Person.Stream.Initial);
        if (before.OfType<SendEvent.SmsRequested>().FirstOrDefault(asked => asked.SendId == claim.SendId) is { } asked)
        {
            var facts = people[RecipientStream(asked)].Select(other => (RecipientEvent)other.Fact).ToList();
            var leaving = facts.FindIndex(fact => fact is RecipientEvent.TextLeaving e && e.SendId == claim.SendId && e.Attempt == claim.Attempt);
            recipient = leaving < 0 ? null : facts.Take(leaving).Aggregate(Recipient.Stream.Initial, Recipient.Stream.Evolve);
            // The claim is one transaction, and the streams of the person are locked in it: what was recorded before has a lower number.
            person = people[PersonStream(asked)].TakeWhile(other => other.Seq < logged.Seq)
                .Select(other => (PersonEvent)other.Fact).Aggregate(person, Person.Stream.Evolve);
        }
        return SendProof.Flaw(before, claim, recipient, person) is { } flaw
            ? new Text(claim.SendId, logged.StreamId, claim.Attempt, claim.At, flaw)
            : null;
    }

    private static string RecipientStream(SendEvent.SmsRequested asked) =>
        Recipient.Stream.StreamId(Recipient.IdFor(asked.From, asked.To).ToString());

    private static string PersonStream(SendEvent.SmsRequested asked) => Person.Stream.StreamId(Person.IdFor(asked.To).ToString());
}
