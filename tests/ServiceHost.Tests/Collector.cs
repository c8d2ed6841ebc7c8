using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace Sms.ServiceHost.Tests;

/// <summary>An OTLP collector (gRPC, opentelemetry-proto's collector services) that keeps what it is sent as it came.</summary>
public sealed class Collector : IAsyncDisposable
{
    private readonly ConcurrentQueue<(string Kind, string Sent)> _received = new();
    private WebApplication? _server;

    /// <summary>Where it listens once it is started.</summary>
    public Uri Address { get; } = new($"http://127.0.0.1:{FreePort()}");

    /// <summary>What was sent of a kind: <c>Trace</c>, <c>Metrics</c> or <c>Logs</c>.</summary>
    public string Received(string kind) => string.Concat(_received.Where(part => part.Kind == kind).Select(part => part.Sent));

    public async Task Start()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(
            IPAddress.Loopback, Address.Port, listen => listen.Protocols = HttpProtocols.Http2));
        _server = builder.Build();
        _server.Run(async http =>
        {
            using var body = new MemoryStream();
            await http.Request.Body.CopyToAsync(body);
            // opentelemetry.proto.collector.trace.v1.TraceService/Export
            var kind = http.Request.Path.Value!.Split('.')[^1].Replace("Service/Export", "", StringComparison.Ordinal);
            _received.Enqueue((kind, Encoding.Latin1.GetString(body.ToArray())));
            http.Response.ContentType = "application/grpc";
            http.Response.DeclareTrailer("grpc-status");
            await http.Response.Body.WriteAsync(new byte[5]);
            http.Response.AppendTrailer("grpc-status", "0");
        });
        await _server.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
            await _server.DisposeAsync();
    }

    private static int FreePort()
    {
        using var socket = new TcpListener(IPAddress.Loopback, 0);
        socket.Start();
        return ((IPEndPoint)socket.LocalEndpoint).Port;
    }
}
