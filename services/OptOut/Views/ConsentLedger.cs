using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;
using Sms.EventStore;
using Sms.OptOut.Consent;
using Sms.PhoneNumbers;
using Sms.ServiceHost;

namespace Sms.OptOut.Views;

/// <summary>Who may be texted: one person's consent towards each of our numbers.</summary>
/// <param name="Number">The person.</param>
/// <param name="State"><c>never-opted-out</c>, <c>opted-in</c> (again, by word), or <c>opted-out</c> of at least one of our numbers.</param>
/// <param name="OurNumbers">Our numbers that the person sent a consent word to.</param>
public sealed record PersonConsent(string Number, string State, IReadOnlyList<NumberConsent> OurNumbers);

/// <summary>A person's consent towards one of our numbers.</summary>
/// <param name="OurNumber">Our number.</param>
/// <param name="State"><c>opted-out</c> or <c>opted-in</c>.</param>
/// <param name="Since">When the word was sent that brought this about.</param>
/// <param name="Word">That word.</param>
/// <param name="SmsId">The text that was that word.</param>
public sealed record NumberConsent(string OurNumber, string State, DateTimeOffset Since, string Word, Guid SmsId);

public sealed class ConsentLedger : IView
{
    private const string OptedOut = "opted-out", OptedIn = "opted-in", NeverOptedOut = "never-opted-out";

    public static void Map(RouteGroupBuilder api) => api.MapGet("/consent/{number}", Find);

    public void Project(IReadOnlyList<StoredEvent> happened, ViewWrites write)
    {
        foreach (var fact in happened)
        {
            if (fact.Data is ConsentEvent.OptOutRequested o)
                Enter(o.Person, o.OurNumber, o.SmsId, o.Word, optsOut: true, o.SentAt);
            if (fact.Data is ConsentEvent.OptInRequested i)
                Enter(i.Person, i.OurNumber, i.SmsId, i.Word, optsOut: false, i.SentAt);
        }

        void Enter(string person, string ourNumber, Guid smsId, string word, bool optsOut, DateTimeOffset sentAt) =>
            write.Add($"""
                insert into consent_words (person, our_number, sms_id, word, opts_out, sent_at)
                values ({person}, {ourNumber}, {smsId}, {word}, {optsOut}, {sentAt})
                """);
    }

    private static async Task<Results<Ok<PersonConsent>, ValidationProblem>> Find(
        string number, NpgsqlDataSource database, CancellationToken ct)
    {
        if (!PhoneNumber.TryParse(number, out var person))
            return Problems.Invalid("number", "must be a phone number, a short code or a sender name");

        // Of each pair's words, those that no opposite word follows; the earliest of them made the state what it is.
        var numbers = await database.Query($"""
            select distinct on (our_number) our_number, opts_out, sent_at, word, sms_id
            from consent_words word
            where person = {person.Value} and not exists (
                select from consent_words later
                where later.person = word.person and later.our_number = word.our_number
                  and later.opts_out <> word.opts_out and (later.sent_at, later.opts_out) > (word.sent_at, word.opts_out))
            order by our_number, sent_at
            """,
            r => new NumberConsent(
                r.GetString(0), r.GetBoolean(1) ? OptedOut : OptedIn, r.GetFieldValue<DateTimeOffset>(2), r.GetString(3), r.GetGuid(4)),
            ct);

        var state = numbers.Exists(n => n.State == OptedOut) ? OptedOut : numbers.Count > 0 ? OptedIn : NeverOptedOut;
        return TypedResults.Ok(new PersonConsent(person.Value, state, numbers));
    }
}
