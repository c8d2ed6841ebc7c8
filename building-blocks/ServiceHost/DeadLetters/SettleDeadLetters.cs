using System.Text.Json.Nodes;
using Npgsql;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;
using Sms.EventStore;

namespace Sms.ServiceHost.DeadLetters;

/// <summary>A letter is put back into its queue, or given up.</summary>
internal sealed class SettleDeadLetters(IEventStore store, NpgsqlDataSource database, BrokerLine broker, OwnQueues own)
{
    /// <summary>What somebody's edit of a letter leads to: the message, or what is wrong with it.</summary>
    /// <param name="letter">The letter.</param>
    /// <param name="edited">The message they want in its place.</param>
    /// <exception cref="RefusedException">The service does not consume the queue any more.</exception>
    public Dictionary<string, string[]> Faults(Letter letter, JsonNode? edited) =>
        EditedMessage.Faults(edited, Envelope.Of(letter.Body)?.Message, TypeOf(letter));

    /// <summary>
    /// Hands a letter to its consumer again: first to the broker, which confirms that it is safe there, then to the log. Cut off
    /// between the two, the letter is still open; requeued once more it comes a second time under the same id, and the consumer's
    /// inbox knows it.
    /// </summary>
    /// <param name="id">The letter.</param>
    /// <param name="edited">The message to put in the place of the one that failed; null to leave it as it is.</param>
    /// <param name="actor">Who asks for it.</param>
    /// <param name="ct">Cancels the wait for the broker.</param>
    /// <exception cref="RefusedException">It is not open, or somebody else is at it.</exception>
    /// <exception cref="BrokerAwayException">The broker did not take it.</exception>
    public async Task<DeadLetterEvent.Requeued> Requeue(Guid id, JsonNode? edited, string actor, CancellationToken ct)
    {
        await using var alone = await Alone(id, ct);
        var stream = await store.Load(DeadLetter.Stream, id, ct);
        DeadLetterDecider.MustBeOpen(stream.State);
        var letter = stream.State.Letter!;
        TypeOf(letter);
        var envelope = letter.IsBase64 ? null : Envelope.Of(letter.Body);
        // What was opened and sent as it was is not edited: its consumer may have handled it after all.
        var other = JsonNode.DeepEquals(edited, envelope?.Message) ? null : edited;
        var messageId = other is null && letter.MessageId is { } same ? same : DeadLetter.MessageIdOf(id, other?.ToJsonString() ?? "");
        var body = other is not null ? (envelope ?? Envelope.For(Topology.ExchangeOf(TypeOf(letter)))).With(messageId, other)
            : letter.MessageId is null && envelope is not null ? envelope.With(messageId, null)
            : letter.Body;
        var fact = DeadLetterDecider.Requeue(stream.State, messageId, other?.ToJsonString());
        await Send(id, letter, messageId, letter.IsBase64 && other is null ? Convert.FromBase64String(body) : System.Text.Encoding.UTF8.GetBytes(body), other is not null, ct);
        // It is in its queue now: said whatever has happened to the letter since, as that it has failed again already.
        await Record(stream, _ => fact, actor, CancellationToken.None);
        return fact;
    }

    /// <summary>Gives a letter up.</summary>
    /// <exception cref="RefusedException">It is not open, or somebody else is at it.</exception>
    public async Task Discard(Guid id, string reason, string actor, CancellationToken ct)
    {
        await using var alone = await Alone(id, ct);
        await Record(await store.Load(DeadLetter.Stream, id, ct), letter => DeadLetterDecider.Discard(letter, reason), actor, ct);
    }

    /// <summary>Of two who deal with one letter, one is refused, before anything is sent: two edits of it would be two messages.</summary>
    private async Task<IAsyncDisposable> Alone(Guid id, CancellationToken ct)
    {
        var connection = await database.OpenConnectionAsync(ct);
        try
        {
            // Ends with the connection.
            await connection.BeginTransactionAsync(ct);
            await using var command = new NpgsqlCommand("select pg_try_advisory_xact_lock($1)", connection);
            command.Parameters.Add(new NpgsqlParameter { Value = BitConverter.ToInt64(id.ToByteArray()) });
            return (bool)(await command.ExecuteScalarAsync(ct))! ? connection : throw new RefusedException("Somebody is at it at this moment.");
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    private async Task Send(Guid id, Letter letter, Guid messageId, byte[] body, bool edited, CancellationToken ct)
    {
        var properties = new BasicProperties
        {
            MessageId = messageId.ToString(), CorrelationId = letter.CorrelationId, DeliveryMode = DeliveryModes.Persistent,
            ContentType = edited ? MassTransit.Serialization.SystemTextJsonMessageSerializer.JsonContentType.MediaType : letter.ContentType,
            Headers = new Dictionary<string, object?>(letter.Headers.Select(header => KeyValuePair.Create(header.Name, (object?)header.Value)))
            {
                [DeadLetter.Header] = id.ToString(),
            },
        };
        try
        {
            await broker.Publish(letter.Queue, properties, body, ct);
        }
        catch (Exception e) when (e is RabbitMQClientException or IOException or TimeoutException)
        {
            throw new BrokerAwayException(e);
        }
    }

    private async Task Record(
        EventStream<DeadLetter, DeadLetterEvent> letter, Func<DeadLetter, DeadLetterEvent> decide, string actor, CancellationToken ct)
    {
        while (true)
        {
            try
            {
                var sms = Guid.TryParse(letter.State.Letter?.CorrelationId, out var correlation) ? correlation : (Guid?)null;
                await store.Commit(letter, [decide(letter.State)], new Cause(sms, null, actor), ct);
                return;
            }
            catch (VersionConflictException)
            {
                letter = await store.Load(DeadLetter.Stream, DeadLetter.IdOf(letter.StreamId), ct);
            }
        }
    }

    private Type TypeOf(Letter letter) => own.Messages.TryGetValue(letter.Queue, out var types)
        ? types.FirstOrDefault(type => Topology.ExchangeOf(type) == letter.MessageType) ?? types[0]
        : throw new RefusedException($"The service does not consume the queue {letter.Queue} any more.");
}

/// <summary>The broker cannot be reached, or did not take a message.</summary>
internal sealed class BrokerAwayException(Exception inner) : Exception("The broker cannot be reached; try again.", inner);
