using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Sms.Testing;

/// <summary>A service's OpenAPI document beside what it really serves.</summary>
public static partial class DescribedApi
{
    private const string Problem = "application/problem+json";

    /// <summary>Changes that need neither <c>If-Match</c> nor an <c>Idempotency-Key</c>, wherever they are served, and why.</summary>
    private static readonly Dictionary<string, string> SafeAnyway = new()
    {
        ["POST /relay/replay"] = "is the same however often",
        ["DELETE /relay/replay"] = "is the same however often",
        ["POST /views/rebuild"] = "one runs at a time",
        ["DELETE /views/rebuild"] = "is the same however often",
        ["POST /views/verify"] = "one runs at a time",
        ["DELETE /views/verify"] = "is the same however often",
        ["POST /dead-letters/{id}/requeue"] = "is done once and refused then",
        ["POST /dead-letters/requeue"] = "what is in its queue again is not taken a second time",
        ["POST /dead-letters/{id}/discard"] = "is done once and refused then",
        ["POST /webhooks/{id}/test"] = "changes nothing here",
        ["POST /webhooks/{id}/deliveries/{messageId}/redeliver"] = "a receiver recognises the message by its id",
        ["POST /webhooks/{id}/recover"] = "a receiver recognises the messages by their ids",
    };

    /// <summary>What is only read as it is, wherever it is served, and why.</summary>
    private static readonly Dictionary<string, string> OnlyNow = new()
    {
        ["GET /about"] = "which instance answers",
        ["GET /queues"] = "what waits by now",
        ["GET /dead-letters"] = "what is dead by now",
        ["GET /dead-letters/causes"] = "what is dead by now",
        ["GET /dead-letters/{id}"] = "tells every step that was taken, and when",
        ["GET /streams"] = "the log itself",
        ["GET /streams/kinds"] = "what the program has",
        ["GET /streams/{id}"] = "the log itself, by version",
        ["GET /facts"] = "the log itself, until a time",
        ["GET /facts/{id}"] = "the log itself",
        ["GET /story/{smsId}"] = "the log itself",
        ["GET /relay"] = "how far it is by now",
        ["GET /views"] = "what the program has",
        ["GET /views/rebuild"] = "how far it is by now",
        ["GET /views/verify"] = "how far it is by now",
        ["GET /webhooks"] = "how receivers do by now; what was set is in /streams/webhook-{id}",
        ["GET /webhooks/{id}"] = "how a receiver does by now; what was set is in /streams/webhook-{id}",
        ["GET /webhooks/event-types"] = "what the program has",
        ["GET /webhooks/mappings"] = "what the program has",
        ["GET /webhooks/{id}/deliveries"] = "each says when it was and is kept for a while only",
        ["GET /webhooks/{id}/deliveries/{messageId}"] = "says when each attempt was",
    };

    /// <summary>
    /// Fails unless every route is described with a name, a summary, what it answers and how it refuses; every change can be asked for safely
    /// twice or as read; and everything that is read can be read as it was.
    /// </summary>
    /// <param name="service">The service.</param>
    /// <param name="safeAnyway">Changes of its own that need no header to be safe, as <c>POST /path</c>, and why.</param>
    /// <param name="onlyNow">What of its own is only read as it is, as <c>GET /path</c>, and why.</param>
    public static async Task ShouldBeComplete<TProgram>(
        ServiceUnderTest<TProgram> service, IReadOnlyDictionary<string, string> safeAnyway, IReadOnlyDictionary<string, string> onlyNow)
        where TProgram : class
    {
        var routes = Routes(service).ToDictionary(route => route.Call, route => route.NeedsKey);
        var document = await service.Client.GetFromJsonAsync<JsonElement>("/openapi/v1.json");
        var described = document.GetProperty("paths").EnumerateObject()
            .SelectMany(path => path.Value.EnumerateObject(), (path, operation) => (Call: $"{operation.Name.ToUpperInvariant()} {path.Name}", It: operation.Value))
            .ToDictionary(operation => operation.Call, operation => operation.It);
        List<string> faults =
        [
            .. routes.Keys.Except(described.Keys).Select(call => $"{call} is not described"),
            .. described.Keys.Except(routes.Keys).Select(call => $"{call} is described and not served"),
            .. described.Values.GroupBy(Name).Where(same => same.Count() > 1).Select(same => $"{same.Count()} calls are named {same.Key}"),
            .. safeAnyway.Keys.Concat(onlyNow.Keys).Except(routes.Keys).Select(call => $"{call} is excepted and not served"),
        ];
        foreach (var (call, it) in described)
            faults.AddRange(Faults(
                call, it, routes.GetValueOrDefault(call), safeAnyway.ContainsKey(call) || SafeAnyway.ContainsKey(call), onlyNow.ContainsKey(call) || OnlyNow.ContainsKey(call)));
        Assert.True(faults.Count == 0, string.Join('\n', faults));
    }

    private static IEnumerable<string> Faults(string call, JsonElement it, bool needsKey, bool safeAnyway, bool onlyNow)
    {
        var answers = it.GetProperty("responses").EnumerateObject().ToDictionary(answer => answer.Name, answer => answer.Value);
        var parameters = it.TryGetProperty("parameters", out var some) ? some.EnumerateArray().ToList() : [];
        if (string.IsNullOrWhiteSpace(Name(it)))
            yield return $"{call} has no name";
        if (!it.TryGetProperty("summary", out var summary) || string.IsNullOrWhiteSpace(summary.GetString()))
            yield return $"{call} has no summary";
        if (!answers.Keys.Any(status => status[0] is '2' or '3'))
            yield return $"{call} does not say what it answers";
        foreach (var (status, answer) in answers)
        {
            var contents = answer.TryGetProperty("content", out var content) ? content.EnumerateObject().Select(type => type.Name).ToList() : [];
            if (status is "200" or "201" && contents.Count == 0)
                yield return $"{call} does not say what {status} looks like";
            if (status[0] is '4' or '5' && !contents.SequenceEqual([Problem]))
                yield return $"{call} does not answer {status} with a problem";
        }
        var isChange = !call.StartsWith("GET ", StringComparison.Ordinal);
        List<string> expected = [.. needsKey ? ["401", "403", "503"] : Array.Empty<string>(), .. isChange ? ["409"] : Array.Empty<string>()];
        if (parameters.Count > 0 || it.TryGetProperty("requestBody", out _))
            expected.Add("400");
        if (Takes("header", "If-Match"))
            expected.Add("412");
        foreach (var status in expected.Except(answers.Keys))
            yield return $"{call} does not say when it answers {status}";

        if (isChange && (Takes("header", "If-Match") || Takes("header", "Idempotency-Key")) == safeAnyway)
            yield return safeAnyway ? $"{call} is excepted and takes If-Match or Idempotency-Key" : $"{call} takes neither If-Match nor Idempotency-Key";
        if (!isChange && Takes("query", "asOf") == onlyNow)
            yield return onlyNow ? $"{call} is excepted and takes asOf" : $"{call} does not take asOf";

        bool Takes(string where, string name) => parameters.Exists(p => p.GetProperty("in").GetString() == where && p.GetProperty("name").GetString() == name);
    }

    private static string? Name(JsonElement operation) => operation.TryGetProperty("operationId", out var name) ? name.GetString() : null;

    private static IEnumerable<(string Call, bool NeedsKey)> Routes<TProgram>(ServiceUnderTest<TProgram> service)
        where TProgram : class =>
        from route in service.Services.GetServices<EndpointDataSource>().SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
        let path = Constraint().Replace("/" + route.RoutePattern.RawText!.Trim('/'), "}")
        where !path.StartsWith("/openapi", StringComparison.Ordinal) && !path.StartsWith("/health", StringComparison.Ordinal)
        from method in route.Metadata.GetMetadata<IHttpMethodMetadata>()!.HttpMethods
        select ($"{method} {path}", route.Metadata.GetMetadata<IAuthorizeData>() is not null);

    [GeneratedRegex(":[^}]+}")]
    private static partial Regex Constraint();
}
