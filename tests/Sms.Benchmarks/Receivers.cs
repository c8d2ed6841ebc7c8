using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Npgsql;
using Sms.GatewayProtocol;

namespace Sms.Benchmarks;

/// <summary>What Ingress is measured against: receivers that do less.</summary>
internal static class Receivers
{
    /// <summary>Proves the signature and answers; stores nothing.</summary>
    public const string Verify = "verify";

    /// <summary>Proves the signature and stores each request with one INSERT of its own in the simplest one-table schema.</summary>
    public const string Insert = "insert";

    public static async Task Run(string kind, int port, string connectionString)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
        var app = builder.Build();
        var profile = GatewayProfiles.BuiltIn["mobile-api-connect"].Compile();
        SigningKey[] keys = [profile.KeyOf(Load.Secret)];
        await using var database = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(connectionString)
        {
            MaxAutoPrepare = 10,
            AutoPrepareMinUsages = 2,
            MaxPoolSize = 64,
        });
        if (kind == Insert)
        {
            await using var create = database.CreateCommand(
                "create table if not exists sms (id bigint generated always as identity primary key, body jsonb not null, received_at timestamptz not null default now())");
            await create.ExecuteNonQueryAsync();
        }

        app.MapPost("/hooks/sms", (RequestDelegate)(async http =>
        {
            var body = new byte[(int)http.Request.ContentLength!];
            await http.Request.Body.ReadExactlyAsync(body);
            if (!Proof.Verify(profile, new("POST", "", [new(WebhookSignature.Header, http.Request.Headers[WebhookSignature.Header].ToString())], body), keys, DateTimeOffset.UtcNow).IsGenuine)
            {
                http.Response.StatusCode = 401;
                return;
            }
            if (kind == Insert)
            {
                await using var insert = database.CreateCommand("insert into sms (body) values ($1)");
                insert.Parameters.Add(new NpgsqlParameter { Value = body, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Jsonb });
                await insert.ExecuteNonQueryAsync();
            }
            http.Response.ContentLength = 0;
        }));
        await app.RunAsync();
    }
}
