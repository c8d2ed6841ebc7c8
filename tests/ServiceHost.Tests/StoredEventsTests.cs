using Sms.Testing;

namespace Sms.ServiceHost.Tests;

public sealed class StoredEventsTests : StoredSamples<SmsServiceBuilder>
{
    [Fact]
    public void Every_event_kept_for_every_service_has_a_sample() =>
        Stored().Select(stored => stored.Data.Item1).Where(name => !File.Exists(Path.Combine(AppContext.BaseDirectory, "Samples", name + ".json"))).ShouldBeEmpty();
}
