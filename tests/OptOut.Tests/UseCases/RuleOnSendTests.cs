using System.Net;
using System.Net.Http.Json;
using Sms.BusMessages;
using Sms.OptOut.UseCases;
using Sms.OptOut.Views;
using Sms.ServiceHost;
using Sms.Testing;
using static Sms.OptOut.Tests.Person;

namespace Sms.OptOut.Tests.UseCases;

public sealed class RuleOnSendTests(ServiceUnderTest<Program> optOut) : IClassFixture<ServiceUnderTest<Program>>
{
    private readonly Person _asha = new(optOut);

    [RealServersFact]
    public async Task Each_purpose_is_ruled_on_by_its_own_rule_and_names_the_fact()
    {
        (await Ask("marketing")).ShouldSatisfyAllConditions(r => r.Allowed.ShouldBeFalse(), r => r.Reason.ShouldBe("no-consent"), r => r.FactId.ShouldBeNull());
        (await Ask("reply")).ShouldSatisfyAllConditions(r => r.Allowed.ShouldBeTrue(), r => r.Reason.ShouldBe("not-opted-out"));
        var wrote = await _asha.Texts("hi", at: 0);
        (await Ask("reply")).ShouldSatisfyAllConditions(r => r.Reason.ShouldBe("wrote-first"), r => r.FactId.ShouldBe(wrote.FactId), r => r.FactHash.ShouldBe(wrote.FactHash));

        var agreed = await Post("opt-in", new { reason = "ticked the box", shown = "Text me offers", purpose = "marketing", at = Noon });
        (await Ask("marketing")).ShouldSatisfyAllConditions(r => r.Allowed.ShouldBeTrue(), r => r.FactId.ShouldBe(agreed.FactId), r => r.FactHash.ShouldBe(agreed.Hash));
        (await Ask("notification")).Allowed.ShouldBeFalse();

        var stop = await _asha.Texts("STOP", at: 3);
        (await Ask("marketing")).ShouldSatisfyAllConditions(r => r.Allowed.ShouldBeFalse(), r => r.Reason.ShouldBe("opted-out"), r => r.FactId.ShouldBe(stop.FactId));
    }

    [RealServersFact]
    public async Task A_ruling_is_kept_and_asking_again_is_ruled_on_anew()
    {
        var sendId = Guid.NewGuid();
        (await Ask("reply", sendId)).Allowed.ShouldBeTrue();
        await _asha.Texts("STOP", at: 0);
        (await Ask("reply", sendId)).Allowed.ShouldBeFalse();
        (await optOut.Log.Events($"ruling-{sendId}", 0, 10, default)).Select(e => e.Type).ShouldBe(["optout.send-ruled.v1", "optout.send-ruled.v1"]);
    }

    [RealServersFact]
    public async Task While_a_review_is_open_only_people_may_text_and_its_decision_ends_it()
    {
        var changed = await optOut.Broker.Hear<ConsentChanged>();
        (await _asha.Texts("I will cancel if this goes on", at: 0)).ShouldSatisfyAllConditions(
            v => v.Verdict.ShouldBe("review"), v => v.AutomationPaused.ShouldBeTrue(), v => v.RepliesAllowed.ShouldBeTrue());
        (await Ask("reply", by: "rule:hours")).Reason.ShouldBe("under-review");
        (await Ask("reply", by: "operator:meera")).Allowed.ShouldBeTrue();

        var review = (await optOut.Client.GetFromJsonAsync<Page<ReviewQueue.Row>>("/reviews?limit=200"))!.Items.Single(r => r.Person == _asha.Number);
        review.ShouldSatisfyAllConditions(r => r.Wrote.ShouldBe("I will cancel if this goes on"), r => r.Overdue.ShouldBeTrue(), r => r.OpenedAt.ShouldBe(Noon));
        (await Decide("perhaps", "dunno")).ShouldBe(HttpStatusCode.BadRequest);
        (await Decide("opted-out", " ")).ShouldBe(HttpStatusCode.BadRequest);
        (await Decide("opted-out", "means our texts")).ShouldBe(HttpStatusCode.NoContent);
        (await Decide("opted-out", "means our texts")).ShouldBe(HttpStatusCode.NoContent);
        (await Decide("no-opt-out", "changed my mind")).ShouldBe(HttpStatusCode.Conflict);

        (await Ask("reply", by: "operator:meera")).Reason.ShouldBe("opted-out");
        (await Eventually.Sees(() => changed.Messages.Where(m => m.Person == _asha.Number).Select(m => m.Change).ToList(), seen => seen.Count >= 3))
            .ShouldBe(["paused", "opted-out", "resumed"]);
        (await optOut.Client.GetFromJsonAsync<Page<ReviewQueue.Row>>("/reviews?decided=true&limit=200"))!.Items.Single(r => r.Person == _asha.Number)
            .ShouldSatisfyAllConditions(r => r.DecidedBy.ShouldBe("operator:tester"), r => r.Outcome.ShouldBe("opted-out"), r => r.Overdue.ShouldBeFalse());

        async Task<HttpStatusCode> Decide(string outcome, string reason) =>
            (await optOut.Client.PostAsJsonAsync($"/reviews/{review.ReviewId}/decide", new { outcome, reason })).StatusCode;
        await RebuiltViews.ShouldEqualLive(optOut);
    }

    [RealServersFact]
    public async Task A_gateways_block_counts_for_the_pair_only_and_is_announced()
    {
        var changed = await optOut.Broker.Hear<ConsentChanged>();
        await optOut.Publish(
            new RecipientBlocked { SendId = Guid.NewGuid(), Endpoint = "sms", From = Shop, To = _asha.Number, Code = "21610", BlockedAt = Noon }, Guid.NewGuid());
        await Eventually.Sees(() => changed.Messages.Where(m => m.Person == _asha.Number).ToList(), seen => seen is [{ Change: "opted-out", OurNumber: Shop }]);
        (await Ask("reply")).Reason.ShouldBe("blocked-by-gateway");
        (await Ask("reply", from: Branch)).Allowed.ShouldBeTrue();
    }

    [RealServersFact]
    public async Task What_an_agent_enters_counts_is_announced_and_entered_once_for_a_key()
    {
        var changed = await optOut.Broker.Hear<ConsentChanged>();
        var request = new { reason = "said so on the phone" };
        using var client = optOut.ClientWith(ServiceUnderTest<Program>.AdminKey);
        client.DefaultRequestHeaders.Add("Idempotency-Key", "call 4711");
        var answers = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => client.PostAsJsonAsync($"/consent/{_asha.Number}/opt-out", request)));
        var facts = await Task.WhenAll(answers.Select(a => a.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<ChangeConsent.Entered>()));
        facts.Distinct().ShouldHaveSingleItem();
        (await Eventually.Sees(() => changed.Messages.Where(m => m.Person == _asha.Number).ToList(), seen => seen.Count > 0))
            .ShouldHaveSingleItem().ShouldSatisfyAllConditions(m => m.OurNumber.ShouldBeNull(), m => m.Change.ShouldBe("opted-out"), m => m.FactHash.ShouldBe(facts[0]!.Hash));
        (await Ask("reply", from: Branch)).Reason.ShouldBe("opted-out");
    }

    [RealServersFact]
    public async Task What_an_agent_may_not_enter_is_refused_by_field()
    {
        (await optOut.ClientWith(ServiceUnderTest<Program>.ReaderKey).PostAsJsonAsync($"/consent/{_asha.Number}/opt-out", new { reason = "x" })).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        foreach (var (body, field) in new (object, string)[]
        {
            (new { }, "reason"), (new { reason = "x", at = DateTimeOffset.UtcNow.AddDays(1) }, "at"), (new { reason = "x", scope = "galaxy" }, "scope"), (new { reason = "x\0" }, "reason"),
        })
        {
            var answer = await optOut.Client.PostAsJsonAsync($"/consent/{_asha.Number}/opt-out", body);
            answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
            (await answer.Content.ReadAsStringAsync()).ShouldContain($"\"{field}\"");
        }
    }

    private async Task<ChangeConsent.Entered> Post(string what, object request) =>
        (await (await optOut.Client.PostAsJsonAsync($"/consent/{_asha.Number}/{what}", request)).EnsureSuccessStatusCode().Content.ReadFromJsonAsync<ChangeConsent.Entered>())!;

    private async Task<ConsentRuled> Ask(string purpose, Guid? sendId = null, string by = "operator:meera", string from = Shop)
    {
        var heard = await optOut.Broker.Hear<ConsentRuled>();
        var asked = new ConsentAsked
        {
            SendId = sendId ?? Guid.NewGuid(), Endpoint = "sms", From = from, To = _asha.Number, Purpose = purpose, RequestedBy = by, AskedAt = DateTimeOffset.UtcNow,
        };
        await optOut.Publish(asked, asked.SendId);
        return (await Eventually.Sees(() => heard.Messages.FirstOrDefault(r => r.SendId == asked.SendId && r.AskedAt == asked.AskedAt), r => r is not null))!;
    }
}
