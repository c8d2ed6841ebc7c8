using Npgsql;

namespace Sms.EventStore.Tests;

/// <summary>An append that stays open as long as a test wants: a writer that is slow, hangs or dies.</summary>
public sealed class OpenAppend : IAsyncDisposable
{
    private readonly NpgsqlConnection _connection;
    private readonly NpgsqlTransaction _transaction;

    private OpenAppend(NpgsqlConnection connection, NpgsqlTransaction transaction) => (_connection, _transaction) = (connection, transaction);

    /// <summary>The id of the event appended last.</summary>
    public Guid EventId { get; private set; }

    public static async Task<OpenAppend> Begin(string connectionString)
    {
        var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        return new OpenAppend(connection, await connection.BeginTransactionAsync());
    }

    /// <summary>Takes its transaction id, and draws no number yet.</summary>
    public Task<long> TakeId() => Scalar<long>("select pg_current_xact_id()::text::bigint");

    /// <summary>Draws a number and is never going to use it.</summary>
    public Task<long> DrawNumber() => Scalar<long>("select nextval('mt_events_sequence')");

    /// <summary>Appends a deposit to a stream of its own, as the store does.</summary>
    /// <returns>The number it drew.</returns>
    public async Task<long> Append(int amount)
    {
        EventId = Guid.NewGuid();
        await Scalar<long>(
            $$"""
            select new_version from sms_commit(
                null, null, array['account-{{Guid.NewGuid()}}']::varchar[], array['account']::varchar[], array[0]::bigint[], array[1],
                array[1], array[1]::bigint[], array['{{EventId}}']::uuid[], array['bank.deposited.v1']::varchar[], array['by hand']::varchar[],
                array['{"Amount": {{amount}}, "Note": "by hand"}']::text[], array[null]::varchar[], array[null]::varchar[],
                array['{"actor": "system"}']::text[], null, now())
            """);
        return await Scalar<long>($"select seq_id from mt_events where id = '{EventId}'");
    }

    public Task Commit() => _transaction.CommitAsync();

    public Task Rollback() => _transaction.RollbackAsync();

    private async Task<T> Scalar<T>(string sql)
    {
        await using var command = new NpgsqlCommand(sql, _connection, _transaction);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    public async ValueTask DisposeAsync()
    {
        await _transaction.DisposeAsync();
        await _connection.DisposeAsync();
    }
}
