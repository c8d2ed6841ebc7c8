using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using Xunit;

namespace Sms.Testing;

/// <summary>A virtual host of its own on the real broker, deleted at the end.</summary>
public sealed class BrokerVhost : IAsyncLifetime
{
    private readonly string _name = $"test-{Guid.NewGuid():N}";
    private readonly HttpClient _management = new();
    private IConnection? _connection;

    /// <summary>Its <c>amqp://</c> address.</summary>
    public Uri Address => new(new Uri(TestServers.Required(TestServers.RabbitMq)), "/" + _name);

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        if (!TestServers.Present)
            return;
        var api = new Uri(TestServers.Required(TestServers.RabbitMqManagement));
        _management.BaseAddress = new Uri(api.GetLeftPart(UriPartial.Authority).Replace(api.UserInfo + "@", "", StringComparison.Ordinal));
        _management.DefaultRequestHeaders.Authorization =
            new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(Uri.UnescapeDataString(api.UserInfo))));
        (await _management.PutAsJsonAsync($"/api/vhosts/{_name}", new { })).EnsureSuccessStatusCode();
        var user = Uri.EscapeDataString(Uri.UnescapeDataString(api.UserInfo.Split(':')[0]));
        (await _management.PutAsJsonAsync(
            $"/api/permissions/{_name}/{user}", new { configure = ".*", write = ".*", read = ".*" })).EnsureSuccessStatusCode();
    }

    /// <summary>How many messages a queue holds now, or null when there is no such queue.</summary>
    public async Task<uint?> Depth(string queue)
    {
        await using var channel = await Channel();
        try
        {
            return (await channel.QueueDeclarePassiveAsync(queue)).MessageCount;
        }
        catch (RabbitMQ.Client.Exceptions.OperationInterruptedException)
        {
            return null;
        }
    }

    /// <summary>Takes every message of a queue, as text.</summary>
    public async Task<IReadOnlyList<string>> Drain(string queue)
    {
        await using var channel = await Channel();
        var messages = new List<string>();
        while (await channel.BasicGetAsync(queue, autoAck: true) is { } message)
            messages.Add(Encoding.UTF8.GetString(message.Body.Span));
        return messages;
    }

    /// <summary>Collects, from now on, every message of a type that is published in this virtual host.</summary>
    public async Task<Heard<T>> Hear<T>()
    {
        var heard = new Heard<T>();
        var channel = await Channel();
        var exchange = $"{typeof(T).Namespace}:{typeof(T).Name}";
        await channel.ExchangeDeclareAsync(exchange, ExchangeType.Fanout, durable: true);
        var queue = await channel.QueueDeclareAsync();
        await channel.QueueBindAsync(queue.QueueName, exchange, "");
        var consumer = new AsyncEventingBasicConsumer(channel);
        consumer.ReceivedAsync += (_, delivery) =>
        {
            heard.Add(delivery.Body.ToArray());
            return Task.CompletedTask;
        };
        await channel.BasicConsumeAsync(queue.QueueName, autoAck: true, consumer);
        return heard;
    }

    /// <summary>A channel of the test's own.</summary>
    public async Task<IChannel> Channel()
    {
        _connection ??= await new ConnectionFactory { Uri = Address }.CreateConnectionAsync();
        return await _connection.CreateChannelAsync();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_connection is not null)
            await _connection.DisposeAsync();
        if (TestServers.Present)
            await _management.DeleteAsync($"/api/vhosts/{_name}");
        _management.Dispose();
    }
}

/// <summary>Messages heard on the bus, in the order they came.</summary>
public sealed class Heard<T>
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);
    private readonly List<Envelope> _envelopes = [];

    /// <summary>A message with its identity on the bus.</summary>
    public sealed record Envelope(Guid MessageId, Guid? CorrelationId, T Message);

    /// <summary>What has been heard so far.</summary>
    public IReadOnlyList<Envelope> Envelopes
    {
        get
        {
            lock (_envelopes)
                return [.. _envelopes];
        }
    }

    /// <summary>The messages heard so far.</summary>
    public IReadOnlyList<T> Messages => [.. Envelopes.Select(e => e.Message)];

    internal void Add(byte[] body)
    {
        var envelope = JsonSerializer.Deserialize<Envelope>(body, Json)!;
        lock (_envelopes)
            _envelopes.Add(envelope);
    }
}
