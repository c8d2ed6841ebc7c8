namespace Sms.ConsentWords.Packs;

internal static class GermanPack
{
    private const string Texts = "sms|nachrichten|nachricht|texte|werbe_sms|spam";

    // STOPP: Bronto's. ABMELDEN, ABBESTELLEN, WIDERRUF: ours, after the words of §7 UWG notices.
    public static readonly LanguagePack Pack = new("de", "German",
        Stop: ["STOPP", "STOP", "ABMELDEN", "ABMELDUNG", "ABBESTELLEN", "WIDERRUF", "WIDERRUFEN", "AUSTRAGEN"],
        Required: [],
        Start: ["START", "STARTEN", "ANMELDEN"],
        Yes: ["JA"],
        Help: ["HILFE"])
    {
        Fillers =
        [
            "bitte|bitte_schoen", "danke|danke_schoen|vielen_dank|besten_dank", "ok|okay|ja|nein|gut", "hallo|hi|guten_tag|guten_morgen|guten_abend|moin|servus|sehr_geehrte_damen_und_herren", "jetzt|sofort|umgehend|ab_sofort|gleich|endlich",
            "mich|mir|uns", "ich moechte|mochte|will|wuerde|wurde|wuensche", "koennen|konnen|konnten|koennten|wuerden|wurden sie", "kannst|koenntest|konntest du", "und", "entschuldigung|sorry", "doch|mal|einfach|nun", "mehr|nie_mehr|nie_wieder",
        ],
        Phrases =
        [
            $"keine|keinerlei weiteren|weitere|mehr? {Texts} mehr?", $"ich? will|moechte|mochte|wuensche keine|keinerlei weiteren|weitere|mehr? {Texts} mehr|erhalten|bekommen|empfangen?", $"ich? will|moechte|mochte das nicht mehr?",
            $"nicht mehr|weiter|laenger|langer anschreiben|schreiben|kontaktieren|stoeren|storen|belaestigen|belastigen|anrufen|simsen|senden|schicken", $"schreiben|schreib|schicken|schick|senden|sende|kontaktieren|kontaktiere sie? mir|mich? nicht|nichts|keine mehr|weiteren|weitere? {Texts}? mehr?",
            $"hoeren|horen|hoert|hort|hoer|hor sie? auf", $"hoeren|horen|hoer|hor sie? auf mir? zu schreiben|texten|senden|schicken", "lassen|lasst|lass sie? mich|uns in ruhe", "von|aus der|ihrer|eurer|deiner|dieser liste streichen|nehmen|loeschen|loschen|entfernen|austragen",
            "streichen|nehmen|loeschen|loschen|entfernen sie? mich|meine_nummer|diese_nummer aus|von|von_der|aus_der|von_ihrer|aus_ihrer? liste|verteiler|datenbank?", "meine|diese nummer loeschen|loschen|streichen|entfernen|vergessen",
            "loeschen|loschen|loesche|losche|vergessen|streichen sie? meine|diese nummer", "mich|uns abmelden|austragen", "abmelden|abbestellen von? sms|newsletter|verteiler|nachrichten?", "ich? widerrufe meine? einwilligung|zustimmung", "melden|melde sie? mich ab",
        ],
        Doubts = ["falsche nummer", "falsch verbunden", "kein interesse", "nicht interessiert", "leck|leckt mich", "verpiss|verpisst dich|euch", "fick dich", "betrug|betrueger|abzocke|belaestigung|belastigung"],
        Inside = ["stopp", "stop", "abmelden", "abbestellen", "widerruf", "widerrufe", "widerrufen"],
        Unrelated = ["non|nonstop|boxen stop|stopp", "zwischen stopp|stop", "den|einen|am|ein? stopp|stop einlegen|machen"],
        Marketing = ["die|diese|ihre|eure|keine|fuer|von? werbung|werbe|reklame|angebote|aktionen|newsletter|marketing"],
        Notifications = ["die|diese|ihre|eure|keine? benachrichtigungen|benachrichtigung|hinweise|erinnerungen|meldungen"],
        Lookalikes = ["stopf|stoff|stock|stoß|stolz|storch|stoppt|stoppe|stopfen|stop|stopp|topp|top|stob|stok", "anmelden|ummelden|abmelde|melden|vermelden|anmeldung|abmeldungen", "austragen|auftragen|ausfragen|vertragen|ausgetragen", "abbestellt|bestellen", "widerrufe|widerruft|widerrufs"],
        Signatures = ["von meinem|meiner iphone|ipad|android|samsung|handy|mobiltelefon|huawei gesendet?", "gesendet von|mit meinem|meiner|der"],
    };
}
