using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Sms.Testing;

namespace Sms.Benchmarks;

/// <summary>A list of many people imported into OptOut, then any one of them looked up at a moment of the past: <c>… Sms.Benchmarks.dll --ledger [ROWS]</c>.</summary>
internal static class ConsentLedger
{
    private const int LookUps = 2_000;

    public static async Task Run(int rows)
    {
        var database = new PostgresDatabase();
        var broker = new BrokerVhost();
        await database.InitializeAsync();
        await broker.InitializeAsync();
        try
        {
            await using var optOut = await Subject.OptOut(database.ConnectionString, broker.Address);
            using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{optOut.Port}"), Timeout = TimeSpan.FromMinutes(10) };
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Subject.ApiKey);

            var (peak, start) = (optOut.MemoryMb, Stopwatch.GetTimestamp());
            using var csv = new PushedList(rows);
            var import = await (await http.PostAsync("/imports", csv)).EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>();
            var uploaded = Stopwatch.GetElapsedTime(start);
            for (var shown = 0; import.GetProperty("state").GetString() != "done";)
            {
                await Task.Delay(500);
                import = await http.GetFromJsonAsync<JsonElement>($"/imports/{import.GetProperty("importId").GetGuid()}");
                peak = Math.Max(peak, optOut.MemoryMb);
                if (import.GetProperty("done").GetInt32() * 10L / rows > shown)
                    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {++shown * 10} % after {Stopwatch.GetElapsedTime(start).TotalSeconds:0} s, {optOut.MemoryMb:0} MB"));
            }
            var took = Stopwatch.GetElapsedTime(start);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{rows:N0} rows: uploaded in {uploaded.TotalSeconds:0} s, entered after {took.TotalSeconds:0} s ({rows / took.TotalSeconds:0} a second), at most {peak:0} MB; {import.GetProperty("recorded").GetInt32():N0} facts"));

            await Measure("state at a past instant", i => http.GetAsync($"/consent/{Number(i)}?at=2024-06-01T00:00:00Z"));
            await Measure("proof", i => http.GetAsync($"/consent/{Number(i)}/proof"));

            async Task Measure(string what, Func<int, Task<HttpResponseMessage>> look)
            {
                var random = new Random(1);
                for (var i = 0; i < 100; i++)
                    (await look(random.Next(rows / 2))).Dispose();
                var times = new double[LookUps];
                for (var i = 0; i < LookUps; i++)
                {
                    var one = Stopwatch.GetTimestamp();
                    using var answer = (await look(random.Next(rows / 2))).EnsureSuccessStatusCode();
                    await answer.Content.ReadAsByteArrayAsync();
                    times[i] = Stopwatch.GetElapsedTime(one).TotalMilliseconds;
                }
                Array.Sort(times);
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"{what}: p50 {Load.At(times, 0.5):0.0} ms, p99 {Load.At(times, 0.99):0.0} ms, worst {times[^1]:0.0} ms, over HTTP, {LookUps} people one after another"));
            }
        }
        finally
        {
            await broker.DisposeAsync();
            await database.DisposeAsync();
        }
    }

    private static string Number(int person) => string.Create(CultureInfo.InvariantCulture, $"+9199{person:00000000}");

    /// <summary>Two facts a person, written while they are sent.</summary>
    private sealed class PushedList(int rows) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, System.Net.TransportContext? context)
        {
            await using var csv = new StreamWriter(stream, leaveOpen: true);
            await csv.WriteAsync("number,change,our_number,at,reason\r\n");
            for (var i = 0; i < rows; i++)
                await csv.WriteAsync(
                    $"{Number(i / 2)},{(i % 2 == 0 ? "opted-in" : "opted-out")},+911234500000,{(i % 2 == 0 ? 2023 : 2025)}-03-01T12:00:00Z,moved from the old system\r\n");
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
