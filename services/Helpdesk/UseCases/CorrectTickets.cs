using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;
using Sms.EventStore;
using Sms.Helpdesk.Texts;
using Sms.Helpdesk.Tickets;
using Sms.Helpdesk.Views;
using Sms.ServiceHost;

namespace Sms.Helpdesk.UseCases;

/// <summary>An agent says that texts belong to another ticket, to one of their own, or that two tickets are one; and takes it back.</summary>
public sealed class CorrectTickets(IEventStore store, TicketWork work, NpgsqlDataSource database, TimeProvider clock)
{
    private const int MostTexts = 100;

    /// <summary>Texts that belong elsewhere.</summary>
    /// <param name="SmsIds">The texts, 1 to 100.</param>
    /// <param name="To">The ticket they belong to; left out: a new one.</param>
    public sealed record MoveDraft(IReadOnlyList<Guid>? SmsIds, Guid? To);

    /// <summary>The ticket it goes on in.</summary>
    public sealed record MergeDraft(Guid? Into);

    /// <summary>Both tickets afterwards.</summary>
    /// <param name="Id">The move or merge, to take it back by.</param>
    /// <param name="Source">The ticket it was asked of.</param>
    /// <param name="Target">The other one.</param>
    public sealed record Corrected(Guid Id, TicketDetails.Detail Source, TicketDetails.Detail Target);

    public static void Map(RouteGroupBuilder api)
    {
        var tickets = api.MapGroup("/tickets/{id:guid}").RequireAuthorization(Roles.Agent).TakesIfMatch();
        tickets.MapPost("/moves", (Guid id, MoveDraft draft, HttpContext http, CorrectTickets use, CancellationToken ct) => use.Move(id, draft, http, ct))
            .WithName("MoveTexts").WithSummary("Moves texts to another ticket of the same customer or, without one, splits them off into a new one");
        tickets.MapPost("/moves/{moveId:guid}/undo", (Guid id, Guid moveId, HttpContext http, CorrectTickets use, CancellationToken ct) => use.Undo(id, moveId, http, ct))
            .WithName("UndoMove").WithSummary("Takes a move or split of this ticket back");
        tickets.MapPost("/merge", (Guid id, MergeDraft draft, HttpContext http, CorrectTickets use, CancellationToken ct) => use.Merge(id, draft, http, ct))
            .WithName("MergeTicket").WithSummary("Lets this ticket go on in another one of the same customer");
        tickets.MapPost("/unmerge", (Guid id, HttpContext http, CorrectTickets use, CancellationToken ct) => use.Unmerge(id, http, ct))
            .WithName("UnmergeTicket").WithSummary("Takes the merge of this ticket back");
    }

    private Task<Results<Ok<Corrected>, NotFound, ValidationProblem>> Move(Guid id, MoveDraft draft, HttpContext http, CancellationToken ct) => OnTicket(id, http, async source =>
    {
        if (draft.SmsIds is not { Count: >= 1 and <= MostTexts } || draft.SmsIds.Distinct().Count() != draft.SmsIds.Count)
            return Problems.Invalid("smsIds", $"must be 1 to {MostTexts} texts, each once");
        var texts = await TextsOn(source, draft.SmsIds, ct);
        if (texts.Count != draft.SmsIds.Count)
            return Problems.Invalid("smsIds", "must all be texts on this ticket");
        var (moveId, now, terms) = (Guid.CreateVersion7(), clock.GetUtcNow(), (await work.Desk(ct)).TermsOf(source.State.Endpoint));
        if (draft.To is { } to)
        {
            var target = await work.Resolve(to, ct);
            if (!target.Exists || !await work.IsSameCustomer(target.State.Customer, source.State.Customer, ct))
                return Problems.Invalid("to", "must be a ticket of the same customer");
            return await Commit(moveId, source, target, Corrections.Move(moveId, Known(source), Known(target), texts), null, texts, target.Id, http, ct);
        }
        var (home, blocking) = await work.Reopening(source, ct);
        var split = await work.Next(home.State, source.State.Customer, source.State.OurNumber, ct);
        var number = await work.NextNumber(ct);
        return await Commit(
            moveId, source, split, Corrections.Split(moveId, Known(source), split.Id, number, texts, blocking is not null, terms, now), home, texts, split.Id, http, ct);
    }, ct);

    private Task<Results<Ok<Corrected>, NotFound, ValidationProblem>> Undo(Guid id, Guid moveId, HttpContext http, CancellationToken ct) => OnTicket(id, http, async source =>
    {
        if (!source.State.Moves.TryGetValue(moveId, out var move))
            return TypedResults.NotFound();
        var (undoId, now, terms) = (Guid.CreateVersion7(), clock.GetUtcNow(), (await work.Desk(ct)).TermsOf(source.State.Endpoint));
        var target = await work.Load(move.ToTicket, ct);
        var texts = await TextsOn(target, move.SmsIds, ct);
        if (texts.Count == 0)
            throw new RefusedException($"None of these texts is on #{move.ToNumber} any more.");
        var (home, _) = await work.Reopening(source, ct);
        return await Commit(undoId, source, target, Corrections.Undo(undoId, moveId, Known(source), Known(target), texts, terms, now), home, texts, id, http, ct);
    }, ct);

    private Task<Results<Ok<Corrected>, NotFound, ValidationProblem>> Merge(Guid id, MergeDraft draft, HttpContext http, CancellationToken ct) => OnTicket(id, http, async source =>
    {
        if (draft.Into is not { } into || await work.Resolve(into, ct) is not { Exists: true } target
            || !await work.IsSameCustomer(target.State.Customer, source.State.Customer, ct))
            return Problems.Invalid("into", "must be a ticket of the same customer");
        var (mergeId, terms) = (Guid.CreateVersion7(), (await work.Desk(ct)).TermsOf(target.State.Endpoint));
        var (home, blocking) = await work.Reopening(target, ct);
        return await Commit(
            mergeId, source, target, Corrections.Merge(mergeId, Known(source), Known(target), blocking == source.State.Number ? null : blocking, terms, clock.GetUtcNow()),
            home, [], id, http, ct);
    }, ct);

    private Task<Results<Ok<Corrected>, NotFound, ValidationProblem>> Unmerge(Guid id, HttpContext http, CancellationToken ct) => OnTicket(id, http, async source =>
    {
        var target = source.State.MergedInto is { } merge ? await work.Load(merge.Ticket, ct) : source;
        var home = await work.Conversation(source.State.Customer, source.State.OurNumber, ct);
        var current = await work.Current(home.State, source.State.Customer, source.State.OurNumber, ct);
        // What this conversation went on in may be of another one, which does not keep this ticket from being open.
        var otherIsOpen = current is { State.IsOver: false } && current.Id != id
            && (current.State.Customer, current.State.OurNumber) == (source.State.Customer, source.State.OurNumber);
        return await Commit(
            source.State.MergedInto?.MergeId ?? Guid.Empty, source, target, Corrections.Unmerge(Known(source), Known(target), otherIsOpen, clock.GetUtcNow()), home, [], id, http, ct);
    }, ct);

    private Task<Results<Ok<Corrected>, NotFound, ValidationProblem>> OnTicket(
        Guid id, HttpContext http, Func<LoadedTicket, Task<Results<Ok<Corrected>, NotFound, ValidationProblem>>> correct, CancellationToken ct) => TicketWork.Retried(async () =>
    {
        var ticket = await work.Load(id, ct);
        if (!ticket.Exists)
            return TypedResults.NotFound();
        if (http.IfMatch() is { } read && read != ticket.Stream.Version)
            throw new VersionConflictException(ticket.Stream.StreamId);
        return await correct(ticket);
    }, onlyOnce: http.Request.Headers.IfMatch.Count > 0);

    private async Task<Results<Ok<Corrected>, NotFound, ValidationProblem>> Commit(
        Guid id, LoadedTicket source, LoadedTicket target, Correction correction, EventStream<Conversation, ConversationEvent>? home, IReadOnlyList<MovedText> moved,
        Guid movedTo, HttpContext http, CancellationToken ct)
    {
        var cause = http.Cause();
        List<Append> appends = [source.Stream.Append(correction.Source, cause), target.Stream.Append(correction.Target, cause)];
        if (correction.TurnsTo is { } turn)
            appends.Add(home!.Append([new ConversationEvent.TurnedTo(turn.ToTarget ? target.Id : source.Id, turn.Why)], cause));
        foreach (var sms in moved)
            appends.Add((await store.Load(Text.Stream, sms.SmsId, ct)).Append([new TextEvent.TextMoved(id, movedTo)], cause));
        await store.Commit(appends, null, ct);
        http.SetETag(source.Stream.Version + correction.Source.Length);
        return TypedResults.Ok(new Corrected(id, After(source, correction.Source), After(target, correction.Target)));
    }

    private static TicketDetails.Detail After(LoadedTicket ticket, TicketEvent[] facts) =>
        TicketDetails.Of(ticket.Id, facts.Aggregate(ticket.State, Ticket.Stream.Evolve), ticket.Stream.Version + facts.Length);

    private static Corrections.Known Known(LoadedTicket ticket) => new(ticket.Id, ticket.State);

    /// <summary>Those of the texts that are on the ticket. Should one be moved meanwhile, the ticket has another version and the commit fails.</summary>
    private Task<List<MovedText>> TextsOn(LoadedTicket ticket, IReadOnlyList<Guid> smsIds, CancellationToken ct) => database.Query(
        $"""
        select sms_id, endpoint, customer, our_number, text, at from ticket_entries
        where ticket_id = {ticket.Id} and kind = 'customer-wrote' and moved_out is null and sms_id = any({smsIds.ToArray()}) order by at, position, no
        """,
        r => new MovedText(
            r.Get<Guid>("sms_id"), r.Get<string>("endpoint"), r.Get<string?>("customer") ?? ticket.State.Customer, r.Get<string?>("our_number") ?? ticket.State.OurNumber,
            r.Get<string>("text"), r.Get<DateTimeOffset>("at")), ct);
}
