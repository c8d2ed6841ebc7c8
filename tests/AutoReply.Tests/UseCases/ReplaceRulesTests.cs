using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using Microsoft.AspNetCore.Http;
using Sms.AutoReply.Views;
using Sms.Testing;

namespace Sms.AutoReply.Tests.UseCases;

public sealed class ReplaceRulesTests(ServiceUnderTest<Program> autoReply) : IClassFixture<ServiceUnderTest<Program>>
{
    private const string Hours = """{"rules":[{"name":"hours","match":"exact","words":["HOURS"],"reply":"9 to 18"}]}""";
    private const string None = """{"rules":[]}""";

    [RealServersFact]
    public async Task Rules_put_in_force_are_shown_with_their_version()
    {
        var put = await Put(Hours);
        put.StatusCode.ShouldBe(HttpStatusCode.OK);
        var get = await autoReply.Client.GetAsync("/rules");
        get.Headers.ETag.ShouldNotBeNull().ShouldBe(put.Headers.ETag);
        (await get.Content.ReadFromJsonAsync<RulesInForce>())!.Rules.ShouldHaveSingleItem().Name.ShouldBe("hours");
    }

    [RealServersFact]
    public async Task Rules_changed_by_somebody_else_meanwhile_are_not_overwritten()
    {
        var read = (await Put(Hours)).Headers.ETag!;
        var changed = (await Put(None, read)).Headers.ETag;

        (await Put(Hours, read)).StatusCode.ShouldBe(HttpStatusCode.PreconditionFailed);
        (await Put(Hours, new EntityTagHeaderValue("\"1000000\""))).StatusCode.ShouldBe(HttpStatusCode.PreconditionFailed);

        (await autoReply.Client.GetAsync("/rules")).Headers.ETag.ShouldBe(changed);
    }

    [RealServersFact]
    public async Task Of_two_changes_to_the_same_version_one_wins()
    {
        var read = (await Put(Hours)).Headers.ETag!;
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Put(None, read)));
        answers.Count(a => a.StatusCode == HttpStatusCode.OK).ShouldBe(1);
        answers.Count(a => a.StatusCode == HttpStatusCode.PreconditionFailed).ShouldBe(7);
    }

    [RealServersFact]
    public async Task Only_an_admin_changes_rules_and_a_reader_sees_them()
    {
        (await Put(None, client: autoReply.ClientWith(ServiceUnderTest<Program>.ReaderKey))).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await Put(None, client: autoReply.ClientWith(null))).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await autoReply.ClientWith(ServiceUnderTest<Program>.ReaderKey).GetAsync("/rules")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [RealServersFact]
    public async Task Every_refusal_names_the_field()
    {
        (string Body, string Field)[] refused =
        [
            ("""{"rules":[{"name":"x","match":"exact","words":["STOP"],"reply":"no"}]}""", "rules[0].words[0]"),
            ("""{"rules":[{"name":"x","match":"any","reply":"Hi {{name}}"}]}""", "rules[0].reply"),
            ("""{"rules":[{"name":"x","match":"any","reply":"Hi","enabled":false}]}""", "rules[0].enabled"),
            ("""{"rules":[{"name":7,"match":"any","reply":"Hi"}]}""", "rules[0].name"),
            ("""{"rules":"none"}""", "rules"),
            ("""{"rules":[""", "rules[0]"),
            ("{}", "rules"),
            ("null", "rules"),
            ("", "rules"),
        ];
        foreach (var (body, field) in refused)
        {
            var answer = await Put(body);
            answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest, body);
            answer.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json", body);
            (await answer.Content.ReadFromJsonAsync<HttpValidationProblemDetails>())!.Errors.Keys.ShouldBe([field], body);
        }
    }

    [RealServersFact]
    public async Task Only_JSON_is_read()
    {
        using var content = new StringContent("rules: []", Encoding.UTF8, "application/yaml");
        (await autoReply.Client.PutAsync("/rules", content)).StatusCode.ShouldBe(HttpStatusCode.UnsupportedMediaType);
    }

    private async Task<HttpResponseMessage> Put(string body, EntityTagHeaderValue? ifMatch = null, HttpClient? client = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, "/rules")
        {
            Content = new StringContent(body, Encoding.UTF8, "application/json"),
        };
        if (ifMatch is not null)
            request.Headers.IfMatch.Add(ifMatch);
        return await (client ?? autoReply.Client).SendAsync(request);
    }
}
