using Sms.Testing;
using Sms.Webhooks.Subscriptions;

namespace Sms.Webhooks.Tests;

public sealed class StoredEventsTests : StoredSamples<Subscription>
{
    [Fact]
    public void Every_event_of_the_block_has_a_sample() =>
        Stored().Select(stored => stored.Data.Item1).Where(name => !File.Exists(Path.Combine(AppContext.BaseDirectory, "Samples", name + ".json"))).ShouldBeEmpty();
}
