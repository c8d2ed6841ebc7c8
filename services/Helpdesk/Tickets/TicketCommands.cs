namespace Sms.Helpdesk.Tickets;

/// <summary>What may be asked of a ticket.</summary>
public abstract record TicketCommand
{
    /// <summary>Put a customer's text on the ticket.</summary>
    public sealed record RecordCustomerSms(
        Guid SmsId, string Endpoint, string From, string To, string Text, DateTimeOffset SentAt) : TicketCommand;

    /// <summary>Declare the matter settled.</summary>
    public sealed record Solve : TicketCommand;
}
