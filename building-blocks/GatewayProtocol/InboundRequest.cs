namespace Sms.GatewayProtocol;

/// <summary>One line of a request's head. A header that came twice is two lines.</summary>
public readonly record struct HeaderLine(string Name, string Value);

/// <summary>A request as it came, before anything is believed of it.</summary>
/// <param name="Method">GET, POST …</param>
/// <param name="Url">
/// The absolute URL with its query as the gateway saw it: the public one, not what is left of it behind a proxy. May be empty for a
/// profile that does not look at it (<see cref="CompiledProfile.LooksAtUrl"/>).
/// </param>
/// <param name="Headers">Its headers, or at least those of <see cref="CompiledProfile.Headers"/>, in the order they came.</param>
/// <param name="Body">The raw bytes.</param>
public readonly record struct InboundRequest(string Method, string Url, IReadOnlyList<HeaderLine> Headers, ReadOnlyMemory<byte> Body)
{
    /// <summary>How often a header came, and what the first said. Names differ in case only by accident.</summary>
    internal int Count(string name, out string value)
    {
        var count = 0;
        value = "";
        for (var i = 0; i < Headers.Count; i++)
            if (string.Equals(Headers[i].Name, name, StringComparison.OrdinalIgnoreCase) && count++ == 0)
                value = Headers[i].Value;
        return count;
    }

    /// <summary>What a header says; null when it is missing or came more than once.</summary>
    internal string? Header(string name) => Count(name, out var value) == 1 ? value : null;

    /// <summary>Whether the body is a form, by its content type.</summary>
    internal bool IsForm =>
        Header("Content-Type") is { } type && type.AsSpan().TrimStart().StartsWith("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether the body is compressed. No gateway does that, and what a signature then covers would be anybody's guess.</summary>
    internal bool IsCompressed =>
        Count("Content-Encoding", out var encoding) > 0 && !encoding.AsSpan().Trim().Equals("identity", StringComparison.OrdinalIgnoreCase);
}
