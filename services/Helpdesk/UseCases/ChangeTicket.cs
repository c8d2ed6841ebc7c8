using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Npgsql;
using Sms.EventStore;
using Sms.Helpdesk.Desk;
using Sms.Helpdesk.Tickets;
using Sms.Helpdesk.Views;
using Sms.ServiceHost;

namespace Sms.Helpdesk.UseCases;

/// <summary>What an agent does on a ticket, several things at once if they like: all of it happens, or none.</summary>
public sealed class ChangeTicket(IEventStore store, TicketWork work, NpgsqlDataSource database, TimeProvider clock)
{
    private static readonly TimeSpan ReplyLives = TimeSpan.FromDays(1);
    private static readonly Guid Sends = new("3f7a1c57-0c38-4c1f-a30e-5a3b9a5c9e11");

    /// <summary>Makes the changes.</summary>
    /// <param name="id">The ticket.</param>
    /// <param name="changes">What to change.</param>
    /// <param name="source">The canned reply or macro they are from.</param>
    /// <param name="http">The request: who asks, <c>If-Match</c> and <c>Idempotency-Key</c>.</param>
    /// <param name="ct">Gives up.</param>
    /// <returns>The ticket afterwards; null when there is none.</returns>
    /// <exception cref="RefusedException">The ticket's status does not allow it.</exception>
    /// <exception cref="VersionConflictException">It is not the ticket any more that the agent has read.</exception>
    public Task<TicketDetails.Detail?> Make(Guid id, TicketChanges changes, string? source, HttpContext http, CancellationToken ct) => TicketWork.Retried(async () =>
    {
        var asked = JsonSerializer.Serialize(new { id, changes, source }, JsonSerializerOptions.Web);
        var request = await OnceOnly.Begin(store, http, asked, ct);
        var ticket = await work.Load(id, ct);
        if (!ticket.Exists)
            return null;
        if (request?.State.Done is not null)
            return Shown(ticket, ticket.State, 0, http);
        if (http.IfMatch() is { } read && read != ticket.Stream.Version)
            throw new VersionConflictException(ticket.Stream.StreamId);

        var (desk, now, cause) = (await work.Desk(ct), clock.GetUtcNow(), http.Cause());
        var sendId = request is null ? Guid.CreateVersion7() : NamedId.Of(Sends, request.StreamId);
        var fill = await Filling(ticket.State, cause.Actor, ct);
        var events = TicketDecider.Decide(
            ticket.State, desk.TermsOf(ticket.State.Endpoint), now, [.. Commands(ticket.State, changes, source, sendId, fill, cause.Actor, now)]);
        var after = events.Aggregate(ticket.State, Ticket.Stream.Evolve);

        List<Append> appends = events.Length > 0 ? [ticket.Stream.Append(events, cause)] : [];
        if (ticket.State.IsOver && !after.IsOver)
        {
            var (home, blocking) = await work.Reopening(ticket, ct);
            if (blocking is not null)
                throw new RefusedException($"#{blocking} of the same conversation is open: a customer's next text must have one place to go.");
            appends.Add(home.Append([new ConversationEvent.TurnedTo(id, Conversation.WasReopened)], cause));
        }
        if (changes.Reply is not null)
            appends.Add(Outgoing.Stream.Start(sendId.ToString(), [new OutgoingEvent.OutgoingPlaced(id, IsReply: true)], cause));
        if (request is not null)
            appends.Add(OnceOnly.Done(request, http, id, asked));
        // The story of the text that is answered tells of the answer.
        await store.Commit([.. appends.Select(append => append with { Cause = cause with { CorrelationId = changes.Reply is null ? null : ticket.State.Latest?.SmsId } })], null, ct);
        return Shown(ticket, after, events.Length, http);
    }, onlyOnce: http.Request.Headers.IfMatch.Count > 0);

    /// <summary>What agents often say, as it would be said on this ticket now; null when there is none.</summary>
    public async Task<IReadOnlyList<ReadyReply>?> ReadyReplies(Guid id, string me, CancellationToken ct)
    {
        var ticket = await work.Load(id, ct);
        if (!ticket.Exists)
            return null;
        var (desk, fill) = (await work.Desk(ct), await Filling(ticket.State, me, ct));
        return [.. from setting in desk.Of(SettingKind.CannedReplies)
                   let reply = setting.Value.Value as CannedReply
                   where reply is not null
                   select new ReadyReply(setting.Key, reply.Title, fill(reply.Text))];
    }

    /// <summary>A canned reply with the values of a ticket in the place of its variables.</summary>
    /// <param name="Name">The canned reply.</param>
    /// <param name="Title">What it is called.</param>
    /// <param name="Text">What it says on this ticket.</param>
    public sealed record ReadyReply(string Name, string Title, string Text);

    private static TicketDetails.Detail Shown(LoadedTicket ticket, Ticket state, int more, HttpContext http)
    {
        http.SetETag(ticket.Stream.Version + more);
        return TicketDetails.Of(ticket.Id, state, ticket.Stream.Version + more);
    }

    private static IEnumerable<TicketCommand> Commands(
        Ticket ticket, TicketChanges changes, string? source, Guid sendId, Func<string, string> fill, string me, DateTimeOffset now)
    {
        if (changes.Status is { } reopens && ticket.Status == Status.Closed && !Status.IsOver(reopens))
            yield return new TicketCommand.SetStatus(Status.Open, Reason: changes.Reason);
        if (changes.Priority is { } priority)
            yield return new TicketCommand.SetPriority(priority);
        if (changes.Agent is not null || changes.Team is not null)
            yield return new TicketCommand.Assign(
                changes.Agent switch { null => ticket.Assignee, "" => null, "me" => me, var agent => agent },
                changes.Team switch { null => ticket.Team, "" => null, var team => team });
        if (changes.AddTags is { Count: > 0 } || changes.RemoveTags is { Count: > 0 })
            yield return new TicketCommand.ChangeTags(changes.AddTags ?? [], changes.RemoveTags ?? []);
        if (changes.Note is { } note)
            yield return new TicketCommand.AddNote(sendId, fill(note));
        var until = changes.ForMinutes is { } minutes ? now.AddMinutes(minutes) : (DateTimeOffset?)null;
        if (changes.Reply is { } reply)
            yield return new TicketCommand.Reply(sendId, fill(reply), now + ReplyLives, until is null ? changes.Status : null, source);
        if (changes.Status is { } status && (changes.Reply is null || until is not null))
            yield return new TicketCommand.SetStatus(status, until, changes.Reason);
    }

    /// <summary>Puts the values of this ticket in the place of variables.</summary>
    private async Task<Func<string, string>> Filling(Ticket ticket, string me, CancellationToken ct)
    {
        var name = await Known.NameOf(database, ticket.Customer, ct);
        return text => Wording.Fill(text, variable => variable switch
        {
            "contact.name" => name,
            "customer" => ticket.Customer,
            "our-number" => ticket.OurNumber,
            "ticket.number" => ticket.Number.ToString(CultureInfo.InvariantCulture),
            "ticket.status" => ticket.Status,
            "ticket.priority" => ticket.Priority,
            "agent.name" => me[(me.IndexOf(':', StringComparison.Ordinal) + 1)..],
            _ => null,
        });
    }
}

/// <summary>Requests that carry an <c>Idempotency-Key</c> are done once, however often they come: the key's stream is in the same commit.</summary>
public static class OnceOnly
{
    private const int LongestKey = 255;

    /// <summary>The request's stream; null when it carries no key.</summary>
    /// <exception cref="BadHttpRequestException">The key is too long, or was used for something else.</exception>
    public static async Task<EventStream<AgentRequest, AgentRequestEvent>?> Begin(IEventStore store, HttpContext http, string asked, CancellationToken ct)
    {
        if (Key(http) is not { } key)
            return null;
        var request = await store.Load(AgentRequest.Stream, AgentRequest.IdFor(http.Cause().Actor, key), ct);
        return request.State.Done is { } done && done.Digest != Digest(asked)
            ? throw new BadHttpRequestException("The same Idempotency-Key was used for something else: use a new key for a new request.", StatusCodes.Status422UnprocessableEntity)
            : request;
    }

    /// <summary>The request's part in its commit.</summary>
    public static Append Done(EventStream<AgentRequest, AgentRequestEvent> request, HttpContext http, Guid ticketId, string asked) =>
        request.Append([new AgentRequestEvent.RequestDone(ticketId, Digest(asked))], http.Cause());

    /// <summary>The key, or null.</summary>
    /// <exception cref="BadHttpRequestException">It is too long.</exception>
    public static string? Key(HttpContext http) => http.Request.Headers["Idempotency-Key"].ToString().Trim() switch
    {
        "" => null,
        { Length: <= LongestKey } key => key,
        _ => throw new BadHttpRequestException($"An Idempotency-Key must not be longer than {LongestKey} characters."),
    };

    private static string Digest(string asked) => Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(asked)));
}
