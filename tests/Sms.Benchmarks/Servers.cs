using Sms.Testing;

namespace Sms.Benchmarks;

/// <summary>A database and a virtual host for each measurement, so that none begins with what another left.</summary>
internal static class Servers
{
    public static async Task WithDatabase(Func<PostgresDatabase, Task> use)
    {
        await using var database = new PostgresDatabase();
        await database.InitializeAsync();
        await use(database);
    }

    public static async Task WithBroker(Func<BrokerVhost, Task> use)
    {
        await using var broker = new BrokerVhost();
        await broker.InitializeAsync();
        await use(broker);
    }

    public static Task With(Func<PostgresDatabase, BrokerVhost, Task> use) =>
        WithDatabase(database => WithBroker(broker => use(database, broker)));
}
