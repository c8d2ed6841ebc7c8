using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Sms.Testing;

namespace Sms.Ingress.Tests;

/// <summary>The document by which others write clients, as the running service serves it.</summary>
public sealed partial class OpenApiTests(IngressUnderTest ingress) : IClassFixture<IngressUnderTest>
{
    private const string Problem = "application/problem+json";

    [RealServersFact]
    public async Task Every_route_is_in_it_and_nothing_else()
    {
        var described = (await Operations()).Select(o => $"{o.Method} {o.Path}");
        described.ShouldBe(Routes().Select(r => $"{r.Method} {r.Path}"), ignoreOrder: true);
    }

    [RealServersFact]
    public async Task Every_call_has_a_name_a_summary_its_parameters_and_what_it_answers()
    {
        var operations = await Operations();
        operations.Select(o => o.It.GetProperty("operationId").GetString()).ShouldBeUnique();
        foreach (var (method, path, it) in operations)
        {
            var call = $"{method} {path}";
            it.GetProperty("summary").GetString().ShouldNotBeNullOrWhiteSpace(call);
            var parameters = it.TryGetProperty("parameters", out var some) ? some.EnumerateArray().ToList() : [];
            parameters.Where(p => p.GetProperty("in").GetString() == "path").Select(p => p.GetProperty("name").GetString())
                .ShouldBe(Hole().Matches(path).Select(m => m.Groups[1].Value), call);
            foreach (var (status, answer) in it.GetProperty("responses").EnumerateObject().Select(r => (r.Name, r.Value)))
            {
                answer.GetProperty("description").GetString().ShouldNotBeNullOrWhiteSpace($"{call} {status}");
                if (path.StartsWith("/hooks", StringComparison.Ordinal) || status == "204" || status == "202")
                    continue;
                var content = answer.GetProperty("content").EnumerateObject().ShouldHaveSingleItem();
                content.Name.ShouldBe(status[0] == '2' ? "application/json" : Problem, $"{call} {status}");
                content.Value.GetProperty("schema").EnumerateObject().ShouldNotBeEmpty();
            }
            it.GetProperty("responses").EnumerateObject().ShouldContain(r => r.Name[0] == '2', call);
            if (method is "PUT")
                it.TryGetProperty("requestBody", out _).ShouldBeTrue(call);
        }
    }

    [RealServersFact]
    public async Task Who_needs_a_key_is_told_so_with_what_else_may_be_answered()
    {
        var routes = Routes().ToDictionary(r => $"{r.Method} {r.Path}", r => r.NeedsKey);
        foreach (var (method, path, it) in await Operations())
        {
            var call = $"{method} {path}";
            it.TryGetProperty("security", out var security).ShouldBe(routes[call], call);
            if (!routes[call])
                continue;
            security.EnumerateArray().ShouldHaveSingleItem().TryGetProperty("apiKey", out _).ShouldBeTrue(call);
            var statuses = it.GetProperty("responses").EnumerateObject().Select(r => r.Name).ToList();
            statuses.ShouldContain("401", call);
            statuses.ShouldContain("403", call);
            statuses.ShouldContain("503", call);
            if (method is not "GET")
                statuses.ShouldContain("409", call);
        }
        var scheme = (await Document()).GetProperty("components").GetProperty("securitySchemes").GetProperty("apiKey");
        (scheme.GetProperty("type").GetString(), scheme.GetProperty("scheme").GetString()).ShouldBe(("http", "bearer"));
    }

    [RealServersFact]
    public async Task A_change_says_by_which_headers_it_is_made_safe()
    {
        var operations = await Operations();
        Headers("POST /endpoints").ShouldBe(["Idempotency-Key"]);
        Headers("PUT /endpoints/{slug}").ShouldBe(["If-Match"]);
        Headers("DELETE /endpoints/{slug}/secrets/{secretId}").ShouldBe(["If-Match"]);
        Of("PUT /endpoints/{slug}").GetProperty("responses").TryGetProperty("412", out _).ShouldBeTrue();
        Of("POST /endpoints").GetProperty("responses").TryGetProperty("422", out _).ShouldBeTrue();
        Of("POST /endpoints/{slug}/backfill").GetProperty("responses").TryGetProperty("502", out _).ShouldBeTrue();

        JsonElement Of(string call) => operations.Single(o => $"{o.Method} {o.Path}" == call).It;
        IEnumerable<string?> Headers(string call) =>
            Of(call).GetProperty("parameters").EnumerateArray().Where(p => p.GetProperty("in").GetString() == "header").Select(p => p.GetProperty("name").GetString());
    }

    [RealServersFact]
    public async Task The_hook_is_described_for_whoever_writes_a_gateway()
    {
        var hook = (await Operations()).Single(o => o.Path == "/hooks/{endpoint}").It;
        hook.GetProperty("requestBody").GetProperty("content").EnumerateObject().Select(c => c.Name).ShouldBe(["application/json", "application/x-www-form-urlencoded"]);
        hook.GetProperty("responses").EnumerateObject().Select(r => r.Name).ShouldBe(["200", "401", "404", "413", "415", "429", "503"]);
    }

    [RealServersFact]
    public async Task Every_type_has_a_name_of_its_own_and_every_reference_leads_to_one()
    {
        var document = await Document();
        var schemas = document.GetProperty("components").GetProperty("schemas").EnumerateObject().Select(s => s.Name).ToList();
        schemas.Where(name => Numbered().IsMatch(name)).ShouldBeEmpty();
        schemas.ShouldContain("RotateSecretRequest");
        schemas.ShouldContain("PageOfQuarantineListRow");
        Reference().Matches(document.GetRawText()).Select(m => m.Groups[1].Value).Distinct().Where(name => !schemas.Contains(name)).ShouldBeEmpty();
    }

    private async Task<JsonElement> Document()
    {
        using var stranger = ingress.ClientWith(null);
        return await stranger.GetFromJsonAsync<JsonElement>("/openapi/v1.json");
    }

    private async Task<List<(string Method, string Path, JsonElement It)>> Operations() =>
    [
        .. from path in (await Document()).GetProperty("paths").EnumerateObject()
           from operation in path.Value.EnumerateObject()
           select (operation.Name.ToUpperInvariant(), path.Name, operation.Value),
    ];

    /// <summary>What the service routes by, but for its health and the document itself, which are no part of what it offers.</summary>
    private IEnumerable<(string Method, string Path, bool NeedsKey)> Routes() =>
        from route in ingress.Services.GetServices<EndpointDataSource>().SelectMany(s => s.Endpoints).OfType<RouteEndpoint>()
        let path = Constraint().Replace("/" + route.RoutePattern.RawText!.Trim('/'), "}")
        where !path.StartsWith("/openapi", StringComparison.Ordinal) && !path.StartsWith("/health", StringComparison.Ordinal)
        from method in route.Metadata.GetMetadata<IHttpMethodMetadata>()!.HttpMethods
        select (method, path, route.Metadata.GetMetadata<IAuthorizeData>() is not null);

    [GeneratedRegex("{([^}]+)}")]
    private static partial Regex Hole();

    [GeneratedRegex(":[^}]+}")]
    private static partial Regex Constraint();

    [GeneratedRegex("[0-9]$")]
    private static partial Regex Numbered();

    [GeneratedRegex("\"#/components/schemas/([^\"]+)\"")]
    private static partial Regex Reference();
}
