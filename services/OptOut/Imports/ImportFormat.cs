using System.Globalization;
using Sms.OptOut.Ledger;
using Sms.OptOut.Policies;
using Sms.PhoneNumbers;

namespace Sms.OptOut.Imports;

/// <summary>What a list's columns are called, and what a row of it means.</summary>
/// <param name="Name"><c>own</c> or <c>twilio</c>.</param>
/// <param name="Columns">Its columns, in the order they are exported.</param>
/// <param name="Required">Those that a list must have.</param>
public sealed record ImportFormat(string Name, string[] Columns, string[] Required)
{
    /// <summary>Ours: one row a fact.</summary>
    public static readonly ImportFormat Own = new(
        "own", ["number", "change", "our_number", "endpoint", "purpose", "scope", "at", "source", "reason", "shown"], ["number", "change"]);

    /// <summary>The fields of Twilio's Consent Management API: one row a contact and sender.</summary>
    public static readonly ImportFormat Twilio = new(
        "twilio", ["contact_id", "correlation_id", "sender_id", "status", "source", "date_of_consent"], ["contact_id", "sender_id", "status"]);

    /// <summary>The format of this name, or null.</summary>
    public static ImportFormat? Find(string? name) => new[] { Own, Twilio }.FirstOrDefault(format => format.Name == name);

    /// <summary>Where the columns are, by a list's first row.</summary>
    /// <returns>Their places; or what is missing.</returns>
    public (IReadOnlyDictionary<string, int> Places, string? Missing) Read(string[] header)
    {
        var places = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase);
        for (var at = 0; at < header.Length; at++)
            places.TryAdd(header[at].Trim().TrimStart('\uFEFF'), at);
        return (places, Required.FirstOrDefault(column => !places.ContainsKey(column)));
    }

    /// <summary>What a row says.</summary>
    /// <param name="row">Its fields.</param>
    /// <param name="places">Where the columns are.</param>
    /// <param name="list">The list it is in.</param>
    /// <param name="rowNo">Its number, from 1, the header not counted.</param>
    /// <returns>The person and what is to be entered; or the column that is wrong, and why.</returns>
    public (PhoneNumber? Person, LedgerCommand.Enter? Command, RowError? Error) Read(
        string[] row, IReadOnlyDictionary<string, int> places, ImportedList list, int rowNo)
    {
        if (row.Any(field => field.Contains('\0')))
            return Wrong("row", "holds the character U+0000");
        var (number, change, at) = Name == "own" ? ("number", "change", "at") : ("contact_id", "status", "date_of_consent");
        if (!PhoneNumber.TryParse(Field(number), out var person))
            return Wrong(number, "is not a phone number, short code or sender name");
        bool? optOut = Field(change) switch
        {
            "opted-out" or "opt-out" => true,
            "opted-in" or "opt-in" or "re-opt-in" => false,
            _ => null,
        };
        if (optOut is null)
            return Wrong(change, "must be opted-out or opted-in (opt-out, opt-in)");
        var said = list.ReceivedAt;
        if (Field(at) is { } written && !DateTimeOffset.TryParse(written, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out said))
            return Wrong(at, "is not a date and time in ISO 8601");
        if (said > list.ReceivedAt)
            return Wrong(at, "is in the future");

        var extent = Name == "own"
            ? new Extent(Field("scope"), Field("our_number"), Field("endpoint"), Field("purpose"))
            : Sender(Field("sender_id"), list.Endpoint);
        if (extent is null)
            return Wrong("sender_id", optOut.Value ? "is neither a number nor a messaging service" : "is no number: say which endpoint its messaging service is");
        if (extent == Anywhere && Name == "twilio" && !optOut.Value)
            return Wrong("sender_id", "is a messaging service: import with ?endpoint= to say which endpoint it is");
        if (extent.Faults() is { Count: > 0 } faults)
            return Wrong(faults.Keys.First(), faults.Values.First()[0]);
        if (extent.OurNumber is not null)
            extent = extent with { OurNumber = PhoneNumber.Parse(extent.OurNumber).Value };

        var reason = Name == "own" ? Field("reason") ?? Field("source") : Field("source") is { } source ? $"Twilio: {source}" : null;
        return (person, new LedgerCommand.Enter(
            FactIds.Of(list.ImportId, "row", rowNo.ToString(CultureInfo.InvariantCulture)), optOut.Value, extent, said.ToUniversalTime(), list.Actor,
            FactSource.Import, reason, Name == "own" ? Field("shown") : null, list.ImportId), null);

        string? Field(string column) => places.TryGetValue(column, out var place) && place < row.Length && row[place].Trim() is { Length: > 0 } field ? field : null;

        (PhoneNumber?, LedgerCommand.Enter?, RowError?) Wrong(string field, string reason) => (null, null, new RowError(rowNo, field, reason));
    }

    private static readonly Extent Anywhere = new(Reach.Everything, null, null, null);

    // A messaging service is one of our endpoints; which one, only who imports can say. An opt-out without that counts everywhere.
    private static Extent? Sender(string? sender, string? endpoint) =>
        sender is ['M', 'G', ..] ? endpoint is null ? Anywhere : new Extent(Reach.Pool, null, endpoint, null)
        : PhoneNumber.TryParse(sender, out var number) && number.Kind is not PhoneNumberKind.Name ? new Extent(null, number.Value, endpoint, null)
        : null;
}

/// <summary>A list that was uploaded.</summary>
/// <param name="ImportId">Its identity.</param>
/// <param name="Format">The name of its format.</param>
/// <param name="Endpoint">The endpoint its rows are about, where that was said.</param>
/// <param name="Columns">Its first row.</param>
/// <param name="Rows">How many rows it has.</param>
/// <param name="Parts">In how many parts it is worked off.</param>
/// <param name="Actor">Who uploaded it.</param>
/// <param name="ReceivedAt">When.</param>
public sealed record ImportedList(
    Guid ImportId, string Format, string? Endpoint, IReadOnlyList<string> Columns, int Rows, int Parts, string Actor, DateTimeOffset ReceivedAt);

/// <summary>What is wrong with a row.</summary>
/// <param name="Row">Its number, from 1, the header not counted.</param>
/// <param name="Field">The column.</param>
/// <param name="Reason">Why it was not entered.</param>
public sealed record RowError(int Row, string Field, string Reason);
