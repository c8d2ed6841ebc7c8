namespace Sms.BusMessages;

/// <summary>
/// A ticket as it now is, told after every change of where it stands: whoever keeps a copy takes the highest <see cref="Version"/> it has seen.
/// </summary>
public sealed record TicketChanged
{
    /// <summary>The ticket.</summary>
    public required Guid TicketId { get; init; }

    /// <summary>Counts the ticket's changes, from 1. A lower one than was seen is old news.</summary>
    public required long Version { get; init; }

    /// <summary>The number people know it by, as in <c>#1234</c>.</summary>
    public required long Number { get; init; }

    /// <summary>The customer's number.</summary>
    public required string Customer { get; init; }

    /// <summary>Our number.</summary>
    public required string OurNumber { get; init; }

    /// <summary><c>new</c>, <c>open</c>, <c>pending</c>, <c>on-hold</c>, <c>solved</c> or <c>closed</c>.</summary>
    public required string Status { get; init; }

    /// <summary><c>low</c>, <c>normal</c>, <c>high</c> or <c>urgent</c>.</summary>
    public required string Priority { get; init; }

    /// <summary>The agent it is with, as an actor; null for none.</summary>
    public string? Assignee { get; init; }

    /// <summary>The team it is with; null for none.</summary>
    public string? Team { get; init; }

    /// <summary>Its tags, one per line.</summary>
    public string? Tags { get; init; }

    /// <summary>When it changed.</summary>
    public required DateTimeOffset ChangedAt { get; init; }
}

/// <summary>
/// Asks Helpdesk for a ticket of this conversation: the open one, else a new one, with what is said here set on it.
/// Asking again with the same id changes nothing.
/// </summary>
public sealed record TicketAsked
{
    /// <summary>The asker's id of this request.</summary>
    public required Guid RequestId { get; init; }

    /// <summary>The inbound text that gave rise to it.</summary>
    public required Guid SmsId { get; init; }

    /// <summary>The endpoint that text came in by.</summary>
    public required string Endpoint { get; init; }

    /// <summary>The customer's number.</summary>
    public required string Customer { get; init; }

    /// <summary>Our number.</summary>
    public required string OurNumber { get; init; }

    /// <summary>The priority to set; null leaves it.</summary>
    public string? Priority { get; init; }

    /// <summary>The agent to give it to, as an actor; null leaves it.</summary>
    public string? Assignee { get; init; }

    /// <summary>The team to give it to; null leaves it.</summary>
    public string? Team { get; init; }

    /// <summary>A note for the agents, up to 1,000 characters.</summary>
    public string? Note { get; init; }

    /// <summary>Who asks, as an actor.</summary>
    public required string RequestedBy { get; init; }

    /// <summary>When it was asked for.</summary>
    public required DateTimeOffset RequestedAt { get; init; }
}
