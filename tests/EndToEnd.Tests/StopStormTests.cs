using System.Globalization;
using Sms.Testing;

namespace Sms.EndToEnd.Tests;

/// <summary>Two hundred people say STOP at once to a business whose rule answers everything, and both OptOuts die in the middle of it.</summary>
public sealed class StopStormTests(RunningPlatform platform)
{
    private const int People = 200;
    private static readonly string[] Texts = ["One", "STOP", "Two"];

    [RealServersFact]
    public async Task No_rule_answers_anybody_after_their_STOP_while_OptOut_is_killed_and_started_again()
    {
        await RunningPlatform.Sms("scale", "optout", "2");
        await platform.Rules(new { name = "thanks", match = "any", words = Array.Empty<string>(), reply = "Thanks: {{text}}" });
        var texting = Parallel.ForEachAsync(Enumerable.Range(0, People), new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (no, _) =>
        {
            foreach (var text in Texts)
                await platform.Text(Phone(no), text);
        });
        await Eventually.Sees(Stored, texts => texts > People * Texts.Length / 3, TimeSpan.FromMinutes(1));
        await RunningPlatform.Sms("kill", "optout");
        await texting;
        // While there is nobody to rule on it, they go on writing.
        await Parallel.ForEachAsync(Enumerable.Range(0, People), new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (no, _) =>
            await platform.Text(Phone(no), "Three"));
        await Eventually.Sees(Stored, texts => texts == People * (Texts.Length + 1), TimeSpan.FromMinutes(1));
        await RunningPlatform.Sms("scale", "optout", "2");

        await Eventually.Sees(() => OfOurs("outbound.verdict-recorded.v1"), verdicts => verdicts == People * (Texts.Length + 1), TimeSpan.FromMinutes(2));
        await Eventually.Sees(Open, open => open == 0, TimeSpan.FromMinutes(2));
        for (var no = 0; no < People; no++)
        {
            var received = await Eventually.Sees(() => platform.Received(Phone(no)), texts => texts.Any(IsConfirmation));
            received.Count(IsConfirmation).ShouldBe(1);
            received.Count(text => text is "Thanks: Two" or "Thanks: Three").ShouldBe(0, "nothing that was stored after a STOP is answered");
        }
        // What left at all left before the STOP was recorded.
        (await Count("""
            select count(*) from mt_events leaving join mt_events stop on stop.stream_id = leaving.stream_id and stop.version < leaving.version
            where leaving.type = 'outbound.recipient-text-leaving.v1' and stop.type = 'outbound.recipient-opted-out.v1'
              and leaving.correlation_id in (select correlation_id from mt_events where data ->> 'Person' like '+9195%')
            """)).ShouldBe(0);
        (await platform.Get("outbound", "/reports/sent-without-consent")).GetProperty("texts").GetArrayLength().ShouldBe(0);
        (await platform.Query("optout", "select count(*) from waiting_texts")).ShouldBe(["0"]);
        (await platform.DeadLetters()).ShouldBeEmpty();
        await RunningPlatform.Sms("scale", "optout", "1");
    }

    private static bool IsConfirmation(string text) => !text.StartsWith("Thanks", StringComparison.Ordinal);

    private static string Phone(int no) => $"+919500000{no:000}";

    private async Task<int> Stored() => int.Parse((await platform.Query("ingress",
        "select count(*) from mt_events where type = 'ingress.sms-received.v1' and data ->> 'From' like '+9195%'")).Single(), CultureInfo.InvariantCulture);

    private Task<int> OfOurs(string fact) => Count($"select count(*) from mt_events where type = '{fact}' and data ->> 'Person' like '+9195%'");

    /// <summary>How many texts to these people are not at an end.</summary>
    private Task<int> Open() => Count("""
        select count(*) from messages where customer like '+9195%'
        and state not in ('accepted', 'sent', 'delivered', 'failed', 'suppressed', 'expired', 'cancelled', 'unknown')
        """);

    private async Task<int> Count(string sql) => int.Parse((await platform.Query("outbound", sql)).Single(), CultureInfo.InvariantCulture);
}
