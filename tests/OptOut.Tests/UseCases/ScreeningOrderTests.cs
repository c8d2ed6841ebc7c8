using Sms.BusMessages;
using Sms.EventStore;
using Sms.Testing;

namespace Sms.OptOut.Tests.UseCases;

/// <summary>One person's texts are ruled on in the order in which they were stored, whatever order they come in.</summary>
public sealed class ScreeningOrderTests(ServiceUnderTest<Program> optOut) : IClassFixture<ServiceUnderTest<Program>>, IAsyncLifetime
{
    private readonly Person _asha = new(optOut);
    private Heard<InboundSmsScreened> _heard = null!;

    public async ValueTask InitializeAsync()
    {
        if (TestServers.Present)
            _heard = await optOut.Broker.Hear<InboundSmsScreened>();
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [RealServersFact]
    public async Task A_text_that_comes_before_the_STOP_that_was_stored_before_it_is_not_cleared()
    {
        var (hello, stop, two, three) = Stored("hello", "STOP", "two", "three");
        await Hear(hello);
        await Hear(three);
        await Hear(two);
        _heard.Messages.ShouldNotContain(v => v.SmsId == two.SmsId || v.SmsId == three.SmsId);
        (await Waiting()).ShouldBe(2);

        await Hear(stop);
        (await Verdicts(4)).ShouldBe(["clear", "opt-out", "blocked", "blocked"]);
        (await Waiting()).ShouldBe(0);
        foreach (var sms in new[] { two, three })
            (await optOut.Log.Story(sms.SmsId, default))[^1].ShouldSatisfyAllConditions(
                e => e.StreamId.ShouldBe($"screening-{sms.SmsId}"), e => e.Type.ShouldBe("optout.sms-screened.v2"));
    }

    [RealServersFact]
    public async Task A_waiting_text_that_comes_again_waits_once_and_is_ruled_on_once()
    {
        var (hello, stop, two, _) = Stored("hello", "STOP", "two", "three");
        await Hear(hello);
        await Hear(two);
        await Hear(two);
        await Hear(stop);
        (await Verdicts(3)).ShouldBe(["clear", "opt-out", "blocked"]);
        await Hear(two);
        (await optOut.Log.Events($"screening-{two.SmsId}", 0, 10, default)).Count.ShouldBe(1);
        (await optOut.Log.Events($"screening-{stop.SmsId}", 0, 10, default)).Count.ShouldBe(2);
    }

    [RealServersFact]
    public async Task A_STOP_waits_for_nothing_and_what_is_stored_after_it_is_blocked_at_once()
    {
        var (lost, stop, two, _) = Stored("hello", "STOP", "two", "three");
        await Hear(stop);
        await Hear(two);
        (await Verdicts(2)).ShouldBe(["opt-out", "blocked"]);
        await Hear(lost);
        (await Verdicts(3)).ShouldBe(["blocked", "opt-out", "blocked"]);
    }

    [RealServersTheory]
    [InlineData("HELP")]
    [InlineData("START")]
    [InlineData("STOP ads")]
    public async Task Other_words_wait_because_what_follows_them_might_be_answered(string word)
    {
        var (stop, then, two, _) = Stored("STOP", word, "two", "three");
        await Hear(two);
        await Hear(then);
        _heard.Messages.ShouldNotContain(v => v.From == _asha.Number);
        await Hear(stop);
        (await Verdicts(3))[2].ShouldBe(word == "START" ? "clear" : "blocked");
    }

    [RealServersFact]
    public async Task Two_instances_that_get_everybodys_texts_in_any_order_rule_as_if_they_had_come_in_order()
    {
        await optOut.Another();
        string[] words = ["hello", "STOP", "two", "three", "START", "five", "six"], verdicts = ["opt-out", "blocked", "blocked", "opt-in", "clear", "clear"];
        var people = Enumerable.Range(0, 40).Select(_ => InOrder(new Person(optOut), words)).ToList();
        var texts = people.SelectMany(of => of).ToArray();
        Random.Shared.Shuffle(texts);
        await Task.WhenAll(texts.Select(sms => optOut.Publish(sms, sms.SmsId)));

        var ids = texts.Select(sms => sms.SmsId).ToHashSet();
        var heard = (await Eventually.Sees(() => _heard.Messages.Where(v => ids.Contains(v.SmsId)).ToList(), seen => seen.Count == texts.Length, TimeSpan.FromSeconds(90)))
            .ToDictionary(v => v.SmsId);
        foreach (var person in people)
        {
            person[1..].Select(sms => heard[sms.SmsId].Verdict).ShouldBe(verdicts);
            // The STOP does not wait for it.
            heard[person[0].SmsId].Verdict.ShouldBeOneOf("clear", "blocked");
        }
        (await Waiting()).ShouldBe(0);
    }

    private (InboundSmsReceived, InboundSmsReceived, InboundSmsReceived, InboundSmsReceived) Stored(params string[] texts) =>
        InOrder(_asha, texts) is [var a, var b, var c, var d] ? (a, b, c, d) : throw new ArgumentException("Four texts.", nameof(texts));

    /// <summary>A person's texts as Ingress stored them, one after the other.</summary>
    private static InboundSmsReceived[] InOrder(Person person, string[] texts)
    {
        var stored = texts.Select((text, at) => person.Sms(text, at)).ToArray();
        for (var at = 1; at < stored.Length; at++)
            stored[at] = stored[at] with { PreviousSmsId = stored[at - 1].SmsId };
        return stored;
    }

    private async Task Hear(InboundSmsReceived sms)
    {
        var message = Guid.CreateVersion7();
        await optOut.Publish(sms, sms.SmsId, message);
        await Eventually.Sees(
            () => optOut.Database.Query($"select count(*) from sms_inbox where message_id = {message}", r => r.GetInt64(0)), handled => handled[0] == 1);
    }

    /// <summary>The verdicts on this person's texts, in the order the texts were sent.</summary>
    private async Task<List<string>> Verdicts(int count) =>
        [.. (await Eventually.Sees(() => _heard.Messages.Where(v => v.From == _asha.Number).ToList(), seen => seen.Count == count))
            .OrderBy(v => v.SentAt).Select(v => v.Verdict)];

    private async Task<long> Waiting() => (await optOut.Database.Query($"select count(*) from waiting_texts", r => r.GetInt64(0)))[0];
}
