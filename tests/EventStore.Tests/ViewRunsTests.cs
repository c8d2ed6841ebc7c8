using System.Diagnostics;
using Npgsql;
using Sms.Testing;

namespace Sms.EventStore.Tests;

public sealed class ViewRunsTests : IAsyncLifetime
{
    private readonly StoreUnderTest _under = new();

    public ValueTask InitializeAsync() => _under.InitializeAsync();

    public ValueTask DisposeAsync() => _under.DisposeAsync();

    [RealServersFact]
    public async Task Views_made_anew_take_the_place_of_damaged_ones()
    {
        await Accounts(20);
        var said = await Balances();
        await _under.Execute($"update balances set balance = balance + 1, note = 'damaged'");
        await _under.Execute($"delete from balances where account = (select min(account) from balances)");

        var run = await Rebuilt();

        (await Balances()).ShouldBe(said);
        (run.Done, run.Total, run.Actor, run.FinishedAt is null).ShouldBe((60, 60, "operator:ada", false));
        (await Schemas()).ShouldBe(0);
    }

    [RealServersFact]
    public async Task Tables_come_back_with_all_that_belongs_to_them()
    {
        await _under.Execute($"""
            create table owners (
                owner varchar not null, no int generated always as identity, since timestamptz not null default now(), mood text,
                constraint owners_named primary key (owner), constraint owners_in_a_mood check (mood <> ''))
            """);
        await _under.Execute($"alter table owners add gone int");
        await _under.Execute($"alter table owners drop gone");
        await _under.Execute($"create unique index one_mood_each on owners (lower(mood)) where mood is not null");
        await _under.Execute($"alter table owners set (fillfactor = 70)");
        await _under.Execute($"create table pets (pet varchar primary key, owner varchar not null constraint pets_have_owners references owners)");
        await _under.Execute($"grant select on owners to public");
        var (before, views) = (await Described(), await _under.Views(new Unmoved("owners", "pets")));

        await Ended(views, ViewPurpose.Rebuild);

        (await Described()).ShouldBe(before);
        before.Count.ShouldBeGreaterThan(12);

        Task<List<string>> Described() => _under.Database.Query(
            $"""
            select 'index ' || indexdef from pg_indexes where schemaname = 'public' and tablename in ('owners', 'pets')
            union all select format('constraint %s %s %s', conrelid::regclass, conname, pg_get_constraintdef(oid)) from pg_constraint
                where conrelid in ('owners'::regclass, 'pets'::regclass)
            union all select format('table %s %s %s', relname, reloptions, relacl) from pg_class where oid in ('owners'::regclass, 'pets'::regclass)
            union all select format('column %s %s %s %s %s %s', table_name, column_name, data_type, is_nullable, column_default, is_identity)
                from information_schema.columns where table_schema = 'public' and table_name in ('owners', 'pets')
            order by 1
            """, r => r.GetString(0));
    }

    [RealServersFact]
    public async Task Rows_that_are_not_what_the_log_says_are_named()
    {
        var accounts = await Accounts(5);
        await _under.Execute($"update balances set note = 'damaged', balance = 7 where account = {accounts[0]}");
        await _under.Execute($"delete from balances where account = {accounts[1]}");
        await _under.Execute($"insert into balances (account, balance, version, note, changed) values ('account-of-nobody', 1, 1, '', now())");

        var run = await Ended(await _under.Views(new Balances()), ViewPurpose.Verify);

        (run.State, run.Equal).ShouldBe((ViewRunState.Done, false));
        run.Compared.ShouldNotBeNull().ShouldHaveSingleItem().ShouldBe(new ComparedTable("balances", 5, 3));
        run.Differences.ShouldNotBeNull().Select(d => $"{d.Kind} {d.Key} {string.Join(',', d.Columns)}").ShouldBe(
        [
            $$"""changed {"account": "{{accounts[0]}}"} note,balance""", $$"""missing {"account": "{{accounts[1]}}"} """,
            """extra {"account": "account-of-nobody"} """,
        ], ignoreOrder: true);
        (await _under.Scalar<long>($"select count(*) from balances where note = 'damaged'")).ShouldBe(1);
        (await Schemas()).ShouldBe(0);
    }

    [RealServersFact]
    public async Task Appends_and_readers_go_on_while_views_are_made_anew_and_nothing_is_lost()
    {
        await Accounts(100);
        var views = await _under.Views(new Balances(), new Copies());
        await _under.Execute($"create table copies (account varchar not null, version bigint not null, before int, primary key (account, version))");
        using var done = new CancellationTokenSource();
        var (committed, read, longest) = (0, 0, TimeSpan.Zero);
        var (store, _) = await _under.Instance(new Balances(), new Copies());
        var writers = Enumerable.Range(0, 4).Select(async _ =>
        {
            for (var id = Guid.NewGuid(); !done.IsCancellationRequested; id = Random.Shared.Next(5) == 0 ? Guid.NewGuid() : id)
            {
                var watch = Stopwatch.StartNew();
                await store.Commit(await store.Load(Account.Stream, id), [Account.Deposit(1), Account.Deposit(2)], StoreUnderTest.Because);
                Interlocked.Add(ref committed, 2);
                lock (views)
                    longest = longest > watch.Elapsed ? longest : watch.Elapsed;
            }
        }).ToList();
        var readers = Enumerable.Range(0, 2).Select(async _ =>
        {
            for (; !done.IsCancellationRequested; read++)
                await _under.Database.Query($"select b.*, c.* from copies c join balances b using (account) order by c.version desc limit 10", r => r.GetString(0));
        }).ToList();

        for (var round = 0; round < 3; round++)
        {
            (await Ended(views, ViewPurpose.Rebuild)).State.ShouldBe(ViewRunState.Done);
            var verified = await Ended(views, ViewPurpose.Verify);
            (verified.Equal, verified.Differences!.Count).ShouldBe((true, 0));
            verified.Compared!.Sum(t => t.Rows).ShouldBeGreaterThan(100);
        }
        await done.CancelAsync();
        await Task.WhenAll([.. writers, .. readers]);

        (committed, read).ShouldSatisfyAllConditions(c => c.committed.ShouldBeGreaterThan(100), c => c.read.ShouldBeGreaterThan(10));
        (await _under.Scalar<long>($"select count(*) from copies")).ShouldBe(300 + committed);
        (await Ended(views, ViewPurpose.Verify)).Equal.ShouldBe(true);
        longest.ShouldBeLessThan(TimeSpan.FromSeconds(5));
    }

    [RealServersFact]
    public async Task An_append_that_stays_open_is_waited_for_and_is_in_the_views()
    {
        await Accounts(3);
        await using var open = await OpenAppend.Begin(_under.ConnectionString);
        await open.Append(4711);
        await Accounts(3);
        var views = await _under.Views(new Balances());

        await views.Start(ViewPurpose.Rebuild, "operator:ada", CancellationToken.None);
        await Eventually.Sees(() => _under.Scalar<bool>($"select to_regclass('sms_views.balances') is not null"), there => there);
        await Accounts(3);
        (await views.Latest(ViewPurpose.Rebuild, CancellationToken.None))!.State.ShouldBe(ViewRunState.Running);
        await open.Commit();

        (await Eventually.Sees(() => views.Latest(ViewPurpose.Rebuild, CancellationToken.None), run => run!.State != ViewRunState.Running))!
            .State.ShouldBe(ViewRunState.Done);
        (await _under.Scalar<long>($"select count(*) from balances where balance = 4711")).ShouldBe(1);
        (await _under.Scalar<long>($"select count(*) from balances")).ShouldBe(10);
    }

    [RealServersFact]
    public async Task A_number_that_was_drawn_in_vain_holds_nothing_up()
    {
        await Accounts(2);
        await using (var failing = await OpenAppend.Begin(_under.ConnectionString))
            await failing.DrawNumber();

        (await Rebuilt()).State.ShouldBe(ViewRunState.Done);
    }

    [RealServersFact]
    public async Task Cancelled_the_live_views_stay_as_they_are()
    {
        await Accounts(3);
        await _under.Execute($"update balances set note = 'as it was'");
        await using var open = await OpenAppend.Begin(_under.ConnectionString);
        await open.Append(1);
        var views = await _under.Views(new Balances());
        await views.Start(ViewPurpose.Rebuild, "operator:ada", CancellationToken.None);
        await Eventually.Sees(Schemas, there => there == 1);

        await views.Cancel(ViewPurpose.Rebuild, "operator:bob", CancellationToken.None);

        var run = await Eventually.Sees(() => views.Latest(ViewPurpose.Rebuild, CancellationToken.None), run => run!.State != ViewRunState.Running);
        (run!.State, run.CancelledBy).ShouldBe((ViewRunState.Cancelled, "operator:bob"));
        (await _under.Scalar<long>($"select count(*) from balances where note = 'as it was'")).ShouldBe(3);
        (await Schemas()).ShouldBe(0);
        await Should.ThrowAsync<RefusedException>(() => views.Cancel(ViewPurpose.Rebuild, "operator:bob", CancellationToken.None));
    }

    [RealServersFact]
    public async Task Cancelled_before_the_swap_the_live_views_stay_as_they_are()
    {
        await Accounts(3);
        await _under.Execute($"update balances set note = 'as it was'");
        await using var reader = await Reader();
        var views = await _under.Views(new Balances());
        await views.Start(ViewPurpose.Rebuild, "operator:ada", CancellationToken.None);
        await SwapWaits();

        await views.Cancel(ViewPurpose.Rebuild, "operator:bob", CancellationToken.None);

        (await Eventually.Sees(() => views.Latest(ViewPurpose.Rebuild, CancellationToken.None), run => run!.State != ViewRunState.Running))!
            .State.ShouldBe(ViewRunState.Cancelled);
        await reader.DisposeAsync();
        (await _under.Scalar<long>($"select count(*) from balances where note = 'as it was'")).ShouldBe(3);
    }

    [RealServersFact]
    public async Task A_reader_that_does_not_end_holds_up_the_swap_and_not_the_appends()
    {
        await Accounts(3);
        await using var reader = await Reader();
        var views = await _under.Views(new Balances());
        await views.Start(ViewPurpose.Rebuild, "operator:ada", CancellationToken.None);
        await SwapWaits();

        await Accounts(20);

        (await views.Latest(ViewPurpose.Rebuild, CancellationToken.None))!.State.ShouldBe(ViewRunState.Running);
        await reader.DisposeAsync();
        (await Eventually.Sees(() => views.Latest(ViewPurpose.Rebuild, CancellationToken.None), run => run!.State != ViewRunState.Running))!
            .State.ShouldBe(ViewRunState.Done);
        (await _under.Scalar<long>($"select count(*) from balances")).ShouldBe(23);
    }

    [RealServersFact]
    public async Task Killed_in_the_middle_another_instance_continues_where_it_was()
    {
        await Many(30_000);
        using (var service = RebuildingService.Start(_under.ConnectionString))
        {
            await Begin();
            await Eventually.Sees(() => _under.Scalar<long>($"select max(done) from sms_view_runs"), done => done is > 2_000 and < 25_000);
            service.Kill();
            await service.WaitForExitAsync();
        }
        var reached = await _under.Scalar<long>($"select done from sms_view_runs");

        var views = await _under.Views(new Balances());

        var run = await Eventually.Sees(
            () => views.Latest(ViewPurpose.Rebuild, CancellationToken.None),
            run => run!.Done >= reached && run.State != ViewRunState.Running, TimeSpan.FromMinutes(3));
        (run!.State, run.Done).ShouldBe((ViewRunState.Done, 30_000));
        (await Ended(views, ViewPurpose.Verify)).Equal.ShouldBe(true);
        (await Schemas()).ShouldBe(0);
    }

    [RealServersFact]
    public async Task Killed_in_the_swap_it_has_not_happened_and_another_instance_does_it()
    {
        await Accounts(50);
        await _under.Execute($"update balances set note = 'as it was'");
        await using var reader = await Reader();
        using (var service = RebuildingService.Start(_under.ConnectionString))
        {
            await Begin();
            await SwapWaits();
            service.Kill();
            await service.WaitForExitAsync();
        }
        (await _under.Scalar<long>($"select count(*) from balances where note = 'as it was'")).ShouldBe(50);
        await reader.DisposeAsync();

        var views = await _under.Views(new Balances());

        (await Eventually.Sees(() => views.Latest(ViewPurpose.Rebuild, CancellationToken.None), run => run!.State != ViewRunState.Running))!
            .State.ShouldBe(ViewRunState.Done);
        (await Ended(views, ViewPurpose.Verify)).Equal.ShouldBe(true);
    }

    [RealServersFact]
    public async Task Killed_right_after_the_swap_it_has_happened_and_nothing_is_left_to_do()
    {
        await Accounts(50);
        await _under.Execute($"update balances set note = 'damaged'");
        using (var service = RebuildingService.Start(_under.ConnectionString))
        {
            await Begin();
            await Eventually.Sees(() => _under.Scalar<string>($"select state from sms_view_runs"), state => state != "Running");
            service.Kill();
            await service.WaitForExitAsync();
        }

        (await _under.Scalar<long>($"select count(*) from balances where note = 'damaged'")).ShouldBe(0);
        (await Schemas()).ShouldBe(0);
        (await Ended(await _under.Views(new Balances()), ViewPurpose.Verify)).Equal.ShouldBe(true);
    }

    [RealServersFact]
    public async Task What_another_build_began_is_begun_again()
    {
        await Accounts(3);
        await _under.Execute($"create schema sms_views");
        await _under.Execute($"create table sms_views.balances (nonsense int)");
        await _under.Execute($"""
            insert into sms_view_runs (id, purpose, actor, state, phase, started_at, build, schema_files, position, done)
            select {Guid.NewGuid()}, 'Rebuild', 'operator:ada', 'Running', 'reading', now(), 'another', count(*), 5, 5 from sms_schema
            """);

        var views = await _under.Views(new Balances());

        var run = await Eventually.Sees(() => views.Latest(ViewPurpose.Rebuild, CancellationToken.None), run => run!.State != ViewRunState.Running);
        (run!.State, run.Done).ShouldBe((ViewRunState.Done, 9));
        (await Ended(views, ViewPurpose.Verify)).Equal.ShouldBe(true);
    }

    [RealServersFact]
    public async Task Of_two_instances_one_makes_the_views_anew_and_a_second_wish_is_refused()
    {
        await Accounts(3);
        await using var open = await OpenAppend.Begin(_under.ConnectionString);
        await open.Append(1);
        var (one, other) = (await _under.Views(new Balances()), await _under.Views(new Balances()));
        await one.Start(ViewPurpose.Rebuild, "operator:ada", CancellationToken.None);

        await Should.ThrowAsync<RefusedException>(() => other.Start(ViewPurpose.Rebuild, "operator:bob", CancellationToken.None));
        await Should.ThrowAsync<RefusedException>(() => one.Start(ViewPurpose.Verify, "operator:bob", CancellationToken.None));
        await open.Rollback();

        (await Eventually.Sees(() => other.Latest(ViewPurpose.Rebuild, CancellationToken.None), run => run!.State != ViewRunState.Running))!
            .Actor.ShouldBe("operator:ada");
    }

    [RealServersFact]
    public async Task A_view_that_writes_where_it_has_not_said_so_is_found_out_and_harms_nothing()
    {
        var (store, _) = await _under.Instance(new Balances(), new Receipts());
        await store.Commit([Account.Stream.Start("1", [Account.Deposit(5, "receipt")], StoreUnderTest.Because)], null);

        var run = await Ended(await _under.Views(new Balances(), new Undeclared("balances")), ViewPurpose.Rebuild);

        (run.State, run.Reason).ShouldBe((ViewRunState.Failed, "A view writes to the table receipts, which none declares."));
        (await _under.Scalar<long>($"select count(*) from receipts")).ShouldBe(1);
        (await Schemas()).ShouldBe(0);
    }

    [RealServersFact]
    public async Task What_follows_facts_once_and_is_no_table_of_rows_is_not_done_again()
    {
        var (store, _) = await _under.Instance(new Balances(), new Receipts());
        await store.Commit([Account.Stream.Start("1", [Account.Deposit(5, "receipt")], StoreUnderTest.Because)], null);

        (await Ended(await _under.Views(new Balances(), new Undeclared()), ViewPurpose.Rebuild)).State.ShouldBe(ViewRunState.Done);

        (await _under.Scalar<long>($"select count(*) from receipts")).ShouldBe(1);
    }

    [RealServersFact]
    public async Task A_table_that_something_else_hangs_on_is_not_swapped()
    {
        await _under.Execute($"create view rich as select * from balances where balance > 1000");

        var run = await Ended(await _under.Views(new Balances()), ViewPurpose.Rebuild);

        (run.State, run.Reason).ShouldBe((ViewRunState.Failed, "these hang on tables that are to be made anew: rich, which shows balances (SM003)"));
    }

    [RealServersFact]
    public async Task An_event_of_a_newer_version_of_the_service_ends_it_and_one_of_somebody_else_is_passed_by()
    {
        await Accounts(1);
        await _under.WriteByHand("guest-1", 1, "somebody.elses.v1", "{}");
        (await Rebuilt()).State.ShouldBe(ViewRunState.Done);

        await _under.WriteByHand("account-new", 1, "bank.invented-later.v1", "{}");
        var run = await Rebuilt();
        run.State.ShouldBe(ViewRunState.Failed);
        run.Reason.ShouldNotBeNull().ShouldContain("bank.invented-later.v1");
    }

    [RealServersFact]
    public async Task A_view_that_cannot_take_an_event_leaves_the_live_ones_alone_and_tells_no_more_than_it_must()
    {
        var (store, _) = await _under.Instance(new Balances());
        await store.Commit([Account.Stream.Start("1", [Account.Deposit(13)], StoreUnderTest.Because)], null);

        var run = await Ended(await _under.Views(new Balances(), new UnluckyView()), ViewPurpose.Rebuild);

        (run.State, run.Reason).ShouldBe((ViewRunState.Failed, "PostgreSQL says 22012"));
        (await _under.Scalar<int>($"select balance from balances")).ShouldBe(13);
    }

    [RealServersFact]
    public async Task Tables_that_another_version_has_changed_meanwhile_are_not_swapped()
    {
        await Accounts(3);
        await using var reader = await Reader();
        var views = await _under.Views(new Balances());
        await views.Start(ViewPurpose.Rebuild, "operator:ada", CancellationToken.None);
        await SwapWaits();
        await _under.Execute($"insert into sms_schema (name) values ('9999_of_another_version.sql')");
        await reader.DisposeAsync();

        var run = await Eventually.Sees(() => views.Latest(ViewPurpose.Rebuild, CancellationToken.None), run => run!.State != ViewRunState.Running);
        (run!.State, run.Reason).ShouldBe((ViewRunState.Failed, "Another version of the service has changed the tables meanwhile; begin again."));
    }

    /// <summary>So many accounts with three facts each; their stream ids.</summary>
    private async Task<List<string>> Accounts(int count)
    {
        var (store, _) = await _under.Instance(new Balances());
        var streams = new List<string>();
        for (var no = 0; no < count; no++)
        {
            var id = Guid.NewGuid();
            streams.Add(Account.Stream.StreamId(id.ToString()));
            await store.Commit([Account.Stream.Start(id.ToString(), [new AccountEvent.Opened("Ada", "EUR"), Account.Deposit(no)], StoreUnderTest.Because)], null);
            await store.Commit(await store.Load(Account.Stream, id), [Account.Deposit(1, "last")], StoreUnderTest.Because);
        }
        return streams;
    }

    /// <summary>So many events at once, and the rows they mean.</summary>
    private async Task Many(int count)
    {
        await _under.Execute($"insert into mt_streams (id, type, version) select 'account-' || n, 'account', 1 from generate_series(1, {count}) n");
        await _under.Execute($$"""
            insert into mt_events (seq_id, id, stream_id, version, data, type, headers, timestamp)
            select nextval('mt_events_sequence'), gen_random_uuid(), 'account-' || n, 1, jsonb_build_object('Amount', n, 'Note', 'many'),
                   'bank.deposited.v1', '{"actor": "system"}', '2027-01-01T00:00:00Z'::timestamptz + make_interval(secs => n)
            from generate_series(1, {{count}}) n
            """);
        await _under.Execute($"insert into balances select stream_id, (data ->> 'Amount')::int, 1, 'many', timestamp from mt_events");
    }

    private Task<List<string>> Balances() => _under.Database.Query($"select b::text from balances b order by account", r => r.GetString(0));

    private Task<long> Schemas() => _under.Scalar<long>($"select count(*) from pg_namespace where nspname = 'sms_views'");

    private async Task<ViewRun> Rebuilt() => await Ended(await _under.Views(new Balances()), ViewPurpose.Rebuild);

    private static async Task<ViewRun> Ended(ViewRuns views, ViewPurpose purpose)
    {
        var begun = await views.Start(purpose, "operator:ada", CancellationToken.None);
        return (await Eventually.Sees(
            () => views.Latest(purpose, CancellationToken.None), run => run!.Id == begun.Id && run.State != ViewRunState.Running, TimeSpan.FromMinutes(3)))!;
    }

    /// <summary>As an instance does when it is asked to, which is killed then.</summary>
    private Task Begin() => _under.Execute($"""
        insert into sms_view_runs (id, purpose, actor, state, phase, started_at)
        values ({Guid.NewGuid()}, 'Rebuild', 'operator:ada', 'Running', 'reading', now())
        """);

    /// <summary>Someone who reads the table and does not end.</summary>
    private async Task<NpgsqlConnection> Reader()
    {
        var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(_under.ConnectionString) { Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        await connection.BeginTransactionAsync();
        await using var command = new NpgsqlCommand("select count(*) from balances", connection);
        await command.ExecuteScalarAsync();
        return connection;
    }

    private Task<long> SwapWaits() => Eventually.Sees(
        () => _under.Scalar<long>($"select count(*) from pg_stat_activity where application_name = 'sms-views' and wait_event_type = 'Lock' and query like '%sms_swap_views%'"),
        waiting => waiting == 1);

    /// <summary>A view whose rows show what was in another's table before the commit: facts of one commit must come together.</summary>
    private sealed class Copies : IView
    {
        public IReadOnlyList<string> Tables => ["copies"];

        public void Project(IReadOnlyList<StoredEvent> happened, ViewWrites write)
        {
            foreach (var fact in happened)
                write.Add($"""
                    insert into copies (account, version, before)
                    select {fact.StreamId}, {fact.Version}, (select balance from balances where account = {fact.StreamId})
                    """);
        }
    }

    /// <summary>A view that writes more than it says.</summary>
    private sealed class Undeclared(params string[] tables) : IView
    {
        public IReadOnlyList<string> Tables => tables;

        public void Project(IReadOnlyList<StoredEvent> happened, ViewWrites write) => new Receipts().Project(happened, write);
    }

    /// <summary>A view that nothing moves.</summary>
    private sealed class Unmoved(params string[] tables) : IView
    {
        public IReadOnlyList<string> Tables => tables;

        public void Project(IReadOnlyList<StoredEvent> happened, ViewWrites write)
        {
        }
    }
}

/// <summary>The process that <see cref="ViewRunsTests"/> kills: does what it is asked to in the database.</summary>
public static class RebuildingService
{
    public const string Argument = "rebuild-views-until-killed";

    public static Process Start(string connectionString) => Process.Start(new ProcessStartInfo(
        Environment.ProcessPath!, [.. CrashTests.DotnetArguments, Argument, connectionString]))!;

    public static async Task<int> Run(string connectionString)
    {
        await using var database = NpgsqlDataSource.Create(connectionString);
        using var views = await StoreUnderTest.Views(connectionString, database, new Balances());
        await Task.Delay(Timeout.InfiniteTimeSpan);
        return 0;
    }
}
