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
    private readonly string _given = Gateway.NewSecret();
    private readonly string _number = Gateway.NewNumber();
    private readonly string _slug = $"e{Guid.NewGuid():N}";

    [RealServersFact]
    public async Task An_endpoint_gets_a_secret_that_is_shown_once()
    {
        var created = await Put(new { number = $"+{_number[..2]} {_number[2..7]}-{_number[7..]}" });
        created.StatusCode.ShouldBe(HttpStatusCode.Created);
        created.Headers.Location!.ToString().ShouldBe($"/endpoints/{_slug}");
        var endpoint = await created.Content.ReadFromJsonAsync<JsonElement>();
        endpoint.ShouldSatisfyAllConditions(
            e => e.GetProperty("slug").GetString().ShouldBe(_slug), e => e.GetProperty("path").GetString().ShouldBe($"/hooks/{_slug}"),
            e => e.GetProperty("number").GetString().ShouldBe("+" + _number),
            e => Convert.FromBase64String(e.GetProperty("secret").GetString()!["whsec_".Length..]).Length.ShouldBe(32));

        var again = await Put(new { });
        again.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await again.Content.ReadFromJsonAsync<JsonElement>()).ShouldSatisfyAllConditions(
            e => e.GetProperty("secret").ValueKind.ShouldBe(JsonValueKind.Null),
            e => e.GetProperty("number").GetString().ShouldBe("+" + _number));

        (await ingress.Endpoint(_slug)).GetProperty("secretIds").EnumerateArray().Select(id => id.GetGuid())
            .ShouldBe([endpoint.GetProperty("secretId").GetGuid()]);
    }

    [RealServersFact]
    public async Task A_secret_that_the_gateway_gave_is_taken_once_and_never_shown()
    {
        var first = await (await Put(new { secret = _given })).Content.ReadFromJsonAsync<JsonElement>();
        var second = await (await Put(new { secret = _given })).Content.ReadFromJsonAsync<JsonElement>();
        second.GetProperty("secretId").GetGuid().ShouldBe(first.GetProperty("secretId").GetGuid());
        first.GetProperty("secret").ValueKind.ShouldBe(JsonValueKind.Null);
        (await ingress.Stream($"endpoint-{_slug}")).ShouldBe(["ingress.endpoint-registered.v1", "ingress.endpoint-secret-added.v1"]);
    }

    [RealServersFact]
    public async Task A_sixth_secret_is_refused_until_one_is_revoked()
    {
        var first = await (await Put(new { secret = _given })).Content.ReadFromJsonAsync<JsonElement>();
        for (var i = 2; i <= 5; i++)
            (await Put(new { secret = $"{_given} {i}" })).StatusCode.ShouldBe(HttpStatusCode.OK);

        var refused = await Put(new { secret = $"{_given} 6" });
        refused.StatusCode.ShouldBe(HttpStatusCode.Conflict);
        refused.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");

        var revoke = $"/endpoints/{_slug}/secrets/{first.GetProperty("secretId").GetGuid()}";
        (await ingress.Client.DeleteAsync(revoke)).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await ingress.Client.DeleteAsync(revoke)).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await Put(new { secret = $"{_given} 6" })).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [RealServersFact]
    public async Task A_reader_sees_endpoints_and_does_not_change_them()
    {
        await Put(new { secret = _given });
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
            (_slug, new { number = "0987654321", region = "XX" }, "region"),
            (_slug, new { number = _number, numbers = Array.Empty<object>() }, "number"),
            (_slug, new { numbers = new[] { new { number = _number, sim = 0 } } }, "numbers[0].sim"),
            (_slug, new { numbers = new[] { new { number = _number }, new { number = "+" + _number } } }, "numbers[1].number"),
            (_slug, new { slug = "another" }, "slug"),
            (_slug, new { label = "two words" }, "label"),
            (_slug, new { perSecond = -1 }, "perSecond"),
            (_slug, new { publicUrl = "sms.example.com" }, "publicUrl"),
            (_slug, new { publicUrl = "https://user:password@sms.example.com" }, "publicUrl"),
            (_slug, new { publicUrl = "https://sms.example.com/?a=b" }, "publicUrl"),
            (_slug, new { profile = "carrier-pigeon" }, "profile"),
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
        await Put(new { secret = _given });
        (await ingress.Log.Events($"endpoint-{_slug}", 0, 10, default)).ShouldAllBe(e => e.Actor == "operator:tester");
    }

    [RealServersFact]
    public async Task No_table_holds_a_secret_that_could_be_read()
    {
        await Put(new { secret = _given });
        var generated = (await (await ingress.Client.PutAsJsonAsync($"/endpoints/{_slug}-2", new { })).Content.ReadFromJsonAsync<JsonElement>())
            .GetProperty("secret").GetString()!;

        var stored = await EveryRow();
        stored.ShouldContain(_slug);
        foreach (var secret in new[] { _given, generated })
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
        await Put(new { secret = _given });
        foreach (var path in new[] { "/endpoints", $"/endpoints/{_slug}", "/streams", $"/streams/endpoint-{_slug}" })
            (await ingress.Client.GetStringAsync(path)).ShouldNotContain(_given);
    }

    [RealServersFact]
    public async Task All_there_is_to_say_about_an_endpoint_is_kept_and_shown_and_what_is_not_said_stays()
    {
        var created = await Post(new
        {
            slug = _slug, label = "support", region = "in", publicUrl = "https://sms.example.com/", perSecond = 50,
            numbers = new object[] { new { number = "0" + _number[2..], deviceId = "dev_1", sim = 2 }, new { number = "56161" } },
        });
        created.StatusCode.ShouldBe(HttpStatusCode.Created, await created.Content.ReadAsStringAsync());
        await Put(new { perSecond = 0 });

        (await ingress.Client.GetFromJsonAsync<JsonElement>($"/endpoints/{_slug}")).ShouldSatisfyAllConditions(
            e => e.GetProperty("label").GetString().ShouldBe("support"), e => e.GetProperty("region").GetString().ShouldBe("IN"),
            e => e.GetProperty("publicUrl").GetString().ShouldBe("https://sms.example.com"),
            e => e.GetProperty("perSecond").ValueKind.ShouldBe(JsonValueKind.Null),
            e => e.GetProperty("profile").GetString().ShouldBe("mobile-api-connect"),
            e => e.GetProperty("numbers").EnumerateArray().Select(n => n.GetProperty("number").GetString()).ShouldBe(["+" + _number, "56161"]),
            e => e.GetProperty("numbers")[0].GetProperty("sim").GetInt32().ShouldBe(2),
            e => e.GetProperty("disabled").GetBoolean().ShouldBeFalse());
    }

    [RealServersFact]
    public async Task An_endpoint_that_is_created_without_a_name_gets_one()
    {
        var slug = (await (await Post(new { label = "orders" })).Content.ReadFromJsonAsync<JsonElement>()).GetProperty("slug").GetString()!;
        slug.ShouldStartWith("orders-");
        (await ingress.Client.GetAsync($"/endpoints/{slug}")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [RealServersFact]
    public async Task The_same_request_again_is_answered_as_the_first_time_and_another_under_its_key_is_refused()
    {
        var key = Guid.NewGuid().ToString();
        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Post(new { label = "orders", number = _number }, key)));
        var first = await answers[0].Content.ReadAsStringAsync();
        foreach (var answer in answers)
        {
            answer.StatusCode.ShouldBe(HttpStatusCode.Created);
            (await answer.Content.ReadAsStringAsync()).ShouldBe(first);
        }
        first.ShouldContain("whsec_");
        (await Post(new { label = "support", number = _number }, key)).StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await Post(new { label = "orders" }, key + "2")).StatusCode.ShouldBe(HttpStatusCode.Created);
    }

    [RealServersFact]
    public async Task Creating_what_is_there_already_is_refused()
    {
        await Put(new { });
        var refused = await Post(new { slug = _slug });
        refused.StatusCode.ShouldBe(HttpStatusCode.Conflict);
        (await refused.Content.ReadAsStringAsync()).ShouldContain("PUT");
    }

    [RealServersFact]
    public async Task A_webhook_that_is_registered_twice_is_refused_and_where_it_is_already_is_named()
    {
        (await Put(new { secret = _given, number = _number })).StatusCode.ShouldBe(HttpStatusCode.Created);
        foreach (var mistake in new object[] { new { secret = _given }, new { number = _number }, new { numbers = new[] { new { number = _number, sim = 2 } } } })
        {
            var refused = await Post(mistake);
            refused.StatusCode.ShouldBe(HttpStatusCode.Conflict);
            (await refused.Content.ReadAsStringAsync()).ShouldContain($"'{_slug}'");
        }
        await ingress.Client.PutAsJsonAsync($"/endpoints/{_slug}-2", new { });
        (await ingress.Client.PostAsJsonAsync($"/endpoints/{_slug}-2/secrets", new { secret = _given })).StatusCode.ShouldBe(HttpStatusCode.Conflict);
    }

    [RealServersFact]
    public async Task Of_two_that_register_the_same_at_the_same_moment_one_is_refused()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(i =>
            ingress.Client.PutAsJsonAsync($"/endpoints/{_slug}-{i}", new { secret = _given, number = _number })));
        answers.Select(a => a.StatusCode).Order().ShouldBe([HttpStatusCode.Created, .. Enumerable.Repeat(HttpStatusCode.Conflict, 5)]);
        (await answers.First(a => a.StatusCode == HttpStatusCode.Conflict).Content.ReadAsStringAsync()).ShouldContain($"'{_slug}-");
    }

    [RealServersFact]
    public async Task The_number_of_a_disabled_endpoint_is_free_until_it_is_enabled_again()
    {
        await Put(new { number = _number });
        (await Switch("disable")).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await ingress.Client.PutAsJsonAsync($"/endpoints/{_slug}-2", new { number = _number })).StatusCode.ShouldBe(HttpStatusCode.Created);
        (await Switch("enable")).StatusCode.ShouldBe(HttpStatusCode.Conflict);
    }

    [RealServersFact]
    public async Task A_disabled_endpoint_is_as_if_it_were_not_there_at_every_instance_and_comes_back()
    {
        var gateway = await ingress.Register();
        using var other = (await ingress.Another()).CreateClient();
        (await ingress.Client.PostAsJsonAsync($"/endpoints/{gateway.Slug}/disable", new { reason = "the phone was lost" })).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await gateway.Deliver(Gateway.Text())).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        await Eventually.Sees(
            async () => (await gateway.With(other).Deliver(Gateway.Text())).StatusCode, status => status == HttpStatusCode.NotFound, TimeSpan.FromSeconds(5));

        (await ingress.Client.PostAsync($"/endpoints/{gateway.Slug}/enable", null)).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        await gateway.Accepted(Gateway.Text());
        await gateway.With(other).Accepted(Gateway.Text());
    }

    [RealServersFact]
    public async Task A_rotated_secret_counts_until_its_time_and_the_new_one_at_once()
    {
        var old = await ingress.Register();
        var answer = await ingress.Client.PostAsJsonAsync($"/endpoints/{old.Slug}/secrets", new { });
        var rotated = await answer.Content.ReadFromJsonAsync<JsonElement>();
        rotated.GetProperty("oldUntil").GetDateTimeOffset().ShouldBe(DateTimeOffset.UtcNow.AddHours(24), TimeSpan.FromMinutes(1));
        var @new = old.With(otherSecret: rotated.GetProperty("secret").GetString());
        await old.Accepted(Gateway.Text());
        await @new.Accepted(Gateway.Text());

        var last = await (await ingress.Client.PostAsJsonAsync($"/endpoints/{old.Slug}/secrets", new { overlapHours = 0.0003 })).Content.ReadFromJsonAsync<JsonElement>();
        await Eventually.Sees(async () => (await old.Deliver(Gateway.Text())).StatusCode, status => status == HttpStatusCode.Unauthorized);
        (await @new.Deliver(Gateway.Text())).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        await old.With(otherSecret: last.GetProperty("secret").GetString()).Accepted(Gateway.Text());

        (await ingress.Client.PostAsJsonAsync($"/endpoints/{old.Slug}/secrets", new { overlapHours = -1 })).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await ingress.Client.PostAsJsonAsync("/endpoints/nowhere/secrets", new { })).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        await RebuiltViews.ShouldEqualLive(ingress);
    }

    [RealServersFact]
    public async Task A_change_based_on_what_is_no_longer_so_is_refused()
    {
        await Put(new { });
        var read = (await ingress.Client.GetAsync($"/endpoints/{_slug}")).Headers.ETag!;
        await Put(new { label = "support" });
        using var request = new HttpRequestMessage(HttpMethod.Put, $"/endpoints/{_slug}") { Content = JsonContent.Create(new { label = "orders" }), Headers = { IfMatch = { read } } };
        (await ingress.Client.SendAsync(request)).StatusCode.ShouldBe(HttpStatusCode.PreconditionFailed);
        using var now = new HttpRequestMessage(HttpMethod.Put, $"/endpoints/{_slug}") { Content = JsonContent.Create(new { label = "orders" }) };
        now.Headers.IfMatch.Add((await ingress.Client.GetAsync($"/endpoints/{_slug}")).Headers.ETag!);
        (await ingress.Client.SendAsync(now)).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    private Task<HttpResponseMessage> Switch(string how) => ingress.Client.PostAsJsonAsync($"/endpoints/{_slug}/{how}", new { });

    private async Task<HttpResponseMessage> Post(object body, string? key = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/endpoints") { Content = JsonContent.Create(body) };
        if (key is not null)
            request.Headers.Add("Idempotency-Key", key);
        return await ingress.Client.SendAsync(request);
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
