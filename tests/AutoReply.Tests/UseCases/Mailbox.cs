using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Sms.AutoReply.Tests.UseCases;

/// <summary>As much of an SMTP server as takes e-mails on the loopback (RFC 5321), and can be told to refuse some.</summary>
internal sealed class Mailbox : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly List<string> _mails = [];
    private readonly Queue<string> _refusals = new();

    public Mailbox()
    {
        _listener.Start();
        _ = Task.Run(Accept);
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>The e-mails taken so far.</summary>
    public IReadOnlyList<string> Mails
    {
        get
        {
            lock (_mails)
                return [.. _mails];
        }
    }

    /// <summary>Answers the next e-mail's recipient so.</summary>
    public void Refuse(string answer)
    {
        lock (_mails)
            _refusals.Enqueue(answer);
    }

    private async Task Accept()
    {
        try
        {
            while (true)
                _ = Serve(await _listener.AcceptTcpClientAsync());
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Disposed.
        }
    }

    private async Task Serve(TcpClient client)
    {
        using var _ = client;
        await using var stream = client.GetStream();
        using var reader = new StreamReader(stream, Encoding.UTF8);
        await using var writer = new StreamWriter(stream, new UTF8Encoding(false)) { NewLine = "\r\n", AutoFlush = true };
        await writer.WriteLineAsync("220 mailbox");
        while (await reader.ReadLineAsync() is { } command)
        {
            switch (command[..Math.Min(4, command.Length)].ToUpperInvariant())
            {
                case "RCPT":
                    string? refusal;
                    lock (_mails)
                        _refusals.TryDequeue(out refusal);
                    await writer.WriteLineAsync(refusal ?? "250 OK");
                    break;
                case "DATA":
                    await writer.WriteLineAsync("354 go on");
                    var mail = new StringBuilder();
                    while (await reader.ReadLineAsync() is { } line && line != ".")
                        mail.AppendLine(line);
                    lock (_mails)
                        _mails.Add(mail.ToString());
                    await writer.WriteLineAsync("250 taken");
                    break;
                case "QUIT":
                    await writer.WriteLineAsync("221 bye");
                    return;
                default:
                    await writer.WriteLineAsync("250 OK");
                    break;
            }
        }
    }

    public void Dispose() => _listener.Dispose();
}
