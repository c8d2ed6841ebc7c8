using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Npgsql;
using Sms.EventStore;

namespace Sms.ServiceHost.DeadLetters;

/// <summary>One message that could not be handled: what is written in it, what it died of, and who did what with it.</summary>
internal static class DeadLetterDetail
{
    private const int MostHistory = 1000;

    /// <summary>A dead letter with everything in it.</summary>
    /// <param name="Letter">It in the list.</param>
    /// <param name="Body">The message without its envelope: JSON in lines; any other text as it is; what is no text in base64.</param>
    /// <param name="BodyKind"><c>json</c>, <c>text</c> or <c>base64</c>.</param>
    /// <param name="CorrelationId">What the bus says it belongs to, such as the text that all began with.</param>
    /// <param name="Exception">What it died of last.</param>
    /// <param name="Headers">Its headers, without those that tell of the failure.</param>
    /// <param name="History">What happened to it, in order.</param>
    public sealed record Detail(
        DeadLetterList.Row Letter, string Body, string BodyKind, string? CorrelationId, Died Exception, IReadOnlyList<LetterHeader> Headers,
        IReadOnlyList<Step> History);

    /// <summary>What a letter died of.</summary>
    /// <param name="Type">The exception; null where the broker gave the message up.</param>
    /// <param name="Message">What it said.</param>
    /// <param name="Stack">Its stack trace.</param>
    /// <param name="Where">The method it came from.</param>
    public sealed record Died(string? Type, string? Message, string? Stack, string? Where);

    /// <summary>Something that happened to a letter.</summary>
    /// <param name="At">When.</param>
    /// <param name="What"><c>kept</c>, <c>failed-again</c>, <c>requeued</c> or <c>discarded</c>.</param>
    /// <param name="By">Who did it.</param>
    /// <param name="FailedAt">When it had failed.</param>
    /// <param name="ExceptionType">Of what.</param>
    /// <param name="Summary">The first line of what that said, without numbers and ids.</param>
    /// <param name="Edited">Whether it was requeued with another content.</param>
    /// <param name="Reason">Why it was discarded.</param>
    public sealed record Step(
        DateTimeOffset At, string What, string? By, DateTimeOffset? FailedAt = null, string? ExceptionType = null, string? Summary = null,
        bool? Edited = null, string? Reason = null);

    public static void Map(RouteGroupBuilder letters) =>
        letters.MapGet("/{id:guid}", One).RequireAuthorization(Roles.Agent).WithName("GetDeadLetter")
            .WithSummary("One of them: what is written in it, what it died of, and who did what with it");

    private static async Task<Results<Ok<Detail>, NotFound>> One(
        Guid id, IEventStore store, EventLog log, EventTypes types, NpgsqlDataSource database, CancellationToken ct)
    {
        if (await DeadLetterList.One(id, database, ct) is not { } row)
            return TypedResults.NotFound();
        var stream = await store.Load(DeadLetter.Stream, id, ct);
        var (letter, died) = (stream.State.Letter!, stream.State.Last!);
        var history = await log.Events(stream.StreamId, 0, MostHistory, ct);
        var pretty = letter.IsBase64 ? null : Envelope.Pretty(letter.Body);
        return TypedResults.Ok(new Detail(
            row, pretty ?? letter.Body, letter.IsBase64 ? "base64" : pretty is null ? "text" : "json", letter.CorrelationId,
            new Died(died.ExceptionType, died.Message, died.Stack, died.Where), letter.Headers,
            [.. history.Select(fact => StepOf(fact, types.Read(fact.Type, fact.Data.GetRawText())))]));
    }

    private static Step StepOf(EventLog.EventRow fact, object what) => what switch
    {
        DeadLetterEvent.Kept e => Failed(fact, "kept", e.Failure),
        DeadLetterEvent.FailedAgain e => Failed(fact, "failed-again", e.Failure),
        DeadLetterEvent.Requeued e => new Step(fact.At, "requeued", fact.Actor, Edited: e.Edited is not null),
        DeadLetterEvent.Discarded e => new Step(fact.At, "discarded", fact.Actor, Reason: e.Reason),
        _ => new Step(fact.At, fact.Type, fact.Actor),
    };

    private static Step Failed(EventLog.EventRow fact, string what, Failure failure) =>
        new(fact.At, what, fact.Actor, failure.At, failure.ExceptionType, failure.Summary);
}
