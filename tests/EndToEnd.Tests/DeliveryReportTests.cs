using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Sms.Testing;

namespace Sms.EndToEnd.Tests;

/// <summary>A text leaves through SMSGate, and what its phone reports about it comes back through Ingress, however badly.</summary>
public sealed class DeliveryReportTests(RunningPlatform platform)
{
    private const string OurNumber = "+911234511111";

    [RealServersFact]
    public async Task Text_of_a_person_leaves_once_and_its_reports_late_twice_and_in_the_wrong_order_end_in_delivered()
    {
        await Connect();
        var customer = Customer();
        // The gateway is down, comes back, takes the text and breaks off before it says so; then reports backwards, three times each.
        await Misbehave(new { send = new { failNext = 2, acceptThenDropNext = 1 }, reports = new { duplicates = 2, outOfOrder = true } });

        var message = await Post(customer, "Your parcel is here.", "reply");
        var delivered = await Becomes(message, "delivered");
        var sent = await Eventually.Sees(
            () => platform.Query("ingress", $"select data ->> 'Status' from mt_events where type = 'ingress.delivery-reported.v1' and data ->> 'GatewayMessageId' = '{message:N}'"),
            reports => reports.Count == 6);
        sent.Count(status => status == "sent").ShouldBe(3);
        await Eventually.Sees(() => Handled(message), handled => handled == 6);

        delivered = await Get(message);
        delivered.GetProperty("message").GetProperty("state").GetString().ShouldBe("delivered");
        var history = delivered.GetProperty("history").EnumerateArray().Select(change => change.GetProperty("state").GetString()).ToList();
        history.Count(state => state == "delivered").ShouldBe(1);
        history[^1].ShouldBe("delivered", "a late report takes nothing back");
        (await platform.Received(customer)).ShouldBe(["Your parcel is here."]);
    }

    [RealServersFact]
    public async Task Text_that_waits_for_an_offline_phone_is_accepted_and_delivered_when_it_is_back()
    {
        await Connect();
        var customer = Customer();
        await Misbehave(new { send = new { noDevice = true } });
        var message = await Post(customer, "Are you there?", "reply");
        await Becomes(message, "accepted");
        (await platform.Received(customer)).ShouldBeEmpty();
        await Misbehave(new { });
        await Becomes(message, "delivered");
    }

    [RealServersFact]
    public async Task Text_that_the_phone_could_not_send_is_failed_with_the_reason()
    {
        await Connect();
        await Misbehave(new { reports = new { failNext = 1, duplicates = 1 } });
        var message = await Post(Customer(), "Hello", "reply");
        (await Becomes(message, "failed")).GetProperty("message").GetProperty("reason").GetString().ShouldBe("failed");
    }

    [RealServersFact]
    public async Task Notification_leaves_only_with_an_opt_in_on_record_and_names_it()
    {
        await Connect();
        await Misbehave(new { });
        var customer = Customer();
        var without = await Post(customer, "Tomorrow at ten.", "notification");
        (await Becomes(without, "suppressed")).GetProperty("message").GetProperty("reason").GetString().ShouldBe("no-consent");

        using (var optOut = platform.Http("optout"))
        using (var said = await optOut.PostAsJsonAsync(
            $"/consent/{Uri.EscapeDataString(customer)}/opt-in", new { reason = "Signed the form at the desk.", shown = "Reminders by text, STOP ends them." }))
            said.IsSuccessStatusCode.ShouldBeTrue(await said.Content.ReadAsStringAsync());
        var with = await Post(customer, "Tomorrow at ten.", "notification");
        // At night it waits for the morning, cleared all the same: the ruling is what this is about.
        var ruled = await Eventually.Sees(() => Get(with), found => found.GetProperty("message").GetProperty("state").GetString() is "delivered" or "waiting");
        var consent = ruled.GetProperty("message").GetProperty("consent");
        consent.GetProperty("said").GetString().ShouldBe("opted-in");
        var facts = (await platform.Get("optout", $"/consent/{Uri.EscapeDataString(customer)}")).GetProperty("facts").EnumerateArray().ToList();
        facts.Select(fact => (fact.GetProperty("factId").GetGuid(), fact.GetProperty("hash").GetString()))
            .ShouldContain((consent.GetProperty("factId").GetGuid(), consent.GetProperty("factHash").GetString()));
        (await platform.Get("outbound", "/reports/sent-without-consent")).GetProperty("texts").GetArrayLength().ShouldBe(0);
    }

    /// <summary>What an operator does: Ingress is told the phone's key, and the phone where to report.</summary>
    private async Task Connect()
    {
        await platform.Put("ingress", $"/endpoints/{RunningPlatform.Android}", new { profile = "smsgate", number = OurNumber, secret = RunningPlatform.PhoneKey });
        using var ingress = platform.Http("ingress");
        using var phone = platform.Http("gatewaysimulator");
        phone.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"simulator:{RunningPlatform.GatewayKey}")));
        foreach (var name in new[] { "sms:sent", "sms:delivered", "sms:failed" })
        {
            using var answer = await phone.PostAsJsonAsync("/3rdparty/v1/webhooks", new
            {
                id = name, url = new Uri(ingress.BaseAddress!, $"/hooks/{RunningPlatform.Android}"), @event = name,
            });
            answer.IsSuccessStatusCode.ShouldBeTrue(await answer.Content.ReadAsStringAsync());
        }
    }

    private async Task Misbehave(object behaviour)
    {
        using var answer = await platform.Simulator.PutAsJsonAsync("/sim/behaviour", behaviour);
        answer.IsSuccessStatusCode.ShouldBeTrue(await answer.Content.ReadAsStringAsync());
    }

    private Task<Guid> Post(string to, string text, string purpose) => platform.Post(to, text, purpose, RunningPlatform.Android, OurNumber);

    private Task<JsonElement> Get(Guid message) => platform.Get("outbound", $"/messages/{message}");

    private Task<JsonElement> Becomes(Guid message, string state) => Eventually.Sees(
        () => Get(message), found => found.GetProperty("message").GetProperty("state").GetString() == state, TimeSpan.FromMinutes(2));

    /// <summary>How many reports on the text Outbound has taken note of.</summary>
    private async Task<int> Handled(Guid message)
    {
        var reports = await platform.Query("ingress",
            $"select id from mt_events where type = 'ingress.delivery-reported.v1' and data ->> 'GatewayMessageId' = '{message:N}'");
        return (await platform.Query("outbound",
            $"select message_id from sms_inbox where message_id = any('{{{string.Join(',', reports)}}}')")).Count;
    }

    private static string Customer() => $"+9196{Random.Shared.NextInt64(100_000_000):00000000}";
}
