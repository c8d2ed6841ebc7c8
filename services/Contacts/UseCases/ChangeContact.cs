using Sms.Contacts.Contacts;
using Sms.EventStore;
using Sms.ServiceHost;

namespace Sms.Contacts.UseCases;

/// <summary>What every change of a contact over HTTP has in common: load, compare the version, decide, commit.</summary>
public sealed class ChangeContact(IEventStore store, ContactBook book)
{
    private const int LongestKey = 255, MostTries = 20;
    private static readonly Guid Requests = new("2d8b64f0-51d7-4a53-9d5e-7c4b1a0e6f12");

    /// <summary>Does what is asked of a contact, as it stands by then.</summary>
    /// <returns>Whether there is such a contact; its version is in the answer's <c>ETag</c>.</returns>
    /// <exception cref="RefusedException">A rule says no.</exception>
    /// <exception cref="VersionConflictException">It has changed since the caller read it (<c>If-Match</c>).</exception>
    public async Task<bool> Ask(Guid id, ContactCommand command, HttpContext http, CancellationToken ct) =>
        await Commit(http, async () =>
        {
            var contact = await store.Load(Contact.Stream, id, ct);
            if (!contact.State.Known)
                return false;
            Match(http, contact);
            var events = ContactDecider.Decide(contact.State, command);
            await store.Commit(await book.Appends(contact, events, http.Cause(), ct), handled: null, ct);
            http.SetETag(contact.Version + events.Length);
            return true;
        });

    /// <summary>Refuses to go on where the contact is not at the version that the caller has read.</summary>
    public static void Match(HttpContext http, EventStream<Contact, ContactEvent> contact)
    {
        if (http.IfMatch() is { } read && read != contact.Version)
            throw new VersionConflictException(contact.StreamId);
    }

    /// <summary>Tries again as long as somebody else was faster, unless the caller said on which version to decide.</summary>
    public static async Task<T> Commit<T>(HttpContext http, Func<Task<T>> commit)
    {
        for (var tried = 1; ; tried++)
        {
            try
            {
                return await commit();
            }
            catch (VersionConflictException) when (tried < MostTries && http.IfMatch() is null)
            {
                // Decided again on what is there now.
            }
        }
    }

    /// <summary>The id of what a request creates: the same for the same <c>Idempotency-Key</c> of the same caller.</summary>
    /// <exception cref="BadHttpRequestException">The key is too long.</exception>
    public static Guid IdOf(HttpContext http, string what) => http.Request.Headers["Idempotency-Key"].ToString().Trim() switch
    {
        "" => Guid.CreateVersion7(),
        { Length: > LongestKey } => throw new BadHttpRequestException($"Idempotency-Key must not be longer than {LongestKey} characters."),
        var key => NamedId.Of(Requests, what, http.User.Identity?.Name ?? "", key),
    };
}
