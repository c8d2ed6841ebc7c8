using System.Collections.Concurrent;
using System.Reflection;
using System.Text;
using Microsoft.Extensions.Logging;
using Npgsql;
using Sms.Testing;

namespace Sms.EventStore.Tests;

public sealed class StoreSchemaTests : IAsyncLifetime
{
    private static readonly string[] Ours =
    [
        .. new[] { "0001_marten_tables", "0002_commit", "0003_commit_of_new_streams", "0004_view_rebuilds", "0005_lanes", "0006_replays", "0007_commit_by_subscripts" }.Select(name => $"Sms.EventStore.Schema.{name}.sql"),
    ];

    private readonly PostgresDatabase _database = new();
    private readonly List<StoreSchema> _started = [];
    private readonly List<NpgsqlDataSource> _sources = [];
    private readonly Warnings _log = new();

    public ValueTask InitializeAsync() => _database.InitializeAsync();

    public async ValueTask DisposeAsync()
    {
        foreach (var schema in _started)
        {
            await schema.StopAsync(CancellationToken.None);
            schema.Dispose();
        }
        foreach (var source in _sources)
            await source.DisposeAsync();
        await _database.DisposeAsync();
    }

    [RealServersFact]
    public async Task Eight_instances_that_start_at_once_apply_each_script_once()
    {
        var service = new Scripts(("Shop.Schema.0001_a.sql", "create table a (n int); insert into a values (1)"), ("Shop.Schema.0002_b.sql", "insert into a values (2)"));
        await Task.WhenAll(Enumerable.Range(0, 8).Select(async _ => await Ready(await Start(service))));
        (await Applied()).ShouldBe([.. Ours, "Shop.Schema.0001_a.sql", "Shop.Schema.0002_b.sql"], ignoreOrder: true);
        (await Query($"select n from a order by n", r => r.GetInt32(0))).ShouldBe([1, 2]);
    }

    [RealServersFact]
    public async Task A_script_that_a_new_version_brings_is_applied_and_the_others_are_not_again()
    {
        await Ready(await Start(new Scripts(("Shop.Schema.0001_a.sql", "create table a (n int)"))));
        await Ready(await Start(new Scripts(("Shop.Schema.0002_b.sql", "insert into a values (2)"), ("Shop.Schema.0001_a.sql", "create table a (n int)"))));
        (await Applied()).ShouldBe([.. Ours, "Shop.Schema.0001_a.sql", "Shop.Schema.0002_b.sql"], ignoreOrder: true);
        (await Query($"select n from a", r => r.GetInt32(0))).ShouldBe([2]);
    }

    [RealServersFact]
    public async Task A_script_may_take_longer_than_a_statement_of_the_service_may()
    {
        var schema = await Start(new Scripts(("Shop.Schema.0001_a.sql", "select pg_sleep(1.5)")), _database.ConnectionString + ";Command Timeout=1");
        await Ready(schema);
    }

    [RealServersFact]
    public async Task A_services_scripts_can_build_on_the_event_tables()
    {
        await Ready(await Start(new Scripts(("Accounts.Schema.0001_a.sql", "create view everything as select * from mt_events"))));
        (await Query($"select count(*) from everything", r => r.GetInt64(0))).ShouldBe([0]);
    }

    [RealServersFact]
    public async Task A_script_that_fails_leaves_nothing_behind_and_the_service_is_not_ready()
    {
        var schema = await Start(new Scripts(("Shop.Schema.0001_a.sql", "create table a (n int)"), ("Shop.Schema.0002_b.sql", "create table b (n nonsense)")));
        (await Should.ThrowAsync<PostgresException>(() => schema.ExecuteTask!)).SqlState.ShouldBe(PostgresErrorCodes.UndefinedObject);
        schema.Ready.IsCompleted.ShouldBeFalse();
        (await Query($"select count(*) from pg_tables where schemaname = 'public'", r => r.GetInt64(0))).ShouldBe([0]);
    }

    [RealServersFact]
    public async Task A_database_that_cannot_be_reached_is_waited_for()
    {
        await OnServer("alter database {0} with allow_connections false");
        var schema = await Start(new Scripts());
        await Eventually.Sees(() => _log.Said, w => w.Count >= 2);
        schema.Ready.IsCompleted.ShouldBeFalse();
        schema.ExecuteTask!.IsCompleted.ShouldBeFalse();

        await OnServer("alter database {0} with allow_connections true");
        await Ready(schema);
        (await Applied()).ShouldBe(Ours);
    }

    [Theory]
    [InlineData("Host=nowhere.invalid")]
    [InlineData("Host=127.0.0.1;Port=1")]
    public async Task A_server_that_is_not_there_yet_is_waited_for(string address)
    {
        var schema = await Start(new Scripts(), address + ";Username=nobody;Database=nothing;Timeout=2");
        await Eventually.Sees(() => _log.Said, w => w.Count >= 2);
        schema.ExecuteTask!.IsCompleted.ShouldBeFalse();
    }

    [RealServersFact]
    public async Task A_connection_that_is_ended_while_a_script_runs_is_no_reason_to_give_up()
    {
        // The first try is ended from within, as by an administrator or a server that shuts down; the second goes through.
        await OnServer("create sequence tries", inDatabase: true);
        var schema = await Start(new Scripts(("Shop.Schema.0001_a.sql",
            """
            create table a (n int);
            do $$ begin if nextval('tries') = 1 then perform pg_terminate_backend(pg_backend_pid()); end if; end $$;
            """)));
        await Ready(schema);
        (await Applied()).ShouldBe([.. Ours, "Shop.Schema.0001_a.sql"], ignoreOrder: true);
    }

    // ---- what psql shows: the 9.x layout, written down from databases that Marten made ----

    [RealServersFact]
    public async Task The_tables_are_Martens()
    {
        await Ready(await Start(new Scripts()));
        (await Columns("mt_streams")).ShouldBe(
        [
            "id character varying not null", "type character varying", "version bigint",
            "timestamp timestamp with time zone not null default now()", "created timestamp with time zone not null default now()",
            "tenant_id character varying default '*DEFAULT*'::character varying", "is_archived boolean default false",
        ]);
        (await Columns("mt_events")).ShouldBe(
        [
            "seq_id bigint not null", "id uuid not null", "stream_id character varying", "version bigint not null", "data jsonb not null",
            "bdata bytea", "type character varying(500) not null", "timestamp timestamp with time zone not null default now()",
            "tenant_id character varying default '*DEFAULT*'::character varying", "mt_dotnet_type character varying",
            "correlation_id character varying", "causation_id character varying", "headers jsonb", "is_archived boolean default false",
        ]);
        (await Columns("mt_event_progression")).ShouldBe(
            ["name character varying not null", "last_seq_id bigint", "last_updated timestamp with time zone default transaction_timestamp()"]);
    }

    [RealServersFact]
    public async Task The_keys_are_Martens()
    {
        await Ready(await Start(new Scripts()));
        (await Query(
            $"""
            select conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid) from pg_constraint
            where conrelid::regclass::text like 'mt\_%' order by 1
            """, r => r.GetString(0))).ShouldBe(
        [
            "mt_event_progression pk_mt_event_progression PRIMARY KEY (name)",
            "mt_events fkey_mt_events_stream_id FOREIGN KEY (stream_id) REFERENCES mt_streams(id) ON DELETE CASCADE",
            "mt_events pkey_mt_events_seq_id PRIMARY KEY (seq_id)",
            "mt_streams pkey_mt_streams_id PRIMARY KEY (id)",
        ]);
        (await Query(
            $"select indexdef from pg_indexes where tablename like 'mt\\_%' order by indexname", r => r.GetString(0))).ShouldBe(
        [
            "CREATE UNIQUE INDEX pk_mt_event_progression ON public.mt_event_progression USING btree (name)",
            "CREATE UNIQUE INDEX pk_mt_events_stream_and_version ON public.mt_events USING btree (stream_id, version)",
            "CREATE UNIQUE INDEX pkey_mt_events_seq_id ON public.mt_events USING btree (seq_id)",
            "CREATE UNIQUE INDEX pkey_mt_streams_id ON public.mt_streams USING btree (id)",
            "CREATE INDEX sms_mt_events_correlation ON public.mt_events USING btree (correlation_id) WHERE (correlation_id IS NOT NULL)",
        ]);
    }

    [RealServersFact]
    public async Task The_sequence_is_Martens()
    {
        await Ready(await Start(new Scripts()));
        (await Query(
            $"""
            select data_type::text || ' ' || start_value || ' ' || increment_by || ' ' || cache_size || ' ' || cycle
            from pg_sequences where sequencename = 'mt_events_sequence'
            """, r => r.GetString(0))).ShouldBe(["bigint 1 1 1 false"]);
        (await Query(
            $"""
            select refobjid::regclass || '.' || attname from pg_depend join pg_attribute on attrelid = refobjid and attnum = refobjsubid
            where objid = 'mt_events_sequence'::regclass and deptype = 'a'
            """, r => r.GetString(0))).ShouldBe(["mt_events.seq_id"]);
    }

    private Task<List<string>> Columns(string table) => Query(
        $"""
        select column_name || ' ' || data_type || coalesce('(' || character_maximum_length || ')', '')
            || case when is_nullable = 'NO' then ' not null' else '' end
            || case column_default when 'transaction_timestamp()' then ' default transaction_timestamp()' else coalesce(' default ' || column_default, '') end
        from information_schema.columns where table_name = {table} order by ordinal_position
        """, r => r.GetString(0));

    private async Task<StoreSchema> Start(Assembly service, string? connectionString = null)
    {
        var source = NpgsqlDataSource.Create(connectionString ?? _database.ConnectionString);
        var schema = new StoreSchema(source, [service], _log);
        lock (_started)
        {
            _sources.Add(source);
            _started.Add(schema);
        }
        await schema.StartAsync(CancellationToken.None);
        return schema;
    }

    private static Task Ready(StoreSchema schema) => schema.Ready.WaitAsync(TimeSpan.FromSeconds(30));

    private Task<List<string>> Applied() => Query($"select name from sms_schema ", r => r.GetString(0));

    private async Task<List<T>> Query<T>(Sql sql, Func<NpgsqlDataReader, T> row)
    {
        await using var source = NpgsqlDataSource.Create(_database.ConnectionString);
        return await source.Query(sql, row);
    }

    private async Task OnServer(string sql, bool inDatabase = false)
    {
        var here = new NpgsqlConnectionStringBuilder(_database.ConnectionString);
        await using var source = NpgsqlDataSource.Create(inDatabase ? _database.ConnectionString : TestServers.Postgres!);
        await using var command = source.CreateCommand(sql.Replace("{0}", here.Database, StringComparison.Ordinal));
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>A service's assembly as far as its schema is concerned.</summary>
    private sealed class Scripts(params (string Name, string Sql)[] scripts) : Assembly
    {
        public override string[] GetManifestResourceNames() => [.. scripts.Select(s => s.Name), "Shop.readme.md"];

        public override Stream? GetManifestResourceStream(string name) =>
            new MemoryStream(Encoding.UTF8.GetBytes(scripts.Single(s => s.Name == name).Sql));
    }

    private sealed class Warnings : ILogger<StoreSchema>
    {
        private readonly ConcurrentQueue<string> _warnings = new();

        public IReadOnlyCollection<string> Said => _warnings;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (logLevel == LogLevel.Warning)
                _warnings.Enqueue(formatter(state, exception));
        }
    }
}
