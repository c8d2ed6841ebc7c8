namespace Sms.ConsentWords.Packs;

internal static class SwedishPack
{
    private const string Texts = "sms|meddelanden|meddelande|texter|spam";

    // STOPP: Bronto's (there as Norwegian), STOP from the same page. AVSLUTA, AVREGISTRERA: ours.
    public static readonly LanguagePack Pack = new("sv", "Swedish",
        Stop: ["STOPP", "STOPPA", "AVSLUTA", "AVREGISTRERA", "AVANMALAN"],
        Required: [],
        Start: ["STARTA"],
        Yes: ["JA"],
        Help: ["HJALP"])
    {
        Fillers =
        [
            "snalla|vanligen", "tack|tack_sa_mycket", "ok|okej|ja|nej", "hej|hejsan|god_dag|hallå", "nu|genast|omedelbart|direkt", "mig|mej|oss", "jag vill", "kan|skulle|vill du|ni kunna?", "och", "forlat|ursakta", "bara", "mer|mera|langre|nagonsin",
        ],
        Phrases =
        [
            $"inga|inget fler|mer|flera? {Texts} tack?", $"jag? vill inte ha|fa|längre_ha|langre_fa|ha_nagra|ha_fler|fa_fler? {Texts}? mer?", $"sluta|slutar|upphor att|med? sms:a|smsa|skicka|skriva|kontakta|messa|ringa|stora mig|oss? {Texts}? till_mig?", $"stoppa|stopp|sluta dessa|de|alla|era|med? {Texts}", "sluta",
            "skicka|skriv|smsa|kontakta inte mig? fler|mer? sms|meddelanden? mer?", "ta|tag bort mig|oss|mitt_nummer|mitt_mobilnummer fran? er|din|listan|den_har? lista|register?", "radera|glom|ta_bort mitt nummer|telefonnummer", "lat|lamna mig|oss vara|i_fred", "avregistrera|avanmal mig|oss? fran? listan|sms?", "jag? aterkallar mitt samtycke",
        ],
        Doubts = ["fel nummer", "inte|ej intresserad", "dra at helvete", "far|fara at helvete", "bedrageri|trakasserier|bluff"],
        Inside = ["stopp", "stop", "avregistrera", "avanmalan"],
        Unrelated = ["buss|non stopp|stop", "det|ett stopp i|pa"],
        Marketing = ["med|er|all|denna|alla? reklam|reklamen|erbjudanden|kampanjer|annonser|marknadsforing|nyhetsbrev"],
        Notifications = ["med|er|alla|dessa? aviseringar|notiser|paminnelser|pamminelser"],
        Lookalikes = ["stod|stor|stol|stoft|stoj|topp|stupp|stapp|stopps|stopper|stoppar|stopp|stopt|snopp|stropp|slopp", "stoppat|stoppas|stoppar|toppa|soppa|stappa", "avslutar|avslutat|avslutas|avslut|beslut", "avregistrerad"],
        Signatures = ["skickat|skickad fran min|en? iphone|ipad|android|samsung|mobil|telefon|huawei", "skickat fran min"],
    };
}
