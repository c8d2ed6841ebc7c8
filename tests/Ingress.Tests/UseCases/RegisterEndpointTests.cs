using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Sms.EventStore;
using Sms.Testing;

namespace Sms.Ingress.Tests.UseCases;

public sealed class RegisterEndpointTests(IngressUnderTest ingress) : IClassFixture<IngressUnderTest>
{
    private const string Given = "whsec_Z2l2ZW4gYnkgdGhlIGdhdGV3YXk=";
    private readonly string _slug = $"e{Guid.NewGuid():N}";

    [RealServersFact]
    public async Task An_endpoint_gets_a_secret_that_is_shown_once()
    {
        var created = await Put(new { number = "+91 12345-00000" });
        created.StatusCode.ShouldBe(HttpStatusCode.Created);
        created.Headers.Location!.ToString().ShouldBe($"/endpoints/{_slug}");
        var endpoint = await created.Content.ReadFromJsonAsync<JsonElement>();
        endpoint.ShouldSatisfyAllConditions(
            e => e.GetProperty("slug").GetString().ShouldBe(_slug), e => e.GetProperty("path").GetString().ShouldBe($"/hooks/{_slug}"),
            e => e.GetProperty("number").GetString().ShouldBe("+911234500000"),
            e => Convert.FromBase64String(e.GetProperty("secret").GetString()!["whsec_".Length..]).Length.ShouldBe(32));

        var again = await Put(new { });
        again.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await again.Content.ReadFromJsonAsync<JsonElement>()).ShouldSatisfyAllConditions(
            e => e.GetProperty("secret").ValueKind.ShouldBe(JsonValueKind.Null),
            e => e.GetProperty("number").GetString().ShouldBe("+911234500000"));

        (await ingress.Endpoint(_slug)).GetProperty("secretIds").EnumerateArray().Select(id => id.GetGuid())
            .ShouldBe([endpoint.GetProperty("secretId").GetGuid()]);
    }

    [RealServersFact]
    public async Task A_secret_that_the_gateway_gave_is_taken_once_and_never_shown()
    {
        var first = await (await Put(new { secret = Given })).Content.ReadFromJsonAsync<JsonElement>();
        var second = await (await Put(new { secret = Given })).Content.ReadFromJsonAsync<JsonElement>();
        second.GetProperty("secretId").GetGuid().ShouldBe(first.GetProperty("secretId").GetGuid());
        first.GetProperty("secret").ValueKind.ShouldBe(JsonValueKind.Null);
        (await ingress.Stream($"endpoint-{_slug}")).ShouldBe(["ingress.endpoint-registered.v1", "ingress.endpoint-secret-added.v1"]);
    }

    [RealServersFact]
    public async Task A_sixth_secret_is_refused_until_one_is_revoked()
    {
        var first = await (await Put(new { secret = Given })).Content.ReadFromJsonAsync<JsonElement>();
        for (var i = 2; i <= 5; i++)
            (await Put(new { secret = $"{Given} {i}" })).StatusCode.ShouldBe(HttpStatusCode.OK);

        var refused = await Put(new { secret = $"{Given} 6" });
        refused.StatusCode.ShouldBe(HttpStatusCode.Conflict);
        refused.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");

        var revoke = $"/endpoints/{_slug}/secrets/{first.GetProperty("secretId").GetGuid()}";
        (await ingress.Client.DeleteAsync(revoke)).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await ingress.Client.DeleteAsync(revoke)).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await Put(new { secret = $"{Given} 6" })).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [RealServersFact]
    public async Task A_reader_sees_endpoints_and_does_not_change_them()
    {
        await Put(new { secret = Given });
        var reader = ingress.ClientWith(ServiceUnderTest<Program>.ReaderKey);
        (await reader.GetAsync("/endpoints")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await reader.PutAsJsonAsync($"/endpoints/{_slug}", new { })).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await reader.DeleteAsync($"/endpoints/{_slug}/secrets/{Guid.NewGuid()}")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await ingress.ClientWith(null).PutAsJsonAsync($"/endpoints/{_slug}", new { })).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await ingress.ClientWith("no key of ours").GetAsync("/endpoints")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [RealServersFact]
    public async Task What_is_wrong_is_named_with_its_field_and_a_secret_is_not_quoted()
    {
        (string Slug, object Body, string Field)[] wrong =
        [
            ("Upper", new { }, "slug"),
            ("-dash-first", new { }, "slug"),
            ("under_score", new { }, "slug"),
            (new string('a', 64), new { }, "slug"),
            (_slug, new { number = "" }, "number"),
            (_slug, new { number = "---" }, "number"),
            (_slug, new { number = "AD-AIRTEL" }, "number"),
            (_slug, new { secret = "" }, "secret"),
            (_slug, new { secret = "tooshort" }, "secret"),
            (_slug, new { secret = "whsec_tooshort" }, "secret"),
            (_slug, new { secret = "pasted-with-a-line-break\n" }, "secret"),
        ];
        foreach (var (slug, body, field) in wrong)
        {
            var answer = await ingress.Client.PutAsJsonAsync($"/endpoints/{slug}", body);
            var problem = await answer.Content.ReadAsStringAsync();
            answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest, $"{slug} {body}");
            JsonSerializer.Deserialize<HttpValidationProblemDetails>(problem, JsonSerializerOptions.Web)!.Errors.Keys.ShouldBe([field], $"{slug} {body}");
            problem.ShouldNotContain("tooshort");
            problem.ShouldNotContain("pasted");
        }
        (await ingress.Log.Stream($"endpoint-{_slug}", default)).ShouldBeNull();
    }

    [RealServersFact]
    public async Task Who_did_it_is_recorded()
    {
        await Put(new { secret = Given });
        (await ingress.Log.Events($"endpoint-{_slug}", 0, 10, default)).ShouldAllBe(e => e.Actor == "operator:tester");
    }

    [RealServersFact]
    public async Task No_table_holds_a_secret_that_could_be_read()
    {
        await Put(new { secret = Given });
        var generated = (await (await ingress.Client.PutAsJsonAsync($"/endpoints/{_slug}-2", new { })).Content.ReadFromJsonAsync<JsonElement>())
            .GetProperty("secret").GetString()!;

        var stored = await EveryRow();
        stored.ShouldContain(_slug);
        foreach (var secret in new[] { Given, generated })
            foreach (var bytes in new[] { Encoding.UTF8.GetBytes(secret), Convert.FromBase64String(secret["whsec_".Length..]) })
            {
                stored.ShouldNotContain(secret["whsec_".Length..]);
                stored.ShouldNotContain(Convert.ToBase64String(bytes).TrimEnd('='));
                stored.ShouldNotContain(Convert.ToHexStringLower(bytes));
            }
    }

    [RealServersFact]
    public async Task Secrets_are_shown_by_no_list_and_no_stream()
    {
        await Put(new { secret = Given });
        foreach (var path in new[] { "/endpoints", "/streams", $"/streams/endpoint-{_slug}" })
            (await ingress.Client.GetStringAsync(path)).ShouldNotContain(Given);
    }

    private Task<HttpResponseMessage> Put(object body) => ingress.Client.PutAsJsonAsync($"/endpoints/{_slug}", body);

    /// <summary>Every row of every table, as PostgreSQL prints it.</summary>
    private async Task<string> EveryRow()
    {
        var tables = await ingress.Database.Query(
            $"select table_name from information_schema.tables where table_schema = 'public'", r => r.GetString(0));
        tables.ShouldContain("endpoint_secrets");
        var rows = new StringBuilder();
        foreach (var table in tables)
        {
            await using var command = ingress.Database.CreateCommand($"select t::text from \"{table}\" t");
            await using var reader = await command.ExecuteReaderAsync();
            while (await reader.ReadAsync())
                rows.AppendLine(reader.GetString(0));
        }
        return rows.ToString();
    }
}
