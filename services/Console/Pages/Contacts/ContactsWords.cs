namespace Sms.Console.Pages.Contacts;

/// <summary>The words of contacts: <c>ContactsWords.resx</c>.</summary>
public sealed class ContactsWords;
