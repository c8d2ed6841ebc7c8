using System.Diagnostics;
using Sms.Testing;

namespace Sms.GatewaySimulator.Tests;

public sealed class DeliveriesTests : IAsyncLifetime
{
    private readonly Simulator _simulator = new();
    private Receiver _receiver = null!;

    public async ValueTask InitializeAsync()
    {
        _receiver = await Receiver.Start();
        _receiver.Secret = await _simulator.Register(_receiver.Url);
    }

    public async ValueTask DisposeAsync()
    {
        await _simulator.DisposeAsync();
        await _receiver.DisposeAsync();
    }

    [Fact]
    public async Task A_text_is_delivered_as_the_gateway_documents_it()
    {
        var id = await _simulator.Text("balance سلام", from: "+919876543210");
        var delivery = await _simulator.Becomes(id, "delivered");
        delivery["attempts"]!.AsArray().Count.ShouldBe(1);
        ((int)delivery["attempts"]![0]!["status"]!).ShouldBe(200);

        var (body, text, genuine) = _receiver.Received.ShouldHaveSingleItem();
        genuine.ShouldBeTrue();
        text.SentAt!.Value.ShouldBeInRange(DateTimeOffset.UtcNow.AddMinutes(-1), DateTimeOffset.UtcNow);
        body.ShouldBe(
            $$"""{"event":"message.received","from":"919876543210","to":"911234500000","text":"balance سلام","ref":null,"receivedAt":"{{text.SentAt:yyyy-MM-ddTHH:mm:ss.fff}}Z","deviceId":"dev_simulator","tenantId":"ten_simulator","tenantName":"Simulated Ltd"}""");
    }

    [Fact]
    public async Task What_is_not_accepted_is_delivered_again_the_very_same()
    {
        _receiver.Answer = call => call switch { 1 => 500, 2 => 401, 3 => 404, 4 => 307, 5 => 429, _ => 204 };
        var delivery = await _simulator.Becomes(await _simulator.Text("hello"), "delivered");
        delivery["attempts"]!.AsArray().Select(a => (int)a!["status"]!).ShouldBe([500, 401, 404, 307, 429, 204]);
        _receiver.Received.Select(r => r.Body).Distinct().ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_receiver_that_was_down_gets_everything_once_it_is_back()
    {
        var (url, secret) = (_receiver.Url, _receiver.Secret);
        await _receiver.DisposeAsync();
        var ids = new List<string>();
        for (var text = 0; text < 10; text++)
            ids.Add(await _simulator.Text($"text {text}"));
        var waiting = await Eventually.Sees(() => _simulator.Get($"/sim/texts/{ids[0]}"), d => d["attempts"]!.AsArray().Count > 1);
        ((string?)waiting["status"]).ShouldBe("pending");
        ((string?)waiting["attempts"]![0]!["error"]).ShouldBe("ConnectionError");

        _receiver = await Receiver.Start(new Uri(url).GetLeftPart(UriPartial.Authority));
        _receiver.Secret = secret;
        foreach (var id in ids)
            await _simulator.Becomes(id, "delivered");
        _receiver.Accepted.Select(p => p.Text).ShouldBe(Enumerable.Range(0, 10).Select(text => $"text {text}"));
    }

    [Fact]
    public async Task A_receiver_that_never_answers_is_not_waited_for_longer_than_allowed()
    {
        await using var impatient = new Simulator(("TimeoutMs", "50"), ("MaxAttempts", "2"));
        _receiver.Secret = await impatient.Register(_receiver.Url);
        _receiver.Takes = TimeSpan.FromSeconds(1);
        var delivery = await impatient.Becomes(await impatient.Text("hello"), "failed");
        delivery["attempts"]!.AsArray().Select(a => (string?)a!["error"]).ShouldBe(["Timeout", "Timeout"]);
    }

    [Fact]
    public async Task A_delivery_is_given_up_after_its_last_attempt_and_the_next_goes_on()
    {
        await using var limited = new Simulator(("MaxAttempts", "3"));
        _receiver.Secret = await limited.Register(_receiver.Url);
        _receiver.Answer = call => call <= 3 ? 500 : 200;
        var (first, second) = (await limited.Text("one"), await limited.Text("two"));
        (await limited.Becomes(first, "failed"))["attempts"]!.AsArray().Count.ShouldBe(3);
        await limited.Becomes(second, "delivered");
    }

    [Fact]
    public async Task One_senders_texts_arrive_in_order_even_when_some_have_to_be_repeated()
    {
        var random = new Random(5);
        _receiver.Answer = _ => { lock (random) return random.Next(3) == 0 ? 503 : 200; };
        var ids = new List<string>();
        for (var text = 0; text < 20; text++)
            for (var sender = 0; sender < 5; sender++)
                ids.Add(await _simulator.Text($"{text}", from: $"91987654321{sender}"));
        foreach (var id in ids)
            await _simulator.Becomes(id, "delivered");

        foreach (var sender in _receiver.Accepted.GroupBy(p => p.From))
        {
            sender.Select(p => p.Text).ShouldBe(Enumerable.Range(0, 20).Select(text => $"{text}"));
            sender.Select(p => p.SentAt).ShouldBeInOrder();
            sender.Select(p => p.DedupeKey).ShouldBeUnique();
        }
    }

    [Fact]
    public async Task One_senders_trouble_does_not_hold_up_another()
    {
        await _simulator.Behave("""{"inbound":{"wrongSignature":true}}""");
        var stuck = await _simulator.Text("stuck", from: "911111111111");
        await Eventually.Sees(() => _receiver.Calls, calls => calls > 0);
        await _simulator.Behave("{}");
        await _simulator.Becomes(await _simulator.Text("free", from: "912222222222"), "delivered");
        await _simulator.Becomes(stuck, "delivered");
    }

    [Fact]
    public async Task Twenty_duplicates_arrive_at_the_same_moment()
    {
        _receiver.Takes = TimeSpan.FromMilliseconds(300);
        await _simulator.Behave("""{"inbound":{"duplicates":19,"concurrent":true}}""");
        var delivery = await _simulator.Becomes(await _simulator.Text("hello"), "delivered");
        delivery["attempts"]!.AsArray().Count.ShouldBe(20);
        delivery["attempts"]!.AsArray().Select(a => (int)a!["copy"]!).Order().ShouldBe(Enumerable.Range(0, 20));
        _receiver.MostAtOnce.ShouldBe(20);
        _receiver.Accepted.Select(p => p.DedupeKey).Distinct().ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Duplicates_arrive_one_after_the_other()
    {
        await _simulator.Behave("""{"inbound":{"duplicates":3}}""");
        await _simulator.Becomes(await _simulator.Text("hello"), "delivered");
        _receiver.Accepted.Count.ShouldBe(4);
        _receiver.MostAtOnce.ShouldBe(1);
    }

    [Fact]
    public async Task A_matched_rule_brings_the_same_text_twice_with_different_bodies()
    {
        await _simulator.Behave("""{"inbound":{"matchedRule":true}}""");
        await _simulator.Becomes(await _simulator.Text("hello"), "delivered");
        _receiver.Received.Select(r => r.Body).Distinct().Count().ShouldBe(2);
        _receiver.Accepted.Select(p => p.MatchedRuleId).ShouldBe([null, "rule_simulator"]);
        _receiver.Accepted.Select(p => p.DedupeKey).Distinct().ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_wrong_signature_is_refused_until_it_is_right_again()
    {
        await _simulator.Behave("""{"inbound":{"wrongSignature":true}}""");
        var id = await _simulator.Text("hello");
        await Eventually.Sees(() => _receiver.Calls, calls => calls >= 3);
        _receiver.Received.ShouldAllBe(r => !r.Genuine);
        await _simulator.Call(HttpMethod.Delete, "/sim/behaviour");
        await _simulator.Becomes(id, "delivered");
        _receiver.Accepted.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task The_next_texts_are_lost_as_often_as_asked_for()
    {
        await _simulator.Behave("""{"inbound":{"dropNext":2}}""");
        await _simulator.Becomes(await _simulator.Text("one"), "dropped");
        await _simulator.Becomes(await _simulator.Text("two"), "dropped");
        await _simulator.Becomes(await _simulator.Text("three"), "delivered");
        _receiver.Accepted.ShouldHaveSingleItem().Text.ShouldBe("three");
    }

    [Fact]
    public async Task All_texts_may_be_lost()
    {
        await _simulator.Behave("""{"inbound":{"dropPercent":100}}""");
        await _simulator.Becomes(await _simulator.Text("one"), "dropped");
        _receiver.Calls.ShouldBe(0);
    }

    [Fact]
    public async Task Texts_arrive_in_another_order_when_asked_for()
    {
        await _simulator.Behave("""{"inbound":{"reorderMs":300}}""");
        var sent = Enumerable.Range(0, 20).Select(text => $"{text}").ToList();
        foreach (var text in sent)
            await _simulator.Text(text);
        var accepted = await Eventually.Sees(() => _receiver.Accepted, all => all.Count == 20);
        accepted.Select(p => p.Text).ShouldNotBe(sent);
        accepted.OrderBy(p => p.SentAt).Select(p => p.Text).ShouldBe(sent);
    }

    [Fact]
    public async Task A_slow_gateway_delivers_late()
    {
        await _simulator.Behave("""{"inbound":{"slowMs":200}}""");
        var watch = Stopwatch.StartNew();
        await _simulator.Becomes(await _simulator.Text("hello"), "delivered");
        watch.ElapsedMilliseconds.ShouldBeGreaterThan(190);
    }

    [Fact]
    public async Task Without_a_webhook_or_with_a_disabled_one_texts_stay_on_the_phone()
    {
        await _simulator.Register(_receiver.Url, enabled: false);
        await _simulator.Becomes(await _simulator.Text("hello"), "not-forwarded");
        await using var fresh = new Simulator();
        await fresh.Becomes(await fresh.Text("hello"), "not-forwarded");
        (await fresh.Get($"/sim/phones/{Simulator.Customer}/messages"))["items"]!.AsArray().Count.ShouldBe(1);
        _receiver.Calls.ShouldBe(0);
    }

    [Fact]
    public async Task Every_connection_checks_again_where_it_leads()
    {
        // 0.0.0.0 reaches this machine but is no loopback address. Registering it is refused, so it is put where a name
        // that resolved to something else meanwhile would have put it.
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file,
            $$"""{"kind":"webhook-set","url":"{{_receiver.Url.Replace("127.0.0.1", "0.0.0.0", StringComparison.Ordinal)}}","enabled":true,"secret":"{{_receiver.Secret}}"}""" + "\n",
            TestContext.Current.CancellationToken);
        await using (var limited = new Simulator(("StateFile", file), ("MaxAttempts", "1")))
            await limited.Becomes(await limited.Text("hello"), "failed");
        _receiver.Calls.ShouldBe(0);
        await using (var open = new Simulator(("StateFile", file), ("AllowAnyTarget", "true")))
            await open.Becomes(await open.Text("hello"), "delivered");
        File.Delete(file);
    }

    [Fact]
    public async Task A_receiver_whose_name_is_not_known_yet_may_be_registered()
    {
        await using var limited = new Simulator(("MaxAttempts", "1"));
        await limited.Register("http://nobody.invalid/hooks/sms");
        await limited.Becomes(await limited.Text("hello"), "failed");
    }

    [Fact]
    public async Task Hundreds_of_texts_a_second_are_delivered_sixteen_at_a_time()
    {
        const int texts = 1_000;
        _receiver.Takes = TimeSpan.FromMilliseconds(5);
        var watch = Stopwatch.StartNew();
        await Parallel.ForEachAsync(Enumerable.Range(0, texts), new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (text, _) =>
            await _simulator.Text($"{text}", from: $"9198765{text % 200:00000}"));
        await Eventually.Sees(() => _simulator.Get("/sim/texts"), counts => (int)counts["delivered"]! == texts);
        TestContext.Current.TestOutputHelper?.WriteLine($"{texts / watch.Elapsed.TotalSeconds:0} texts/s, {_receiver.MostAtOnce} at once");
        watch.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(20));
        _receiver.Accepted.Select(p => p.Text).ShouldBeUnique();
        _receiver.MostAtOnce.ShouldBeInRange(2, 16);
    }
}
