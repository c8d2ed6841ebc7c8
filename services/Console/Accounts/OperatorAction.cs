using Sms.EventStore;

namespace Sms.Console.Accounts;

/// <summary>Something a person did in the console that changed something in a service.</summary>
/// <param name="Service">The service that was asked.</param>
/// <param name="What">What was asked of it, such as <c>ticket.reply</c>.</param>
/// <param name="Subject">What it was about, by an id of ours; never a number or a text.</param>
/// <param name="Status">How the service answered (HTTP); 0 when it did not.</param>
[StoredAs("console.action-taken.v1")]
public sealed record ActionTaken(string Service, string What, string? Subject, int Status)
{
    /// <summary>One stream for each: an action never changes.</summary>
    public static readonly StreamOf<ActionTaken?, ActionTaken> Stream = new("action", null, (_, happened) => happened);
}
