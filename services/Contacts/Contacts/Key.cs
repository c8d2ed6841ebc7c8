using Sms.EventStore;
using Sms.PhoneNumbers;

namespace Sms.Contacts.Contacts;

/// <summary>
/// Whose a number, or an id in another system, is. Each has a stream of its own, so that of two contacts that want it at once the
/// store lets one have it.
/// </summary>
/// <param name="Owner">The contact that has it; null while nobody does. Merging changes nothing here.</param>
/// <param name="Owners">How many contacts have had it.</param>
public sealed record Key(Guid? Owner, int Owners)
{
    private static readonly Guid Scope = new("c1d7b6a2-44a0-4f0b-9a6e-5d2f8e3b7c10");

    /// <summary>A key's facts.</summary>
    public static readonly StreamOf<Key, KeyEvent> Stream = new("key", new Key(null, 0), (key, happened) => happened switch
    {
        KeyEvent.Claimed e => new Key(e.ContactId, key.Owners + 1),
        KeyEvent.Released => key with { Owner = null },
        _ => key,
    });

    /// <summary>The key of a line: all numbers that networks show it under are one.</summary>
    public static Guid Of(PhoneNumber number) => NamedId.Of(Scope, "number", number.Canonical().Value);

    /// <summary>The key of an id in another system.</summary>
    public static Guid OfExternalId(string externalId) => NamedId.Of(Scope, "external-id", externalId);
}

/// <summary>A fact about whose a key is.</summary>
public abstract record KeyEvent
{
    /// <summary>The key is a contact's.</summary>
    [StoredAs("contacts.key-claimed.v1")]
    public sealed record Claimed(Guid ContactId) : KeyEvent;

    /// <summary>The key is nobody's again.</summary>
    [StoredAs("contacts.key-released.v1")]
    public sealed record Released(Guid ContactId) : KeyEvent;
}
