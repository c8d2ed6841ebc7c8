using Sms.EventStore;

namespace Sms.Helpdesk.Tickets;

/// <summary>A fact about a ticket.</summary>
public abstract record TicketEvent
{
    /// <summary>A customer has written to one of our numbers for the first time.</summary>
    /// <param name="Customer">The number, short code or name they write from.</param>
    /// <param name="OurNumber">Our number they write to; answers leave from it.</param>
    [StoredAs("helpdesk.ticket-opened.v1")]
    public sealed record TicketOpened(string Customer, string OurNumber) : TicketEvent;

    /// <summary>The customer has written.</summary>
    /// <param name="SmsId">The text's identity.</param>
    /// <param name="Endpoint">The webhook endpoint it came in by; an answer to it leaves through the same one.</param>
    /// <param name="Text">What they wrote.</param>
    /// <param name="SentAt">When it was sent, by the gateway's clock.</param>
    [StoredAs("helpdesk.customer-wrote.v1")]
    public sealed record CustomerWrote(Guid SmsId, string Endpoint, string Text, DateTimeOffset SentAt) : TicketEvent;

    /// <summary>An agent has declared the matter settled. Who and when is kept with the event.</summary>
    [StoredAs("helpdesk.ticket-solved.v1")]
    public sealed record TicketSolved : TicketEvent;

    /// <summary>A text has come in on a solved ticket.</summary>
    /// <param name="SmsId">The text that reopened it.</param>
    [StoredAs("helpdesk.ticket-reopened.v1")]
    public sealed record TicketReopened(Guid SmsId) : TicketEvent;
}
