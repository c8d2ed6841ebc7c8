using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.HttpResults;
using Sms.GatewayProtocol;
using Sms.ServiceHost;

namespace Sms.Ingress.UseCases;

/// <summary>An operator tries a profile on a pasted request and is told each step: which bytes were signed, what was expected, what came, what it says.</summary>
public static class TryProfile
{
    private const int LongestBody = 1024 * 1024, MostHeaders = 200, MostSecrets = 20;

    /// <summary>A request and how to look at it. Nothing of it is kept.</summary>
    /// <param name="Profile">The name of a built-in profile.</param>
    /// <param name="CustomProfile">Or a profile of one's own.</param>
    /// <param name="Secrets">The secrets to prove it with.</param>
    /// <param name="Method">POST when left out.</param>
    /// <param name="Url">The public URL it was sent to, where the profile looks at it.</param>
    /// <param name="Headers">Its headers; of one that came twice, a list.</param>
    /// <param name="Body">Its body as text.</param>
    /// <param name="BodyBase64">Or as bytes, where text would not be exact.</param>
    /// <param name="At">When it came; now when left out.</param>
    [JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
    public sealed record Request(
        string? Profile, JsonElement? CustomProfile, IReadOnlyList<string>? Secrets, string? Method, string? Url, IReadOnlyDictionary<string, JsonElement>? Headers,
        string? Body, byte[]? BodyBase64, DateTimeOffset? At);

    /// <summary>What was found.</summary>
    /// <param name="Genuine">Whether it is proven.</param>
    /// <param name="Rejection">Why not.</param>
    /// <param name="Steps">What was looked at, in order.</param>
    /// <param name="Notices">What it says.</param>
    /// <param name="Reason">Why it cannot be understood.</param>
    public sealed record Response(bool Genuine, string Rejection, IReadOnlyList<ProofStep> Steps, IReadOnlyList<Told> Notices, string? Reason);

    /// <summary>One thing a request tells.</summary>
    /// <param name="Kind"><c>inbound</c>, <c>delivery-report</c>, <c>ping</c>, <c>ignored</c> or <c>unreadable</c>.</param>
    /// <param name="Notice">Everything it says.</param>
    public sealed record Told(string Kind, object Notice);

    /// <summary>A built-in profile.</summary>
    public sealed record BuiltIn(string Name, string? SecurityNote, bool Sends, bool HasHistory, JsonElement Profile);

    /// <summary>Maps <c>GET /profiles</c> and <c>POST /profiles/try</c>.</summary>
    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/profiles", () => TypedResults.Ok(GatewayProfiles.BuiltIn.Values.OrderBy(p => p.Name, StringComparer.Ordinal).Select(p => new BuiltIn(
            p.Name, p.SecurityNote, p.Sending is not null, p.History is not null, JsonSerializer.SerializeToElement(p, GatewayProfiles.Json)))))
            .WithName("ListProfiles").WithSummary("The kinds of gateway that are built in");
        api.MapPost("/profiles/try", Try).RequireAuthorization(Roles.Admin)
            .WithName("TryProfile").WithSummary("Says of a pasted request whether it is proven, why, and what it tells; nothing of it is kept");
    }

    private static Results<Ok<Response>, ValidationProblem> Try(Request asked, TimeProvider clock)
    {
        if (asked.CustomProfile is null == asked.Profile is null)
            return Problems.Invalid("profile", "must be there, or customProfile in its place");
        GatewayProfile? profile;
        if (asked.CustomProfile is { } custom)
        {
            (profile, var problems) = GatewayProfiles.Parse(custom.GetRawText());
            if (profile is null)
                return Problems.Invalid(problems.ToLookup(p => "customProfile" + p.Field, p => p.Reason).ToDictionary(p => p.Key, p => p.ToArray()));
        }
        else if (!GatewayProfiles.BuiltIn.TryGetValue(asked.Profile!, out profile))
        {
            return Problems.Invalid("profile", $"must be one of {string.Join(", ", GatewayProfiles.BuiltIn.Keys.Order(StringComparer.Ordinal))}");
        }
        if (asked.Body is not null && asked.BodyBase64 is not null || asked.Body?.Length > LongestBody || asked.BodyBase64?.Length > LongestBody)
            return Problems.Invalid("body", $"must be there once, with at most {LongestBody} bytes");
        if (asked.Headers?.Count > MostHeaders)
            return Problems.Invalid("headers", $"must not be more than {MostHeaders}");
        if (asked.Secrets?.Count > MostSecrets)
            return Problems.Invalid("secrets", $"must not be more than {MostSecrets}");

        var compiled = profile.Compile();
        var keys = new List<SigningKey>();
        for (var i = 0; i < asked.Secrets?.Count; i++)
            try
            {
                keys.Add(compiled.KeyOf(asked.Secrets[i]));
            }
            catch (ArgumentException e)
            {
                return Problems.Invalid($"secrets[{i}]", e.Message.Split(" (Parameter")[0]);
            }
        if (HeadersOf(asked.Headers) is not { } headers)
            return Problems.Invalid("headers", "must be strings, or lists of strings");

        var request = new InboundRequest(asked.Method ?? "POST", asked.Url ?? "", headers, asked.BodyBase64 ?? Encoding.UTF8.GetBytes(asked.Body ?? ""));
        var (proof, steps) = Proof.Explain(compiled, request, keys, asked.At ?? clock.GetUtcNow());
        var read = Reading.Read(compiled, request);
        return TypedResults.Ok(new Response(
            proof.IsGenuine, proof.Code, steps,
            [.. read.Notices.Select(n => new Told(JsonNamingPolicy.KebabCaseLower.ConvertName(n.GetType().Name), n))], read.Reason));
    }

    private static List<HeaderLine>? HeadersOf(IReadOnlyDictionary<string, JsonElement>? asked)
    {
        var headers = new List<HeaderLine>();
        foreach (var (name, value) in asked ?? new Dictionary<string, JsonElement>())
            foreach (var one in value.ValueKind is JsonValueKind.Array ? value.EnumerateArray().ToArray() : [value])
            {
                if (one.ValueKind is not JsonValueKind.String)
                    return null;
                headers.Add(new HeaderLine(name, one.GetString()!));
            }
        return headers;
    }
}
