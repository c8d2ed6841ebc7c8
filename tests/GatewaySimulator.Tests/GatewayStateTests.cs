using Microsoft.Extensions.Logging.Abstractions;
using Sms.Testing;

namespace Sms.GatewaySimulator.Tests;

public sealed class GatewayStateTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("simulator-").FullName;

    private string StateFile => Path.Combine(_folder, "state", "gateway.jsonl");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_restart_keeps_the_webhook_its_secret_and_the_messages()
    {
        string secret, phone, sent;
        await using (var before = new Simulator(("StateFile", StateFile)))
        {
            secret = await before.Register("http://127.0.0.1:9/hooks/sms", enabled: false);
            await before.Becomes(await before.Text("hello"), "not-forwarded");
            (await before.Send("hello to you", reference: "r-1")).EnsureSuccessStatusCode();
            await Eventually.Sees(() => before.Get($"/sim/phones/{Simulator.Customer}/messages"), p => p["items"]!.AsArray().Count == 2);
            phone = (await before.Get($"/sim/phones/{Simulator.Customer}/messages")).ToJsonString();
            sent = (await before.Get("/sim/messages")).ToJsonString();
        }

        await using var after = new Simulator(("StateFile", StateFile));
        (await after.Get("/v1/webhooks")).ToJsonString().ShouldBe("""{"url":"http://127.0.0.1:9/hooks/sms","enabled":false}""");
        (await after.Register("http://127.0.0.1:9/hooks/sms")).ShouldBe(secret);
        (await after.Get($"/sim/phones/{Simulator.Customer}/messages")).ToJsonString().ShouldBe(phone);
        (await after.Get("/sim/messages")).ToJsonString().ShouldBe(sent);
        ((int)(await after.Get("/sim/texts"))["not-forwarded"]!).ShouldBe(1);
    }

    [Fact]
    public async Task What_was_on_its_way_goes_on_after_a_restart_in_order()
    {
        await using var receiver = await Receiver.Start();
        receiver.Answer = _ => 503;
        await using (var before = new Simulator(("StateFile", StateFile), ("PhoneDelayMs", "60000")))
        {
            receiver.Secret = await before.Register(receiver.Url);
            for (var text = 0; text < 5; text++)
                await before.Text($"{text}");
            await Eventually.Sees(() => receiver.Calls, calls => calls > 0);
            (await before.Send("still in the air")).EnsureSuccessStatusCode();
        }

        receiver.Answer = _ => 200;
        await using var after = new Simulator(("StateFile", StateFile));
        await Eventually.Sees(() => after.Get("/sim/texts"), counts => (int)counts["delivered"]! == 5);
        receiver.Accepted.Select(p => p.Text).ShouldBe(["0", "1", "2", "3", "4"]);
        await Eventually.Sees(() => after.Get($"/sim/phones/{Simulator.Customer}/messages"), p => p["items"]!.AsArray().Count == 6);
    }

    [Fact]
    public void Lines_a_crash_left_damaged_are_passed_over()
    {
        string secret;
        using (var before = Open())
        {
            secret = before.SetWebhook("http://127.0.0.1/", true).Secret;
            before.Settle(before.WriteText("1", "2", "kept", null).Id, DeliveryStatus.Delivered);
        }
        File.AppendAllText(StateFile, "{}\nnull\n{\"kind\":\"unknown\"}\n{\"kind\":\"text-written\"}\n\0\0\0\n{\"kind\":\"text-written\",\"cursor\":1,\"id\":\"te");

        for (var start = 0; start < 2; start++)
        {
            using var after = Open();
            after.Webhook!.Secret.ShouldBe(secret);
            after.OnPhone("1", 0, 10).ShouldHaveSingleItem().Text.ShouldBe("kept");
            after.Count(DeliveryStatus.Delivered).ShouldBe(1);
        }
        File.ReadAllLines(StateFile).Length.ShouldBe(3);
    }

    [Fact]
    public void Only_the_newest_messages_are_kept_and_the_file_does_not_grow_for_ever()
    {
        const int keep = 100;
        using (var state = Open(keep))
        {
            var pending = state.WriteText("0", "2", "pending", null);
            for (var text = 0; text < 5_000; text++)
            {
                if (text % 2 == 0)
                    state.Settle(state.WriteText("1", "2", $"{text}", null).Id, DeliveryStatus.Delivered);
                else
                    state.LandMessage(state.AcceptMessage("+1", $"{text}", null).Id);
                File.ReadLines(StateFile).Take(2_000).Count().ShouldBeLessThan(1_600);
            }
            state.IsPending(pending.Id).ShouldBeTrue();
            Check(state, keep * 5 / 4);
        }
        using var again = Open(keep);
        Check(again, keep);

        static void Check(GatewayState state, int most)
        {
            var onPhone = state.OnPhone("1", 0, 1_000);
            onPhone.Count.ShouldBeInRange(keep - 1, most);
            onPhone.Select(m => m.Text).ShouldBe(Enumerable.Range(5_000 - onPhone.Count, onPhone.Count).Select(text => $"{text}"));
            state.PendingTexts().ShouldHaveSingleItem().Text.ShouldBe("pending");
            state.Count(DeliveryStatus.Pending).ShouldBe(1);
            (state.Count(DeliveryStatus.Delivered) + state.Sent(0, 1_000).Count).ShouldBe(onPhone.Count);
        }
    }

    [Fact]
    public void The_secret_can_be_read_by_nobody_else()
    {
        if (OperatingSystem.IsWindows())
            return;
        Open().Dispose();
        File.GetUnixFileMode(StateFile).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    [Fact]
    public void Clearing_lasts_over_a_restart_and_keeps_the_webhook()
    {
        using (var state = Open())
        {
            state.SetWebhook("http://127.0.0.1/", true);
            state.WriteText("1", "2", "gone", null);
            state.AcceptMessage("+1", "gone", null);
            state.Clear();
        }
        using var again = Open();
        again.Webhook.ShouldNotBeNull();
        again.OnPhone("1", 0, 10).ShouldBeEmpty();
        again.QueuedMessages().ShouldBeEmpty();
        again.PendingTexts().ShouldBeEmpty();
    }

    private GatewayState Open(int keep = 1_000) =>
        new(new SimulatorOptions { StateFile = StateFile, KeepMessages = keep }, NullLogger<GatewayState>.Instance);
}
