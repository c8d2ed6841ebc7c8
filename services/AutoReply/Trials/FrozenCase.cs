using System.Text.RegularExpressions;
using Sms.AutoReply.Rules;
using Sms.EventStore;
using Sms.PhoneNumbers;

namespace Sms.AutoReply.Trials;

/// <summary>A conversation that really took place, made unrecognisable, with what rules are to make of it for ever.</summary>
public sealed partial record FrozenCase(string Name, string Label, IReadOnlyList<CaseText> Texts, bool IsThawed)
{
    /// <summary>One stream for each case.</summary>
    public static readonly StreamOf<FrozenCase, CaseEvent> Stream = new("case", new FrozenCase("", "", [], true), (state, happened) => happened switch
    {
        CaseEvent.Frozen e => new FrozenCase(e.Name, e.Label, e.Texts, false),
        _ => state with { IsThawed = true },
    });

    /// <summary>Where rules make something else of the case than they are to.</summary>
    /// <param name="rules">The rules.</param>
    public IReadOnlyList<CaseBreak> Breaks(CompiledRules rules) =>
        [.. Replay.Of(Turns(), rules).Select((turn, no) => (Now: Summary.Of(turn.Ruling), Text: Texts[no], No: no))
            .Where(turn => turn.Now != turn.Text.Expected)
            .Select(turn => new CaseBreak(Name, turn.No + 1, turn.Text.Text, Summary.Read(turn.Text.Expected), Summary.Read(turn.Now)))];

    /// <summary>The case of a conversation: masked, and with what the rules in force make of it.</summary>
    public static CaseEvent.Frozen Freeze(string name, string label, IReadOnlyList<PastTurn.Text> conversation, CompiledRules inForce, string by)
    {
        var masks = new Dictionary<string, string>();
        var texts = conversation.Select(turn => new CaseText
        {
            Endpoint = turn.Sms.Endpoint,
            From = Masked(turn.Sms.From, "+1202555", masks),
            To = Masked(turn.Sms.To, "+1303555", masks),
            Text = Masked(turn.Sms.Text),
            ReceivedAt = turn.Sms.At,
            Seen = turn.Seen with { ContactName = turn.Seen.ContactName is null ? null : "Sam Sample" },
            Expected = "",
        }).ToList();
        var masked = new FrozenCase(name, label, texts, false);
        var expected = Replay.Of(masked.Turns(), inForce).Select(turn => Summary.Of(turn.Ruling)).ToList();
        return new CaseEvent.Frozen(name, label, [.. texts.Select((text, no) => text with { Expected = expected[no] })], by);
    }

    /// <summary>A text without what tells people apart: addresses, and every digit of a number of three and more.</summary>
    internal static string Masked(string text) =>
        LongNumber().Replace(Address().Replace(text, "someone@example.com"), number => string.Concat(number.Value.Select(c => char.IsDigit(c) ? '0' : c)));

    private IEnumerable<PastTurn> Turns() => Texts.Select((text, no) => new PastTurn.Text(
        new ReceivedSms(NamedId.Of(Guid.Empty, Name, no.ToString(System.Globalization.CultureInfo.InvariantCulture)), text.Endpoint,
            PhoneNumber.Parse(text.From), PhoneNumber.Parse(text.To), text.Text, text.ReceivedAt),
        text.Seen, "", IsTried: true));

    // Numbers kept for examples (555-01xx); what is no full number says nothing about anybody.
    private static string Masked(PhoneNumber number, string start, Dictionary<string, string> masks) =>
        number.Kind is not PhoneNumberKind.Full ? number.Value
        : masks.TryGetValue(number.Value, out var mask) ? mask
        : masks[number.Value] = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{start}01{masks.Count % 100:00}");

    [GeneratedRegex(@"\d[\d\s./-]*\d[\d\s./-]*\d")]
    private static partial Regex LongNumber();

    [GeneratedRegex(@"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")]
    private static partial Regex Address();
}

/// <summary>One text of a frozen case.</summary>
public sealed record CaseText
{
    public required string Endpoint { get; init; }
    public required string From { get; init; }
    public required string To { get; init; }
    public required string Text { get; init; }
    public required DateTimeOffset ReceivedAt { get; init; }
    public required Circumstances Seen { get; init; }

    /// <summary>The <see cref="Summary"/> of what rules are to make of it.</summary>
    public required string Expected { get; init; }
}

/// <summary>Where a rule set breaks a frozen case.</summary>
/// <param name="Case">The case.</param>
/// <param name="No">Which text of it, from 1.</param>
/// <param name="Text">The text, masked.</param>
/// <param name="Expected">What is to come of it.</param>
/// <param name="Now">What would.</param>
public sealed record CaseBreak(string Case, int No, string Text, Summary Expected, Summary Now);

public abstract record CaseEvent
{
    /// <summary>A conversation was frozen.</summary>
    [StoredAs("autoreply.case-frozen.v1")]
    public sealed record Frozen(string Name, string Label, IReadOnlyList<CaseText> Texts, string By) : CaseEvent;

    /// <summary>It is not run any more.</summary>
    [StoredAs("autoreply.case-thawed.v1")]
    public sealed record Thawed(string By) : CaseEvent;
}
