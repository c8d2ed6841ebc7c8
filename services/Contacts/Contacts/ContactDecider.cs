using Sms.EventStore;
using Sms.PhoneNumbers;
using static Sms.Contacts.Contacts.ContactEvent;

namespace Sms.Contacts.Contacts;

/// <summary>What may be asked of a contact.</summary>
public abstract record ContactCommand
{
    /// <summary>Somebody writes from a number that is nobody's, or is written to there: be the contact that it makes.</summary>
    public sealed record BecomeKnown(string Number, DateTimeOffset At) : ContactCommand;

    /// <summary>A person or an import enters a contact.</summary>
    public sealed record Enter(ContactDraft Draft, DateTimeOffset At, string? Request) : ContactCommand;

    /// <summary>A person says all there is to know, but for numbers and notes: what the draft leaves out is taken away.</summary>
    public sealed record Revise(ContactDraft Draft) : ContactCommand;

    /// <summary>An import says what it knows: what the draft leaves out stays as it is.</summary>
    public sealed record Complete(ContactDraft Draft) : ContactCommand;

    /// <summary>It writes from this number too.</summary>
    public sealed record AddNumber(PhoneNumber Number) : ContactCommand;

    /// <summary>The number is somebody else's now.</summary>
    public sealed record RemoveNumber(PhoneNumber Number) : ContactCommand;

    /// <summary>Tag it.</summary>
    public sealed record AddTag(string Tag) : ContactCommand;

    /// <summary>Take a tag away.</summary>
    public sealed record RemoveTag(string Tag) : ContactCommand;

    /// <summary>Note something on it.</summary>
    public sealed record AddNote(Note Note) : ContactCommand;

    /// <summary>Take a note away.</summary>
    public sealed record RemoveNote(Guid NoteId) : ContactCommand;
}

/// <summary>The rules by which contacts come to be, are completed, and turn out to be one another.</summary>
public static class ContactDecider
{
    /// <summary>What follows from a command, as facts; none when it changes nothing.</summary>
    /// <exception cref="RefusedException">It cannot be.</exception>
    public static ContactEvent[] Decide(Contact contact, ContactCommand command) => (contact, command) switch
    {
        ({ Known: true }, ContactCommand.BecomeKnown) => [],
        (_, ContactCommand.BecomeKnown c) => [new ContactCreated(c.Number, c.At)],

        ({ MergedInto: { } into }, _) => throw new RefusedException($"The contact has been merged into {into}: change that one, or take this one out of it first."),

        ({ Known: true }, ContactCommand.Enter) => throw new RefusedException("The contact is known already."),
        (_, ContactCommand.Enter c) => [new ContactEntered(c.At, c.Request), .. Completed(ContactCard.Blank with { Verified = true }, c.Draft)],
        ({ Known: false }, _) => throw new RefusedException("There is no such contact."),

        (_, ContactCommand.Revise c) => Verified(contact.Card, c.Draft.Verified, [.. Revised(contact.Card, c.Draft)]),
        (_, ContactCommand.Complete c) => Verified(contact.Card, c.Draft.Verified, [.. Completed(contact.Card, c.Draft)]),
        (_, ContactCommand.AddNumber c) => contact.OnLineOf(c.Number) is null ? [new NumberAdded(c.Number.Value)] : [],
        (_, ContactCommand.RemoveNumber c) => contact.OnLineOf(c.Number) is { } number ? [new NumberRemoved(number)] : [],
        (_, ContactCommand.AddTag c) when contact.Card.HasTag(c.Tag) => [],
        (_, ContactCommand.AddTag) when contact.Card.Tags.Count >= ContactDraft.Most => throw Full("tags"),
        (_, ContactCommand.AddTag c) => [new Tagged(c.Tag)],
        (_, ContactCommand.RemoveTag c) => contact.Card.HasTag(c.Tag) ? [new Untagged(c.Tag)] : [],
        (_, ContactCommand.AddNote c) when contact.Card.Notes.Any(note => note.NoteId == c.Note.NoteId) => [],
        (_, ContactCommand.AddNote) when contact.Card.Notes.Count >= ContactDraft.Most => throw Full("notes"),
        (_, ContactCommand.AddNote c) => [new NoteAdded(c.Note)],
        (_, ContactCommand.RemoveNote c) => contact.Card.Notes.Any(note => note.NoteId == c.NoteId) ? [new NoteRemoved(c.NoteId)] : [],

        _ => throw new ArgumentException($"{command.GetType().Name} is not something a contact can do.", nameof(command)),
    };

    /// <summary>A contact turns out to be another one: what follows for each.</summary>
    /// <exception cref="RefusedException">They are one already, or one of them is part of a third.</exception>
    public static (ContactEvent[] Into, ContactEvent[] Part) Merge(Guid intoId, Contact into, Guid partId, Contact part)
    {
        if (intoId == partId)
            throw new RefusedException("A contact cannot be merged into itself.");
        if (!into.Known || !part.Known)
            throw new RefusedException("There is no such contact.");
        if (part.MergedInto == intoId)
            return ([], []);
        if ((into.MergedInto ?? part.MergedInto) is { } third)
            throw new RefusedException($"One of them has been merged into {third} already: merge with that one, or take it out first.");
        var family = part.Family(partId);
        return ([new Absorbed(partId, family, part.Card, into.Card.With(part.Card))], [new Merged(intoId, family)]);
    }

    /// <summary>A contact that was merged is somebody else after all: what follows for each.</summary>
    /// <exception cref="RefusedException">It is no direct part of that contact, or that one is part of a third.</exception>
    public static (ContactEvent[] Whole, ContactEvent[] Part) Unmerge(Guid wholeId, Contact whole, Guid partId, Contact part)
    {
        if (whole.Parts.Find(known => known.ContactId == partId) is not { } known)
            throw new RefusedException("That contact has not been merged into this one directly.");
        if (whole.MergedInto is { } into)
            throw new RefusedException($"The contact has been merged into {into} itself: take it out of that one first.");
        var after = whole with { Parts = whole.Parts.Remove(known) };
        return ([new Released(partId, known.Family, after.Card)], part.MergedInto == wholeId ? [new Unmerged(wholeId, known.Family)] : []);
    }

    private static IEnumerable<ContactEvent> Revised(ContactCard card, ContactDraft draft)
    {
        if (draft.Name != card.Name)
            yield return new NameSet(draft.Name);
        if (draft.Language != card.Language)
            yield return new LanguageSet(draft.Language);
        if (draft.TimeZone != card.TimeZone)
            yield return new TimeZoneSet(draft.TimeZone);
        var tags = draft.Tags ?? [];
        foreach (var tag in card.Tags.Where(tag => !tags.Contains(tag, StringComparer.OrdinalIgnoreCase)))
            yield return new Untagged(tag);
        foreach (var tag in tags.Where(tag => !card.HasTag(tag)))
            yield return new Tagged(tag);
        var fields = draft.Fields ?? new Dictionary<string, string>();
        foreach (var field in card.Fields.Where(field => !fields.ContainsKey(field.Name)))
            yield return new FieldSet(field.Name, null);
        foreach (var (name, value) in fields.Where(f => ContactCard.ValueOf(card.Fields, f.Key) != f.Value))
            yield return new FieldSet(name, value);
        var ids = draft.ExternalIds ?? [];
        foreach (var id in card.ExternalIds.Except(ids))
            yield return new ExternalIdRemoved(id);
        foreach (var id in ids.Except(card.ExternalIds))
            yield return new ExternalIdAdded(id);
    }

    private static IEnumerable<ContactEvent> Completed(ContactCard card, ContactDraft draft)
    {
        var lines = card.Numbers.Select(number => PhoneNumber.Parse(number).Canonical()).ToHashSet();
        foreach (var number in (draft.Numbers ?? []).Where(number => !lines.Contains(PhoneNumber.Parse(number).Canonical())))
            yield return new NumberAdded(number);
        if (draft.Name is not null && draft.Name != card.Name)
            yield return new NameSet(draft.Name);
        if (draft.Language is not null && draft.Language != card.Language)
            yield return new LanguageSet(draft.Language);
        if (draft.TimeZone is not null && draft.TimeZone != card.TimeZone)
            yield return new TimeZoneSet(draft.TimeZone);
        foreach (var tag in (draft.Tags ?? []).Where(tag => !card.HasTag(tag)))
            yield return new Tagged(tag);
        foreach (var (name, value) in draft.Fields ?? new Dictionary<string, string>())
            if (ContactCard.ValueOf(card.Fields, name) != value)
                yield return new FieldSet(name, value);
        foreach (var id in (draft.ExternalIds ?? []).Except(card.ExternalIds))
            yield return new ExternalIdAdded(id);
    }

    // Who gives a name or says where else it is known has said who it is.
    private static ContactEvent[] Verified(ContactCard card, bool? said, ContactEvent[] events)
    {
        var verified = said ?? (card.Verified || Array.Exists(events, e => e is NameSet { Name: not null } or ExternalIdAdded));
        return verified == card.Verified ? events : [.. events, new VerificationSet(verified)];
    }

    private static RefusedException Full(string what) => new($"A contact has no more than {ContactDraft.Most} {what}.");
}
