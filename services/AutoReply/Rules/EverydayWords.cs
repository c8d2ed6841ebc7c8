namespace Sms.AutoReply.Rules;

/// <summary>Words that every business's customers use, by language: <c>@thanks</c> in a rule stands for them. The choice of words is ours.</summary>
public static class EverydayWords
{
    private static readonly Dictionary<string, Dictionary<string, string[]>> Lists = new()
    {
        ["@hello"] = new()
        {
            ["en"] = ["hello", "hi", "hey", "good morning", "good evening"], ["es"] = ["hola", "buenas", "buenos días", "buenas tardes"],
            ["fr"] = ["bonjour", "salut", "bonsoir"], ["pt"] = ["olá", "oi", "bom dia", "boa tarde"], ["de"] = ["hallo", "guten Tag", "guten Morgen", "servus", "moin"],
            ["it"] = ["ciao", "buongiorno", "buonasera", "salve"], ["nl"] = ["hallo", "hoi", "goedemorgen", "goedendag"], ["sv"] = ["hej", "god morgon", "hallå"],
            ["nb"] = ["hei", "god morgen", "hallo"], ["no"] = ["hei", "god morgen", "hallo"],
        },
        ["@thanks"] = new()
        {
            ["en"] = ["thanks", "thank you", "thx", "cheers"], ["es"] = ["gracias", "muchas gracias"], ["fr"] = ["merci", "merci beaucoup"],
            ["pt"] = ["obrigado", "obrigada"], ["de"] = ["danke", "vielen Dank", "dankeschön"], ["it"] = ["grazie", "grazie mille"],
            ["nl"] = ["bedankt", "dank je", "dank u"], ["sv"] = ["tack", "tack så mycket"], ["nb"] = ["takk", "tusen takk"], ["no"] = ["takk", "tusen takk"],
        },
        ["@yes"] = new()
        {
            ["en"] = ["yes", "yep", "ok", "okay", "sure"], ["es"] = ["sí", "vale", "claro"], ["fr"] = ["oui", "d'accord"], ["pt"] = ["sim", "claro"],
            ["de"] = ["ja", "jawohl", "klar"], ["it"] = ["sì", "va bene", "certo"], ["nl"] = ["ja", "oké", "prima"], ["sv"] = ["ja", "okej"],
            ["nb"] = ["ja", "greit"], ["no"] = ["ja", "greit"],
        },
        ["@no"] = new()
        {
            ["en"] = ["no", "nope", "no thanks"], ["es"] = ["no", "no gracias"], ["fr"] = ["non", "non merci"], ["pt"] = ["não", "não obrigado"],
            ["de"] = ["nein", "nein danke"], ["it"] = ["no", "no grazie"], ["nl"] = ["nee", "nee bedankt"], ["sv"] = ["nej", "nej tack"],
            ["nb"] = ["nei", "nei takk"], ["no"] = ["nei", "nei takk"],
        },
        ["@person"] = new()
        {
            ["en"] = ["agent", "a person", "a human", "talk to someone", "call me"], ["es"] = ["agente", "una persona", "llámame"],
            ["fr"] = ["un conseiller", "une personne", "rappelez-moi"], ["pt"] = ["atendente", "uma pessoa", "me ligue"],
            ["de"] = ["Mitarbeiter", "ein Mensch", "Rückruf"], ["it"] = ["operatore", "una persona", "chiamatemi"],
            ["nl"] = ["medewerker", "een mens", "bel me"], ["sv"] = ["medarbetare", "en människa", "ring mig"], ["nb"] = ["medarbeider", "et menneske", "ring meg"],
            ["no"] = ["medarbeider", "et menneske", "ring meg"],
        },
    };

    /// <summary>The names of the lists.</summary>
    public static IReadOnlyCollection<string> Names => Lists.Keys;

    /// <summary>What a rule's word stands for in some languages: itself, unless it is the name of a list.</summary>
    public static IEnumerable<string> Of(string word, IReadOnlyList<string> languages) =>
        Lists.TryGetValue(word, out var list) ? languages.SelectMany(language => list.GetValueOrDefault(language) ?? []).Distinct() : [word];
}
