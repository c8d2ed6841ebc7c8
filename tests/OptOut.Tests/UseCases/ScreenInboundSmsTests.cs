using System.Net.Http.Json;
using Sms.BusMessages;
using Sms.EventStore;
using Sms.OptOut.Views;
using Sms.Testing;

namespace Sms.OptOut.Tests.UseCases;

public sealed class ScreenInboundSmsTests(ServiceUnderTest<Program> optOut) : IClassFixture<ServiceUnderTest<Program>>
{
    private readonly Person _asha = new(optOut);

    [RealServersFact]
    public async Task Every_text_gets_a_verdict_and_STOP_blocks_what_follows()
    {
        (await _asha.Texts("When do you open?", at: 0)).ShouldSatisfyAllConditions(
            v => v.Verdict.ShouldBe("clear"), v => v.RepliesAllowed.ShouldBeTrue(), v => v.Answer.ShouldBeNull());
        (await _asha.Texts("Stop!", at: 1)).ShouldSatisfyAllConditions(
            v => v.Verdict.ShouldBe("opt-out"), v => v.RepliesAllowed.ShouldBeFalse(), v => v.Answer.ShouldNotBeNull());
        (await _asha.Texts("STOP", at: 2)).Answer.ShouldBeNull();
        (await _asha.Texts("hello?", at: 3)).ShouldSatisfyAllConditions(
            v => v.Verdict.ShouldBe("blocked"), v => v.RepliesAllowed.ShouldBeFalse());
        (await _asha.Texts("hello?", at: 3, to: Person.Branch)).Verdict.ShouldBe("blocked");
        (await _asha.Texts("START", at: 4)).Verdict.ShouldBe("opt-in");
        (await _asha.Texts("hello?", at: 5)).Verdict.ShouldBe("clear");
    }

    [RealServersFact]
    public async Task A_text_that_comes_again_by_redelivery_or_replay_is_ruled_on_once()
    {
        var heard = await optOut.Broker.Hear<InboundSmsScreened>();
        var (stop, published, replayed) = (_asha.Sms("STOP", at: 0), Guid.CreateVersion7(), Guid.CreateVersion7());
        await Task.WhenAll(
            optOut.Publish(stop, stop.SmsId, published), optOut.Publish(stop, stop.SmsId, published),
            optOut.Publish(stop, stop.SmsId, replayed));

        await Eventually.Sees(
            () => optOut.Database.Query(
                $"select message_id from sms_inbox where message_id in ({published}, {replayed})", r => r.GetGuid(0)),
            handled => handled.Count == 2);
        await _asha.Texts("hello?", at: 1);
        heard.Messages.Count(v => v.SmsId == stop.SmsId).ShouldBe(1);
        (await optOut.Log.Events($"screening-{stop.SmsId}", 0, 10, default)).Count.ShouldBe(1);
    }

    [RealServersFact]
    public async Task Texts_of_one_person_ruled_on_at_once_end_as_their_times_imply_and_each_change_is_confirmed()
    {
        var heard = await optOut.Broker.Hear<InboundSmsScreened>();
        await optOut.Another();
        var texts = Enumerable.Range(0, 40).Select(i => _asha.Sms(i % 2 == 0 ? "START" : "STOP", at: i)).ToArray();
        Random.Shared.Shuffle(texts);

        await Task.WhenAll(texts.Select(sms => optOut.Publish(sms, sms.SmsId)));

        var verdicts = await Eventually.Sees(
            () => heard.Messages.Where(v => v.From == _asha.Number).ToList(), seen => seen.Count == texts.Length);
        (await _asha.Consent()).State.ShouldBe("opted-out");
        // Changes alternate, beginning and ending with an opt-out.
        (verdicts.Count(v => v is { Verdict: "opt-out", Answer: not null }) - verdicts.Count(v => v.Verdict == "opt-in")).ShouldBe(1);
    }

    [RealServersFact]
    public async Task Two_hundred_people_say_STOP_at_once_and_each_is_opted_out_and_told_once()
    {
        var heard = await optOut.Broker.Hear<InboundSmsScreened>();
        await optOut.Another();
        var texts = Enumerable.Range(0, 200).Select(_ => new Person(optOut)).SelectMany(p => (InboundSmsReceived[])[p.Sms("hello", at: 0), p.Sms("STOP", at: 1), p.Sms("Stop please", at: 2)]).ToArray();
        Random.Shared.Shuffle(texts);
        await Task.WhenAll(texts.Select(sms => optOut.Publish(sms, sms.SmsId)));

        var people = texts.Select(sms => sms.From).ToHashSet();
        var verdicts = await Eventually.Sees(() => heard.Messages.Where(v => people.Contains(v.From)).ToList(), seen => seen.Count == texts.Length, TimeSpan.FromSeconds(90));
        foreach (var of in verdicts.GroupBy(v => v.From))
        {
            of.Count(v => v.Verdict == "opt-out").ShouldBe(2);
            of.Count(v => v.Answer is not null).ShouldBe(1);
        }
        foreach (var person in people.Take(20))
            (await optOut.Client.GetFromJsonAsync<PersonConsent>($"/consent/{person}"))!.ShouldSatisfyAllConditions(
                c => c.State.ShouldBe("opted-out"), c => c.BrokenAt.ShouldBeNull());
        await RebuiltViews.ShouldEqualLive(optOut);
    }
}
