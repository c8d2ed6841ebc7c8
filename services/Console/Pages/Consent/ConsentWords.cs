namespace Sms.Console.Pages.Consent;

/// <summary>The words of consent: <c>ConsentWords.resx</c>.</summary>
public sealed class ConsentWords;
