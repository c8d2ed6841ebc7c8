using Microsoft.AspNetCore.Http.HttpResults;
using Sms.AutoReply.Rules;
using Sms.GatewayProtocol;
using Sms.PhoneNumbers;
using Sms.ServiceHost;

namespace Sms.AutoReply.UseCases;

/// <summary>Somebody who writes a reply sees what it would say, and as how many short messages it is sent and billed.</summary>
public static class PreviewReply
{
    /// <summary>A reply to be shown.</summary>
    /// <param name="Reply">The template.</param>
    /// <param name="Text">What the customer says.</param>
    /// <param name="From">The customer's number.</param>
    /// <param name="To">Our number.</param>
    /// <param name="At">When; now where it is not said.</param>
    /// <param name="TimeZone">The rule set's zone; UTC where it is not said.</param>
    /// <param name="Seen">What is known of the customer; the name Sam Sample and the ticket 1234 where it is not said.</param>
    public sealed record Draft(string? Reply, string? Text, string? From, string? To, DateTimeOffset? At, string? TimeZone, Circumstances? Seen);

    /// <summary>What it says.</summary>
    /// <param name="Text">The reply.</param>
    /// <param name="Encoding"><c>GSM-7</c> or <c>UCS-2</c>.</param>
    /// <param name="Units">Septets or UTF-16 units it takes.</param>
    /// <param name="Segments">As how many short messages it is sent and billed.</param>
    /// <param name="OutsideGsm">The characters that make it UCS-2, for who would rather do without.</param>
    public sealed record Shown(string Text, string Encoding, int Units, int Segments, string OutsideGsm);

    /// <summary><c>POST /rules/preview</c>.</summary>
    public static void Map(RouteGroupBuilder api) => api.MapPost("/rules/preview", Preview)
        .WithName("PreviewReply").WithSummary("What a reply would say, its encoding and its segments");

    private static Results<Ok<Shown>, ValidationProblem> Preview(Draft draft, TimeProvider clock)
    {
        if (string.IsNullOrWhiteSpace(draft.Reply))
            return Problems.Invalid("reply", "must not be empty");
        if (ReplyTemplate.Fault(draft.Reply) is { } fault)
            return Problems.Invalid("reply", fault);
        if (!PhoneNumber.TryParse(draft.From ?? "+12025550101", out var from))
            return Problems.Invalid("from", "must be a phone number");
        if (!PhoneNumber.TryParse(draft.To ?? "+13035550101", out var to))
            return Problems.Invalid("to", "must be a phone number");
        var zone = draft.TimeZone ?? "UTC";
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(zone, out _))
            return Problems.Invalid("timeZone", "must be an IANA time zone such as Europe/Berlin");
        var text = ReplyTemplate.Fill(
            draft.Reply, new ReceivedSms(Guid.Empty, "sms", from, to, draft.Text ?? "Hello", draft.At ?? clock.GetUtcNow()),
            draft.Seen ?? new Circumstances { ContactKnown = true, ContactName = "Sam Sample", TicketNumber = 1234, TicketStatus = "open", TicketPriority = "normal" }, zone);
        var segments = Segments.Of(text);
        return TypedResults.Ok(new Shown(
            text, segments.Encoding, segments.Units, segments.Count,
            string.Concat(text.EnumerateRunes().Where(rune => Segments.Of(rune.ToString()).Encoding != "GSM-7").Distinct())));
    }
}
