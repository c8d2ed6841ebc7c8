using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using Sms.EventStore;
using Sms.OptOut.Consent;
using Sms.OptOut.Views;
using Sms.PhoneNumbers;
using Sms.Testing;
using static Sms.OptOut.Tests.Person;

namespace Sms.OptOut.Tests.Views;

public sealed class PersonConsentTests(ServiceUnderTest<Program> optOut) : IClassFixture<ServiceUnderTest<Program>>
{
    private readonly Person _asha = new(optOut);

    [RealServersFact]
    public async Task It_shows_for_each_of_our_numbers_and_purposes_since_when_and_by_which_fact()
    {
        await _asha.Texts("START", at: 2);
        await _asha.Texts("quit", at: 5);
        var earlier = await _asha.Texts("STOP", at: 4);
        await _asha.Texts("STOP", at: 1);

        // The STOP that arrived after QUIT was sent before it, so the opt-out dates from it.
        var consent = await _asha.Consent();
        consent.State.ShouldBe("opted-out");
        consent.BrokenAt.ShouldBeNull();
        consent.Facts.Select(f => f.Word).ShouldBe(["STOP", "START", "STOP", "QUIT"]);
        consent.Places.Single(p => p.OurNumber == Shop).Purposes.ShouldAllBe(p => !p.Allowed && p.Reason == "opted-out" && p.Since == Noon.AddMinutes(4) && p.FactId == earlier.FactId);
    }

    [RealServersFact]
    public async Task It_shows_any_moment_by_the_facts_own_times_or_by_what_was_known_then()
    {
        await _asha.Texts("hi", at: 0);
        await _asha.Texts("STOP", at: 1);
        await _asha.Texts("START", at: 3);
        (await At(2)).State.ShouldBe("opted-out");
        (await At(0)).State.ShouldBe("never-opted-out");
        (await At(4)).State.ShouldBe("opted-in");
        var known = Uri.EscapeDataString((await _asha.Consent()).Facts.Single(f => f.Word == "STOP").RecordedAt.ToString("O", CultureInfo.InvariantCulture));
        (await optOut.Client.GetFromJsonAsync<PersonConsent>($"/consent/{_asha.Number}?knownAt={known}"))!.State.ShouldBe("opted-out");

        async Task<PersonConsent> At(int minute) => (await optOut.Client.GetFromJsonAsync<PersonConsent>(
            $"/consent/{_asha.Number}?at={Uri.EscapeDataString(Noon.AddMinutes(minute).ToString("O", CultureInfo.InvariantCulture))}"))!;
    }

    [RealServersFact]
    public async Task Someone_unknown_never_opted_out_and_may_be_answered_but_not_advertised_to() =>
        (await _asha.Consent()).ShouldSatisfyAllConditions(
            c => c.Number.ShouldBe(_asha.Number), c => c.State.ShouldBe("never-opted-out"), c => c.Facts.ShouldBeEmpty(),
            c => c.Places.ShouldHaveSingleItem().Purposes.Select(p => (p.Purpose, p.Allowed)).ShouldBe([("reply", true), ("notification", false), ("marketing", false)]));

    [RealServersFact]
    public async Task A_person_is_found_however_the_number_is_written()
    {
        await _asha.Texts("STOP", at: 0);
        foreach (var written in new[] { _asha.Number[1..], "00" + _asha.Number[1..], Uri.EscapeDataString(_asha.Number.Insert(3, " ")) })
            (await optOut.Client.GetFromJsonAsync<PersonConsent>($"/consent/{written}"))!.State.ShouldBe("opted-out");
    }

    [RealServersFact]
    public async Task What_is_no_number_is_refused_and_without_a_key_nothing_is_shown()
    {
        (await optOut.Client.GetAsync("/consent/---")).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await optOut.ClientWith(null).GetAsync($"/consent/{_asha.Number}")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [RealServersFact]
    public async Task What_was_entered_before_facts_were_chained_counts_at_once_and_enters_the_chain_with_the_next_fact()
    {
        var (person, shop) = (PhoneNumber.Parse(_asha.Number), PhoneNumber.Parse(Shop));
        var smsId = Guid.NewGuid();
        var cause = new Cause(smsId, null, Cause.System);
        // As the version before wrote it.
        await optOut.Store.Commit(
            [
                EarlierConsent.Stream.Start(EarlierConsent.IdOf(person, shop).ToString(), [new ConsentEvent.OptOutRequested(smsId, _asha.Number, Shop, "STOP", Noon)], cause),
                Screening.Stream.Start(smsId.ToString(), [new ScreeningEvent.SmsScreenedV1(smsId, "sms", _asha.Number, Shop, "opt-out", "STOP", true, 0, "bye", Noon, Noon)], cause),
            ], null);
        await optOut.Database.Query(
            $"insert into consent_words (person, our_number, sms_id, word, opts_out, sent_at) values ({_asha.Number}, {Shop}, {smsId}, 'STOP', true, {Noon}) returning 1", r => 1);
        // The service looks once, when it starts, whether there is anything of before.
        var upgraded = await optOut.Another();
        using var client = upgraded.CreateClient();
        client.DefaultRequestHeaders.Authorization = optOut.Client.DefaultRequestHeaders.Authorization;

        var before = (await client.GetFromJsonAsync<PersonConsent>($"/consent/{_asha.Number}"))!;
        before.State.ShouldBe("opted-out");
        before.Facts.ShouldHaveSingleItem().ShouldSatisfyAllConditions(f => f.Source.ShouldBe("before-chain"), f => f.Endpoint.ShouldBe("sms"), f => f.SmsId.ShouldBe(smsId));

        // Lists over many people have it without the person doing anything.
        await Eventually.Sees(
            () => optOut.Database.Query($"select kind from consent_facts where person = {_asha.Number}", r => r.GetString(0)), kinds => kinds is ["opted-out"]);

        (await client.PostAsJsonAsync($"/consent/{_asha.Number}/opt-in", new { reason = "asked for it on the phone" })).EnsureSuccessStatusCode();
        var after = (await client.GetFromJsonAsync<PersonConsent>($"/consent/{_asha.Number}"))!;
        after.ShouldSatisfyAllConditions(c => c.State.ShouldBe("opted-in"), c => c.BrokenAt.ShouldBeNull(), c => c.Facts.Count.ShouldBe(2));
        after.Facts[0].ShouldBe(before.Facts[0]);
    }
}
