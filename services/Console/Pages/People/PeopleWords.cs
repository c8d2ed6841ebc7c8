namespace Sms.Console.Pages.People;

/// <summary>The words that contacts and consent have in common: <c>PeopleWords.resx</c>.</summary>
public sealed class PeopleWords;
