using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Sms.EventStore;
using Sms.Helpdesk.Tickets;
using Sms.Helpdesk.Views;
using Sms.PhoneNumbers;
using Sms.ServiceHost;

namespace Sms.Helpdesk.UseCases;

/// <summary>An agent wants a ticket: for a customer who has not written (about it), or for a text that opened none.</summary>
public static class OpenTicket
{
    /// <summary>A ticket for somebody.</summary>
    /// <param name="Customer">Their number.</param>
    /// <param name="OurNumber">Our number to talk to them from.</param>
    /// <param name="Endpoint">The endpoint that number is behind.</param>
    /// <param name="Note">What it is about, for the agents.</param>
    public sealed record Draft(string? Customer, string? OurNumber, string? Endpoint, string? Note);

    public static void Map(RouteGroupBuilder api)
    {
        api.MapPost("/tickets", Open).RequireAuthorization(Roles.Agent)
            .WithName("OpenTicket").WithSummary("The open ticket of a customer with a number of ours, or a new one").TakesIdempotencyKey(required: true)
            .Refuses(StatusCodes.Status422UnprocessableEntity, "The Idempotency-Key was used for something else.");
        api.MapPost("/texts/{smsId:guid}/ticket", ForText).RequireAuthorization(Roles.Agent)
            .WithName("OpenTicketForText").WithSummary("Puts a text that opened no ticket on one: the open one, or a new one");
    }

    private static async Task<Results<Created<TicketDetails.Detail>, ValidationProblem>> Open(
        Draft draft, HttpContext http, RouteTexts route, TicketWork work, IEventStore store, CancellationToken ct)
    {
        var faults = new Dictionary<string, string[]>();
        if (OnceOnly.Key(http) is null)
            faults["Idempotency-Key"] = ["must be a header of 1 to 255 characters, a new one for every ticket"];
        if (!PhoneNumber.TryParse(draft.Customer, out var customer) || !customer.CanBeReplied)
            faults["customer"] = ["must be a phone number or short code"];
        if (!PhoneNumber.TryParse(draft.OurNumber, out var ourNumber) || !ourNumber.CanBeReplied)
            faults["ourNumber"] = ["must be one of our numbers"];
        if (draft.Endpoint is not { Length: >= 1 and <= 63 })
            faults["endpoint"] = ["must be the endpoint our number is behind"];
        if (draft.Note is not null && TicketRoutes.Faults(new Desk.TicketChanges(Note: draft.Note), null).TryGetValue("note", out var wrong))
            faults["note"] = wrong;
        if (faults.Count > 0)
            return Problems.Invalid(faults);

        var asked = JsonSerializer.Serialize(draft, JsonSerializerOptions.Web);
        var ticketId = await TicketWork.Retried(async () =>
        {
            var (cause, request) = (http.Cause(), (await OnceOnly.Begin(store, http, asked, ct))!);
            if (request.State.Done is { } done)
                return done.TicketId;
            var (appends, id) = await route.OpenOrFind(
                draft.Endpoint!, customer!.Value, ourNumber!.Value, _ => draft.Note is { } note ? [new TicketCommand.AddNote(Guid.CreateVersion7(), note)] : [], cause, ct);
            await store.Commit([.. appends, OnceOnly.Done(request, http, id, asked)], null, ct);
            return id;
        });
        var ticket = await work.Load(ticketId, ct);
        http.SetETag(ticket.Stream.Version);
        return TypedResults.Created($"/tickets/{ticketId}", TicketDetails.Of(ticketId, ticket.State, ticket.Stream.Version));
    }

    private static async Task<Results<Ok<TicketDetails.Detail>, NotFound>> ForText(
        Guid smsId, HttpContext http, RouteTexts route, TicketWork work, IEventStore store, CancellationToken ct)
    {
        if ((await store.Load(Texts.Text.Stream, smsId, ct)).State.Received is null)
            return TypedResults.NotFound();
        // A text is put on a ticket once, whoever asks and however often.
        var id = await TicketWork.Retried(() => route.Hear(
            smsId, (text, _) => text.TicketId is null ? [new Texts.TextEvent.TicketAsked(Guid.CreateVersion7())] : [], _ => [], http.Cause() with { CorrelationId = smsId }, ct));
        var ticket = await work.Load(id!.Value, ct);
        http.SetETag(ticket.Stream.Version);
        return TypedResults.Ok(TicketDetails.Of(ticket.Id, ticket.State, ticket.Stream.Version));
    }
}
