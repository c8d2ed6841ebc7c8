using Sms.Ingress.Inbound;

namespace Sms.Ingress.Tests.Inbound;

public sealed class RateLimitTests
{
    private const long Now = 1_000_000_000;

    [Fact]
    public void A_seconds_worth_may_come_at_once_and_then_as_many_as_a_second_allows()
    {
        var limit = new RateLimit(10);
        Taken(limit, Now, tries: 100).ShouldBe(10);
        Taken(limit, Now + TimeSpan.TicksPerSecond / 20, tries: 100).ShouldBe(0);
        Taken(limit, Now + TimeSpan.TicksPerSecond / 10, tries: 100).ShouldBe(1);
        Taken(limit, Now + TimeSpan.TicksPerSecond, tries: 100).ShouldBe(9);
        Taken(limit, Now + 60 * TimeSpan.TicksPerSecond, tries: 100).ShouldBe(10);
    }

    [Fact]
    public void Many_at_once_take_no_more_than_there_are()
    {
        var limit = new RateLimit(1000);
        var taken = 0;
        Parallel.For(0, 20_000, _ =>
        {
            if (limit.TryTake(Now))
                Interlocked.Increment(ref taken);
        });
        taken.ShouldBe(1000);
    }

    private static int Taken(RateLimit limit, long now, int tries) => Enumerable.Range(0, tries).Count(_ => limit.TryTake(now));
}
