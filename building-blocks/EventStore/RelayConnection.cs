using Npgsql;

namespace Sms.EventStore;

/// <summary>
/// Connections of the relay's own, outside the pool: the advisory lock lives and dies with one. The server drops a peer
/// that vanished without a word within half a minute, so that another instance can take over.
/// </summary>
public sealed class RelayConnection : IAsyncDisposable
{
    private readonly NpgsqlDataSource _source;

    /// <summary>From the store's connection string.</summary>
    public RelayConnection(string connectionString) =>
        _source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(connectionString)
        {
            Pooling = false,
            KeepAlive = 10,
            ApplicationName = "sms-relay",
            // The position may safely be a little behind after a crash: what is published twice is recognised.
            Options = "-c synchronous_commit=off -c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3",
        });

    internal async Task<NpgsqlConnection> Open(CancellationToken ct) => await _source.OpenConnectionAsync(ct);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _source.DisposeAsync();
}
