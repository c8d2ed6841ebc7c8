using System.Net;
using Sms.Testing;

namespace Sms.GatewaySimulator.Tests;

public sealed class ConversationsTests : IAsyncLifetime
{
    private readonly Simulator _simulator = new(("Ingress:Number", "+" + Simulator.Number), ("RetryBaseMs", "600000"), ("RetryCapMs", "600000"));

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;
    public ValueTask DisposeAsync() => _simulator.DisposeAsync();

    [Fact]
    public async Task Each_pair_of_a_customer_and_a_number_of_ours_is_one_conversation_and_the_newest_comes_first()
    {
        await _simulator.Text("one");
        await _simulator.Text("two", to: "+447700900999");
        await _simulator.Text("three", "+4915123456789");
        await _simulator.Text("four", "+" + Simulator.Customer);
        (await _simulator.Get("/sim/conversations")).AsArray()
            .Select(m => ((string?)m!["customer"], (string?)m["number"], (string?)m["text"]))
            .ShouldBe([(Simulator.Customer, Simulator.Number, "four"), ("4915123456789", Simulator.Number, "three"), (Simulator.Customer, "447700900999", "two")]);
    }

    [Fact]
    public async Task An_answer_comes_from_the_number_that_was_texted_last_and_else_from_the_phones_own()
    {
        (await _simulator.Send("before anything was texted")).EnsureSuccessStatusCode();
        (await Part(Simulator.Number, 1)).ShouldBe(["before anything was texted"]);
        await _simulator.Text("to another number", to: "447700900999");
        (await _simulator.Send("from that one")).EnsureSuccessStatusCode();
        (await Part("447700900999", 2)).ShouldBe(["to another number", "from that one"]);
        (await Part(Simulator.Number, 1)).ShouldBe(["before anything was texted"]);
    }

    [Fact]
    public async Task A_long_conversation_is_read_from_its_end()
    {
        for (var text = 1; text <= 205; text++)
            await _simulator.Text($"{text}");
        var path = $"/sim/conversations/%2B{Simulator.Customer}/%2B{Simulator.Number}";
        var (read, before) = (new List<int>(), "");
        for (var more = true; more;)
        {
            var part = await _simulator.Get(path + before);
            read.InsertRange(0, part["items"]!.AsArray().Select(m => int.Parse((string)m!["text"]!, System.Globalization.CultureInfo.InvariantCulture)));
            (before, more) = ($"?before={part["items"]![0]!["cursor"]}", (bool)part["more"]!);
        }
        read.ShouldBe(Enumerable.Range(1, 205));
        (await _simulator.Call(HttpMethod.Get, path + "?before=x")).Status.ShouldBe(HttpStatusCode.BadRequest);
        (await _simulator.Get("/sim/conversations/1234567/89"))["items"]!.AsArray().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_text_that_waits_for_its_next_attempt_is_tried_at_once_when_somebody_asks()
    {
        await using var receiver = await Receiver.Start();
        receiver.Secret = await _simulator.Register(receiver.Url);
        receiver.Answer = _ => 503;
        var first = await _simulator.Text("first");
        var second = await _simulator.Text("second");
        await Eventually.Sees(() => receiver.Calls, calls => calls == 1);

        receiver.Answer = _ => 200;
        // The second waits for the first, so that both go.
        await Eventually.Sees(
            async () => (await _simulator.Call(HttpMethod.Post, $"/sim/texts/{second}/retry")).Status, status => status == HttpStatusCode.Conflict);
        await _simulator.Becomes(first, "delivered");
        receiver.Accepted.Select(text => text.Text).ShouldBe(["first", "second"]);
    }

    [Fact]
    public async Task A_text_that_did_not_get_through_goes_again_and_one_that_did_does_not()
    {
        var id = await _simulator.Text("into the void");
        await _simulator.Becomes(id, "not-forwarded");
        await using var receiver = await Receiver.Start();
        receiver.Secret = await _simulator.Register(receiver.Url);
        (await _simulator.Call(HttpMethod.Post, $"/sim/texts/{id}/retry")).Status.ShouldBe(HttpStatusCode.Accepted);
        await _simulator.Becomes(id, "delivered");
        (await _simulator.Call(HttpMethod.Post, $"/sim/texts/{id}/retry")).Status.ShouldBe(HttpStatusCode.Conflict);
        receiver.Calls.ShouldBe(1);
        (await _simulator.Call(HttpMethod.Post, "/sim/texts/text_nobody/retry")).Status.ShouldBe(HttpStatusCode.NotFound);
    }

    private async Task<IEnumerable<string?>> Part(string number, int count)
    {
        var part = await Eventually.Sees(
            () => _simulator.Get($"/sim/conversations/{Simulator.Customer}/{number}"),
            part => part["items"]!.AsArray().Count(m => (string?)m!["state"] != "on-its-way") == count);
        return part["items"]!.AsArray().Select(m => (string?)m!["text"]);
    }
}
