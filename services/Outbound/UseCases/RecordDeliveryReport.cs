using System.Diagnostics.Metrics;
using MassTransit;
using Npgsql;
using Sms.BusMessages;
using Sms.EventStore;
using Sms.Outbound.Sends;
using Sms.Outbound.Views;
using Sms.ServiceHost;

namespace Sms.Outbound.UseCases;

/// <summary>
/// A gateway's report on a text of ours, found by our own reference or by the gateway's id. One that fits no text is kept: the
/// answer that tells the id may only be on its way.
/// </summary>
public sealed class RecordDeliveryReport(IEventStore store, NpgsqlDataSource database) : IConsumer<DeliveryReported>
{
    private const int LongestCode = 32;

    private static readonly Counter<long> Reports = new Meter("Sms.Outbound").CreateCounter<long>(
        "sms.outbound.reports", description: "Delivery reports, by endpoint, status and whether they fit a text");

    /// <inheritdoc/>
    public async Task Consume(ConsumeContext<DeliveryReported> context)
    {
        var (report, cause, ct) = (context.Message, context.Cause(), context.CancellationToken);
        var (at, reason) = (report.OccurredAt.ToUniversalTime(), Reason(report));

        var (known, sendId) = (default(string), Guid.Empty);
        // A gateway that takes an id of ours may call the text by that, and says no other when it is asked to send it again.
        foreach (var name in new[] { report.Ref, report.GatewayMessageId })
            if (known is null && Guid.TryParse(name, out sendId))
                known = await SentLog.StreamOf(database, sendId, report.Endpoint, ct);
        var byGateway = GatewayText.IdFor(report.Endpoint, report.GatewayMessageId ?? $"none {report.ReportId}");
        var text = known is null ? await store.Load(GatewayText.Stream, byGateway, ct) : null;
        if (text?.State.Assigned is { } assigned)
            (known, sendId) = (assigned.Occasion, assigned.SendId);

        if (known is not null)
        {
            var (kind, id) = Occasion.At(known);
            var occasion = await store.Load(kind, id, ct);
            var events = SendDecider.Decide(occasion.State, new SendCommand.RecordReport(sendId, report.ReportId, report.Status, reason, at));
            await store.Commit(occasion, events, cause with { CorrelationId = id }, ct);
        }
        else
        {
            await store.Commit(text!, [new GatewayTextEvent.ReportKept(report.ReportId, report.Endpoint, report.Status, reason, at)], cause, ct);
        }
        Reports.Add(1, new("endpoint", report.Endpoint), new("status", report.Status), new("fits", known is not null));
    }

    // Words about a failure can hold a number; only what looks like a code is kept.
    private static string? Reason(DeliveryReported report) =>
        report.Status is not ("failed" or "expired") ? null
        : report.ErrorCode is { Length: > 0 and <= LongestCode } code && code.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.')
            && code.Count(char.IsAsciiDigit) <= 6
            ? $"{report.Status} {code}"
            : report.Status;
}
