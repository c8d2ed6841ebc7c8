using System.Text;
using System.Text.Json.Nodes;

namespace Sms.GatewayProtocol.Tests;

/// <summary>A genuine text of every built-in gateway, and ways to change it.</summary>
internal static class Samplers
{
    public static readonly Notice.Inbound Text = new(
        "", "+919876543210", "+911234500000", "What is my balance?", new DateTimeOffset(2026, 6, 12, 14, 32, 0, TimeSpan.Zero), "msg-1", "evt-1", "dev-1",
        "1", null, null, null, false, "");

    public static IEnumerable<string> Names => GatewayProfiles.BuiltIn.Keys.Order(StringComparer.Ordinal);

    public static TheoryData<string> All => new(Names);

    public static TheoryData<string> InJson => new(Names.Where(n => GatewayProfiles.BuiltIn[n].Content.Format is BodyFormat.Json));

    /// <summary>A key of the form the gateway's have; another for another number.</summary>
    public static SigningKey Key(CompiledProfile profile, int number = 1) => profile.Profile.Proof.Key.Reading switch
    {
        KeyReading.PublicKey => SigningKey.FromEd25519Seed(Enumerable.Repeat((byte)number, 32).ToArray()),
        KeyReading.Base64 => profile.KeyOf("whsec_" + Convert.ToBase64String(Enumerable.Repeat((byte)number, 32).ToArray())),
        _ => profile.KeyOf($"a secret of decent length, number {number}"),
    };

    public static InboundRequest Unsigned(CompiledProfile profile, Notice.Inbound? text = null) => Samples.Request(profile, Requests.Url, text ?? Text);

    public static InboundRequest Sign(CompiledProfile profile, InboundRequest request, int key = 1) =>
        Proof.Sign(profile, request, Key(profile, key), Requests.Now, "id-of-this-delivery");

    public static InboundRequest Genuine(CompiledProfile profile, int key = 1) => Sign(profile, Unsigned(profile), key);

    /// <summary>The headers that only a genuine request has.</summary>
    public static IReadOnlyList<string> ProofHeaders(CompiledProfile profile) =>
        [.. Genuine(profile).Headers.Select(h => h.Name).Except(["Content-Type"])];

    public static InboundRequest WithHeader(this InboundRequest request, string name, Func<string, string?> change) => request with
    {
        Headers =
        [
            .. request.Headers.Select(h => h.Name == name ? new HeaderLine(name, change(h.Value)!) : h).Where(h => h.Value is not null),
        ],
    };

    public static InboundRequest Adding(this InboundRequest request, string name, string value) =>
        request with { Headers = [.. request.Headers, new HeaderLine(name, value)] };

    public static InboundRequest WithBody(this InboundRequest request, string body) => request with { Body = Encoding.UTF8.GetBytes(body) };

    public static string BodyText(this InboundRequest request) => Encoding.UTF8.GetString(request.Body.Span);

    /// <summary>Where the profile's texts that come alone have a field; null when they have it not, or in the head.</summary>
    public static string? PlaceOf(CompiledProfile profile, NoticeField field) =>
        profile.Profile.Content.Events.First(e => e is { Means: NoticeKind.Inbound, Each: null }).Fields.TryGetValue(field, out var path)
            && !path.Alternatives[0].StartsWith("header:", StringComparison.Ordinal) ? path.Alternatives[0] : null;

    /// <summary>The body with a field's value replaced by this JSON (for a form by what it says), or without the field.</summary>
    public static InboundRequest With(this InboundRequest request, CompiledProfile profile, NoticeField field, string? json)
    {
        var place = PlaceOf(profile, field)!;
        if (profile.Profile.Content.Format is BodyFormat.Form)
        {
            var pairs = request.BodyText().Split('&').Where(p => !p.StartsWith(place + "=", StringComparison.Ordinal));
            return request.WithBody(string.Join('&', json is null ? pairs : pairs.Append($"{place}={Uri.EscapeDataString(json.Trim('"'))}")));
        }
        var body = JsonNode.Parse(request.Body.Span)!;
        var names = place[1..].Split('/');
        var parent = names[..^1].Aggregate(body, (node, name) => node is JsonArray array ? array[int.Parse(name, null)]! : node[name]!);
        parent.AsObject().Remove(names[^1]);
        if (json is null)
            return request.WithBody(body.ToJsonString());
        parent[names[^1]] = "\u2603";
        return request.WithBody(body.ToJsonString().Replace("\"\\u2603\"", json, StringComparison.Ordinal));
    }
}
