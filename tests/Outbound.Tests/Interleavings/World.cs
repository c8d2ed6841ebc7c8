using Sms.EventStore;
using Sms.Outbound.Recipients;
using static Sms.Outbound.Sends.SendCommand;

namespace Sms.Outbound.Tests.Interleavings;

/// <summary>
/// Outbound's decisions in a world of chance: streams in memory with optimistic versions as the store has them, a bus that delivers
/// in any order and more than once, instances that interleave between every load and commit and die in between, a gateway that
/// takes texts without saying so, and a person who says STOP whenever they like. Everything follows from the seed.
/// </summary>
internal sealed class World(int seed, string? repeatableAt)
{
    private const string They = "+6581230000", Endpoint = "sms", Us = "+6591110000", UsToo = "+6592220000";
    private const int MostAtOnce = 8;
    private static readonly DateTimeOffset Noon = new(2026, 6, 12, 12, 0, 0, TimeSpan.Zero);

    private readonly Random _chance = new(seed);
    private readonly Dictionary<string, List<object>> _streams = [];
    private readonly HashSet<Guid> _handled = [];
    private readonly List<(Guid Id, Func<Guid, IEnumerable<int>> Handle)> _bus = [];
    private readonly List<(IEnumerator<int> Steps, Action? Redeliver)> _running = [];
    private readonly List<(DateTimeOffset At, bool Out)> _ledger = [];
    private DateTimeOffset _now = Noon;

    /// <summary>What was asked for.</summary>
    public List<Guid> Requested { get; } = [];

    /// <summary>How often the gateway has put each text on the person's phone.</summary>
    public Dictionary<Guid, int> OnPhone { get; } = [];

    /// <summary>What an audit of each claim found wrong, at the moment of the claim.</summary>
    public List<string> Flaws { get; } = [];

    /// <summary>Texts that were claimed although a STOP or an operator's opt-out was already recorded.</summary>
    public int Leaks { get; private set; }

    /// <summary>Whether everything was said to have gone well: nobody stopped, nothing failed.</summary>
    public bool Calm { get; private init; }

    /// <summary>A world without STOPs, crashes and failures.</summary>
    public static World WithoutTrouble(int seed) => new(seed, null) { Calm = true };

    /// <summary>Where a text stands.</summary>
    public SendState StateOf(Guid sendId) =>
        Fold(Occasion.Reply, Texts().Single(text => text.Asked.SendId == sendId).Key).Find(sendId)!.State;

    /// <summary>The texts that no one asked for: what verdicts themselves carry, by the text each answers.</summary>
    public IEnumerable<Guid> ConsentAnswers =>
        Texts().Where(text => text.Asked.Purpose == SendPurpose.ConsentAnswer).Select(text => text.Asked.SendId);

    /// <summary>Lets it happen, and then lets everything come to rest.</summary>
    public void Run(int steps)
    {
        for (var step = 0; step < steps; step++)
            Happen(trouble: !Calm);
        // Every text is looked at until the last has expired, as the due list would see to it.
        for (var rest = 0; rest < 25; rest++, _now += TimeSpan.FromMinutes(3))
        {
            foreach (var (key, asked) in Texts())
                _running.Add((Attend(key, asked).GetEnumerator(), null));
            while (_bus.Count + _running.Count > 0)
                if (_bus.Count > 0 && _chance.Next(2) == 0)
                    Deliver();
                else
                    Advance();
        }
    }

    private void Happen(bool trouble)
    {
        switch (_chance.Next(100))
        {
            case < 6:
                SomebodyTexts();
                break;
            case < 9:
                SomebodyIsToldSomething();
                break;
            case < 10 when trouble:
                OperatorChangesConsent();
                break;
            case < 12 when trouble:
                Crash();
                break;
            case < 20:
                _now += TimeSpan.FromSeconds(_chance.Next(20));
                break;
            case < 40 when _bus.Count > 0:
                Deliver();
                break;
            case < 55 when _running.Count < MostAtOnce && Texts() is { Count: > 0 } texts:
                var (key, asked) = texts[_chance.Next(texts.Count)];
                _running.Add((Attend(key, asked).GetEnumerator(), null));
                break;
            default:
                Advance();
                break;
        }
    }

    // ---- what people and other services do ----

    private void SomebodyTexts()
    {
        var (smsId, sentAt, ours) = (Id(), _now, OurNumber());
        var stop = !Calm && _chance.Next(4) == 0;
        var start = !stop && !Calm && _chance.Next(8) == 0;
        // OptOut rules on it now or later, by all it has heard by then; rules answer it, some twice over.
        Publish(_ => OptOutScreens(smsId, sentAt, ours, stop, start));
        for (var answers = _chance.Next(3); answers > 0; answers--)
            Ask(Id(), SendPurpose.Reply, smsId, ours);
    }

    private void SomebodyIsToldSomething() =>
        Ask(Id(), _chance.Next(2) == 0 ? SendPurpose.Notification : SendPurpose.Marketing, null, OurNumber());

    private void OperatorChangesConsent()
    {
        var (change, from, ours, fact) = (_chance.Next(3) == 0 ? "opted-in" : "opted-out", _now, _chance.Next(2) == 0 ? OurNumber() : null, Id());
        _ledger.Add((from, change == "opted-out"));
        Publish(message => ours is null
            ? Handle(message, () => [Change(Person.Stream, Key(Person.Stream, Person.IdFor(They)),
                _ => [new PersonEvent.ConsentChanged(fact, "5e", null, change, from)])])
            : Handle(message, () => [Change(Recipient.Stream, Key(Recipient.Stream, Recipient.IdFor(ours, They)),
                _ => [new RecipientEvent.ConsentChanged(fact, "5e", null, change, from)])]));
    }

    private IEnumerable<int> OptOutScreens(Guid smsId, DateTimeOffset sentAt, string ours, bool stop, bool start)
    {
        var before = OptedOut();
        if (stop || start)
            _ledger.Add((sentAt, stop));
        var after = OptedOut();
        var verdict = stop ? "opt-out" : start && before && !after ? "opt-in" : after ? "blocked" : "clear";
        var screenedAt = _now;
        var heard = new HeardVerdict(smsId, verdict, after, false, sentAt, Id(), "5e");
        Publish(message => Handle(message, () =>
        [
            Change(Occasion.Reply, Key(Occasion.Reply, smsId), occasion => SendDecider.Decide(occasion, new RecordVerdict(
                smsId, verdict, verdict == "clear", stop && !before ? "Bye" : null, Endpoint, They, ours, sentAt, screenedAt, _now))),
            Change(Recipient.Stream, Key(Recipient.Stream, Recipient.IdFor(ours, They)), recipient => Recipient.Hear(recipient, heard)),
        ]));
        yield break;
    }

    private bool OptedOut() => _ledger.Count > 0 && _ledger.MaxBy(word => (word.At, word.Out)).Out;

    private void Ask(Guid sendId, string purpose, Guid? inReplyTo, string ours)
    {
        Requested.Add(sendId);
        var (kind, id) = Occasion.Of(inReplyTo, sendId);
        var request = new RequestSms(
            sendId, purpose, inReplyTo is not null, Endpoint, ours, They, "Hello", "rule:hours", _now, _now.AddMinutes(Calm ? 600 : _chance.Next(1, 60)), _now);
        Publish(message => Handle(message, () => [Change(kind, Key(kind, id), occasion => SendDecider.Decide(occasion, request with { Now = _now }))]));
    }

    private void OptOutIsAsked(SendEvent.ConsentSought sought) => Publish(_ => OptOutAnswers(sought));

    private IEnumerable<int> OptOutAnswers(SendEvent.ConsentSought sought)
    {
        var ruling = new RecordRuling(sought.SendId, sought.AskedAt, !OptedOut(), OptedOut() ? "opted-out" : "wrote-first", Id(), "5e", _now, _now);
        Publish(message => Handle(message, () =>
            [Change(Occasion.Unprompted, Key(Occasion.Unprompted, sought.SendId), occasion => SendDecider.Decide(occasion, ruling with { Now = _now }))]));
        yield break;
    }

    // ---- the instances of Outbound ----

    private List<(string Key, SendEvent.SmsRequested Asked)> Texts() =>
        [.. _streams.SelectMany(stream => stream.Value.OfType<SendEvent.SmsRequested>().Select(asked => (stream.Key, asked)))];

    private IEnumerable<int> Attend(string key, SendEvent.SmsRequested asked)
    {
        var (recipientKey, personKey) = (Key(Recipient.Stream, Recipient.IdFor(asked.From, They)), Key(Person.Stream, Person.IdFor(They)));
        var (occasion, version) = (Fold(Occasion.Reply, key), Version(key));
        var (recipient, recipientVersion) = (Fold(Recipient.Stream, recipientKey), Version(recipientKey));
        var (person, personVersion) = (Fold(Person.Stream, personKey), Version(personKey));
        var now = _now;
        yield return 0;

        var objection = Objection.To(asked.Purpose, automated: true, recipient, person, now);
        var events = SendDecider.Decide(occasion, new Attend(asked.SendId, objection, Id(), now) { RepeatableAt = repeatableAt });
        if (events.OfType<SendEvent.DispatchStarted>().SingleOrDefault() is not { } claim)
        {
            if (events.Length > 0)
                Commit((key, version, events));
            yield break;
        }
        yield return 0;
        var exempt = asked.Purpose == SendPurpose.ConsentAnswer;
        var audit = (Before: _streams[key].Cast<OccasionEvent>().ToList(), Recipient: Fold(Recipient.Stream, recipientKey), Person: Fold(Person.Stream, personKey));
        var leaves = exempt
            ? Commit((key, version, events))
            : Commit((key, version, events), (recipientKey, recipientVersion, [new RecipientEvent.TextLeaving(asked.SendId, asked.SendId, claim.Attempt)]),
                (personKey, personVersion, [new PersonEvent.TextLeaving(asked.SendId, claim.Attempt)]));
        if (!leaves)
            yield break;
        if (SendProof.Flaw(audit.Before, claim, audit.Recipient, audit.Person) is { } flaw)
            Flaws.Add(flaw);
        if (!exempt && Objection.To(asked.Purpose, true, audit.Recipient, audit.Person, _now) is not null)
            Leaks++;
        yield return 0;

        var outcome = CallTheGateway(asked.SendId, claim);
        yield return 0;
        while (true)
        {
            var (read, at) = (Fold(Occasion.Reply, key), Version(key));
            yield return 0;
            var facts = SendDecider.Decide(read, outcome);
            if (facts.Length == 0 || Commit((key, at, facts)))
                yield break;
        }
    }

    private SendCommand CallTheGateway(Guid sendId, SendEvent.DispatchStarted claim)
    {
        var luck = Calm ? 0 : _chance.Next(10);
        // It has it, whether or not it manages to say so; a gateway with a handle puts the same id on the phone once.
        if (luck is < 6 or 8)
            OnPhone[sendId] = repeatableAt is null ? OnPhone.GetValueOrDefault(sendId) + 1 : 1;
        return luck switch
        {
            < 6 => new RecordAccepted(sendId, claim.Attempt, "msg"),
            < 8 => new RecordFailed(sendId, claim.Attempt, "http-503", _now.AddSeconds(_chance.Next(30)), WaitsFor.Gateway),
            _ => new RecordUnknown(sendId, claim.Attempt, "Timeout", repeatableAt is null ? null : _now.AddSeconds(2)),
        };
    }

    // ---- the bus, and what goes wrong ----

    private void Publish(Func<Guid, IEnumerable<int>> handle) => _bus.Add((Id(), handle));

    private void Deliver()
    {
        var at = _chance.Next(_bus.Count);
        var (id, handle) = _bus[at];
        if (Calm || _chance.Next(5) > 0)
            _bus.RemoveAt(at);
        if (_handled.Contains(id))
            return;
        _running.Add((handle(id).GetEnumerator(), () => _bus.Add((id, handle))));
    }

    private IEnumerable<int> Handle(Guid message, Func<List<(string Key, Func<(int Version, object[] Events)> Decide)>> changes)
    {
        while (!_handled.Contains(message))
        {
            var decided = changes().ConvertAll(change => (change.Key, Decided: change.Decide()));
            yield return 0;
            if (_handled.Contains(message))
                yield break;
            if (Commit([.. decided.Where(d => d.Decided.Events.Length > 0).Select(d => (d.Key, d.Decided.Version, d.Decided.Events))]))
                _handled.Add(message);
        }
    }

    private (string Key, Func<(int Version, object[] Events)> Decide) Change<TState, TEvent>(
        StreamOf<TState, TEvent> kind, string key, Func<TState, IReadOnlyCollection<TEvent>> decide)
        where TEvent : class => (key, () => (Version(key), [.. decide(Fold(kind, key))]));

    private void Advance()
    {
        if (_running.Count == 0)
            return;
        var at = _chance.Next(_running.Count);
        if (!_running[at].Steps.MoveNext())
            _running.RemoveAt(at);
    }

    // What the process held in its hands is gone; what it had not acknowledged comes again.
    private void Crash()
    {
        for (var at = _running.Count - 1; at >= 0; at--)
        {
            if (_chance.Next(2) == 0)
                continue;
            _running[at].Redeliver?.Invoke();
            _running.RemoveAt(at);
        }
    }

    // ---- the store ----

    private bool Commit(params (string Key, int Version, IReadOnlyCollection<object> Events)[] appends)
    {
        if (appends.Any(append => Version(append.Key) != append.Version))
            return false;
        foreach (var (key, _, events) in appends)
        {
            if (!_streams.TryGetValue(key, out var stream))
                _streams[key] = stream = [];
            stream.AddRange(events);
            foreach (var sought in events.OfType<SendEvent.ConsentSought>())
                OptOutIsAsked(sought);
        }
        return true;
    }

    private int Version(string key) => _streams.TryGetValue(key, out var stream) ? stream.Count : 0;

    private TState Fold<TState, TEvent>(StreamOf<TState, TEvent> kind, string key)
        where TEvent : class => _streams.GetValueOrDefault(key, []).Cast<TEvent>().Aggregate(kind.Initial, kind.Evolve);

    private static string Key<TState, TEvent>(StreamOf<TState, TEvent> kind, Guid id)
        where TEvent : class => kind.StreamId(id.ToString());

    private string OurNumber() => _chance.Next(3) == 0 ? UsToo : Us;

    private Guid Id()
    {
        Span<byte> bytes = stackalloc byte[16];
        _chance.NextBytes(bytes);
        return new Guid(bytes);
    }
}
