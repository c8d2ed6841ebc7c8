using System.Globalization;
using Sms.EventStore;
using Sms.GatewayProtocol;
using Sms.Ingress.Endpoints;

namespace Sms.Ingress.Inbound;

/// <summary>What a delivery, or an element of a batch, turned out to be.</summary>
public enum MeaningKind
{
    /// <summary>A customer's text.</summary>
    Sms,

    /// <summary>What became of a text of ours.</summary>
    Report,

    /// <summary>Something that cannot be understood and is kept for a person.</summary>
    Quarantined,

    /// <summary>The gateway tried whether it is heard.</summary>
    Ping,

    /// <summary>An event that nothing follows from.</summary>
    Ignored,

    /// <summary>A sample that the platform sent to itself.</summary>
    Test,
}

/// <summary>What a delivery, or an element of a batch, means for the log.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Id">The text's, report's or quarantined delivery's identity.</param>
/// <param name="Append">What to append; a repetition where it is known already. Null where there is nothing to keep.</param>
/// <param name="From">Who texted. Personal data.</param>
/// <param name="Reason">Why it cannot be understood.</param>
public sealed record Meaning(MeaningKind Kind, Guid Id, Append? Append, string? From = null, string? Reason = null);

/// <summary>What a genuine delivery means for the log. Pure: the same delivery means the same on every instance, at any time.</summary>
public static class Delivery
{
    private static readonly Guid Texts = new("6f2b1c0e-3c86-4b0a-9d55-1f1f4b1f0a01");
    private static readonly Guid Bodies = new("6f2b1c0e-3c86-4b0a-9d55-1f1f4b1f0a02");
    private static readonly Guid Reports = new("6f2b1c0e-3c86-4b0a-9d55-1f1f4b1f0a04");

    /// <summary>
    /// What a delivery means: usually one thing, of a batch many. Where something in it cannot be understood, the whole of it is
    /// kept for a person beside what can; reading it again later finds the latter known.
    /// </summary>
    /// <param name="endpoint">Where it came.</param>
    /// <param name="request">The delivery, proven genuine.</param>
    /// <param name="now">When it came.</param>
    public static IReadOnlyList<Meaning> Read(OpenEndpoint endpoint, in InboundRequest request, DateTimeOffset now)
    {
        var read = Reading.Read(endpoint.Profile, request);
        return read.Reason is { } reason ? [Quarantine(endpoint, request, reason, now)]
            : read.Notices is [var only] ? [MeaningOf(endpoint, only, request, now)]
            : Of(endpoint, read.Notices, request, now);
    }

    /// <summary>What notices that came together mean.</summary>
    public static IReadOnlyList<Meaning> Of(OpenEndpoint endpoint, IReadOnlyList<Notice> notices, in InboundRequest request, DateTimeOffset now)
    {
        var meanings = new List<Meaning>(notices.Count);
        var quarantined = false;
        foreach (var notice in notices)
        {
            var meaning = MeaningOf(endpoint, notice, request, now);
            // The same text twice in a batch is one text; a batch with several faults is one for a person to look at.
            if (meaning.Kind is MeaningKind.Quarantined ? quarantined : meanings.Exists(m => m.Id == meaning.Id && m.Append is not null))
                continue;
            quarantined |= meaning.Kind is MeaningKind.Quarantined;
            meanings.Add(meaning);
        }
        return meanings;
    }

    private static Meaning MeaningOf(OpenEndpoint endpoint, Notice notice, in InboundRequest request, DateTimeOffset now) => notice switch
    {
        Notice.Inbound n => Text(endpoint, n, request, now),
        Notice.DeliveryReport n => Report(endpoint, n, now),
        Notice.Ping => new Meaning(MeaningKind.Ping, Guid.Empty, null),
        Notice.Unreadable n => Quarantine(endpoint, request, $"{n.At}: {n.Reason}", now),
        _ => new Meaning(MeaningKind.Ignored, Guid.Empty, null),
    };

    private static Meaning Text(OpenEndpoint endpoint, Notice.Inbound text, in InboundRequest request, DateTimeOffset now)
    {
        if (text.Encrypted)
            return Quarantine(endpoint, request, "the text is encrypted with a key that only the phone has: switch encryption off in the gateway's app", now);
        if (endpoint.NumberOf(text.From) is not { } from)
            return Quarantine(endpoint, request, "from: neither a phone number, a short code nor a sender name", now);
        var sim = SlotOf(text.Sim);
        if ((text.To is null ? endpoint.OwnNumber(text.DeviceId, sim) : endpoint.NumberOf(text.To)?.Value) is not { } to)
            return Quarantine(endpoint, request, text.To is null
                ? "to: the gateway does not say which number was texted, and the endpoint's numbers leave it open"
                : "to: neither a phone number, a short code nor a sender name", now);

        var smsId = NamedId.Of(Texts, endpoint.Slug, text.DedupeKey);
        return new Meaning(MeaningKind.Sms, smsId, InboundSms.Stream.Start(
            smsId.ToString(),
            [
                new InboundEvent.SmsReceived(
                    smsId, endpoint.Slug, from.Value, to, text.Text, text.SentAt ?? now, now, text.DeviceId, text.Ref, text.TenantName, text.MatchedRuleId)
                {
                    Label = endpoint.Settings.Label,
                    GatewayMessageId = text.GatewayMessageId,
                    Sim = sim,
                },
            ],
            new Cause(smsId, null, Cause.System),
            ifStreamExists: [new InboundEvent.DeliveryRepeated(now, text.MatchedRuleId)]), from.Value);
    }

    private static Meaning Report(OpenEndpoint endpoint, Notice.DeliveryReport report, DateTimeOffset now)
    {
        var id = NamedId.Of(Reports, endpoint.Slug, report.DedupeKey);
        return new Meaning(MeaningKind.Report, id, ReportedDelivery.Stream.Start(
            id.ToString(),
            [
                new InboundEvent.DeliveryReported(
                    id, endpoint.Slug, DeliveryStatuses.NameOf(report.Status), report.GatewayMessageId, report.Ref,
                    report.To is null ? null : endpoint.NumberOf(report.To)?.Value ?? report.To, report.Parts, report.ErrorCode, report.Error,
                    report.OccurredAt ?? now, now),
            ],
            new Cause(null, null, Cause.System),
            ifStreamExists: [new InboundEvent.DeliveryRepeated(now, null)]));
    }

    private static Meaning Quarantine(OpenEndpoint endpoint, in InboundRequest request, string reason, DateTimeOffset now)
    {
        var digest = QuarantinedDelivery.DigestOf(request.Body.Span);
        var id = NamedId.Of(Bodies, endpoint.Slug, digest.ToUpperInvariant());
        var contentType = request.Headers.FirstOrDefault(h => h.Name.Equals("Content-Type", StringComparison.OrdinalIgnoreCase)).Value;
        return new Meaning(MeaningKind.Quarantined, id, QuarantinedDelivery.Stream.Start(
            id.ToString(),
            [new InboundEvent.DeliveryQuarantined(endpoint.Slug, reason, contentType, digest, request.Body.Length, now)],
            new Cause(null, null, Cause.System),
            ifStreamExists: [new InboundEvent.DeliveryRepeated(now, null)]), null, reason);
    }

    /// <summary>The slot that a gateway means by <c>1</c>, <c>SIM1</c> or <c>SIM 2</c>; null where it names none.</summary>
    private static int? SlotOf(string? sim) =>
        sim is { Length: > 0 } && int.TryParse(sim.AsSpan(sim.AsSpan().LastIndexOfAnyExceptInRange('0', '9') + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var slot)
            && slot is >= 1 and <= 8 ? slot : null;
}
