using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Npgsql;
using Sms.EventStore;
using Sms.Testing;

namespace Sms.ServiceHost.Tests;

public sealed class ProblemsTests(RunningTally running) : IClassFixture<RunningTally>
{
    private readonly TallyUnderTest _tally = running.Under;

    [RealServersFact]
    public async Task A_refusal_is_a_409_with_the_reason() =>
        (await Meeting(new RefusedException("It is closed."), HttpStatusCode.Conflict)).GetProperty("detail").GetString().ShouldBe("It is closed.");

    [RealServersFact]
    public async Task A_conflict_is_a_409_for_who_did_not_say_what_they_had_read() =>
        (await Meeting(new VersionConflictException("tally-1"), HttpStatusCode.Conflict)).GetProperty("title").GetString().ShouldBe("Changed meanwhile");

    [RealServersFact]
    public async Task A_conflict_is_a_412_for_who_did()
    {
        var path = $"/tallies/{Guid.NewGuid()}";
        using var first = await _tally.Call(HttpMethod.Post, path, """{"amount": 5}""", headers: h => h.TryAddWithoutValidation("If-Match", "\"0\""));
        first.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        first.Headers.ETag!.Tag.ShouldBe("\"1\"");
        using var read = await _tally.Call(HttpMethod.Get, path);
        read.Headers.ETag!.Tag.ShouldBe("\"1\"");
        using var stale = await _tally.Call(HttpMethod.Post, path, """{"amount": 5}""", headers: h => h.TryAddWithoutValidation("If-Match", "\"0\""));
        await Is(stale, HttpStatusCode.PreconditionFailed);
    }

    [RealServersFact]
    public async Task An_outage_is_a_503_that_says_when_to_come_back()
    {
        var id = Guid.NewGuid();
        _tally.Troubles.Await(id, new NpgsqlException("secret address refused"));
        using var response = await Post(id, """{"amount": 5}""");
        (await Is(response, HttpStatusCode.ServiceUnavailable)).GetRawText().ShouldNotContain("secret");
        response.Headers.RetryAfter!.Delta.ShouldBe(TimeSpan.FromSeconds(5));
    }

    [RealServersFact]
    public async Task A_bug_is_a_500_that_tells_nothing_of_the_inside() =>
        (await Meeting(new InvalidOperationException("secret"), HttpStatusCode.InternalServerError)).GetRawText().ShouldNotContain("secret");

    [RealServersFact]
    public async Task An_invalid_field_is_a_400_that_names_it()
    {
        using var response = await Post(Guid.NewGuid(), """{"amount": 0}""");
        var problem = await Is(response, HttpStatusCode.BadRequest);
        problem.GetProperty("errors").GetProperty("amount")[0].GetString().ShouldBe("must not be 0");
        problem.GetProperty("detail").GetString().ShouldBe("amount: must not be 0");
    }

    [RealServersFact]
    public async Task A_body_that_cannot_be_read_is_a_400()
    {
        foreach (var body in (string[])["{", "[]", """{"amount": "five"}""", ""])
        {
            using var response = await Post(Guid.NewGuid(), body);
            await Is(response, HttpStatusCode.BadRequest);
        }
    }

    [RealServersFact]
    public async Task An_unknown_path_is_a_404_and_a_wrong_method_a_405()
    {
        using var unknown = await _tally.Call(HttpMethod.Get, "/nowhere");
        await Is(unknown, HttpStatusCode.NotFound);
        using var wrong = await _tally.Call(HttpMethod.Delete, "/streams");
        await Is(wrong, HttpStatusCode.MethodNotAllowed);
    }

    // ---- versions ----

    [Theory]
    [InlineData("\"7\"", 7L)]
    [InlineData("\"0\"", 0L)]
    [InlineData(" \"12\" ", 12L)]
    [InlineData("*", null)]
    [InlineData(null, null)]
    public void If_Match_is_the_version_the_caller_has_read(string? header, long? version) => Request(header).IfMatch().ShouldBe(version);

    [Theory]
    [InlineData("7")]
    [InlineData("\"\"")]
    [InlineData("\"seven\"")]
    [InlineData("\"-1\"")]
    [InlineData("W/\"7\"")]
    [InlineData("\"7\", \"8\"")]
    [InlineData("\"99999999999999999999\"")]
    public void An_If_Match_that_is_no_version_is_refused_instead_of_ignored(string header) =>
        Should.Throw<BadHttpRequestException>(() => Request(header).IfMatch()).StatusCode.ShouldBe(400);

    [Fact]
    public void The_ETag_is_the_version_in_quotes()
    {
        var http = new DefaultHttpContext();
        http.SetETag(42);
        http.Response.Headers.ETag.ToString().ShouldBe("\"42\"");
    }

    // ---- pages ----

    [Theory]
    [InlineData(null, 50)]
    [InlineData(1, 1)]
    [InlineData(200, 200)]
    [InlineData(201, 200)]
    [InlineData(0, 1)]
    [InlineData(-5, 1)]
    public void A_page_has_1_to_200_items_and_50_when_nobody_says(int? limit, int size) => Paging.Size(limit).ShouldBe(size);

    [Fact]
    public void A_page_says_where_the_next_one_begins_only_if_there_is_one()
    {
        new List<int> { 1, 2, 3 }.ToPage(2, n => $"{n}").ShouldSatisfyAllConditions(p => p.Items.ShouldBe([1, 2]), p => p.Next.ShouldBe("2"));
        new List<int> { 1, 2 }.ToPage(2, n => $"{n}").ShouldSatisfyAllConditions(p => p.Items.ShouldBe([1, 2]), p => p.Next.ShouldBeNull());
        new List<int>().ToPage(2, n => $"{n}").ShouldSatisfyAllConditions(p => p.Items.ShouldBeEmpty(), p => p.Next.ShouldBeNull());
    }

    private static DefaultHttpContext Request(string? ifMatch)
    {
        var http = new DefaultHttpContext();
        if (ifMatch is not null)
            http.Request.Headers.IfMatch = ifMatch;
        return http;
    }

    private Task<HttpResponseMessage> Post(Guid id, string body) => _tally.Call(HttpMethod.Post, $"/tallies/{id}", body);

    private async Task<JsonElement> Meeting(Exception trouble, HttpStatusCode status)
    {
        var id = Guid.NewGuid();
        _tally.Troubles.Await(id, trouble);
        using var response = await Post(id, """{"amount": 5}""");
        return await Is(response, status);
    }

    private static async Task<JsonElement> Is(HttpResponseMessage response, HttpStatusCode status)
    {
        response.StatusCode.ShouldBe(status);
        response.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
        var problem = JsonElement.Parse(await response.Content.ReadAsStringAsync());
        problem.GetProperty("status").GetInt32().ShouldBe((int)status);
        return problem;
    }
}
