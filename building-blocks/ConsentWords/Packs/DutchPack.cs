namespace Sms.ConsentWords.Packs;

internal static class DutchPack
{
    private const string Texts = "berichten|bericht|berichtjes|sms|smsjes|smsen|sms_berichten|spam";

    // STOP and its like: Dutch premium SMS practice; AFMELDEN, UITSCHRIJVEN: ours.
    public static readonly LanguagePack Pack = new("nl", "Dutch",
        Stop: ["STOP", "STOPPEN", "AFMELDEN", "UITSCHRIJVEN", "OPZEGGEN"],
        Required: [],
        Start: ["START", "AANMELDEN"],
        Yes: ["JA"],
        Help: ["HULP"])
    {
        Fillers =
        [
            "alsjeblieft|alstublieft|aub|ajb|graag", "dank_je|dank_u|dankjewel|dankuwel|bedankt|dank_je_wel|dank_u_wel", "ok|oke|ja|nee|goed", "hallo|hoi|dag|goedemorgen|goedemiddag|meneer|mevrouw|beste", "nu|meteen|direct|onmiddellijk|per_direct",
            "mij|me|ons", "ik wil|wens|zou_graag|zou_willen", "kunt|kun|wilt|wil|zou|zoudt u|je|jullie", "en", "sorry", "maar|eens|gewoon|even", "meer|nooit_meer",
        ],
        Phrases =
        [
            $"geen {Texts} meer?", "geen meer", $"ik? wil|wens geen|niet_langer|niet_meer deze? {Texts} meer? ontvangen|krijgen?", $"stop met|met_het sturen|berichten|smsen|sms|schrijven|mailen|sturen_van van? {Texts}?", $"stop deze|die|de|jullie|uw? {Texts}",
            "stuur|stuurt|schrijf|sms|bericht|bel|contacteer|benader me|mij|ons? niet|geen|nooit meer? berichten|sms? meer?", "haal|haalt|verwijder|schrap|schrijf me|mij|ons|mijn_nummer|dit_nummer van|uit|van_de|uit_de|van_uw|uit_uw|van_jullie|uit_jullie? lijst|bestand|database|systeem", "verwijder|wis|vergeet mijn|dit nummer",
            "laat me|mij|ons met rust", "meld|schrijf me|mij|ons? af|uit", "wil|afmelden|uitschrijven me|mij? afmelden|uitschrijven", "mijn? toestemming intrekken",
        ],
        Doubts = ["verkeerd|verkeerde nummer", "fout|foutief nummer", "geen interesse", "niet geinteresseerd", "rot|flikker op", "val dood", "oplichting|oplichters|lastigvallen"],
        Inside = ["stop", "afmelden", "uitschrijven"],
        Unrelated = ["bus|tram|metro|tussen|non stop", "stop contact", "de|een stop", "stop bij|in|op"],
        Marketing = ["de|die|deze|jullie|uw|met|met_de|geen? reclame|reclames|aanbiedingen|advertenties|promoties|acties|marketing|nieuwsbrief|nieuwsbrieven"],
        Notifications = ["de|die|deze|jullie|uw|met|geen? meldingen|melding|herinneringen|notificaties"],
        Lookalikes = ["stap|stoep|stof|stok|stol|stom|stomp|stopt|strop|stoop|sloop|stoot|stip|stopte", "shoppen|stappen|stoppel|stompen|stoppend|stoffen", "melden|opmelden|aanmelden|afmeldend", "opleggen|opzeggend"],
        Signatures = ["verzonden|verstuurd vanaf|met|van mijn|een? iphone|ipad|android|samsung|telefoon|mobiel|huawei", "verzonden vanaf mijn"],
    };
}
