namespace Sms.Console.Pages.Streams;

/// <summary>The words of looking into streams: <c>StreamWords.resx</c>.</summary>
public sealed class StreamWords;
