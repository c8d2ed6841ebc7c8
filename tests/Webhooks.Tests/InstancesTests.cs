using System.Text.Json;
using Sms.Testing;

namespace Sms.Webhooks.Tests;

/// <summary>Several instances, and time that passes.</summary>
public sealed class InstancesTests : IAsyncLifetime
{
    private readonly ShopUnderTest _shop = new();

    public ValueTask InitializeAsync() => _shop.InitializeAsync();

    public ValueTask DisposeAsync() => _shop.DisposeAsync();

    [RealServersFact]
    public async Task Two_instances_tell_everything_once_and_in_order()
    {
        using var second = await _shop.Another();
        await using var receiver = await Receiver.Start();
        var (webhook, _) = await _shop.Subscribe(new { receiver.Url });
        var orders = Enumerable.Range(0, 20).Select(_ => Guid.NewGuid()).ToList();
        await Parallel.ForEachAsync(orders, async (order, _) =>
            await _shop.Append(order, [new OrderEvent.Placed("Ada"), .. Enumerable.Range(1, 4).Select(n => new OrderEvent.Changed($"{n}"))]));

        await _shop.Deliveries(webhook, all => all.Count == 100 && all.All(d => d.GetProperty("state").GetString() == "delivered"), TimeSpan.FromSeconds(90));
        receiver.Requests.Select(r => r.WebhookId).ShouldBeUnique();
        foreach (var order in orders)
            receiver.Requests.Where(r => r.Body.Contains(order.ToString(), StringComparison.Ordinal))
                .Select(r => r.Json.GetProperty("data").GetProperty("order").GetProperty("changes").GetInt32()).ShouldBe([0, 1, 2, 3, 4]);
    }

    [RealServersFact]
    public async Task A_receiver_that_takes_nothing_for_days_is_paused_and_nothing_is_lost()
    {
        await using var receiver = await Receiver.Start();
        receiver.Always(500);
        var (webhook, _) = await _shop.Subscribe(new { receiver.Url });
        await _shop.Place();
        await _shop.Delivery(webhook, "waiting", 1);
        _shop.Clock.Forward(TimeSpan.FromDays(4));
        var row = await Eventually.Sees(() => _shop.Get($"/webhooks/{webhook}"), w => w.GetProperty("paused").ValueKind == JsonValueKind.Object);
        row.GetProperty("paused").GetProperty("reason").GetString().ShouldStartWith("The receiver has taken nothing since ");
        await _shop.Place();

        receiver.Always(200);
        await _shop.Post($"/webhooks/{webhook}/resume");
        await _shop.Deliveries(webhook, all => all.Count == 2 && all.All(d => d.GetProperty("state").GetString() == "delivered"));
        (await _shop.Get($"/webhooks/{webhook}")).GetProperty("receiver").GetProperty("failingSince").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    [RealServersFact]
    public async Task What_one_subject_makes_a_receiver_refuse_is_given_up_in_the_end_and_can_be_recovered()
    {
        await using var receiver = await Receiver.Start();
        receiver.Answers = request => Task.FromResult(new Answer(request.Body.Contains("cursed", StringComparison.Ordinal) ? 400 : 200));
        var (webhook, _) = await _shop.Subscribe(new { receiver.Url });
        var began = _shop.Clock.GetUtcNow();
        await _shop.Place("cursed");
        for (var tries = 1; tries < 10; tries++)
        {
            await Attempts(tries);
            // It takes what others are told: no reason to pause.
            await _shop.Place();
            await _shop.Deliveries(webhook, all => all.Skip(1).All(d => d.GetProperty("state").GetString() == "delivered") && all.Count == tries + 1);
            _shop.Clock.Forward(TimeSpan.FromHours(29));
        }
        await Attempts(10);
        await _shop.Deliveries(webhook, all => all[0].GetProperty("state").GetString() == "failed");
        receiver.Always(200);
        await _shop.Post($"/webhooks/{webhook}/recover", new { since = began });
        await _shop.Deliveries(webhook, all => all.All(d => d.GetProperty("state").GetString() == "delivered"));

        Task Attempts(int number) => _shop.Deliveries(webhook, all => all[0].GetProperty("attempts").GetInt32() == number && all[0].GetProperty("lastOutcome").ToString() == "http-400");
    }

    [RealServersFact]
    public async Task A_receiver_that_asks_for_quiet_gets_it_for_everything()
    {
        await using var receiver = await Receiver.Start();
        receiver.Always(429, "", ("Retry-After", "600"));
        var (webhook, _) = await _shop.Subscribe(new { receiver.Url });
        await _shop.Place();
        await _shop.Delivery(webhook, "waiting", 1);
        receiver.Always(200);
        await _shop.Place();
        var row = await _shop.Get($"/webhooks/{webhook}");
        (row.GetProperty("receiver").GetProperty("quietUntil").GetDateTimeOffset() - _shop.Clock.GetUtcNow()).ShouldBeInRange(TimeSpan.FromMinutes(9), TimeSpan.FromMinutes(10));
        receiver.Requests.Count.ShouldBe(1);
        _shop.Clock.Forward(TimeSpan.FromMinutes(11));
        await _shop.Deliveries(webhook, all => all.Count == 2 && all.All(d => d.GetProperty("state").GetString() == "delivered"));
    }
}
