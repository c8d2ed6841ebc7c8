namespace Sms.BusMessages;

/// <summary>What the rules made of one inbound text. Told of every text, also of one that no rule matched.</summary>
public sealed record InboundSmsRuled
{
    /// <summary>The text.</summary>
    public required Guid SmsId { get; init; }

    /// <summary>The endpoint it came in by.</summary>
    public required string Endpoint { get; init; }

    /// <summary><c>answered</c>: a rule asked for a reply; <c>acted</c>: a rule did something else; <c>handed-over</c>: a rule left the conversation to a person; <c>none</c>.</summary>
    public required string Outcome { get; init; }

    /// <summary>The names of the rules that acted, one per line, in their order.</summary>
    public string? Rules { get; init; }

    /// <summary>The version of the rule set that ruled.</summary>
    public required int RuleSetVersion { get; init; }

    /// <summary>When it was ruled.</summary>
    public required DateTimeOffset RuledAt { get; init; }
}
