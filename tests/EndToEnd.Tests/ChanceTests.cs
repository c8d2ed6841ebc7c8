using System.Globalization;
using Sms.Testing;

namespace Sms.EndToEnd.Tests;

/// <summary>
/// People write what they like, gateways deliver twice, operators remind, and services die: a world of chance like those of the
/// interleaving tests, on the real servers. <c>SMS_TEST_SEED</c> repeats one; the order in which things reach the log is not in the seed's hands.
/// </summary>
public sealed class ChanceTests(RunningPlatform platform)
{
    private const int People = 12, Steps = 200;
    private static readonly string[] Mortals = ["optout", "outbound", "autoreply"];

    private readonly int _seed = int.TryParse(Environment.GetEnvironmentVariable("SMS_TEST_SEED"), CultureInfo.InvariantCulture, out var seed)
        ? seed : Random.Shared.Next(100_000);

    [RealServersFact]
    public async Task Nobody_who_said_STOP_is_answered_nobody_is_answered_twice_and_nothing_is_lost()
    {
        var chance = new Random(_seed);
        await platform.Rules(new { name = "echo", match = "any", words = Array.Empty<string>(), reply = "You wrote: {{text}}" });
        (string Name, int Since)? dead = null;
        for (var step = 0; step < Steps; step++)
        {
            var phone = Phone(chance.Next(People));
            await platform.Text(phone, chance.Next(10) switch { 0 => "STOP", 1 => "START", 2 => "HELP", _ => $"text {step}" });
            if (dead is not { Name: "outbound" } && chance.Next(20) == 0)
                await platform.Post(phone, $"reminder {step}", "notification");
            if (dead is { } gone && step - gone.Since > 10)
            {
                await RunningPlatform.Sms("start", gone.Name);
                dead = null;
            }
            else if (dead is null && step is 40 or 120)
            {
                dead = (Mortals[chance.Next(Mortals.Length)], step);
                await RunningPlatform.Sms("kill", dead.Value.Name);
            }
        }
        if (dead is { } still)
            await RunningPlatform.Sms("start", still.Name);

        await Eventually.Sees(() => Count("ingress", "select count(*) from mt_events where type = 'ingress.sms-received.v1' and data ->> 'From' like '+9194%'"), n => n == Steps, TimeSpan.FromMinutes(1));
        await Eventually.Sees(() => Count("outbound", "select count(*) from mt_events where type = 'outbound.verdict-recorded.v1' and data ->> 'Person' like '+9194%'"), n => n == Steps, TimeSpan.FromMinutes(1));
        var stored = await Stored();
        await Eventually.Sees(
            () => Count("outbound", "select count(*) from messages where customer like '+9194%' and text like 'You wrote: text %'"),
            n => n == stored.Count(written => written.Text.StartsWith("text ", StringComparison.Ordinal)), TimeSpan.FromMinutes(1));
        await Eventually.Sees(() => Count("outbound", """
            select count(*) from messages where customer like '+9194%'
            and state not in ('accepted', 'sent', 'delivered', 'failed', 'suppressed', 'expired', 'cancelled', 'unknown')
            """), n => n == 0, TimeSpan.FromMinutes(1));

        for (var no = 0; no < People; no++)
        {
            var received = (await platform.Received(Phone(no))).Where(text => text.StartsWith("You wrote: text ", StringComparison.Ordinal)).Select(text => text[11..]).ToList();
            received.ShouldBeUnique($"seed {_seed}");
            var stopped = false;
            foreach (var text in stored.Where(written => written.Phone == Phone(no)).Select(written => written.Text))
            {
                stopped = text switch { "STOP" => true, "START" => false, _ => stopped };
                if (stopped)
                    received.ShouldNotContain(text, $"seed {_seed}: written after a STOP");
            }
        }
        (await platform.Get("outbound", "/reports/sent-without-consent")).GetProperty("texts").GetArrayLength().ShouldBe(0, $"seed {_seed}");
        (await Count("optout", "select count(*) from waiting_texts")).ShouldBe(0, $"seed {_seed}");
        (await platform.DeadLetters()).ShouldBeEmpty($"seed {_seed}");
    }

    /// <summary>What these people wrote, in the order in which it was stored.</summary>
    private async Task<List<(string Phone, string Text)>> Stored() =>
        (await platform.Query("ingress", "select data ->> 'From', data ->> 'Text' from mt_events where type = 'ingress.sms-received.v1' and data ->> 'From' like '+9194%' order by seq_id"))
            .ConvertAll(row => (row.Split('|')[0], row.Split('|')[1]));

    private async Task<int> Count(string service, string sql) => int.Parse((await platform.Query(service, sql)).Single(), CultureInfo.InvariantCulture);

    private static string Phone(int no) => $"+919400000{no:000}";
}
