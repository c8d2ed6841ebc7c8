using Sms.EventStore;
using Sms.GatewayProtocol;
using Sms.Ingress.Endpoints;
using Sms.Ingress.Inbound;

namespace Sms.Ingress.Tests;

/// <summary>Deliveries to endpoints that are in no database.</summary>
internal static class Deliveries
{
    /// <summary>An endpoint of a built-in kind of gateway.</summary>
    public static OpenEndpoint Endpoint(string slug = "sms", string profile = "mobile-api-connect", EndpointSettings? settings = null, params OurNumber[] numbers) =>
        new(slug, GatewayProfiles.BuiltIn[profile].Compile(), settings ?? EndpointSettings.None, [.. numbers], []);

    /// <summary>A request that is taken for genuine.</summary>
    public static InboundRequest Request(ReadOnlySpan<byte> body, string? contentType = "application/json") =>
        new("POST", "", contentType is null ? [] : [new HeaderLine("Content-Type", contentType)], body.ToArray());

    /// <summary>What one delivery means that means one thing.</summary>
    public static (Guid Id, Append Append) Read(string slug, ReadOnlySpan<byte> body, string? contentType, DateTimeOffset now)
    {
        var meaning = Delivery.Read(Endpoint(slug), Request(body, contentType), now).ShouldHaveSingleItem();
        return (meaning.Id, meaning.Append.ShouldNotBeNull());
    }
}
