using Sms.Testing;

namespace Sms.ServiceHost.Tests;

public sealed class TelemetryTests : IAsyncDisposable
{
    private readonly TallyUnderTest _tally = new();
    private readonly Collector _dashboard = new();

    [RealServersFact]
    public async Task A_dashboard_started_after_the_service_sees_what_happens_from_then_on()
    {
        await _tally.InitializeAsync();
        await _tally.Start(dashboard: _dashboard.Address);
        await _dashboard.Start();

        await Eventually.Sees(
            async () =>
            {
                await _tally.Call(HttpMethod.Get, "/health/ready");
                await _tally.Get("/streams?type=919876543210");
                return _dashboard.Received("Trace");
            },
            traces => traces.Contains("sms-outbound", StringComparison.Ordinal) && traces.Contains("GET /streams", StringComparison.Ordinal));
        await _tally.Stop();
        _dashboard.Received("Metrics").ShouldContain("sms-outbound");
        _dashboard.Received("Logs").ShouldContain("sms-outbound");
        _dashboard.Received("Trace").ShouldNotContain("/health");
        foreach (var kind in (string[])["Trace", "Metrics", "Logs"])
            _dashboard.Received(kind).ShouldNotContain("919876543210");
    }

    public async ValueTask DisposeAsync()
    {
        await _tally.DisposeAsync();
        await _dashboard.DisposeAsync();
    }
}
