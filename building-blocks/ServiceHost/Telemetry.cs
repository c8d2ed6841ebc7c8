using System.Diagnostics;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Sms.ServiceHost;

/// <summary>
/// Traces, metrics and logs over OTLP: to the collector that <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> names, else to the dashboard
/// that <c>Telemetry:Dashboard</c> names once it is there, else nowhere. The parts of the platform emit their own sources and
/// meters; nothing is instrumented from outside.
/// </summary>
internal static class Telemetry
{
    public static void AddTelemetry(this WebApplicationBuilder builder, string service)
    {
        // First of all hosted services, so that with a collector the start is seen too.
        if (!string.IsNullOrEmpty(builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]))
            builder.Services.AddHostedService(host => new Exporting(service, null, host.GetRequiredService<ILoggerFactory>()));
        else if (builder.Configuration["Telemetry:Dashboard"] is { Length: > 0 } dashboard)
            builder.Services.AddHostedService(host => new Exporting(service, new Uri(dashboard), host.GetRequiredService<ILoggerFactory>()));
    }

    /// <summary>
    /// Says on a request's span what it was, in OpenTelemetry's words for HTTP servers: ASP.NET Core 10 leaves that to an
    /// instrumentation package, and only from 11 on does it itself.
    /// </summary>
    /// <remarks>A span without a source was made for the logs' sake alone; nobody will see what is said on it.</remarks>
    public static void UseRequestSpans(this IApplicationBuilder app) => app.Use((http, next) =>
        http.Features.Get<IHttpActivityFeature>()?.Activity is { IsAllDataRequested: true, Source.Name.Length: > 0 } span
            ? Describe(span, http, next)
            : next(http));

    private static async Task Describe(Activity span, HttpContext http, RequestDelegate next)
    {
        // Asked every few seconds of every instance, probes would bury what happened.
        if (http.Request.Path.StartsWithSegments("/health"))
            span.ActivityTraceFlags &= ~ActivityTraceFlags.Recorded;
        await next(http);
        // The template, not the path: what stands in its place may be a phone number.
        var route = (http.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText;
        span.DisplayName = $"{http.Request.Method} {route}".TrimEnd();
        span.SetTag("http.request.method", http.Request.Method);
        span.SetTag("http.route", route);
        span.SetTag("http.response.status_code", http.Response.StatusCode);
        if (http.Response.StatusCode >= StatusCodes.Status500InternalServerError)
            span.SetStatus(ActivityStatusCode.Error);
    }

    /// <summary>Exports from the start on or, to a dashboard that may be started at any time, from when that answers.</summary>
    private sealed class Exporting(string service, Uri? dashboard, ILoggerFactory loggers) : BackgroundService
    {
        private static readonly string[] Sources = ["Sms.*", "MassTransit", "Npgsql", "Microsoft.AspNetCore", "System.Net.Http"];
        private static readonly string[] Meters =
            ["Sms.*", "MassTransit", "Npgsql", "Microsoft.AspNetCore.*", "System.Net.Http", "System.Runtime"];
        private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(5);

        private readonly List<IDisposable> _exporters = [];

        public override Task StartAsync(CancellationToken cancellationToken)
        {
            if (dashboard is not null)
                return base.StartAsync(cancellationToken);
            Export();
            return Task.CompletedTask;
        }

        protected override async Task ExecuteAsync(CancellationToken stoppingToken)
        {
            // Until then nobody listens to the sources, and a span that nobody listens to costs nothing.
            using var timer = new PeriodicTimer(BetweenLooks);
            while (!await Answers(dashboard!, stoppingToken))
                await timer.WaitForNextTickAsync(stoppingToken);
            Export();
        }

        public override async Task StopAsync(CancellationToken cancellationToken)
        {
            await base.StopAsync(cancellationToken);
            // Each sends what it still has.
            foreach (var exporter in _exporters)
                exporter.Dispose();
        }

        private void Export()
        {
            var resource = ResourceBuilder.CreateDefault().AddService($"sms-{service}");
            _exporters.Add(Sdk.CreateTracerProviderBuilder().SetResourceBuilder(resource).AddSource(Sources)
                .AddProcessor(new WithoutAddresses()).AddOtlpExporter(To).Build());
            _exporters.Add(Sdk.CreateMeterProviderBuilder().SetResourceBuilder(resource).AddMeter(Meters).AddOtlpExporter(To).Build());
            var logging = new ServiceCollection()
                .AddLogging(logs => logs.AddOpenTelemetry(options => options.SetResourceBuilder(resource).AddOtlpExporter(To)))
                .BuildServiceProvider();
            _exporters.Add(logging);
            loggers.AddProvider(logging.GetRequiredService<ILoggerProvider>());
        }

        private void To(OtlpExporterOptions options)
        {
            if (dashboard is not null)
                options.Endpoint = dashboard;
        }

        private static async Task<bool> Answers(Uri address, CancellationToken ct)
        {
            try
            {
                using var client = new TcpClient();
                await client.ConnectAsync(address.Host, address.Port, ct);
                return true;
            }
            catch (SocketException)
            {
                return false;
            }
        }
    }

    /// <summary>Paths and queries can carry phone numbers; the route template says enough.</summary>
    private sealed class WithoutAddresses : BaseProcessor<Activity>
    {
        public override void OnEnd(Activity data)
        {
            foreach (var tag in (string[])["url.path", "url.query", "url.full", "http.target", "http.url"])
                data.SetTag(tag, null);
        }
    }
}
