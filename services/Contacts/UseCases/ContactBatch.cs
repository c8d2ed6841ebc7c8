using Npgsql;
using Sms.Contacts.Contacts;
using Sms.EventStore;
using Sms.PhoneNumbers;

namespace Sms.Contacts.UseCases;

/// <summary>
/// Many contacts at once, as an import has them: all that a part of a list can concern is read in a few queries, each row is decided
/// on what the rows before it led to, and the whole is one commit.
/// </summary>
internal sealed class ContactBatch
{
    private readonly Dictionary<Guid, Pending<Key, KeyEvent>> _keys;
    private readonly Dictionary<Guid, Pending<Contact, ContactEvent>> _contacts;

    private ContactBatch(Dictionary<Guid, Pending<Key, KeyEvent>> keys, Dictionary<Guid, Pending<Contact, ContactEvent>> contacts) => (_keys, _contacts) = (keys, contacts);

    /// <summary>What a row came to.</summary>
    public enum Outcome
    {
        /// <summary>It said what is known.</summary>
        Unchanged,

        /// <summary>It said something new of a contact.</summary>
        Completed,

        /// <summary>It is a contact that there was not.</summary>
        Created,
    }

    /// <summary>Reads whatever these drafts can concern.</summary>
    public static async Task<ContactBatch> Load(IReadOnlyCollection<ContactDraft> drafts, NpgsqlDataSource database, EventTypes types, CancellationToken ct)
    {
        var keys = await Read(Key.Stream, [.. drafts.SelectMany(KeysOf).Distinct()], database, types, ct);
        var owners = keys.Values.Select(key => key.State.Owner).OfType<Guid>();
        // Contacts of before there were keys are found by the number they first wrote from.
        var byNumber = drafts.SelectMany(draft => draft.Numbers ?? []).SelectMany(number => PhoneNumber.Parse(number).Variants()).Select(variant => Contact.IdFor(variant.Value));
        var contacts = new Dictionary<Guid, Pending<Contact, ContactEvent>>();
        for (var wanted = owners.Concat(byNumber).Distinct().ToList(); wanted.Count > 0;)
        {
            foreach (var (id, contact) in await Read(Contact.Stream, wanted, database, types, ct))
                contacts.Add(id, contact);
            wanted = [.. contacts.Values.Select(contact => contact.State.MergedInto).OfType<Guid>().Distinct().Where(into => !contacts.ContainsKey(into))];
        }
        return new ContactBatch(keys, contacts);
    }

    /// <summary>Enters what a row says.</summary>
    /// <param name="newId">The contact's id, should it be new.</param>
    /// <param name="draft">What the row says, normalised.</param>
    /// <param name="note">A note on it.</param>
    /// <param name="actor">Who imports.</param>
    /// <param name="now">When.</param>
    /// <exception cref="RefusedException">It is about more than one contact, or a rule says no.</exception>
    public Outcome Enter(Guid newId, ContactDraft draft, string? note, string actor, DateTimeOffset now)
    {
        var holders = (draft.Numbers ?? []).Select(HolderOf).Concat((draft.ExternalIds ?? []).Select(id => _keys[Key.OfExternalId(id)].State.Owner))
            .OfType<Guid>().Select(StandingFor).Distinct().ToList();
        if (holders.Count > 1)
            throw new RefusedException($"The row is about contacts {holders[0]} and {holders[1]}: merge the two, or make two rows of it.");
        var id = holders is [var known] ? known : newId;
        if (!_contacts.TryGetValue(id, out var contact))
            _contacts.Add(id, contact = new Pending<Contact, ContactEvent>(Contact.Stream, id, []));

        List<ContactEvent> events = [.. ContactDecider.Decide(contact.State, contact.State.Known ? new ContactCommand.Complete(draft) : new ContactCommand.Enter(draft, now, null))];
        var outcome = !contact.State.Known ? Outcome.Created : events.Count > 0 ? Outcome.Completed : Outcome.Unchanged;
        if (note is not null)
        {
            var after = events.Aggregate(contact.State, Contact.Stream.Evolve);
            // Named after what it says: imported again, it is the same note.
            events.AddRange(ContactDecider.Decide(after, new ContactCommand.AddNote(new Note(NamedId.Of(id, "note", note), note, actor, now))));
            if (outcome is Outcome.Unchanged && events.Count > 0)
                outcome = Outcome.Completed;
        }
        foreach (var key in events.Select(KeyOf).OfType<Guid>().Select(key => _keys[key]).Where(key => key.State.Owner is null))
            key.Add(new KeyEvent.Claimed(id));
        contact.Add([.. events]);
        return outcome;
    }

    /// <summary>The commit of all that was entered.</summary>
    public IEnumerable<Append> Appends(Cause cause) =>
        _contacts.Values.Select(contact => contact.Append(cause)).Concat(_keys.Values.Select(key => key.Append(cause))).OfType<Append>();

    private Guid? HolderOf(string written)
    {
        var number = PhoneNumber.Parse(written);
        var key = _keys[Key.Of(number)].State;
        return key.Owner ?? (key.Owners > 0 ? null
            : number.Variants().Select(variant => Contact.IdFor(variant.Value)).Where(id => _contacts.TryGetValue(id, out var contact) && contact.State.Known).Select(id => (Guid?)id).FirstOrDefault());
    }

    private Guid StandingFor(Guid id)
    {
        while (_contacts[id].State.MergedInto is { } into)
            id = into;
        return id;
    }

    private static IEnumerable<Guid> KeysOf(ContactDraft draft) =>
        (draft.Numbers ?? []).Select(number => Key.Of(PhoneNumber.Parse(number))).Concat((draft.ExternalIds ?? []).Select(Key.OfExternalId));

    private static Guid? KeyOf(ContactEvent fact) => fact switch
    {
        ContactEvent.NumberAdded e => Key.Of(PhoneNumber.Parse(e.Number)),
        ContactEvent.ExternalIdAdded e => Key.OfExternalId(e.ExternalId),
        _ => null,
    };

    private static async Task<Dictionary<Guid, Pending<TState, TEvent>>> Read<TState, TEvent>(
        StreamOf<TState, TEvent> kind, IReadOnlyCollection<Guid> ids, NpgsqlDataSource database, EventTypes types, CancellationToken ct)
        where TEvent : class
    {
        var facts = (await database.Query(
                $"select stream_id, type, data::text from mt_events where stream_id = any ({ids.Select(id => kind.StreamId(id.ToString())).ToArray()}) order by stream_id, version",
                r => (Stream: r.GetString(0), Fact: (TEvent)types.Read(r.GetString(1), r.GetString(2))), ct))
            .ToLookup(row => row.Stream, row => row.Fact);
        return ids.ToDictionary(id => id, id => new Pending<TState, TEvent>(kind, id, [.. facts[kind.StreamId(id.ToString())]]));
    }

    /// <summary>A stream as it was read, and what is to be appended to it.</summary>
    private sealed class Pending<TState, TEvent>
        where TEvent : class
    {
        private readonly StreamOf<TState, TEvent> _kind;
        private readonly EventStream<TState, TEvent> _stream;
        private readonly List<TEvent> _events = [];

        public Pending(StreamOf<TState, TEvent> kind, Guid id, IReadOnlyCollection<TEvent> facts)
        {
            _kind = kind;
            State = facts.Aggregate(kind.Initial, kind.Evolve);
            _stream = new EventStream<TState, TEvent>(kind.StreamId(id.ToString()), kind.Name, State, facts.Count);
        }

        public TState State { get; private set; }

        public void Add(params IReadOnlyCollection<TEvent> events)
        {
            _events.AddRange(events);
            State = events.Aggregate(State, _kind.Evolve);
        }

        public Append? Append(Cause cause) => _events.Count == 0 ? null : _stream.Append(_events, cause);
    }
}
