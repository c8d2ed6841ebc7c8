using Npgsql;

namespace Sms.Helpdesk.Views;

internal static class Columns
{
    /// <summary>A column by its name; <c>null</c> where the type allows it and there is nothing in it.</summary>
    public static T Get<T>(this NpgsqlDataReader row, string column) =>
        row.GetOrdinal(column) is var at && row.IsDBNull(at) && default(T) is null ? default! : row.GetFieldValue<T>(at);
}
