using static Sms.EventStore.GapRule;
using Barrier = Sms.EventStore.GapRule.Barrier;

namespace Sms.EventStore.Tests;

public sealed class GapRuleTests
{
    [Fact]
    public void Nothing_visible_is_nothing_to_do() =>
        Decide(7, [], xmin: 100, barrier: null).ShouldBe(new Decision(0, false, null));

    [Fact]
    public void Numbers_that_follow_each_other_are_released() =>
        Decide(7, [8, 9, 10], xmin: 100, barrier: null).ShouldBe(new Decision(3, false, null));

    [Fact]
    public void What_stands_before_a_gap_is_released_and_what_stands_behind_it_waits() =>
        Decide(7, [8, 9, 11, 12], xmin: 100, barrier: null).ShouldBe(new Decision(2, true, null));

    [Fact]
    public void A_gap_right_after_the_position_holds_everything_back() =>
        Decide(7, [9, 10], xmin: 100, barrier: null).ShouldBe(new Decision(0, true, null));

    [Fact]
    public void A_gap_is_held_while_a_transaction_from_before_the_barrier_runs()
    {
        var barrier = new Barrier(9, 200);
        foreach (var xmin in (ulong[])[100, 199, 200])
            Decide(7, [9], xmin, barrier).ShouldBe(new Decision(0, true, barrier));
    }

    [Fact]
    public void A_gap_is_passed_once_every_transaction_from_before_the_barrier_has_ended() =>
        Decide(7, [9, 10, 12], xmin: 201, new Barrier(12, 200)).ShouldBe(new Decision(3, false, null));

    [Fact]
    public void A_gap_that_was_filled_meanwhile_needs_no_barrier() =>
        Decide(7, [8, 9], xmin: 100, new Barrier(9, 200)).ShouldBe(new Decision(2, false, null));

    [Fact]
    public void A_barrier_says_nothing_about_gaps_that_came_after_it() =>
        Decide(7, [9, 10, 12], xmin: 201, new Barrier(10, 200)).ShouldBe(new Decision(2, true, null));

    [Fact]
    public void A_barrier_that_is_still_needed_is_kept_when_a_page_releases_something()
    {
        var barrier = new Barrier(12, 200);
        Decide(7, [8, 10, 12], xmin: 150, barrier).ShouldBe(new Decision(1, true, barrier));
    }

    /// <summary>
    /// T1 takes id 10, T2 takes id 11; T2 draws number 1, T1 draws number 2 and commits. A snapshot now has xmax 11: one past
    /// the highest <em>completed</em> id. T2, which holds the missing number 1, has exactly that id.
    /// </summary>
    [Fact]
    public void The_snapshots_own_xmax_is_no_barrier_because_the_missing_number_can_be_held_by_a_higher_id()
    {
        var server = new SimulatedServer(firstTransaction: 10);
        var (first, second) = (server.Begin(), server.Begin());
        server.Draw(second);
        server.Draw(first);
        server.Commit(first);

        var (visible, xmin, xmax) = server.Snapshot(0, 10);
        visible.ShouldBe([2]);
        (xmin, xmax).ShouldBe((11UL, 11UL));
        // "All that ran when the gap was seen have ended", read off the snapshot alone, would be true at once:
        Decide(0, visible, xmin, new Barrier(2, xmax - 1)).Release.ShouldBe(1, "and number 1 would be lost");

        var barrier = new Barrier(2, server.DrawTransactionId());
        Decide(0, visible, server.Snapshot(0, 10).Xmin, barrier).Release.ShouldBe(0);
        server.Commit(second);
        (visible, xmin, _) = server.Snapshot(0, 10);
        Decide(0, visible, xmin, barrier).ShouldBe(new Decision(2, false, null));
    }

    [Fact]
    public void Whatever_the_interleaving_nothing_is_skipped_and_everything_comes_out_in_order()
    {
        var released = 0;
        for (var seed = 0; seed < 5_000; seed++)
        {
            var run = new SimulatedRelay(seed, (server, _) => server.DrawTransactionId());
            run.ToTheEnd();
            run.Skipped.ShouldBeEmpty($"seed {seed}");
            run.Released.ShouldBe(run.Server.Committed, $"seed {seed}");
            released += run.Released.Count;
        }
        released.ShouldBeGreaterThan(50_000, "the simulation is to be about something");
    }

    [Fact]
    public void The_same_interleavings_do_lose_events_with_the_snapshots_own_xmax_as_the_barrier()
    {
        var lost = 0;
        for (var seed = 0; seed < 2_000; seed++)
        {
            var run = new SimulatedRelay(seed, (_, xmax) => xmax - 1);
            run.ToTheEnd();
            lost += run.Skipped.Count;
        }
        lost.ShouldBePositive("otherwise the simulation could not tell a good rule from a bad one");
    }

    /// <summary>Transaction ids, sequence numbers and snapshots as PostgreSQL has them.</summary>
    private sealed class SimulatedServer(ulong firstTransaction = 1)
    {
        private readonly SortedDictionary<ulong, List<long>> _running = [];
        private readonly SortedSet<long> _visible = [];
        private ulong _next = firstTransaction;
        private ulong _latestCompleted = firstTransaction - 1;
        private long _sequence;

        public IReadOnlyCollection<ulong> Running => _running.Keys;

        public IEnumerable<long> Committed => _visible;

        public ulong Begin()
        {
            _running.Add(_next, []);
            return _next++;
        }

        public void Draw(ulong transaction) => _running[transaction].Add(++_sequence);

        /// <returns>The numbers that became visible.</returns>
        public List<long> Commit(ulong transaction)
        {
            var numbers = _running[transaction];
            _visible.UnionWith(numbers);
            End(transaction);
            return numbers;
        }

        public void End(ulong transaction)
        {
            _running.Remove(transaction);
            _latestCompleted = Math.Max(_latestCompleted, transaction);
        }

        /// <summary>A transaction that does nothing but take its id.</summary>
        public ulong DrawTransactionId()
        {
            var id = Begin();
            End(id);
            return id;
        }

        public (IReadOnlyList<long> Visible, ulong Xmin, ulong Xmax) Snapshot(long after, int limit)
        {
            var xmax = _latestCompleted + 1;
            return ([.. _visible.GetViewBetween(after + 1, long.MaxValue).Take(limit)], _running.Count == 0 ? xmax : _running.Keys.First(), xmax);
        }
    }

    /// <summary>Writers and the relay, a step of one or the other at a time, in an order drawn from a seed.</summary>
    private sealed class SimulatedRelay(int seed, Func<SimulatedServer, ulong, ulong> drawBarrier)
    {
        private readonly Random _random = new(seed);
        private long _position;
        private Barrier? _barrier;
        private (long LastSeq, ulong Xmax)? _toDraw;

        public SimulatedServer Server { get; } = new();

        public List<long> Released { get; } = [];

        /// <summary>Numbers that became visible when the relay was already past them.</summary>
        public List<long> Skipped { get; } = [];

        public void ToTheEnd()
        {
            for (var step = 0; step < 80; step++)
            {
                if (_random.Next(3) == 0)
                    RelayStep();
                else
                    WriterStep();
            }
            foreach (var transaction in Server.Running.ToArray())
                Commit(transaction);
            for (var step = 0; step < 200 && Server.Snapshot(_position, 1).Visible.Count > 0; step++)
                RelayStep();
        }

        private void WriterStep()
        {
            var running = Server.Running.ToArray();
            if (running.Length == 0 || running.Length < 5 && _random.Next(3) == 0)
            {
                Server.Begin();
                return;
            }
            var transaction = running[_random.Next(running.Length)];
            switch (_random.Next(6))
            {
                case 0:
                    Server.End(transaction);
                    break;
                case 1 or 2:
                    Commit(transaction);
                    break;
                default:
                    Server.Draw(transaction);
                    break;
            }
        }

        private void Commit(ulong transaction) => Skipped.AddRange(Server.Commit(transaction).Where(n => n <= _position));

        /// <summary>Either reads a page or draws the barrier for the one read before: writers get in between.</summary>
        private void RelayStep()
        {
            if (_toDraw is { } seen)
            {
                _barrier = new Barrier(seen.LastSeq, drawBarrier(Server, seen.Xmax));
                _toDraw = null;
                return;
            }
            var (visible, xmin, xmax) = Server.Snapshot(_position, limit: 4);
            var decision = Decide(_position, visible, xmin, _barrier);
            _barrier = decision.Barrier;
            if (decision.GapAhead && _barrier is null)
                _toDraw = (visible[^1], xmax);
            Released.AddRange(visible.Take(decision.Release));
            if (decision.Release > 0)
                _position = visible[decision.Release - 1];
        }
    }
}
