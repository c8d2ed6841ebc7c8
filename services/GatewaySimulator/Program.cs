using System.Text.Json;
using System.Text.Json.Serialization;
using Sms.GatewaySimulator;

var builder = WebApplication.CreateBuilder(args);
builder.Configuration.AddKeyPerFile("/run/secrets", optional: true);
var options = builder.Configuration.GetSection("Simulator").Get<SimulatorOptions>() ?? new SimulatorOptions();
options.Validate();

// A development tool without a lock on /sim: on this machine only, unless told otherwise.
if (builder.Configuration["urls"] is null && builder.Configuration["http_ports"] is null)
    builder.WebHost.UseUrls("http://127.0.0.1:8082");
builder.WebHost.ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = 64 * 1024);

// The framework's request log would hold the numbers that stand in the paths.
builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);

builder.Services.AddSingleton(options);
builder.Services.AddSingleton<GatewayState>();
builder.Services.AddSingleton<Misbehaviour>();
builder.Services.AddSingleton<LiveFeed>();
builder.Services.AddSingleton<WebhookTargets>();
builder.Services.AddSingleton<Deliveries>().AddHostedService(services => services.GetRequiredService<Deliveries>());
builder.Services.AddSingleton<Reports>();
builder.Services.AddSingleton<Phones>().AddHostedService(services => services.GetRequiredService<Phones>());
builder.Services.AddSingleton<IngressConnection>().AddHostedService(services => services.GetRequiredService<IngressConnection>());
builder.Services.ConfigureHttpJsonOptions(json =>
{
    json.SerializerOptions.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
    json.SerializerOptions.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
    json.SerializerOptions.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower));
});

var app = builder.Build();
PhonePage.Use(app, options);
GatewayApi.Map(app);
SmsGateApi.Map(app);
SimulationApi.Map(app);
app.MapGet("/health/live", () => Results.Ok());
app.MapGet("/health/ready", (IngressConnection ingress) => Results.StatusCode(
    ingress.IsMade ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable));
app.Run();
