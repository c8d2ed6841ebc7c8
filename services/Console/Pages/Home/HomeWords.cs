namespace Sms.Console.Pages.Home;

/// <summary>The words of the first page: <c>HomeWords.resx</c>.</summary>
public sealed class HomeWords;
