using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Npgsql;
using Sms.EventStore;

namespace Sms.ServiceHost;

/// <summary>
/// Live: the process runs. Ready: it can do its work, that is, its database answers and, for a service that consumes, its
/// bus is connected. Ingress has no consumers: it is ready, and accepts texts, while the broker is away.
/// </summary>
internal static class Health
{
    private const string Ready = "ready-here";

    public static void AddHealth(this IServiceCollection services, bool consumes)
    {
        services.AddHealthChecks().AddCheck<StoreIsReady>("store", tags: [Ready]);
        if (consumes)
            services.Configure<HealthCheckServiceOptions>(o =>
            {
                foreach (var bus in o.Registrations.Where(r => r.Tags.Contains("masstransit")))
                    bus.Tags.Add(Ready);
            });
    }

    public static void MapHealth(this WebApplication app)
    {
        app.MapHealthChecks("/health/live", new() { Predicate = _ => false });
        app.MapHealthChecks("/health/ready", new()
        {
            Predicate = check => check.Tags.Contains(Ready),
            // A bus with deaf endpoints calls itself degraded.
            ResultStatusCodes = { [HealthStatus.Degraded] = StatusCodes.Status503ServiceUnavailable },
            ResponseWriter = Write,
        });
    }

    private static Task Write(HttpContext http, HealthReport report) => http.Response.WriteAsJsonAsync(new
    {
        Status = report.Status.ToString(),
        Checks = report.Entries.Select(e => new { Name = e.Key, Status = e.Value.Status.ToString(), e.Value.Description }),
    });

    private sealed class StoreIsReady(StoreSchema schema, NpgsqlDataSource database, IHostApplicationLifetime lifetime) : IHealthCheck
    {
        public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
        {
            if (lifetime.ApplicationStopping.IsCancellationRequested)
                return HealthCheckResult.Unhealthy("The service is stopping.");
            if (!schema.Ready.IsCompletedSuccessfully)
                return HealthCheckResult.Unhealthy("The database has not been reached yet.");
            try
            {
                await using var command = database.CreateCommand("select 1");
                command.CommandTimeout = 3;
                await command.ExecuteScalarAsync(cancellationToken);
                return HealthCheckResult.Healthy();
            }
            catch (NpgsqlException e)
            {
                return HealthCheckResult.Unhealthy($"The database does not answer ({e.GetType().Name}).");
            }
        }
    }
}
