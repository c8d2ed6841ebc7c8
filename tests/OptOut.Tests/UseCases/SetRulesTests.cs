using System.Net;
using System.Net.Http.Json;
using Sms.BusMessages;
using Sms.OptOut.Policies;
using Sms.OptOut.Reviews;
using Sms.OptOut.UseCases;
using Sms.OptOut.Views;
using Sms.Testing;
using static Sms.OptOut.Tests.Person;

namespace Sms.OptOut.Tests.UseCases;

public sealed class SetRulesTests(ServiceUnderTest<Program> optOut) : IClassFixture<ServiceUnderTest<Program>>
{
    private readonly Person _asha = new(optOut);

    [RealServersFact]
    public async Task A_policy_to_come_is_previewed_takes_effect_by_itself_and_tells_everybody_once()
    {
        await optOut.Another();
        await _asha.Texts("hi", at: 0, to: Elsewhere, endpoint: "other");
        await _asha.Texts("STOP", at: 1);
        (await _asha.Texts("hello?", at: 2, to: Elsewhere, endpoint: "other")).Verdict.ShouldBe("clear");
        var changed = await optOut.Broker.Hear<ConsentChanged>();

        var policy = await Schedule(new { name = "one business", scope = "everything", reason = "counsel", effectiveFrom = DateTimeOffset.UtcNow.AddSeconds(4) });
        var preview = (await optOut.Client.GetFromJsonAsync<PolicyPreview>($"/policies/{policy.PolicyId}/preview?limit=200"))!;
        preview.Count.ShouldBe(preview.People.Items.Count);
        preview.People.Items.Single(p => p.Person == _asha.Number).Changes.Select(c => (c.OurNumber, c.Change)).ShouldContain((Elsewhere, "opted-out"));
        changed.Messages.ShouldBeEmpty();

        await Eventually.Sees(
            () => optOut.Client.GetFromJsonAsync<List<SetRules.PolicyRow>>("/policies"), rows => rows!.Single(r => r.Policy.PolicyId == policy.PolicyId) is { State: "in-force", Applied: true });
        (await _asha.Texts("hello?", at: 3, to: Elsewhere, endpoint: "other")).Verdict.ShouldBe("blocked");
        (await Eventually.Sees(() => changed.Messages.Where(m => m.Person == _asha.Number && m.OurNumber == Elsewhere).ToList(), seen => seen.Count > 0))
            .ShouldHaveSingleItem().EffectiveAt.ShouldBe(policy.EffectiveFrom, TimeSpan.FromMilliseconds(1));
        (await _asha.Consent()).ShouldSatisfyAllConditions(
            c => c.BrokenAt.ShouldBeNull(), c => c.Facts.Count(f => f.Kind == "policy-applied").ShouldBe(1));

        // So that the other tests of this class find what they expect.
        await Schedule(new { name = "as before", scope = "pool", reason = "test" });
    }

    [RealServersFact]
    public async Task A_policy_is_withdrawn_before_it_holds_and_not_after()
    {
        var policy = await Schedule(new { name = "later", scope = "number", reason = "perhaps", effectiveFrom = DateTimeOffset.UtcNow.AddYears(1) });
        (await Withdraw(policy.PolicyId, new { reason = "not after all" })).ShouldBe(HttpStatusCode.NoContent);
        (await Withdraw(policy.PolicyId, new { reason = "not after all" })).ShouldBe(HttpStatusCode.NotFound);
        (await Withdraw(ConsentPolicy.Initial.PolicyId, new { reason = "no rules" })).ShouldBe(HttpStatusCode.Conflict);
        (await Withdraw(policy.PolicyId, new { })).ShouldBe(HttpStatusCode.BadRequest);

        async Task<HttpStatusCode> Withdraw(Guid id, object request) => (await optOut.Client.PostAsJsonAsync($"/policies/{id}/withdraw", request)).StatusCode;
    }

    [RealServersFact]
    public async Task A_policy_that_makes_no_sense_is_refused_by_field()
    {
        foreach (var (body, field) in new (object, string)[]
        {
            (new { scope = "pool", reason = "x" }, "name"), (new { name = "x", scope = "galaxy", reason = "x" }, "scope"),
            (new { name = "x", scope = "pool", reason = "x", effectiveFrom = DateTimeOffset.UtcNow.AddDays(-1) }, "effectiveFrom"),
            (new { name = "x", scope = "pool", reason = "x", needsOptIn = new[] { "poetry" } }, "needsOptIn"),
            (new { name = "x", scope = "pool", reason = "x", pools = new[] { new { name = "a", endpoints = new[] { "sms", "sms" } } } }, "pools"),
        })
        {
            var answer = await optOut.Client.PostAsJsonAsync("/policies", body);
            answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
            (await answer.Content.ReadAsStringAsync()).ShouldContain($"\"{field}\"");
        }
    }

    [RealServersFact]
    public async Task An_endpoints_languages_words_and_answers_count_at_once_and_at_that_endpoint_only()
    {
        (await Put("words-test", """
            {"languages":["de","en"],"custom":[{"word":"schluss damit","means":"opt-out"}],"off":["REMOVE"],
             "answers":[{"language":"de","confirmation":"Abgemeldet bei {business}. START"}]}
            """)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await _asha.Texts("REMOVE", at: 0, endpoint: "words-test")).Verdict.ShouldBe("clear");
        (await _asha.Texts("Schluss damit!", at: 1, endpoint: "words-test")).ShouldSatisfyAllConditions(
            v => v.Verdict.ShouldBe("opt-out"), v => v.Answer.ShouldBe("Abgemeldet bei this number. START"));
        (await new Person(optOut).Texts("Schluss damit!", at: 1)).Verdict.ShouldBe("clear");
        (await optOut.Client.GetFromJsonAsync<SetRules.WordsRow>("/endpoints/words-test/words"))!.Words.Languages.ShouldBe(["de", "en"]);
    }

    [RealServersTheory]
    [InlineData("""{"off":["STOP"]}""", "47 CFR 64.1200")]
    [InlineData("""{"off":["BANANA"]}""", "off")]
    [InlineData("""{"languages":["xx"]}""", "languages")]
    [InlineData("""{"custom":[{"word":"HELP","means":"opt-out"}]}""", "custom[0]")]
    [InlineData("""{"custom":[{"word":"!","means":"opt-out"}]}""", "custom[0]")]
    [InlineData("""{"answers":[{"language":"en","confirmation":"Bye. 20% off at www.example.com"}]}""", "answers[0]")]
    public async Task Words_that_the_law_or_sense_forbids_are_refused_with_the_reason(string body, string says)
    {
        var answer = await Put("sms", body);
        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await answer.Content.ReadAsStringAsync()).ShouldContain(says);
    }

    [RealServersFact]
    public async Task The_calendar_decides_on_the_deadlines_from_then_on()
    {
        (await optOut.Client.PutAsJsonAsync("/calendar", new BusinessCalendar("Asia/Kolkata", ["2026-06-26"]))).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await optOut.Client.PutAsJsonAsync("/calendar", new { zone = "Mars/Olympus" })).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        await _asha.Texts("cancel my order", at: 0);
        (await _asha.Consent()).Facts.Single(f => f.Kind == "review-opened").Deadline.ShouldBe(new DateTimeOffset(2026, 6, 29, 18, 30, 0, TimeSpan.Zero));
    }

    private Task<HttpResponseMessage> Put(string endpoint, string words) =>
        optOut.Client.PutAsync($"/endpoints/{endpoint}/words", new StringContent(words, System.Text.Encoding.UTF8, "application/json"));

    private async Task<ConsentPolicy> Schedule(object request) =>
        (await (await optOut.Client.PostAsJsonAsync("/policies", request)).EnsureSuccessStatusCode().Content.ReadFromJsonAsync<ConsentPolicy>())!;
}
