using System.Net.Http.Json;
using Sms.BusMessages;
using Sms.OptOut.Views;
using Sms.Testing;

namespace Sms.OptOut.Tests;

/// <summary>Someone nobody has heard of before, who texts our numbers.</summary>
internal sealed class Person(ServiceUnderTest<Program> optOut)
{
    public const string Shop = "+911234500000", Branch = "+911234500001", Elsewhere = "+911234500002";
    public static readonly DateTimeOffset Noon = new(2026, 6, 12, 12, 0, 0, TimeSpan.Zero);

    public string Number { get; } = $"+91{Random.Shared.NextInt64(10_000_000_000):0000000000}";

    /// <summary>A text sent so many minutes after noon.</summary>
    public InboundSmsReceived Sms(string text, int at, string to = Shop, string endpoint = "sms") => new()
    {
        SmsId = Guid.NewGuid(),
        Endpoint = endpoint,
        From = Number,
        To = to,
        Text = text,
        SentAt = Noon.AddMinutes(at).ToOffset(TimeSpan.FromHours(5.5)),
        ReceivedAt = DateTimeOffset.UtcNow,
    };

    /// <summary>Texts, and waits for the verdict.</summary>
    public async Task<InboundSmsScreened> Texts(string text, int at, string to = Shop, string endpoint = "sms")
    {
        var heard = await optOut.Broker.Hear<InboundSmsScreened>();
        var sms = Sms(text, at, to, endpoint);
        await optOut.Publish(sms, sms.SmsId);
        var verdict = (await Eventually.Sees(() => heard.Envelopes.FirstOrDefault(e => e.Message.SmsId == sms.SmsId), v => v is not null))!;
        verdict.CorrelationId.ShouldBe(sms.SmsId);
        return verdict.Message;
    }

    /// <summary>What the ledger shows of the person.</summary>
    public async Task<PersonConsent> Consent() => (await optOut.Client.GetFromJsonAsync<PersonConsent>($"/consent/{Number}"))!;
}
