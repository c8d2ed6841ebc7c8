using System.Text.Json;
using System.Text.Json.Serialization;
using Sms.AutoReply.Rules;

namespace Sms.AutoReply.Trials;

/// <summary>
/// What a ruling comes to, without how it came about: two rulings are the same in effect where their summaries are the same text.
/// </summary>
/// <param name="Outcome">One of <see cref="Outcomes"/>.</param>
/// <param name="Rules">The rules that did something.</param>
/// <param name="Withheld">Why replies were kept back.</param>
/// <param name="Deeds">What there was to be done, without ids.</param>
public sealed record Summary(string Outcome, IReadOnlyList<string> Rules, string? Withheld, IReadOnlyList<Deed> Deeds)
{
    /// <summary>The form it is stored, compared and shown in.</summary>
    public static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private static readonly string Nothing = Write(new Ruling { Outcome = Outcomes.None });

    /// <summary>A ruling's summary as text.</summary>
    public static string Of(Ruling ruling) =>
        ruling is { Outcome: Outcomes.None, Withheld: null, Deeds.Count: 0 } ? Nothing : Write(ruling);

    /// <summary>Reads a summary.</summary>
    public static Summary Read(string text) => JsonSerializer.Deserialize<Summary>(text, Json)!;

    private static string Write(Ruling ruling) => JsonSerializer.Serialize(
        new Summary(ruling.Outcome, ruling.Rules, ruling.Withheld, [.. ruling.Deeds.Select(deed => deed with { Id = Guid.Empty })]), Json);
}
