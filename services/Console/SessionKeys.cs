using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Npgsql;
using Sms.EventStore;
using Sms.ServiceHost;

namespace Sms.Console;

/// <summary>The keys that session cookies are signed with: in the console's database, so that every instance knows them, encrypted with the master key.</summary>
public sealed class SessionKeys(NpgsqlDataSource database, StoreSchema schema, SecretBox box) : IXmlRepository
{
    /// <inheritdoc/>
    public IReadOnlyCollection<XElement> GetAllElements() =>
        Wait(async () => (await Ready().Query($"select name, closed from session_keys order by name", r => (Name: r.GetString(0), Closed: r.GetString(1))))
            .ConvertAll(key => XElement.Parse(box.Open(key.Name, key.Closed))));

    /// <inheritdoc/>
    public void StoreElement(XElement element, string friendlyName)
    {
        var closed = box.Close(friendlyName, element.ToString(SaveOptions.DisableFormatting));
        Wait(() => Ready().Query($"insert into session_keys (name, closed) values ({friendlyName}, {closed}) on conflict (name) do nothing", _ => 0));
    }

    private NpgsqlDataSource Ready() => schema.Ready.IsCompletedSuccessfully ? database : throw new NpgsqlException("The database has not been reached yet.");

    // The interface knows no tasks; it is called once in a while, and not on the caller's context.
    private static T Wait<T>(Func<Task<T>> work) => Task.Run(work).GetAwaiter().GetResult();
}
