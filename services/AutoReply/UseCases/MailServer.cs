using System.Globalization;
using System.Net;
using System.Net.Mail;
using Sms.AutoReply.Rules;

namespace Sms.AutoReply.UseCases;

/// <summary>The SMTP server that rules' e-mails leave by. Plain or with STARTTLS, with or without a password.</summary>
/// <param name="Host">Its name; null where none is set.</param>
/// <param name="Port">Its port.</param>
/// <param name="Sender">The sender of the e-mails.</param>
/// <param name="Tls">Whether to insist on STARTTLS.</param>
/// <param name="User">The account, where it wants one.</param>
/// <param name="Password">Its password.</param>
public sealed record MailServer(string? Host, int Port, string? Sender, bool Tls, string? User, string? Password)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Reads the settings <c>AutoReply:Smtp:Host</c>, <c>Port</c> (587), <c>From</c>, <c>Tls</c> (<c>true</c>), <c>User</c>, <c>Password</c>.</summary>
    /// <exception cref="InvalidOperationException">A setting cannot be right.</exception>
    public static MailServer From(IConfiguration configuration)
    {
        var smtp = configuration.GetSection("AutoReply:Smtp");
        var port = smtp["Port"] is not { } written ? 587
            : int.TryParse(written, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is > 0 and < 65536 ? number
            : throw new InvalidOperationException("AutoReply:Smtp:Port must be a port.");
        if (!string.IsNullOrEmpty(smtp["Host"]) && !MailAddress.TryCreate(smtp["From"], out _))
            throw new InvalidOperationException("AutoReply:Smtp:From must be an e-mail address where there is an SMTP server.");
        return new MailServer(string.IsNullOrEmpty(smtp["Host"]) ? null : smtp["Host"], port, smtp["From"], smtp["Tls"] != "false", smtp["User"], smtp["Password"]);
    }

    /// <summary>Hands an e-mail to the server.</summary>
    /// <returns>Null when the server has taken it.</returns>
    public async Task<Trouble?> Send(Deed email, CancellationToken ct)
    {
        if (Host is null)
            return new Trouble("no SMTP server is set (AutoReply:Smtp:Host)", IsFinal: false);
        using var message = new MailMessage(Sender!, email.To!, email.Subject, email.Text);
        // The same for every attempt, so that a mailbox which got it twice can tell (RFC 5322, 3.6.4).
        message.Headers.Add("Message-ID", $"<{email.Id:N}@{new MailAddress(Sender!).Host}>");
        // So that no other machine answers it (RFC 3834).
        message.Headers.Add("Auto-Submitted", "auto-generated");
        using var client = new SmtpClient(Host, Port) { EnableSsl = Tls, Credentials = string.IsNullOrEmpty(User) ? null : new NetworkCredential(User, Password) };
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct);
        patience.CancelAfter(Patience);
        try
        {
            await client.SendMailAsync(message, patience.Token);
            return null;
        }
        catch (SmtpFailedRecipientException e)
        {
            return new Trouble($"the recipient was refused: {e.StatusCode}", IsFinal: (int)e.StatusCode >= 500);
        }
        catch (SmtpException e)
        {
            return new Trouble($"the mail server said {e.StatusCode}", IsFinal: e.StatusCode is SmtpStatusCode.TransactionFailed or SmtpStatusCode.ExceededStorageAllocation);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return new Trouble($"the mail server did not answer within {Patience.TotalSeconds:0} s", IsFinal: false);
        }
    }

    /// <summary>Without the password.</summary>
    public override string ToString() => $"{Host}:{Port}";
}
