using System.Net;
using System.Net.Http.Json;
using Sms.OptOut.Views;
using Sms.Testing;
using static Sms.OptOut.Tests.Person;

namespace Sms.OptOut.Tests.Views;

public sealed class ConsentLedgerTests(ServiceUnderTest<Program> optOut) : IClassFixture<ServiceUnderTest<Program>>
{
    private readonly Person _asha = new(optOut);

    [RealServersFact]
    public async Task It_shows_for_each_of_our_numbers_since_when_and_by_which_text()
    {
        await _asha.Texts("START", at: 2);
        await _asha.Texts("quit", at: 5);
        var earlier = await _asha.Texts("STOP", at: 4);
        await _asha.Texts("STOP", at: 1);
        var start = await _asha.Texts("START", at: 3, to: Branch);

        // The STOP that arrived after QUIT was sent before it, so the opt-out dates from it.
        var consent = await _asha.Consent();
        consent.State.ShouldBe("opted-out");
        consent.OurNumbers.ShouldBe([
            new NumberConsent(Shop, "opted-out", Noon.AddMinutes(4), "STOP", earlier.SmsId),
            new NumberConsent(Branch, "opted-in", Noon.AddMinutes(3), "START", start.SmsId),
        ]);
    }

    [RealServersFact]
    public async Task Someone_unknown_never_opted_out() =>
        (await _asha.Consent()).ShouldSatisfyAllConditions(
            c => c.Number.ShouldBe(_asha.Number), c => c.State.ShouldBe("never-opted-out"), c => c.OurNumbers.ShouldBeEmpty());

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
}
