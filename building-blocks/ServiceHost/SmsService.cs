using System.Reflection;
using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using Sms.EventStore;
using Sms.ServiceHost.DeadLetters;

namespace Sms.ServiceHost;

/// <summary>What every service of the platform has in common, in one call before and one after the host is built.</summary>
public static class SmsService
{
    /// <summary>
    /// The event store (<c>ConnectionStrings:Store</c>), the bus (<c>ConnectionStrings:Bus</c>) with every consumer of the
    /// service, API keys, problem details, health and telemetry. Secrets may be files: <see cref="Secrets"/>.
    /// </summary>
    /// <param name="builder">The host's builder.</param>
    /// <param name="name">The service's name, first word of its queues and stored event names: <c>helpdesk</c>.</param>
    public static SmsServiceBuilder AddSmsService<TProgram>(this WebApplicationBuilder builder, string name)
    {
        var service = typeof(TProgram).Assembly;
        builder.AddSecretFiles();
        builder.RefuseDevelopmentSecrets();
        var connectionString = builder.Configuration.StoreConnection();

        builder.Logging.AddSimpleConsole(console =>
        {
            (console.SingleLine, console.UseUtcTimestamp, console.TimestampFormat) = (true, true, "yyyy-MM-ddTHH:mm:ss.fffZ ");
        });
        // Request logs carry paths, and paths can carry phone numbers.
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        builder.Logging.AddFilter("System.Net.Http", LogLevel.Warning);
        // A conflict that is decided again is everyday business; what ends in the error queue is logged as an error.
        builder.Logging.AddFilter("MassTransit.ReceiveTransport", LogLevel.Error);

        builder.AddTelemetry(name);
        var services = builder.Services;
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(_ => new NpgsqlDataSourceBuilder(new NpgsqlConnectionStringBuilder(connectionString)
        {
            ApplicationName = $"sms-{name}",
            Timeout = 5,
            // All instances of all services share one server, whose connections are counted. One message needs one at a time.
            MaxPoolSize = 15,
            // A network that swallows packets must not hold up a commit, and all that wait behind it, for long.
            CommandTimeout = 15,
            // Nothing leaves anything behind on a connection, so there is nothing to reset when it is used again.
            NoResetOnClose = true,
        }.ConnectionString).Build());
        // What is kept here for every service stands in its store like what a building block keeps.
        var blocks = new List<Assembly> { typeof(SmsService).Assembly };
        services.AddSingleton(_ => new EventTypes(name, service, blocks));
        services.AddSingleton<CommitSignal>();
        services.AddSingleton(p => new StoreSchema(p.GetRequiredService<NpgsqlDataSource>(), [.. blocks, service], p.GetRequiredService<ILogger<StoreSchema>>()));
        services.AddHostedService(p => p.GetRequiredService<StoreSchema>());
        services.AddSingleton<IEventStore, EventStoreEngine>();
        services.AddSingleton<EventLog>();
        services.AddSingleton<Replays>();
        services.AddSingletonHosted(p => new ViewRuns(
            connectionString, p.GetRequiredService<NpgsqlDataSource>(), p.GetRequiredService<StoreSchema>(), p.GetRequiredService<EventTypes>(),
            p.GetServices<IView>(), p.GetRequiredService<ILogger<ViewRuns>>()));

        services.AddBus(name, service, builder.Configuration.BusConnection(), ConsumedLabels.Of(name, builder.Configuration));
        services.AddApiKeys(builder.Configuration);
        services.AddProblemDetails();
        // So that a body or query that cannot be read is answered with the reason, also in production.
        services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);
        services.AddExceptionHandler<Problems>();
        services.AddApiDescription(name);
        services.AddSingleton(new OwnQueues(name, service));
        services.AddSingleton(new BrokerLine(builder.Configuration.BusConnection(), name));
        services.AddSingleton<Queues>();
        services.AddSingleton<IStreamOf>(DeadLetter.Stream);
        services.AddSingleton<IView>(new DeadLetterList());
        services.AddSingleton<SettleDeadLetters>();
        services.AddHostedService<KeepDeadLetters>();
        services.AddHostedService<DeadLetterMetrics>();
        services.AddSingleton(p => ActivatorUtilities.CreateInstance<About>(p, name, service));
        services.AddHealth(consumes: service.GetTypes().Any(type => type.IsAssignableTo(typeof(IConsumer))));
        return new SmsServiceBuilder(services, builder.Configuration, connectionString, blocks);
    }

    /// <summary>
    /// Maps what every service serves: <c>/health</c>, <c>/openapi</c>, <c>/streams</c>, <c>/facts</c>, <c>/story</c>, <c>/relay</c>, <c>/views</c>,
    /// <c>/dead-letters</c>, <c>/queues</c>, <c>/about</c>.
    /// </summary>
    /// <returns>The group that needs an API key; reading needs no more, changes ask for a role of <see cref="Roles"/>.</returns>
    public static RouteGroupBuilder MapSmsService(this WebApplication app)
    {
        app.UseRequestSpans();
        // Before the rest, so that a route which is short-circuited passes the rest by, and not the spans.
        app.UseRouting();
        app.UseExceptionHandler();
        app.UseStatusCodePages();
        app.UseAuthentication();
        app.UseAuthorization();
        app.MapHealth();
        app.MapOpenApi();
        var api = app.MapGroup("").RequireAuthorization(Roles.Reader);
        StreamBrowser.Map(api);
        ViewRoutes.Map(api);
        DeadLetterRoutes.Map(api);
        Queues.Map(api);
        About.Map(api);
        return api;
    }

    /// <summary>A background service that others also call.</summary>
    public static IServiceCollection AddSingletonHosted<T>(this IServiceCollection services)
        where T : class, IHostedService =>
        services.AddSingleton<T>().AddHostedService(provider => provider.GetRequiredService<T>());

    private static void AddSingletonHosted<T>(this IServiceCollection services, Func<IServiceProvider, T> make)
        where T : class, IHostedService =>
        services.AddSingleton(make).AddHostedService(provider => provider.GetRequiredService<T>());

    internal static string Required(this IConfiguration configuration, string key) =>
        configuration[key] is { Length: > 0 } value
            ? value
            : throw new InvalidOperationException($"The setting '{key}' is missing (environment variable {key.Replace(":", "__", StringComparison.Ordinal)}).");
}

/// <summary>What makes a service this service: its streams, its views and what it says to the others.</summary>
public sealed class SmsServiceBuilder
{
    private readonly IServiceCollection _services;
    private readonly string _connectionString;
    private readonly List<Assembly> _blocks;
    private readonly List<Saying> _sayings = [];
    private Func<StoredEvent, Guid?> _laneOf = static _ => null;

    internal SmsServiceBuilder(IServiceCollection services, IConfiguration configuration, string connectionString, List<Assembly> blocks) =>
        (_services, Configuration, _connectionString, _blocks) = (services, configuration, connectionString, blocks);

    /// <summary>The service's settings.</summary>
    public IConfiguration Configuration { get; }

    /// <summary>A building block that keeps streams and tables of its own in the service's store.</summary>
    /// <param name="block">Where its events and its <c>Schema/*.sql</c> are.</param>
    /// <param name="register">What else it registers.</param>
    public SmsServiceBuilder AddBlock(Assembly block, Action<IServiceCollection> register)
    {
        _blocks.Add(block);
        register(_services);
        return this;
    }

    /// <summary>A kind of stream the service keeps.</summary>
    public SmsServiceBuilder AddStream(IStreamOf stream)
    {
        _services.AddSingleton(stream);
        return this;
    }

    /// <summary>A view that changes with the facts, in the same transaction.</summary>
    public SmsServiceBuilder AddView(IView view)
    {
        _services.AddSingleton(view);
        return this;
    }

    /// <summary>What the service's facts mean for others. The relay publishes these messages, and nothing else is published.</summary>
    /// <param name="from">A pure function from a fact to the messages it implies, usually none or one.</param>
    public SmsServiceBuilder Publish(Func<StoredEvent, IEnumerable<object>> from) => Publish((fact, _, _) => ValueTask.FromResult(from(fact)));

    /// <summary>
    /// What the facts of a kind of stream mean for others who want to know how things stand: told with what the stream's facts
    /// up to that one add up to, so it is the same however often it is published.
    /// </summary>
    /// <param name="stream">The kind of stream.</param>
    /// <param name="from">A pure function from a fact to what is to be said of the state it led to; null for a fact that changes nothing for others.</param>
    public SmsServiceBuilder Publish<TState, TEvent>(StreamOf<TState, TEvent> stream, Func<StoredEvent, Func<TState, IEnumerable<object>>?> from)
        where TEvent : class
    {
        var states = new StatesInPassing<TState, TEvent>(stream);
        return Publish(async (fact, log, ct) =>
        {
            if (fact.Data is not TEvent || !fact.StreamId.StartsWith(stream.Name + "-", StringComparison.Ordinal))
                return [];
            var tell = from(fact);
            var state = await states.After(fact, async () => (TState)(await log.StateAt(fact.StreamId, stream.Name, fact.Version, ct))!, isAskedFor: tell is not null);
            return tell is null ? [] : tell(state!);
        });
    }

    /// <summary>
    /// Which facts are in an order across streams, such as all texts of one person: what is published from one is told the stream of
    /// the one before it (<see cref="StoredEvent.Follows"/>).
    /// </summary>
    /// <param name="laneOf">A pure function from a fact to its lane; null for a fact that is in none.</param>
    public SmsServiceBuilder InLanes(Func<StoredEvent, Guid?> laneOf)
    {
        _laneOf = laneOf;
        return this;
    }

    private SmsServiceBuilder Publish(Saying saying)
    {
        if (_sayings.Count == 0)
        {
            _services.AddSingleton(new RelayConnection(_connectionString));
            _services.AddSingleton(p => new Publication(
                (fact, ct) => From(fact, p.GetRequiredService<EventLog>(), ct), p.GetRequiredService<Publisher>().Publish)
                { LaneOf = _laneOf });
            _services.AddSingleton<Relay>();
            _services.AddHostedService(p => p.GetRequiredService<Relay>());
        }
        _sayings.Add(saying);
        return this;
    }

    private async ValueTask<IEnumerable<object>> From(StoredEvent fact, EventLog log, CancellationToken ct)
    {
        if (_sayings is [var only])
            return await only(fact, log, ct);
        var messages = new List<object>();
        foreach (var saying in _sayings)
            messages.AddRange(await saying(fact, log, ct));
        return messages;
    }

    private delegate ValueTask<IEnumerable<object>> Saying(StoredEvent fact, EventLog log, CancellationToken ct);
}
