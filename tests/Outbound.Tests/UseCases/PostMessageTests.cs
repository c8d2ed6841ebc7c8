using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Sms.Outbound.UseCases;
using Sms.Outbound.Views;
using Sms.ServiceHost;
using Sms.Testing;

namespace Sms.Outbound.Tests.UseCases;

/// <summary>What a person can do over HTTP: text, take back, resolve, send again.</summary>
public sealed class PostMessageTests(OutboundWithGateway outbound) : IClassFixture<OutboundWithGateway>, IAsyncLifetime
{
    private readonly Customer _they = new();

    public async ValueTask InitializeAsync()
    {
        if (TestServers.Present)
            await outbound.GatewayIs(send: null);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [RealServersFact]
    public async Task First_word_of_a_person_leaves_with_a_ruling_and_names_who_wrote_it()
    {
        var sent = await Taken(await Post(Draft("Your parcel is here.")));
        sent.ShouldSatisfyAllConditions(
            m => m.State.ShouldBe("held"), m => m.RequestedBy.ShouldBe("operator:tester"), m => m.SmsId.ShouldBeNull(), m => m.Purpose.ShouldBe("reply"));
        await Allow(sent.SendId);
        await outbound.Becomes(sent.SendId, "accepted");
        await PhoneHas("Your parcel is here.");
    }

    [RealServersFact]
    public async Task Same_key_again_is_the_same_text_and_another_text_by_it_is_refused()
    {
        var key = Guid.NewGuid().ToString();
        var first = await Taken(await Post(Draft("Hello"), key));
        (await Taken(await Post(Draft("Hello"), key))).SendId.ShouldBe(first.SendId);
        (await Post(Draft("Something else"), key)).StatusCode.ShouldBe(HttpStatusCode.Conflict);
        (await Taken(await Post(Draft("Hello")))).SendId.ShouldNotBe(first.SendId);
    }

    [RealServersFact]
    public async Task Answer_of_a_person_leaves_with_the_verdict_on_the_text_it_answers()
    {
        var question = _they.Answer();
        await outbound.Hear(Customer.Clear(question));
        var sent = await Taken(await Post(Draft("At nine.") with { InReplyTo = question.InReplyTo }));
        sent.SmsId.ShouldBe(question.InReplyTo);
        await outbound.Becomes(sent.SendId, "accepted");
    }

    [RealServersFact]
    public async Task Conversation_is_listed_and_continued_by_an_id_that_shows_no_number()
    {
        var first = await Taken(await Post(Draft("One")));
        var second = await Taken(await Post(new PostMessage.Draft(first.Conversation, null, null, null, "Two", null, null, null)));
        second.Customer.ShouldBe(_they.Number);
        (await List($"/messages?conversation={first.Conversation}")).Select(m => m.Text).ShouldBe(["Two", "One"]);
        (await List($"/messages?conversation={Guid.NewGuid()}")).ShouldBeEmpty();
    }

    [RealServersFact]
    public async Task Every_fault_is_named_with_its_field()
    {
        var answer = await Post(new PostMessage.Draft(null, "nowhere", "", "AD-AIRTEL", "", "fun", null, DateTimeOffset.UtcNow.AddYears(1)));
        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        var errors = (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("errors");
        errors.EnumerateObject().Select(error => error.Name).Order().ShouldBe(["endpoint", "expiresAt", "from", "purpose", "text", "to"]);
        errors.GetProperty("to")[0].GetString().ShouldNotBeNull().ShouldContain("nothing can be texted");
        (await Post(Draft("Hello"), key: "")).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    [RealServersFact]
    public async Task Long_text_is_taken_with_a_warning()
    {
        var taken = await (await Post(Draft(new string('x', 600)))).Content.ReadFromJsonAsync<PostMessage.TakenOn>();
        taken!.Message.Segments.Count.ShouldBe(4);
        taken.Warning.ShouldBe("Sent and billed as 4 texts.");
    }

    [RealServersFact]
    public async Task Who_may_only_look_cannot_text()
    {
        using var onlooker = outbound.ClientWith(OutboundWithGateway.ReaderKey);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/messages") { Content = JsonContent.Create(Draft("Hello")) };
        request.Headers.Add("Idempotency-Key", "1");
        (await onlooker.SendAsync(request, TestContext.Current.CancellationToken)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    [RealServersFact]
    public async Task Held_text_is_taken_back_and_a_later_ruling_does_not_revive_it()
    {
        var sent = await Taken(await Post(Draft("Hello")));
        (await Do(sent.SendId, "cancel", new { })).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await Do(sent.SendId, "cancel", new { reason = "Wrong customer." })).StatusCode.ShouldBe(HttpStatusCode.OK);
        await Allow(sent.SendId);
        var cancelled = await outbound.Becomes(sent.SendId, "cancelled");
        cancelled.History[^1].ShouldSatisfyAllConditions(c => c.Actor.ShouldBe("operator:tester"), c => c.Reason.ShouldBe("Wrong customer."));
        (await outbound.OnPhoneOf(_they.Number)).ShouldBeEmpty();
    }

    [RealServersFact]
    public async Task Text_that_has_left_cannot_be_taken_back_and_one_nobody_asked_for_is_not_found()
    {
        var sent = await Sent("Hello");
        await outbound.Becomes(sent.SendId, "accepted");
        (await Do(sent.SendId, "cancel", new { reason = "Too late." })).StatusCode.ShouldBe(HttpStatusCode.Conflict);
        (await Do(sent.SendId, "resend", new { reason = "Again." })).StatusCode.ShouldBe(HttpStatusCode.Conflict);
        (await Do(Guid.NewGuid(), "cancel", new { reason = "Who?" })).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [RealServersFact]
    public async Task Unknown_outcome_is_resolved_by_a_person_who_says_why()
    {
        await outbound.GatewayIs(new { acceptThenDropNext = 1 });
        var sent = await Sent("Hello");
        await outbound.Becomes(sent.SendId, "unknown");
        (await Do(sent.SendId, "resolve", new { left = true })).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await Do(sent.SendId, "resolve", new { left = true, reason = "It is on the phone's screen." })).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await outbound.Becomes(sent.SendId, "sent")).History[^1].Actor.ShouldBe("operator:tester");
        (await Do(sent.SendId, "resolve", new { left = false, reason = "Or not." })).StatusCode.ShouldBe(HttpStatusCode.Conflict);
    }

    [RealServersFact]
    public async Task Unknown_outcome_is_sent_again_once_by_a_person_as_another_text_that_needs_consent_too()
    {
        await outbound.GatewayIs(new { failNext = 1 });
        var sent = await Sent("Hello");
        await outbound.Becomes(sent.SendId, "unknown");

        var key = Guid.NewGuid().ToString();
        var again = (await (await Do(sent.SendId, "resend", new { reason = "She says nothing came." }, key)).Content.ReadFromJsonAsync<SentLog.Row>())!;
        (await (await Do(sent.SendId, "resend", new { reason = "She says nothing came." }, key)).Content.ReadFromJsonAsync<SentLog.Row>())!.SendId.ShouldBe(again.SendId);
        (await Do(sent.SendId, "resend", new { reason = "Me too." })).StatusCode.ShouldBe(HttpStatusCode.Conflict);
        again.ResendOf.ShouldBe(sent.SendId);
        (await outbound.Find(sent.SendId)).Message.ShouldSatisfyAllConditions(m => m.State.ShouldBe("failed"), m => m.ResentAs.ShouldBe(again.SendId));

        await Allow(again.SendId);
        await outbound.Becomes(again.SendId, "accepted");
        await PhoneHas("Hello");
        await RebuiltViews.ShouldEqualLive(outbound);
    }

    private PostMessage.Draft Draft(string text) => new(null, OutboundWithGateway.Endpoint, OutboundWithGateway.Us, _they.Number, text, null, null, null);

    private async Task<SentLog.Row> Sent(string text)
    {
        var sent = await Taken(await Post(Draft(text)));
        await Allow(sent.SendId);
        return sent;
    }

    private Task<HttpResponseMessage> Post(PostMessage.Draft draft, string? key = null) => Keyed("/messages", draft, key);

    private Task<HttpResponseMessage> Do(Guid sendId, string what, object body, string? key = null) => Keyed($"/messages/{sendId}/{what}", body, key);

    private async Task<HttpResponseMessage> Keyed(string path, object body, string? key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(body) };
        request.Headers.Add("Idempotency-Key", key ?? Guid.NewGuid().ToString());
        return await outbound.Client.SendAsync(request);
    }

    private static async Task<SentLog.Row> Taken(HttpResponseMessage answer)
    {
        answer.StatusCode.ShouldBe(HttpStatusCode.Accepted, await answer.Content.ReadAsStringAsync());
        return (await answer.Content.ReadFromJsonAsync<PostMessage.TakenOn>())!.Message;
    }

    private async Task Allow(Guid sendId) => await outbound.Hear(Customer.Allow(await outbound.Question(sendId)));

    private async Task<IReadOnlyList<SentLog.Row>> List(string path) => (await outbound.Client.GetFromJsonAsync<Page<SentLog.Row>>(path))!.Items;

    private Task<IReadOnlyList<OutboundWithGateway.Received>> PhoneHas(string text) => Eventually.Sees(
        () => outbound.OnPhoneOf(_they.Number), received => received.Select(message => message.Text).SequenceEqual([text]));
}
