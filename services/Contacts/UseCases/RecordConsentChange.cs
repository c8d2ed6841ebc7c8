using MassTransit;
using Sms.BusMessages;
using Sms.Contacts.Timeline;
using Sms.EventStore;
using Sms.PhoneNumbers;
using Sms.ServiceHost;

namespace Sms.Contacts.UseCases;

/// <summary>
/// What changes a person's consent is put on record of their contact. Nobody becomes a contact by it: a list of a million who opted
/// out would make a million contacts that never wrote; if one of them does write, it is there.
/// </summary>
public sealed class RecordConsentChange(IEventStore store, ContactBook book) : IConsumer<ConsentChanged>
{
    /// <inheritdoc/>
    public async Task Consume(ConsumeContext<ConsentChanged> context)
    {
        var (consent, cause, ct) = (context.Message, context.Cause(), context.CancellationToken);
        var person = PhoneNumber.Parse(consent.Person);

        var entry = await store.Load(Entry.Consent, consent.FactId, ct);
        var holder = await book.HolderOf(person, ct);

        var facts = entry.State.Record(new EntryEvent.ConsentChanged(
            holder.ContactId, consent.FactId, person.Value, null, consent.OurNumber, consent.Purpose, consent.Change, consent.EffectiveAt.ToUniversalTime()));

        await store.Commit(entry, facts, cause, ct);
    }
}

/// <summary>So is what a text of theirs did to it; a verdict that changed nothing is passed over.</summary>
public sealed class RecordScreening(IEventStore store, ContactBook book) : IConsumer<InboundSmsScreened>
{
    /// <inheritdoc/>
    public async Task Consume(ConsumeContext<InboundSmsScreened> context)
    {
        var (screened, cause, ct) = (context.Message, context.Cause(), context.CancellationToken);
        var change = screened.Verdict switch { "opt-out" => "opted-out", "opt-in" => "opted-in", "review" => "review", _ => null };
        if (change is null)
            return;
        var from = PhoneNumber.Parse(screened.From);

        // Named after the text: a fact of the ledger may be named in the verdicts on later texts too.
        var entry = await store.Load(Entry.Consent, Entry.OfScreening(screened.SmsId), ct);
        var holder = await book.HolderOf(from, ct);

        var facts = entry.State.Record(new EntryEvent.ConsentChanged(
            holder.ContactId, Entry.OfScreening(screened.SmsId), from.Value, screened.SmsId, screened.To, null, change, screened.SentAt.ToUniversalTime()));

        await store.Commit(entry, facts, cause, ct);
    }
}
