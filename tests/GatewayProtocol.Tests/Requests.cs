using System.Text;

namespace Sms.GatewayProtocol.Tests;

/// <summary>Requests for the tests, and what comes out of them.</summary>
internal static class Requests
{
    public const string Url = "https://sms.example.com/hooks/shop";

    public static readonly DateTimeOffset Now = new(2026, 6, 12, 14, 32, 30, TimeSpan.Zero);

    private static readonly Dictionary<string, CompiledProfile> Compiled = GatewayProfiles.BuiltIn.ToDictionary(p => p.Key, p => p.Value.Compile());

    public static CompiledProfile Profile(string name) => Compiled[name];

    public static InboundRequest Post(string body, params (string Name, string Value)[] headers) => Post(Encoding.UTF8.GetBytes(body), headers);

    public static InboundRequest Post(byte[] body, params (string Name, string Value)[] headers) =>
        new("POST", Url, [.. headers.Select(h => new HeaderLine(h.Name, h.Value))], body);

    public static ReadResult Read(this CompiledProfile profile, InboundRequest request) => Reading.Read(profile, request);

    public static Notice.Inbound ReadText(this CompiledProfile profile, InboundRequest request)
    {
        var read = Reading.Read(profile, request);
        read.Reason.ShouldBeNull();
        return read.Notices.ShouldHaveSingleItem().ShouldBeOfType<Notice.Inbound>();
    }

    public static Notice.DeliveryReport ReadReport(this CompiledProfile profile, InboundRequest request)
    {
        var read = Reading.Read(profile, request);
        read.Reason.ShouldBeNull();
        return read.Notices.ShouldHaveSingleItem().ShouldBeOfType<Notice.DeliveryReport>();
    }

    public static string Verify(this CompiledProfile profile, InboundRequest request, DateTimeOffset at, params SigningKey[] keys)
    {
        var result = Proof.Verify(profile, request, keys, at);
        // What is explained must be what is decided.
        Proof.Explain(profile, request, keys, at).Result.ShouldBe(result);
        return result.IsGenuine ? "genuine" : result.Code;
    }
}
