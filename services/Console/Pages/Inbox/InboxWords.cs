namespace Sms.Console.Pages.Inbox;

/// <summary>The words of the inbox and of a ticket: <c>InboxWords.resx</c>.</summary>
public sealed class InboxWords;
