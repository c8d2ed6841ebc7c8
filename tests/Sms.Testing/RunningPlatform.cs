using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Reflection;
using System.Text;
using System.Text.Json;
using Npgsql;
using Sms.GatewayProtocol;
using Xunit;

namespace Sms.Testing;

/// <summary>
/// The whole platform as a newcomer starts it, with <c>./sms</c>, in a place and on ports of its own: real servers, every
/// service a process, the simulator in the place of the phone.
/// </summary>
public sealed class RunningPlatform : IAsyncLifetime
{
    public const string OurNumber = "+911234500000";

    // A block that ./sms test has found free.
    private static readonly int PortOffset =
        int.Parse(Environment.GetEnvironmentVariable("SMS_TEST_PORT_OFFSET") ?? "7000", CultureInfo.InvariantCulture);

    /// <summary>The key of the simulator's APIs, and the one its SMSGate phone signs with.</summary>
    public const string GatewayKey = "sk_live_end-to-end0000000000000000000000000000000", PhoneKey = "signing-key-of-the-phone";

    /// <summary>An endpoint whose texts leave through SMSGate; the test that uses it registers it with Ingress.</summary>
    public const string Android = "android";

    private static readonly string Root = Environment.GetEnvironmentVariable("SMS_ROOT") ?? "";
    private static readonly string Local = Path.Combine(Root, ".local", Assembly.GetEntryAssembly()!.GetName().Name!);
    private Dictionary<string, string> _secrets = [];

    /// <summary>Calls the gateway simulator.</summary>
    public HttpClient Simulator { get; private set; } = null!;

    /// <summary>The name of the gateway's signing secret is all a forger lacks.</summary>
    public string SigningSecret { get; } = "whsec_" + Convert.ToBase64String(Guid.NewGuid().ToByteArray());

    public async ValueTask InitializeAsync()
    {
        if (!TestServers.Present)
            return;
        await Sms("reset", "--yes");
        await Sms("up", "--no-build");
        _secrets = File.ReadLines(Path.Combine(Local, "env")).Where(line => line.Contains('=', StringComparison.Ordinal) && line[0] != '#')
            .ToDictionary(line => line[..line.IndexOf('=', StringComparison.Ordinal)], line => line[(line.IndexOf('=', StringComparison.Ordinal) + 1)..]);
        Simulator = Http("gatewaysimulator");
        await Put("ingress", "/endpoints/sms", new { secret = SigningSecret });
    }

    public async ValueTask DisposeAsync()
    {
        if (TestServers.Present)
            await Sms("down");
    }

    /// <summary>Runs <c>./sms</c> and returns what it printed.</summary>
    public static async Task<string> Sms(params string[] arguments)
    {
        var start = new ProcessStartInfo(Path.Combine(Root, "sms"), arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["SMS_WAY"] = "native";
        start.Environment["SMS_LOCAL"] = Local;
        start.Environment["SMS_PORT_OFFSET"] = $"{PortOffset}";
        start.Environment["SMS_SIMULATOR_API_KEY"] = GatewayKey;
        start.Environment["Simulator__SigningKey"] = PhoneKey;
        // The receivers of outgoing webhooks are on this machine.
        start.Environment["SMS_WEBHOOK_NETWORKS"] = "127.0.0.0/8";
        start.Environment[$"Gateways__{Android}__Profile"] = "smsgate";
        start.Environment[$"Gateways__{Android}__BaseUrl"] = $"http://127.0.0.1:{8082 + PortOffset}/3rdparty/v1";
        start.Environment[$"Gateways__{Android}__Account"] = "simulator";
        start.Environment[$"Gateways__{Android}__ApiKey"] = GatewayKey;
        start.Environment[$"Gateways__{Android}__IntervalPerNumber"] = "0";
        using var process = Process.Start(start)!;
        // The services it starts inherit nothing of ours, but reading to the end of a pipe they held would wait for them.
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return process.ExitCode == 0
            ? await output
            : throw new InvalidOperationException($"./sms {string.Join(' ', arguments)} failed:\n{await output}\n{await errors}");
    }

    /// <summary>Calls a service with the development API key.</summary>
    public HttpClient Http(string service)
    {
        var client = new HttpClient { BaseAddress = AddressOf(service) };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", _secrets["SMS_API_KEY"]);
        return client;
    }

    /// <summary>Where a service answers.</summary>
    public static Uri AddressOf(string service)
    {
        var usual = service switch
        {
            "console" => 8080, "ingress" => 8081, "gatewaysimulator" => 8082, "contacts" => 8083, "helpdesk" => 8084, "optout" => 8085,
            "autoreply" => 8086, "outbound" => 8087, _ => throw new ArgumentOutOfRangeException(nameof(service)),
        };
        return new Uri($"http://127.0.0.1:{usual + PortOffset}");
    }

    public async Task<JsonElement> Get(string service, string path)
    {
        using var client = Http(service);
        return await client.GetFromJsonAsync<JsonElement>(path);
    }

    public async Task Put(string service, string path, object body)
    {
        using var client = Http(service);
        using var answer = await client.PutAsJsonAsync(path, body);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
    }

    /// <summary>A customer texts our number from their phone.</summary>
    public async Task Text(string from, string text)
    {
        using var answer = await Simulator.PostAsJsonAsync("/sim/texts", new { from, to = OurNumber, text });
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>An operator texts a customer, who need not have written; returns the text's id.</summary>
    public async Task<Guid> Post(string to, string text, string purpose, string endpoint = "sms", string from = OurNumber)
    {
        using var client = Http("outbound");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/messages") { Content = JsonContent.Create(new { endpoint, from, to, text, purpose }) };
        request.Headers.Add("Idempotency-Key", Guid.NewGuid().ToString());
        using var answer = await client.SendAsync(request);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        return (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("message").GetProperty("sendId").GetGuid();
    }

    /// <summary>What the customer's phone has received, oldest first.</summary>
    public async Task<IReadOnlyList<string>> Received(string phone)
    {
        var page = await Simulator.GetFromJsonAsync<JsonElement>($"/sim/phones/{Uri.EscapeDataString(phone)}/messages?limit=1000");
        return [.. page.GetProperty("items").EnumerateArray()
            .Where(m => m.GetProperty("direction").GetString() == "received").Select(m => m.GetProperty("text").GetString()!)];
    }

    /// <summary>Posts a webhook as the gateway would, and returns the status of the answer.</summary>
    public async Task<int> PostSigned(byte[] body)
    {
        using var client = Http("ingress");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/hooks/sms") { Content = new ByteArrayContent(body) };
        request.Headers.Add(WebhookSignature.Header, WebhookSignature.Sign(body, SigningSecret));
        using var answer = await client.SendAsync(request);
        return (int)answer.StatusCode;
    }

    /// <summary>
    /// A transaction in a service's database that has a number and does not end before this is disposed of: whoever has to be sure
    /// that nothing older is under way waits for it. With a table, nobody reads that meanwhile.
    /// </summary>
    public async Task<IAsyncDisposable> LongTransaction(string service, string? locked = null)
    {
        var connection = await Connect(service);
        await using var begin = new NpgsqlCommand("begin; select pg_current_xact_id();" + (locked is null ? "" : $"lock table {locked}"), connection);
        await begin.ExecuteNonQueryAsync();
        return connection;
    }

    private async Task<NpgsqlConnection> Connect(string service)
    {
        var connection = new NpgsqlConnection(
            $"Host=127.0.0.1;Port={5532 + PortOffset};Database=sms_{service};Username=postgres;Password={_secrets["SMS_POSTGRES_PASSWORD"]};Pooling=false");
        await connection.OpenAsync();
        return connection;
    }

    /// <summary>Asks a service's database, as a person with psql does.</summary>
    public async Task<List<string>> Query(string service, string sql)
    {
        await using var connection = await Connect(service);
        await using var command = new NpgsqlCommand(sql, connection);
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<string>();
        while (await reader.ReadAsync())
            rows.Add(string.Join('|', Enumerable.Range(0, reader.FieldCount).Select(i => reader.IsDBNull(i) ? "" : reader.GetValue(i).ToString())));
        return rows;
    }

    /// <summary>Puts a message into a service's queue, past the service that would publish it.</summary>
    public async Task Deliver(string queue, string type, object message)
    {
        using var management = Management();
        var envelope = new { messageId = Guid.CreateVersion7(), messageType = new[] { $"urn:message:Sms.BusMessages:{type}" }, message };
        using var answer = await management.PostAsJsonAsync("/api/exchanges/%2F/amq.default/publish", new
        {
            routing_key = queue, properties = new { content_type = "application/vnd.masstransit+json", delivery_mode = 2 },
            payload = JsonSerializer.Serialize(envelope, JsonSerializerOptions.Web), payload_encoding = "string",
        });
        Assert.True((await answer.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>()).GetProperty("routed").GetBoolean());
    }

    private HttpClient Management()
    {
        var management = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{15772 + PortOffset}") };
        management.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"sms:{_secrets["SMS_RABBITMQ_PASSWORD"]}")));
        return management;
    }

    /// <summary>What could not be handled and waits for a person: the open dead letters of every service, and what is still on its way to them.</summary>
    public async Task<List<string>> DeadLetters()
    {
        using var management = Management();
        // The queues first: what has left one by then is in a store.
        List<string> found =
        [
            .. (await management.GetFromJsonAsync<JsonElement>("/api/queues")).EnumerateArray()
                .Select(q => (Name: q.GetProperty("name").GetString()!, Messages: q.TryGetProperty("messages", out var n) ? n.GetInt32() : 0))
                .Where(q => q.Name.EndsWith("_error", StringComparison.Ordinal) && q.Messages > 0).Select(q => $"{q.Name}: {q.Messages}"),
        ];
        foreach (var service in (string[])["ingress", "contacts", "helpdesk", "optout", "autoreply", "outbound", "console"])
            found.AddRange(await Query(service, "select queue, summary, count(*) from dead_letters where state = 'open' group by queue, summary"));
        return found;
    }

    /// <summary>Installs a list of rules, which nothing limits: the tests text more and more alike than people do.</summary>
    public Task Rules(params object[] rules) => Put("autoreply", "/rules?waivedBy=the%20tests", new
    {
        rules,
        limits = new { perPerson = Array.Empty<object>(), perEndpoint = Array.Empty<object>(), inAll = Array.Empty<object>(), quietMinutesAfterPerson = 0, sameTextTimes = 100 },
    });
}
