using System.Globalization;
using Sms.Testing;

namespace Sms.EndToEnd.Tests;

/// <summary>
/// Something is killed, with no chance to tidy up, in the middle of five hundred texts. Afterwards every text that was
/// acknowledged has had its effect everywhere, once.
/// </summary>
public sealed class FailureTests(RunningPlatform platform)
{
    private const int Texts = 500;
    private const int Customers = 50;
    private const int Helps = Texts / 100;
    private static int _runs;

    private readonly int _run = Interlocked.Increment(ref _runs);

    [RealServersTheory]
    [InlineData("ingress")]
    [InlineData("contacts")]
    [InlineData("helpdesk")]
    [InlineData("optout")]
    [InlineData("autoreply")]
    [InlineData("outbound")]
    [InlineData("rabbitmq")]
    [InlineData("postgres")]
    public async Task Killed_in_the_middle_nothing_acknowledged_is_lost_and_nothing_happens_twice(string victim)
    {
        await platform.Rules(new { name = "thanks", match = "any", words = Array.Empty<string>(), reply = $"Thanks {_run}: {{{{text}}}}" });
        var sending = Parallel.ForEachAsync(Enumerable.Range(0, Texts), new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (no, _) =>
            await platform.Text(Customer(no % Customers), no % (Texts / Helps) == 0 ? "HELP" : $"Text {_run}-{no}"));

        await Eventually.Sees(Received, texts => texts.Count >= Texts / 4, TimeSpan.FromMinutes(1));
        await RunningPlatform.Sms("kill", victim);
        await RunningPlatform.Sms("start", victim);
        await sending;

        // The gateway delivers until it is acknowledged, so all that was texted arrives.
        var texts = await Eventually.Sees(Received, received => received.Count == Texts, TimeSpan.FromMinutes(2));
        texts.Distinct().Count().ShouldBe(Texts);
        foreach (var (service, fact) in new[]
        {
            ("contacts", "contacts.sms-received.v2"), ("helpdesk", "helpdesk.text-decided.v1"),
            ("optout", "optout.sms-screened.v2"), ("outbound", "outbound.verdict-recorded.v1"),
        })
        {
            var perText = await Eventually.Sees(() => TimesPerText(service, fact, texts), counts => counts.Count == Texts, TimeSpan.FromMinutes(2));
            perText.ShouldAllBe(times => times == "1", $"{service}: {fact}");
        }
        (await TimesPerText("contacts", "contacts.contact-created.v1", texts)).Count.ShouldBe(Customers);

        // Every reply comes to an end: sent, forbidden, or, where the process died in the middle of a send, kept for a person.
        await Eventually.Sees(() => Open(texts), open => open == 0, TimeSpan.FromMinutes(3));
        var unknown = (await TimesPerText("outbound", "outbound.outcome-unknown.v1", texts)).Count;
        var sent = await Eventually.Sees(Thanks, thanks => thanks.Count >= Texts - Helps - unknown);
        sent.Count.ShouldBeLessThanOrEqualTo(Texts - Helps);
        sent.Distinct().Count().ShouldBe(sent.Count, "no reply was sent twice");
        (await platform.DeadLetters()).ShouldBeEmpty();
    }

    /// <summary>The rules' replies on all the customers' phones.</summary>
    private async Task<List<string>> Thanks()
    {
        var sent = new List<string>();
        for (var no = 0; no < Customers; no++)
            sent.AddRange((await platform.Received(Customer(no))).Where(text => text.StartsWith("Thanks", StringComparison.Ordinal)));
        return sent;
    }

    /// <summary>The ids of this run's texts that Ingress has stored.</summary>
    private Task<List<string>> Received() => platform.Query("ingress",
        $"select correlation_id from mt_events where type = 'ingress.sms-received.v1' and data ->> 'From' like '{Customer(0)[..^3]}%'");

    /// <summary>For each of the texts that has the fact, how many times.</summary>
    private Task<List<string>> TimesPerText(string service, string fact, List<string> texts) => platform.Query(service,
        $"select count(*) from mt_events where type = '{fact}' and correlation_id = any('{{{string.Join(',', texts)}}}') group by correlation_id");

    /// <summary>How many replies are neither asked for yet nor at an end.</summary>
    private async Task<int> Open(List<string> texts) => int.Parse((await platform.Query("outbound",
        $"""
        select count(*) from unnest('{'{'}{string.Join(',', texts)}{'}'}'::varchar[]) as text (id)
        where not exists (select 1 from mt_events where type = 'outbound.sms-requested.v1' and correlation_id = text.id)
           or exists (
            select 1 from mt_events asked where type = 'outbound.sms-requested.v1' and correlation_id = text.id and not exists (
                select 1 from mt_events ended where ended.stream_id = asked.stream_id and ended.data ->> 'SendId' = asked.data ->> 'SendId'
                and ended.type in ('outbound.sms-accepted.v1', 'outbound.sms-suppressed.v1', 'outbound.sms-expired.v1', 'outbound.outcome-unknown.v1')))
        """)).Single(), CultureInfo.InvariantCulture);

    private string Customer(int no) => $"+9197{_run:000}00{no:000}";
}
