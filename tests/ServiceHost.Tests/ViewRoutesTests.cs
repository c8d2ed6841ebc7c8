using System.Net;
using System.Text.Json;
using Npgsql;
using Microsoft.Extensions.DependencyInjection;
using Sms.EventStore;
using Sms.Testing;

namespace Sms.ServiceHost.Tests;

public sealed class ViewRoutesTests : IAsyncLifetime
{
    private readonly TallyUnderTest _tally = new();

    public async ValueTask InitializeAsync()
    {
        await _tally.InitializeAsync();
        if (!TestServers.Present)
            return;
        await _tally.Start();
        foreach (var tally in new[] { "1", "2" })
            await _tally.Store.Commit([Tally.Stream.Start(tally, [new TallyEvent.Counted(3)], new Cause(null, null, Cause.System))], null);
    }

    public ValueTask DisposeAsync() => _tally.DisposeAsync();

    [RealServersFact]
    public async Task Views_are_made_anew_and_say_by_whom_and_how_far()
    {
        await Execute($"update tallies set sum = 99");
        (await Get("/views/rebuild")).Status.ShouldBe(HttpStatusCode.NotFound);

        var begun = await Send(HttpMethod.Post, "/views/rebuild");

        (begun.Status, begun.Location).ShouldBe((HttpStatusCode.Accepted, "/views/rebuild"));
        var run = await Ended("/views/rebuild");
        Said(run, "state", "purpose", "actor").ShouldBe(["done", "rebuild", "operator:boss"]);
        (run.GetProperty("done").GetInt64(), run.GetProperty("total").GetInt64()).ShouldBe((2, 2));
        (await Sums()).ShouldBe([3, 3]);
    }

    [RealServersFact]
    public async Task A_row_that_is_not_what_the_log_says_is_named()
    {
        await Execute($"update tallies set sum = 99 where tally = 'tally-2'");

        (await Send(HttpMethod.Post, "/views/verify")).Status.ShouldBe(HttpStatusCode.Accepted);

        var run = await Ended("/views/verify");
        (run.GetProperty("state").GetString(), run.GetProperty("equal").GetBoolean()).ShouldBe(("done", false));
        var difference = run.GetProperty("differences").EnumerateArray().ShouldHaveSingleItem();
        Said(difference, "table", "key", "kind").ShouldBe(["tallies", """{"tally": "tally-2"}""", "changed"]);
        difference.GetProperty("columns").EnumerateArray().ShouldHaveSingleItem().GetString().ShouldBe("sum");
        (await Sums()).ShouldBe([3, 99]);
    }

    [RealServersFact]
    public async Task Under_way_it_can_be_cancelled_and_not_begun_again()
    {
        await using var writer = await _tally.Service.Services.GetRequiredService<NpgsqlDataSource>().OpenConnectionAsync();
        await using var open = await writer.BeginTransactionAsync();
        await using (var takesAnId = new NpgsqlCommand("select pg_current_xact_id()", writer))
            await takesAnId.ExecuteScalarAsync();
        await Send(HttpMethod.Post, "/views/rebuild");

        (await Send(HttpMethod.Post, "/views/rebuild")).Status.ShouldBe(HttpStatusCode.Conflict);
        (await Send(HttpMethod.Post, "/views/verify")).Status.ShouldBe(HttpStatusCode.Conflict);
        (await Send(HttpMethod.Delete, "/views/verify")).Status.ShouldBe(HttpStatusCode.Conflict);
        (await Send(HttpMethod.Delete, "/views/rebuild")).Status.ShouldBe(HttpStatusCode.Accepted);

        Said(await Ended("/views/rebuild"), "state", "cancelledBy").ShouldBe(["cancelled", "operator:boss"]);
        (await Send(HttpMethod.Delete, "/views/rebuild")).Status.ShouldBe(HttpStatusCode.Conflict);
    }

    [RealServersFact]
    public async Task Who_may_not_change_how_the_platform_behaves_may_only_look()
    {
        (await Send(HttpMethod.Post, "/views/rebuild", "ada")).Status.ShouldBe(HttpStatusCode.Forbidden);
        (await Send(HttpMethod.Delete, "/views/rebuild", "ada")).Status.ShouldBe(HttpStatusCode.Forbidden);
        (await Send(HttpMethod.Post, "/views/verify", "ada")).Status.ShouldBe(HttpStatusCode.Forbidden);
        (await Get("/views/verify", "onlooker")).Status.ShouldBe(HttpStatusCode.NotFound);
        var views = await Get("/views", "onlooker");
        views.Body.EnumerateArray().Select(view => view.GetRawText()).ShouldBe(
            ["""{"view":"DeadLetterList","tables":["dead_letters"]}""", """{"view":"Tallies","tables":["tallies"]}"""]);
    }

    private static string?[] Said(JsonElement of, params string[] properties) => Array.ConvertAll(properties, name => of.GetProperty(name).GetString());

    private Task<JsonElement> Ended(string path) => Eventually.Sees(
        async () => (await Get(path)).Body, run => run.GetProperty("state").GetString() != "running");

    private Task<(HttpStatusCode Status, string? Location, JsonElement Body)> Get(string path, string as_ = "boss") => Send(HttpMethod.Get, path, as_);

    private async Task<(HttpStatusCode Status, string? Location, JsonElement Body)> Send(HttpMethod method, string path, string as_ = "boss")
    {
        using var response = await _tally.Call(method, path, as_: as_);
        var body = await response.Content.ReadAsStringAsync();
        return (response.StatusCode, response.Headers.Location?.ToString(), body.Length == 0 ? default : JsonElement.Parse(body));
    }

    private Task<List<int>> Sums() => _tally.Service.Services.GetRequiredService<NpgsqlDataSource>().Query(
        $"select sum from tallies order by tally", r => r.GetInt32(0));

    private Task<List<int>> Execute(Sql sql) => _tally.Service.Services.GetRequiredService<NpgsqlDataSource>().Query(sql, _ => 0);
}
