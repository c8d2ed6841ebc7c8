namespace Sms.Console.Pages.Rules;

/// <summary>What the pages about rules say: <c>RulesWords.resx</c>.</summary>
public sealed class RulesWords;
