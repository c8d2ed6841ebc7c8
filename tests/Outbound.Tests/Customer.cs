using Sms.BusMessages;
using Sms.EventStore;

namespace Sms.Outbound.Tests;

/// <summary>A customer of the test's own, and what is said to and about them.</summary>
public sealed class Customer
{
    /// <summary>What a STOP is confirmed with.</summary>
    public const string Goodbye = "You will get no more texts.";

    /// <summary>Their number.</summary>
    public string Number { get; } = $"+65{Random.Shared.NextInt64(10_000_000, 99_999_999)}{Random.Shared.Next(10, 99)}";

    /// <summary>A rule's answer to a text of theirs.</summary>
    public SendSms Answer() => new()
    {
        SendId = Guid.NewGuid(),
        InReplyTo = Guid.NewGuid(),
        Endpoint = OutboundWithGateway.Endpoint,
        From = OutboundWithGateway.Us,
        To = Number,
        Text = "We open at nine.",
        RequestedBy = "rule:hours",
        RequestedAt = DateTimeOffset.UtcNow,
        ExpiresAt = DateTimeOffset.UtcNow.AddHours(1),
    };

    /// <summary>A text that answers none.</summary>
    public SendSms Reminder() => Answer() with { InReplyTo = Guid.Empty, Text = "Tomorrow at ten.", RequestedBy = "rule:reminders", Purpose = "notification" };

    /// <summary>The verdict that lets this answer go.</summary>
    public static InboundSmsScreened Clear(SendSms answer) => new()
    {
        SmsId = answer.InReplyTo,
        Endpoint = answer.Endpoint,
        From = answer.To,
        To = answer.From,
        Verdict = "clear",
        RepliesAllowed = true,
        OptedOut = false,
        SentAt = DateTimeOffset.UtcNow,
        ScreenedAt = DateTimeOffset.UtcNow,
        FactId = Guid.NewGuid(),
        FactHash = new string('5', 64),
    };

    /// <summary>The verdict, had the text this answers been a STOP.</summary>
    public static InboundSmsScreened Stop(SendSms answer) => Clear(answer) with
    {
        Verdict = "opt-out",
        RepliesAllowed = false,
        OptedOut = true,
        Answer = Goodbye,
    };

    /// <summary>The ruling that lets a text go that answers none.</summary>
    public static ConsentRuled Allow(ConsentAsked asked) => new()
    {
        SendId = asked.SendId,
        AskedAt = asked.AskedAt,
        Allowed = true,
        Reason = "opted-in",
        FactId = Guid.NewGuid(),
        FactHash = new string('a', 64),
        RuledAt = DateTimeOffset.UtcNow,
    };

    /// <summary>An operator, an import or a policy changes their consent.</summary>
    public ConsentChanged Changed(string change, string? ourNumber = null) => new()
    {
        FactId = Guid.NewGuid(),
        FactHash = new string('c', 64),
        Person = Number,
        OurNumber = ourNumber,
        Change = change,
        EffectiveAt = DateTimeOffset.UtcNow.AddSeconds(-1),
    };

    /// <summary>The id of the text that confirms a STOP.</summary>
    public static Guid Confirmation(SendSms stopped) => NamedId.Of(stopped.InReplyTo, "consent-answer");
}
