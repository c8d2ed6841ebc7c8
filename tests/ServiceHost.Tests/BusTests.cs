using Npgsql;
using Sms.EventStore;
using Sms.Testing;

namespace Sms.ServiceHost.Tests;

public sealed class BusTests(RunningTally running) : IClassFixture<RunningTally>
{
    private readonly TallyUnderTest _tally = running.Under;

    [RealServersFact]
    public async Task A_message_is_handled_and_what_follows_from_it_is_published()
    {
        var counted = await _tally.Broker.Hear<Counted>();
        var id = Guid.NewGuid();
        await _tally.Publish(new Count(id, 5));
        var heard = (await Eventually.Sees(() => counted.Envelopes.Where(e => e.Message.Tally == id).ToList(), h => h.Count == 1)).Single();
        heard.Message.Amount.ShouldBe(5);
        (await Events(id)).Single().ShouldBe(heard.MessageId);
    }

    [RealServersFact]
    public async Task A_message_delivered_twice_is_handled_once()
    {
        var (id, message) = (Guid.NewGuid(), Guid.CreateVersion7());
        for (var delivery = 0; delivery < 2; delivery++)
            await _tally.Publish(new Count(id, 5), message);
        await Eventually.Sees(() => _tally.Troubles.TriesOf(id), tries => tries == 2);
        (await Eventually.Sees(() => _tally.SumOf(id), sum => sum > 0)).ShouldBe(5);
    }

    [RealServersFact]
    public async Task Many_messages_for_one_stream_conflict_and_are_decided_again_until_each_is_in()
    {
        var id = Guid.NewGuid();
        await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => _tally.Publish(new Count(id, 1))));
        await Eventually.Sees(() => _tally.SumOf(id), sum => sum == 100);
        _tally.Troubles.TriesOf(id).ShouldBeGreaterThan(100, "there were to be conflicts");
    }

    [RealServersFact]
    public async Task Conflicts_are_tried_again_far_more_often_than_bugs()
    {
        var id = Guid.NewGuid();
        _tally.Troubles.Await(id, Enumerable.Range(0, 30).Select(_ => new VersionConflictException("tally")));
        await _tally.Publish(new Count(id, 5));
        await Eventually.Sees(() => _tally.SumOf(id), sum => sum == 5);
        _tally.Troubles.TriesOf(id).ShouldBe(31);
    }

    [RealServersFact]
    public async Task A_bug_gets_three_more_tries_and_is_a_dead_letter_with_the_reason()
    {
        var (poison, fine) = (Guid.NewGuid(), Guid.NewGuid());
        _tally.Troubles.Await(poison, Enumerable.Range(0, 20).Select(n => new InvalidOperationException($"bug {n}")));
        await _tally.Publish(new Count(poison, 5));
        await _tally.Publish(new Count(fine, 7));

        await Eventually.Sees(() => _tally.SumOf(fine), sum => sum == 7);
        var died = (await _tally.DeadLetter(AddCount.Queue, poison)).GetProperty("exception");
        died.GetProperty("message").GetString().ShouldBe("bug 3");
        died.GetProperty("type").GetString().ShouldBe("System.InvalidOperationException");
        _tally.Troubles.TriesOf(poison).ShouldBe(4);
        (await _tally.SumOf(poison)).ShouldBe(0);
    }

    [RealServersFact]
    public async Task A_refusal_is_an_answer_and_is_not_tried_again()
    {
        var (refused, fine) = (Guid.NewGuid(), Guid.NewGuid());
        _tally.Troubles.Await(refused, new RefusedException("That cannot be counted."), new RefusedException("not again"));
        await _tally.Publish(new Count(refused, 5));
        await _tally.Publish(new Count(fine, 7));

        await Eventually.Sees(() => _tally.SumOf(fine), sum => sum == 7);
        (await DiedOf(refused)).ShouldBe("That cannot be counted.");
        _tally.Troubles.TriesOf(refused).ShouldBe(1);
    }

    [RealServersFact]
    public async Task Troubles_of_every_kind_one_after_the_other_are_each_treated_as_what_they_are()
    {
        var id = Guid.NewGuid();
        Exception[] troubles =
        [
            new InvalidOperationException("bug"), new NpgsqlException("away"), new VersionConflictException("tally"),
            new InvalidOperationException("bug"), new VersionConflictException("tally"), new NpgsqlException("away"),
            new VersionConflictException("tally"), new InvalidOperationException("bug"), new InvalidOperationException("bug"),
        ];
        _tally.Troubles.Await(id, troubles);
        await _tally.Publish(new Count(id, 5));
        await Eventually.Sees(() => _tally.SumOf(id), sum => sum == 5);
        _tally.Troubles.TriesOf(id).ShouldBe(troubles.Length + 1);
    }

    [RealServersFact]
    public async Task A_bug_after_an_outage_still_ends_among_the_dead_letters()
    {
        var id = Guid.NewGuid();
        _tally.Troubles.Await(id,
            [new NpgsqlException("away"), .. Enumerable.Range(0, 20).Select(n => new InvalidOperationException($"bug {n}"))]);
        await _tally.Publish(new Count(id, 5));
        (await DiedOf(id)).ShouldBe("bug 3");
    }

    [RealServersFact]
    public async Task An_error_queue_keeps_what_it_holds_as_safely_as_the_queue_itself()
    {
        var id = Guid.NewGuid();
        _tally.Troubles.Await(id, new RefusedException("no"));
        await _tally.Publish(new Count(id, 5));
        await _tally.DeadLetter(AddCount.Queue, id);

        await using var channel = await _tally.Broker.Channel();
        await channel.QueueDeclareAsync(AddCount.Queue, true, false, false, new Dictionary<string, object?>(Bus.QueueArguments(AddCount.Queue)));
        await channel.QueueDeclareAsync(
            Bus.ErrorQueue(AddCount.Queue), true, false, false, new Dictionary<string, object?>(Bus.ErrorQueueArguments));
    }

    private async Task<string?> DiedOf(Guid id) =>
        (await _tally.DeadLetter(AddCount.Queue, id)).GetProperty("exception").GetProperty("message").GetString();

    private async Task<IEnumerable<Guid>> Events(Guid tally) =>
        (await _tally.Get($"/streams/tally-{tally}")).GetProperty("events").GetProperty("items").EnumerateArray().Select(e => e.GetProperty("id").GetGuid());
}
