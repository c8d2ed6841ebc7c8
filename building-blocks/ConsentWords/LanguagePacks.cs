using Sms.ConsentWords.Packs;

namespace Sms.ConsentWords;

/// <summary>
/// The languages there are. A pack is switched on per endpoint, because a word of one language may be an everyday word of
/// another. Sources of the keywords: 47 CFR 64.1200(a)(10) (the seven words of the US revocation rule), Twilio's default and
/// Proxy lists, AWS End User Messaging, Sinch, Bronto; the rest are our suggestions and say so in their pack.
/// </summary>
public static class LanguagePacks
{
    /// <summary>English.</summary>
    public static LanguagePack English { get; } = EnglishPack.Pack;

    /// <summary>All packs.</summary>
    public static IReadOnlyList<LanguagePack> All { get; } =
    [
        English, SpanishPack.Pack, FrenchPack.Pack, PortuguesePack.Pack, GermanPack.Pack, ItalianPack.Pack, DutchPack.Pack, SwedishPack.Pack,
        NorwegianPack.Pack,
    ];

    /// <summary>The packs of an endpoint that nobody has chosen any for: the languages of the US and Canadian rules.</summary>
    public static IReadOnlyList<string> Usual { get; } = ["en", "es", "fr"];

    /// <summary>The pack of a language, or null.</summary>
    public static LanguagePack? Find(string code) => All.FirstOrDefault(pack => pack.Code == code);
}
