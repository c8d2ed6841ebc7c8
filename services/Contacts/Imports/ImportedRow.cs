using Sms.Contacts.Contacts;

namespace Sms.Contacts.Imports;

/// <summary>What one row of a list says of a contact.</summary>
/// <param name="Contact">The contact, as it was written.</param>
/// <param name="Note">A note on it.</param>
public sealed record ImportedRow(ContactDraft Contact, string? Note)
{
    /// <summary>A contact as a row, in the order of <see cref="ImportColumns.Names"/>.</summary>
    public static string?[] Write(ContactCard card, IReadOnlyList<string> fields) =>
    [
        string.Join(ImportColumns.Between, card.Numbers.Order(StringComparer.Ordinal)), card.Name, card.Language, card.TimeZone, string.Join(ImportColumns.Between, card.Tags),
        string.Join(ImportColumns.Between, card.ExternalIds), string.Join('\n', card.Notes.Select(note => note.Text)), .. fields.Select(name => ContactCard.ValueOf(card.Fields, name)),
    ];
}
