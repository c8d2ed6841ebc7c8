using Microsoft.AspNetCore.Http.HttpResults;
using Sms.AutoReply.People;
using Sms.EventStore;
using Sms.PhoneNumbers;
using Sms.ServiceHost;

namespace Sms.AutoReply.UseCases;

/// <summary>A person takes a conversation from the rules, or gives it back.</summary>
public static class HandOver
{
    /// <summary>Which conversation.</summary>
    /// <param name="Number">The customer.</param>
    /// <param name="OurNumber">Our number.</param>
    public sealed record Conversation(string? Number, string? OurNumber);

    /// <summary><c>POST /conversations/pause</c> and <c>POST /conversations/resume</c>; asking again changes nothing.</summary>
    public static void Map(RouteGroupBuilder api)
    {
        api.MapPost("/conversations/pause", (Conversation conversation, HttpContext http, IEventStore store, TimeProvider clock, CancellationToken ct) =>
                Change(conversation, PersonDecider.Pause, http, store, clock, ct))
            .RequireAuthorization(Roles.Agent).WithName("PauseAutomation").WithSummary("Takes a conversation from the rules");
        api.MapPost("/conversations/resume", (Conversation conversation, HttpContext http, IEventStore store, TimeProvider clock, CancellationToken ct) =>
                Change(conversation, PersonDecider.Resume, http, store, clock, ct))
            .RequireAuthorization(Roles.Agent).WithName("ResumeAutomation").WithSummary("Gives a conversation back to the rules");
    }

    private static async Task<Results<NoContent, ValidationProblem>> Change(
        Conversation conversation, Func<Person, string, string, DateTimeOffset, PersonEvent[]> decide, HttpContext http, IEventStore store,
        TimeProvider clock, CancellationToken ct)
    {
        if (!PhoneNumber.TryParse(conversation.Number, out var number))
            return Problems.Invalid("number", "must be a phone number");
        if (!PhoneNumber.TryParse(conversation.OurNumber, out var ourNumber))
            return Problems.Invalid("ourNumber", "must be a phone number");
        var person = await store.Load(Person.Stream, Person.IdOf(number), ct);
        await store.Commit(person, decide(person.State, ourNumber.Value, http.Cause().Actor, clock.GetUtcNow()), http.Cause(), ct);
        return TypedResults.NoContent();
    }
}
