namespace Sms.GatewayProtocol;

/// <summary>How the gateway is asked to deliver again, through the same door, what it received in a period.</summary>
public sealed record RedeliveryRules
{
    /// <summary>The path to POST to, under the gateway's base URL.</summary>
    public required string Path { get; init; }

    /// <summary>
    /// The body, as <see cref="SendingRules.Fields"/> in JSON, with <c>{since}</c> and <c>{until}</c> (ISO 8601, UTC) and <c>{device}</c>.
    /// </summary>
    public required IReadOnlyDictionary<string, string> Fields { get; init; }
}

/// <summary>How texts that were missed are fetched from the gateway, newest first or oldest first, page by page.</summary>
public sealed record HistoryRules
{
    /// <summary>The path to GET under the gateway's base URL, with <c>{device}</c> where the endpoint's phone goes.</summary>
    public required string Path { get; init; }

    /// <summary>
    /// The query: parameter to template with <c>{limit}</c>, <c>{page}</c> (from 1), <c>{skip}</c> (elements already seen), <c>{number}</c>
    /// (our number), <c>{contact}</c> (with <see cref="Contacts"/>), <c>{since}</c> and <c>{until}</c> (ISO 8601, UTC). A parameter whose template names something that there is not
    /// is left out.
    /// </summary>
    public required IReadOnlyDictionary<string, string> Query { get; init; }

    /// <summary>The most texts to ask for at once. A page with fewer is the last.</summary>
    public required int PageSize { get; init; }

    /// <summary>
    /// How to read a page: <see cref="EventRules.Each"/> points at the texts, empty where the page is an array. The digest by which
    /// duplicates are recognised must come out as that of the webhook.
    /// </summary>
    public required EventRules Page { get; init; }

    /// <summary>How to find whom to ask about, for a gateway that lists texts of one contact at a time; else null.</summary>
    public HistoryContacts? Contacts { get; init; }

    /// <summary>
    /// For a history that may show only the beginnings of texts: the hours for which the gateway itself goes on delivering a text whole,
    /// 1 to 720. Until then a text is not taken from the history, and later only where none is stored that came from the same sender at
    /// the same time and begins as it does. Null where the history shows texts whole.
    /// </summary>
    public int? GivesUpAfterHours { get; init; }

    /// <summary>JSON pointers, from an element, to the value it must have to be a customer's text; others are passed over.</summary>
    public IReadOnlyDictionary<string, string> Only { get; init; } = new Dictionary<string, string>();
}

/// <summary>How the gateway lists those who have texted or been texted, page by page.</summary>
public sealed record HistoryContacts
{
    /// <summary>The path to GET under the gateway's base URL.</summary>
    public required string Path { get; init; }

    /// <summary>The query, as <see cref="HistoryRules.Query"/>.</summary>
    public required IReadOnlyDictionary<string, string> Query { get; init; }

    /// <summary>The most to ask for at once. A page with fewer is the last.</summary>
    public required int PageSize { get; init; }

    /// <summary>JSON pointer to the array.</summary>
    public required string Each { get; init; }

    /// <summary>JSON pointer, from an element, to who it is.</summary>
    public required string Contact { get; init; }

    /// <summary>JSON pointer, from an element, to the time of the last text from or to them: those before the period need not be asked about.</summary>
    public required string LastAt { get; init; }
}

/// <summary>Someone whose texts a gateway lists.</summary>
/// <param name="Contact">Who, as the gateway writes it.</param>
/// <param name="LastAt">When the last text was from or to them, UTC; null when that could not be read.</param>
public sealed record HistoryContact(string Contact, DateTimeOffset? LastAt);
