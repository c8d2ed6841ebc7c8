namespace Sms.Console.Pages.Facts;

/// <summary>
/// A sentence for each kind of fact, under its stored name without the version: <c>FactWords.resx</c>. <c>{Text}</c> stands for what
/// the fact holds under that name; a part in square brackets is left out where the fact holds nothing for it.
/// </summary>
public sealed class FactWords;
