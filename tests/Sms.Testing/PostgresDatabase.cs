using Npgsql;
using Xunit;

namespace Sms.Testing;

/// <summary>An empty database of its own, dropped at the end.</summary>
public sealed class PostgresDatabase : IAsyncLifetime
{
    private readonly string _name = $"test_{Guid.NewGuid():N}";

    /// <summary>How to connect to it.</summary>
    public string ConnectionString => new NpgsqlConnectionStringBuilder(TestServers.Required(TestServers.Postgres))
    {
        Database = _name,
        MaxPoolSize = 20,
    }.ConnectionString;

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        if (TestServers.Present)
            await OnServer($"create database {_name}");
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (TestServers.Present)
            await OnServer($"drop database if exists {_name} with (force)");
    }

    private static async Task OnServer(string sql)
    {
        await using var connection = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder(TestServers.Required(TestServers.Postgres)) { Pooling = false, CommandTimeout = 120 }.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
