extern alias AutoReply;

using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using AutoReply::Sms.AutoReply.Rules;
using Npgsql;
using Sms.PhoneNumbers;
using Sms.Testing;

namespace Sms.Benchmarks;

/// <summary>
/// What rules cost: <c>… Sms.Benchmarks.dll --rules [TEXTS]</c>. A text tried on ten keyword rules and on ten thousand, as a ratio; and
/// a draft tried on a history of so many texts, over HTTP, with PostgreSQL on the same machine.
/// </summary>
internal static class RuleTrials
{
    private const int People = 50_000;

    public static async Task Run(int texts)
    {
        Matching();
        await WhatIf(texts);
    }

    private static void Matching()
    {
        var (few, many) = (new CompiledRules(Keywords(10)), new CompiledRules(Keywords(10_000)));
        var random = new Random(1);
        var sms = Enumerable.Range(0, 2_000).Select(no => new ReceivedSms(
            Guid.NewGuid(), "sms", PhoneNumber.Parse("+919876543210"), PhoneNumber.Parse("+911234500000"),
            $"Hello, could you tell me about keyword{random.Next(10):00000} please? I need it by {random.Next(28) + 1} May.", DateTimeOffset.UnixEpoch)).ToList();
        Measure(few);
        Measure(many);
        var rounds = Enumerable.Range(0, 9).Select(_ => (Few: Measure(few), Many: Measure(many))).ToList();
        var (ten, tenThousand) = (rounds.Min(r => r.Few), rounds.Min(r => r.Many));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"a text on 10 keyword rules: {ten:0.0} µs, on 10,000: {tenThousand:0.0} µs, ratio {tenThousand / ten:0.00} (best of {rounds.Count} rounds of {sms.Count:N0} texts)"));

        double Measure(CompiledRules rules)
        {
            var start = Stopwatch.GetTimestamp();
            foreach (var text in sms)
                AnswerDecider.Decide(rules, text, Circumstances.Unknown, AutomationHistory.None);
            return Stopwatch.GetElapsedTime(start).TotalMicroseconds / sms.Count;
        }
    }

    private static RuleSet Keywords(int many) => new()
    {
        Rules = [.. Enumerable.Range(0, many).Select(no => new Rule { Name = $"rule {no}", Match = Match.Contains, Words = [string.Create(CultureInfo.InvariantCulture, $"keyword{no:00000}")], Reply = "yes" })],
    };

    private static async Task WhatIf(int texts)
    {
        await using var autoReply = new ServiceUnderTest<AutoReply::Program>();
        await autoReply.InitializeAsync();
        await using (var fill = autoReply.Database.CreateCommand(
            """
            insert into answers (sms_id, at, outcome, number, person, person_version, label, version, endpoint, our_number, text, received_at, seen, summary, replies)
            select gen_random_uuid(), t.at, 'none', '+9198' || lpad((i % $2)::text, 8, '0'), md5('p' || i % $2)::uuid, i / $2, 'default', 1, 'sms', '+911234500000',
                (array['hours?', 'Where is my order 4711?', 'hello there', 'thanks a lot, that is very kind of you', 'is it still available'])[1 + (i % 5 * 3) % 5], t.at,
                '{"ContactKnown":false,"Tags":[],"FirstContact":' || (i < $2)::text || '}', '{"outcome":"none","rules":[],"deeds":[]}', 0
            from generate_series(0, $1 - 1) as i, lateral (select timestamptz '2026-01-01 00:00:00Z' + i * interval '2 seconds' as at) t
            """))
        {
            fill.CommandTimeout = 1200;
            fill.Parameters.Add(new NpgsqlParameter<int> { TypedValue = texts });
            fill.Parameters.Add(new NpgsqlParameter<int> { TypedValue = People });
            await fill.ExecuteNonQueryAsync();
        }
        await using (var analyze = autoReply.Database.CreateCommand("analyze answers"))
            await analyze.ExecuteNonQueryAsync();

        autoReply.Client.Timeout = TimeSpan.FromMinutes(10);
        const string draft = """
            {"defaultReply":"we will be back","defaultReplyCooldownMinutes":720,"rules":[
              {"name":"hours","match":"word","words":["hours"],"punctuationCounts":false,"reply":"9 to 18","cooldownMinutes":60},
              {"name":"order","match":"regex","words":["order \\d+"],"reply":"we look for it: {{text}}"},
              {"name":"closed","match":"any","only":{"hours":{"open":[{"days":["mon","tue","wed","thu","fri"],"from":"09:00","to":"18:00"}],"closed":true,"timeZone":"Europe/Berlin"}},"reply":"we are closed"}]}
            """;
        using var body = new StringContent(draft, Encoding.UTF8, "application/json");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/rules/what-if?from=2026-01-01T00:00:00Z&to=2027-01-01T00:00:00Z&changes=1000") { Content = body };
        var start = Stopwatch.GetTimestamp();
        using var answer = (await autoReply.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead)).EnsureSuccessStatusCode();
        using var lines = new StreamReader(await answer.Content.ReadAsStreamAsync());
        var (first, last) = ((TimeSpan?)null, "");
        while (await lines.ReadLineAsync() is { } line)
            (first, last) = (first ?? Stopwatch.GetElapsedTime(start), line);
        var took = Stopwatch.GetElapsedTime(start);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"what-if over {JsonNode.Parse(last)!["summary"]!["tried"]!.GetValue<int>():N0} texts of {People:N0} people: {took.TotalSeconds:0.0} s ({texts / took.TotalSeconds:N0} a second), first line after {first!.Value.TotalSeconds:0.0} s, on {Environment.ProcessorCount} cores"));
        Console.WriteLine(last);
    }
}
