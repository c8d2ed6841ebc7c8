using Sms.AutoReply.Breakers;
using Sms.AutoReply.Rules;

namespace Sms.AutoReply.Tests.Breakers;

public sealed class BreakerReadingTests
{
    private static readonly Limits Limits = new() { PerEndpoint = [new(3, 10), new(5, 60)], InAll = [new(8, 10)] };

    [Fact]
    public void Below_every_cap_nothing_is_kept_back() => Judge(new(false, false, [2, 4], [7])).ShouldBe((null, null, null));

    [Fact]
    public void At_a_cap_of_the_endpoint_its_breaker_opens() => Judge(new(false, false, [2, 5], [7])).ShouldBe((Withheld.EndpointCap, "sms", new Cap(5, 60)));

    [Fact]
    public void At_a_cap_for_all_the_breaker_for_all_opens() => Judge(new(false, false, [3, 3], [8])).ShouldBe((Withheld.OverallCap, "*", new Cap(8, 10)));

    [Fact]
    public void A_breaker_stays_open_however_little_is_counted()
    {
        Judge(new(true, false, [0, 0], [0])).ShouldBe((Withheld.EndpointBreaker, null, null));
        Judge(new(true, true, [0, 0], [0])).ShouldBe((Withheld.OverallBreaker, null, null));
    }

    [Fact]
    public void No_endpoint_shares_a_stream_with_the_breaker_for_all() => Breaker.IdOf(Breaker.All).ShouldNotBe(Breaker.IdOf("all"));

    private static (string?, string?, Cap?) Judge(BreakerReading reading) => reading.Judge(Limits, "sms");
}
