using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using MassTransit;
using RabbitMQ.Client;

namespace Sms.ServiceHost.DeadLetters;

/// <summary>A message as it arrives from an error queue.</summary>
/// <param name="Id">The letter it is.</param>
/// <param name="Letter">The message.</param>
/// <param name="Failure">Why it lies there.</param>
internal sealed record Arrival(Guid Id, Letter Letter, Failure Failure)
{
    private const string Deaths = "x-death";

    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    // What MassTransit says of a failure and its host, and what RabbitMQ says of the way a message has come.
    private static readonly string[] Noise =
        ["MT-Fault-", "MT-Reason", "MT-Host-", "MT-Redelivery-Count", "x-death", "x-first-death-", "x-last-death-", "x-delivery-count", "x-acquired-count", DeadLetter.Header];

    /// <summary>Reads a message of a queue's error queue.</summary>
    public static Arrival Read(string queue, IReadOnlyBasicProperties properties, ReadOnlySpan<byte> body)
    {
        var headers = properties.Headers ?? new Dictionary<string, object?>();
        var (text, isBase64) = TextOf(body);
        var envelope = isBase64 ? null : Envelope.Of(text);
        var messageId = Guid.TryParse(envelope?.MessageId ?? properties.MessageId, out var id) ? id : (Guid?)null;
        var letter = new Letter(
            queue, messageId, envelope?.MessageType, Clean(envelope?.CorrelationId ?? properties.CorrelationId), Clean(properties.ContentType),
            [
                .. from header in headers
                   where !Noise.Any(name => header.Key.StartsWith(name, StringComparison.OrdinalIgnoreCase)) && TextOf(header.Value) is not null
                   select new LetterHeader(Clean(header.Key)!, TextOf(header.Value)!),
            ],
            text, isBase64);
        var known = Guid.TryParse(Header(headers, DeadLetter.Header), out var before) ? before : (Guid?)null;
        return new Arrival(
            known ?? DeadLetter.IdOf(queue, messageId?.ToString() ?? Convert.ToHexString(SHA256.HashData(body))), letter, FailureOf(headers));
    }

    private static Failure FailureOf(IDictionary<string, object?> headers)
    {
        if (Header(headers, MessageHeaders.FaultExceptionType) is { } type)
        {
            var (message, stack) = (Header(headers, MessageHeaders.FaultMessage), Header(headers, MessageHeaders.FaultStackTrace));
            var (summary, where) = (FailureCause.Summary(message), FailureCause.Where(stack));
            return new Failure(FailureCause.Fingerprint(type, summary, where), type, message, summary, where, stack, TimeOf(headers, MessageHeaders.FaultTimestamp));
        }
        var death = (headers.TryGetValue(Deaths, out var deaths) ? deaths as IList<object> : null)?.FirstOrDefault() as IDictionary<string, object?>;
        var reason = death is null ? "The message says nothing of why it could not be handled."
            : $"The broker gave it up ({Header(death, "reason")}): again and again it was taken and not settled, as by a consumer that dies of it.";
        return new Failure(FailureCause.Fingerprint(null, reason, null), null, reason, reason, null, null, death is null ? null : TimeOf(death, "time"));
    }

    private static string? Header(IDictionary<string, object?> headers, string name) => headers.TryGetValue(name, out var value) ? TextOf(value) : null;

    private static DateTimeOffset? TimeOf(IDictionary<string, object?> headers, string name) => headers.TryGetValue(name, out var value)
        ? value is AmqpTimestamp time ? DateTimeOffset.FromUnixTimeSeconds(time.UnixTime)
        : DateTimeOffset.TryParse(TextOf(value), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var parsed) ? parsed
        : null
        : null;

    /// <summary>A header's value as text; null for one that is none, such as a list.</summary>
    private static string? TextOf(object? value) => value switch
    {
        byte[] bytes => Clean(Encoding.UTF8.GetString(bytes)),
        string text => Clean(text),
        IFormattable formattable => formattable.ToString(null, CultureInfo.InvariantCulture),
        bool yes => yes ? "true" : "false",
        _ => null,
    };

    private static (string Text, bool IsBase64) TextOf(ReadOnlySpan<byte> body)
    {
        try
        {
            if (!body.Contains((byte)0))
                return (Strict.GetString(body), false);
        }
        catch (DecoderFallbackException)
        {
            // No text.
        }
        return (Convert.ToBase64String(body), true);
    }

    // The one character that PostgreSQL cannot store.
    private static string? Clean(string? text) => text?.Replace('\0', '\uFFFD');
}
