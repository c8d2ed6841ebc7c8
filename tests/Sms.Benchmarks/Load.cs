using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Sms.GatewayProtocol;

namespace Sms.Benchmarks;

/// <summary>
/// Texts, each different and rightly signed, over keep-alive connections that send the next when the last is answered. Written
/// straight to sockets so that the generator takes as little as possible of the cores it shares with what it measures.
/// </summary>
internal static class Load
{
    public const string Secret = "whsec_bGV0IHRoZSBiZW5jaG1hcmsgc2lnbg==";

    private static readonly SigningKey Key = SigningKey.From(Secret);
    private static long _texts = Stopwatch.GetTimestamp();

    public sealed record Result(int Accepted, double PerSecond, double P50, double P99, int Failed);

    /// <summary>As fast as they are answered or, where <paramref name="perSecond"/> says so, at that rate, whatever the answers take.</summary>
    public static async Task<Result> Run(int port, int connections, TimeSpan duration, double? perSecond = null)
    {
        // Connected first: what is due is counted from when it can be sent.
        var sockets = await Task.WhenAll(Enumerable.Range(0, connections).Select(_ => Connect(port)));
        var begin = Stopwatch.GetTimestamp();
        var until = begin + (long)(duration.TotalSeconds * Stopwatch.Frequency);
        var between = perSecond is { } rate ? connections / rate * Stopwatch.Frequency : 0;
        var watch = Stopwatch.StartNew();
        var all = await Task.WhenAll(sockets.Select((socket, no) =>
            Task.Run(() => Connection(socket, begin + (long)(between * no / connections), (long)between, until))));
        var seconds = watch.Elapsed.TotalSeconds;
        var times = all.SelectMany(c => c.Times).Order().ToArray();
        return new Result(times.Length, times.Length / seconds, At(times, 0.5), At(times, 0.99), all.Sum(c => c.Failed));
    }

    /// <summary>One text, answered.</summary>
    public static async Task<double> One(int port)
    {
        using var socket = await Connect(port);
        var started = Stopwatch.GetTimestamp();
        if (!await Post(socket, new byte[4096]))
            throw new InvalidOperationException("The text was not accepted.");
        return Stopwatch.GetElapsedTime(started).TotalMilliseconds;
    }

    public static double At(double[] sorted, double quantile) =>
        sorted.Length == 0 ? double.NaN : sorted[Math.Min(sorted.Length - 1, (int)(sorted.Length * quantile))];

    private static async Task<(List<double> Times, int Failed)> Connection(Socket socket, long due, long between, long until)
    {
        using var closed = socket;
        var (times, failed, buffer) = (new List<double>(1024), 0, new byte[4096]);
        for (; Stopwatch.GetTimestamp() is var started && started < until; due += between)
        {
            // A text that could not be sent when it was due, because the one before it was still unanswered, has waited since
            // then. What a timer oversleeps is not the receiver's.
            if (between > 0 && due > started)
            {
                await Task.Delay(TimeSpan.FromSeconds((double)(due - started) / Stopwatch.Frequency));
                started = Stopwatch.GetTimestamp();
            }
            else if (between > 0)
            {
                started = due;
            }
            if (await Post(socket, buffer))
                times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            else
                failed++;
        }
        return (times, failed);
    }

    private static async Task<Socket> Connect(int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync("127.0.0.1", port);
        return socket;
    }

    private static async Task<bool> Post(Socket socket, byte[] buffer)
    {
        await socket.SendAsync(buffer.AsMemory(0, Write(buffer)));
        var received = 0;
        while (true)
        {
            var read = await socket.ReceiveAsync(buffer.AsMemory(received));
            if (read == 0)
                throw new IOException("The receiver closed the connection.");
            received += read;
            var head = buffer.AsSpan(0, received).IndexOf("\r\n\r\n"u8);
            if (head < 0)
                continue;
            var length = ContentLength(buffer.AsSpan(0, head));
            if (received >= head + 4 + length)
                return buffer.AsSpan(9, 3).SequenceEqual("200"u8);
        }
    }

    private static int Write(byte[] buffer)
    {
        var no = Interlocked.Increment(ref _texts);
        var sender = 919_000_000_000 + no % 1_000_000;
        Span<byte> body = stackalloc byte[512];
        body = body[..Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture,
            $$"""{"event":"message.received","from":"{{sender}}","to":"911234500000","text":"What are your opening hours on Sunday? ({{no}})","ref":null,"receivedAt":"2026-06-12T14:32:00.000Z","deviceId":"dev_8f2c","tenantId":"ten_51ab","tenantName":"Acme Corp"}"""),
            body)];
        var head = Encoding.UTF8.GetBytes(
            $"POST /hooks/sms HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nX-MAC-Signature: {WebhookSignature.Sign(body, Key)}\r\nContent-Length: {body.Length}\r\n\r\n",
            buffer);
        body.CopyTo(buffer.AsSpan(head));
        return head + body.Length;
    }

    private static int ContentLength(ReadOnlySpan<byte> head)
    {
        var name = "Content-Length: "u8;
        var at = head.IndexOf(name);
        if (at < 0)
            return 0;
        return System.Buffers.Text.Utf8Parser.TryParse(head[(at + name.Length)..], out int length, out _) ? length : 0;
    }
}
