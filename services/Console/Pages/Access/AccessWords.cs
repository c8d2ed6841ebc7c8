namespace Sms.Console.Pages.Access;

/// <summary>The words of signing in and of accounts: <c>AccessWords.resx</c>.</summary>
public sealed class AccessWords;
