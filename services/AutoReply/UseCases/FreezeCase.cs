using Microsoft.AspNetCore.Http.HttpResults;
using Sms.AutoReply.Rules;
using Sms.AutoReply.Trials;
using Sms.AutoReply.Views;
using Sms.EventStore;
using Sms.PhoneNumbers;
using Sms.ServiceHost;

namespace Sms.AutoReply.UseCases;

/// <summary>Somebody makes a conversation a case that every later rule set is tried on, or takes one back.</summary>
public static class FreezeCase
{
    /// <summary>What to freeze.</summary>
    /// <param name="Name">What the case shows, 1 to 100 characters.</param>
    /// <param name="SmsIds">The texts, 1 to 50, of one label.</param>
    public sealed record Conversation(string? Name, IReadOnlyList<Guid>? SmsIds);

    /// <summary>A case that was frozen.</summary>
    public sealed record Made(Guid CaseId, string Label, IReadOnlyList<CaseText> Texts);

    /// <summary><c>POST /cases</c>, <c>DELETE /cases/{id}</c>.</summary>
    public static void Map(RouteGroupBuilder api)
    {
        api.MapPost("/cases", Freeze).RequireAuthorization(Roles.Admin)
            .WithName("FreezeCase").WithSummary("Makes a conversation, masked, a case that every later rule set is tried on");
        api.MapDelete("/cases/{id:guid}", Thaw).RequireAuthorization(Roles.Admin).WithName("ThawCase").WithSummary("Takes a case back");
    }

    private static async Task<Results<Created<Made>, ValidationProblem>> Freeze(
        Conversation conversation, HttpContext http, IEventStore store, EventLog log, EventTypes types, RuleSets ruleSets, CancellationToken ct)
    {
        if (string.IsNullOrWhiteSpace(conversation.Name) || conversation.Name.Length > 100 || conversation.Name.Any(char.IsControl))
            return Problems.Invalid("name", "must be 1 to 100 characters on one line");
        if (conversation.SmsIds is not { Count: >= 1 and <= 50 } ids)
            return Problems.Invalid("smsIds", "must be 1 to 50 texts");
        var texts = new List<AnswerEvent.SmsRuled>();
        for (var no = 0; no < ids.Count; no++)
        {
            if (await Explanation.Find(log, types, ids[no], ct) is not { } ruled)
                return Problems.Invalid($"smsIds[{no}]", "is no text that rules were tried on");
            texts.Add(ruled);
        }
        if (texts.Select(text => text.Label).Distinct().Count() > 1)
            return Problems.Invalid("smsIds", "must be texts of one label");
        var label = texts[0].Label;
        var (id, inForce) = (Guid.CreateVersion7(), await ruleSets.Load(label, ct));
        var frozen = FrozenCase.Freeze(
            conversation.Name.Trim(), label, [.. texts.OrderBy(text => text.ReceivedAt).Select(Past)], ruleSets.Compiled(inForce.State), http.Cause().Actor);
        await store.Commit([FrozenCase.Stream.Start(id.ToString(), [frozen], http.Cause())], null, ct);
        return TypedResults.Created($"/cases/{id}", new Made(id, label, frozen.Texts));
    }

    private static PastTurn.Text Past(AnswerEvent.SmsRuled ruled) => new(
        new ReceivedSms(ruled.SmsId, ruled.Endpoint, PhoneNumber.Parse(ruled.From), PhoneNumber.Parse(ruled.To), ruled.Text, ruled.ReceivedAt),
        ruled.Seen, "", IsTried: true);

    private static async Task<Results<NoContent, NotFound>> Thaw(Guid id, HttpContext http, IEventStore store, CancellationToken ct)
    {
        var frozen = await store.Load(FrozenCase.Stream, id, ct);
        if (frozen.State.IsThawed)
            return TypedResults.NotFound();
        await store.Commit(frozen, [new CaseEvent.Thawed(http.Cause().Actor)], http.Cause(), ct);
        return TypedResults.NoContent();
    }
}
