using System.Diagnostics;
using Sms.Testing;

namespace Sms.EndToEnd.Tests;

/// <summary>What <c>./sms up</c> says of ports before it starts anything.</summary>
public sealed class PortsTests
{
    // 8080 and 8082 with these offsets are port 10080, on which no browser opens a page.
    [RealServersTheory]
    [InlineData("2000", "console")]
    [InlineData("1998", "gatewaysimulator")]
    public async Task A_page_is_not_put_on_a_port_that_browsers_refuse(string offset, string service)
    {
        var place = Path.Combine(Path.GetTempPath(), $"sms-ports-{Guid.NewGuid():N}");
        var start = new ProcessStartInfo(Path.Combine(Environment.GetEnvironmentVariable("SMS_ROOT")!, "sms"), ["up", "--native", "--no-build"])
        { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["SMS_LOCAL"] = place;
        start.Environment["SMS_PORT_OFFSET"] = offset;
        using var sms = Process.Start(start)!;
        var said = await sms.StandardError.ReadToEndAsync();
        await sms.WaitForExitAsync();

        Assert.Equal(1, sms.ExitCode);
        Assert.Contains($"browsers open no page on port 10080, which would be that of {service}; set SMS_PORT_{service.ToUpperInvariant()}", said, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(place, "postgres")));
    }
}
