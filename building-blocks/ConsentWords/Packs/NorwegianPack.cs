namespace Sms.ConsentWords.Packs;

internal static class NorwegianPack
{
    private const string Texts = "sms|sms_er|meldinger|melding|tekstmeldinger|spam";

    // STOPP: Bronto's. AVSLUTT, AVMELD, MELD AV: ours.
    public static readonly LanguagePack Pack = new("no", "Norwegian",
        Stop: ["STOPP", "AVSLUTT", "AVMELD", "MELD AV", "MELD MEG AV"],
        Required: [],
        Start: ["START", "FORTSETT"],
        Yes: ["JA"],
        Help: ["HJELP"])
    {
        Fillers =
        [
            "vennligst|vaer_sa_snill|ver_sa_snill", "takk|tusen_takk|mange_takk", "ok|okei|ja|nei", "hei|hallo|god_dag|heisann", "na|straks|umiddelbart|med_en_gang", "meg|oss", "jeg vil|onsker", "kan|kunne|vil du|dere", "og", "beklager|unnskyld", "bare", "mer|flere|lenger|noensinne",
        ],
        Phrases =
        [
            $"ingen|ikke flere|mer? {Texts} takk?", $"jeg? vil|onsker ikke ha|fa|motta|a_motta|a_fa|lenger_ha|ha_flere|fa_flere? {Texts}? mer?", $"slutt|stopp|stans a|med|med_a? sende|skrive|kontakte|sms|smse|melde|ringe|plage|forstyrre meg|oss? {Texts}? til_meg?", $"stopp|stans disse|de|alle|deres? {Texts}", "slutt",
            "send|skriv|kontakt|sms ikke meg? flere|mer? sms|meldinger? mer?", "ikke send|skriv|kontakt|sms|ring meg|oss? flere? sms|meldinger? mer?", "fjern|ta|slett meg|oss|nummeret_mitt|mitt_nummer bort|vekk|av? fra? listen|lista|din_liste|deres_liste|registeret?", "slett|fjern|glem nummeret_mitt|mitt_nummer", "la meg|oss vaere|vere i_fred?", "meld meg|oss av", "jeg? trekker tilbake? mitt? samtykke tilbake?",
        ],
        Doubts = ["feil nummer", "ikke interessert", "dra til helvete", "ryk og reis", "svindel|trakassering"],
        Inside = ["stopp", "stop", "avmeld", "avmelding"],
        Unrelated = ["buss|non stopp|stop", "trikke stopp"],
        Marketing = ["med|deres|all|denne|alle? reklame|reklamen|tilbud|kampanjer|annonser|markedsforing|nyhetsbrev"],
        Notifications = ["med|deres|alle|disse? varsler|varslinger|paminnelser"],
        Lookalikes = ["stod|stor|stol|stopper|stoppe|stoppet|topp|stropp|slopp|stup|stoff|stopp|snopp", "avslutte|avsluttet|avslutter|beslutt", "avmelde|avmeldt|pamelde", "slutt|slutte"],
        Signatures = ["sendt fra min|en? iphone|ipad|android|samsung|mobil|telefon|huawei", "sendt fra min"],
    };
}
