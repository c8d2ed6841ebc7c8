namespace Sms.EventStore;

/// <summary>A decision refused what was asked. Over HTTP a 409; on the bus not retried but kept in the error queue.</summary>
/// <param name="reason">Why, in words for the person who asked. Never contains a phone number or a message text.</param>
public sealed class RefusedException(string reason) : Exception(reason);
