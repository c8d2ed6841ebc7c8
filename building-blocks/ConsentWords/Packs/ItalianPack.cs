namespace Sms.ConsentWords.Packs;

internal static class ItalianPack
{
    private const string Texts = "messaggi|messaggio|sms|testi|msg|spam";

    // All ours: no source names Italian words.
    public static readonly LanguagePack Pack = new("it", "Italian",
        Stop: ["FERMA", "CANCELLA", "CANCELLAMI", "DISISCRIVI", "DISISCRIVIMI", "BASTA", "ANNULLA"],
        Required: [],
        Start: ["RIPRENDI", "AVVIA"],
        Yes: ["SI"],
        Help: ["AIUTO"])
    {
        Fillers =
        [
            "per favore|piacere|cortesia", "perfavore|favore|grazie|grazie_mille|molte_grazie|tante_grazie", "ok|va_bene|bene|si|no", "ciao|salve|buongiorno|buonasera|signore|signora|gentile", "ora|adesso|subito|immediatamente|gia",
            "mi|ci|me|noi", "voglio|vorrei|desidero|chiedo_di", "puoi|potete|potrebbe|potreste|puo", "e", "scusi|scusa|scusate", "di|piu|mai_piu",
        ],
        Phrases =
        [
            $"non mi? scrivetemi|mandatemi|inviatemi|contattatemi|scriva|scrivete|scrivere|scrivermi|mandi|mandate|mandare|mandarmi|invii|inviate|inviare|inviarmi|contatti|contattate|contattare|contattarmi|disturbi|disturbate|disturbare piu? {Texts}? piu?", $"non voglio|desidero piu|questi|i_vostri|ricevere|ricevere_piu|piu_ricevere|ricevere_questi|ricevere_i_vostri {Texts}?",
            $"basta|stop|niente|nessun con|piu|altri|altro? i|questi? {Texts}", "smetti|smettete|smetta|smettetela|smettila di? scrivermi|mandarmi|inviarmi|contattarmi|disturbarmi|scrivere|mandare|inviare? messaggi|sms?",
            "cancellatemi|cancellami|rimuovetemi|rimuovimi|toglietemi|toglimi|eliminatemi dalla|da vostra|tua|questa|sua? lista|elenco|database", "togliete|cancellate|cancella|eliminate|rimuovete|dimenticate il? mio numero", "lasciatemi|lasciami|mi_lasci in pace", "disiscrivetemi|disiscrivermi|disiscrizione|cancellatemi|cancellarmi|toglietemi|toglimi", "revoco il mio? consenso",
        ],
        Doubts = ["numero sbagliato", "ha|avete sbagliato numero", "non sono interessato|interessata", "non mi interessa", "vaffanculo", "vai|andate a|al quel_paese|diavolo", "truffa|truffatori|molestie"],
        Inside = ["disiscrivermi", "disiscrizione", "stop"],
        Unrelated = ["non|senza stop", "auto stop"],
        Marketing = ["la|le|gli|i|queste|vostre|con_la|con_le|di? pubblicita|promozioni|promozione|offerte|promo|marketing|newsletter"],
        Notifications = ["le|gli|i|queste|vostre|di? notifiche|avvisi|promemoria|avviso|allerte"],
        Lookalikes = ["firma|fermo|forma|fermi|farma|fermai|fermata|ferme|terma|perma|fermare", "cancello|cancelli|cancellai|cancellare|cancellata|cancelle", "pasta|vasta|casta|batta|bassa|busta|asta|basti|basto|bastai", "annulli|annullo|annullai|annullare|anguilla", "ferma_lo"],
        Signatures = ["inviato da|dal mio? iphone|ipad|android|samsung|cellulare|huawei", "inviato dal mio"],
    };
}
