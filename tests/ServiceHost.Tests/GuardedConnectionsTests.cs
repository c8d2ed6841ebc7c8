using System.Net;
using System.Net.Sockets;

namespace Sms.ServiceHost.Tests;

public sealed class GuardedConnectionsTests
{
    private static readonly GuardedConnections Plain = new("Some:Networks", null);

    [Theory]
    [InlineData("https://example.com/hook", null)]
    [InlineData("https://example.com:8443/hook?a=b", null)]
    [InlineData("https://8.8.8.8/", null)]
    [InlineData("example.com", "must be an https address")]
    [InlineData("", "must be an https address")]
    [InlineData(null, "must be an https address")]
    [InlineData("ftp://example.com/", "must be an https address")]
    [InlineData("file:///etc/passwd", "must be an https address")]
    [InlineData("https://user:word@example.com/", "must have no user name in it: put credentials into a header")]
    [InlineData("https://example.com/#part", "must have no fragment")]
    [InlineData("http://example.com/", "must be https, unless its network is in Some:Networks")]
    [InlineData("https://127.0.0.1/", "must be on the internet and https, or in one of the networks of Some:Networks")]
    [InlineData("https://2130706433/", "must be on the internet and https, or in one of the networks of Some:Networks")]
    [InlineData("https://0x7f.1/", "must be on the internet and https, or in one of the networks of Some:Networks")]
    [InlineData("https://[::1]/", "must be on the internet and https, or in one of the networks of Some:Networks")]
    [InlineData("https://[::ffff:10.0.0.1]/", "must be on the internet and https, or in one of the networks of Some:Networks")]
    [InlineData("https://[fd00::1]/", "must be on the internet and https, or in one of the networks of Some:Networks")]
    [InlineData("https://169.254.169.254/latest/meta-data", "must be on the internet and https, or in one of the networks of Some:Networks")]
    [InlineData("http://8.8.8.8/", "must be on the internet and https, or in one of the networks of Some:Networks")]
    public void What_is_wrong_with_an_address_is_said_before_it_is_called(string? url, string? fault) => Plain.Fault(url).ShouldBe(fault);

    [Fact]
    public void A_network_that_is_named_may_be_called_plainly_and_no_other()
    {
        var guarded = new GuardedConnections("Some:Networks", "10.1.0.0/16, fd00::/8");
        guarded.Allows(IPAddress.Parse("10.1.2.3"), "http").ShouldBeTrue();
        guarded.Allows(IPAddress.Parse("::ffff:10.1.2.3"), "http").ShouldBeTrue();
        guarded.Allows(IPAddress.Parse("fd00::1"), "http").ShouldBeTrue();
        guarded.Allows(IPAddress.Parse("10.2.0.1"), "https").ShouldBeFalse();
        guarded.Allows(IPAddress.Parse("8.8.8.8"), "http").ShouldBeFalse();
        guarded.Allows(IPAddress.Parse("8.8.8.8"), "https").ShouldBeTrue();
        guarded.Fault("http://10.1.2.3/").ShouldBeNull();
        guarded.Fault("http://crm.internal/").ShouldBeNull("what the name stands for is seen when it is called");
    }

    [Fact]
    public void A_setting_that_is_no_network_stops_the_service() =>
        Should.Throw<FormatException>(() => new GuardedConnections("Some:Networks", "10.1.0.0"));

    [Fact]
    public async Task A_name_that_stands_for_this_machine_is_not_called()
    {
        using var neighbour = new TcpListener(IPAddress.Loopback, 0);
        neighbour.Start();
        using var http = new HttpClient(Plain.Handler());
        var refusal = await Should.ThrowAsync<HttpRequestException>(
            () => http.GetAsync($"https://localhost:{((IPEndPoint)neighbour.LocalEndpoint).Port}/", TestContext.Current.CancellationToken));
        refusal.InnerException.ShouldBeOfType<ForbiddenAddressException>().Message.ShouldContain("Some:Networks");
        neighbour.Pending().ShouldBeFalse();
    }
}
