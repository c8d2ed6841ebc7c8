namespace Sms.ConsentWords.Packs;

internal static class FrenchPack
{
    private const string Texts = "sms|messages|message|textos|texto|msg|msgs|spam|spams";

    // ARRET, ARRETE, ARRETT: Twilio. TD (texto désabonner): AWS, Canada. DESABONNER, DESINSCRIRE: ours.
    public static readonly LanguagePack Pack = new("fr", "French",
        Stop: ["ARRET", "ARRETE", "ARRETT", "ARRETER", "ARRETEZ", "TD", "DESABONNER", "DESABONNEMENT", "DESINSCRIRE", "STOP SMS"],
        Required: [],
        Start: ["REPRENDRE", "DEMARRER"],
        Yes: ["OUI"],
        Help: ["AIDE"])
    {
        Fillers =
        [
            "s|sil te|vous plait", "silvousplait|svp|stp|merci|merci_bien|merci_beaucoup|merci_davance", "ok|daccord|bien|oui|non", "bonjour|bonsoir|salut|allo|monsieur|madame",
            "maintenant|immediatement|tout_de_suite|des_maintenant", "moi|nous|me|m", "je veux|voudrais|souhaite|desire", "pouvez|pourriez|peux|pourrais vous|tu", "veuillez", "et", "desole|pardon", "de", "encore|jamais",
        ],
        Phrases =
        [
            $"ne? mecrivez|menvoyez|menvoie|mecris|me_contactez|me_contacte|me_derangez|me_textez plus|pas|jamais de|vos|ces? {Texts}?",
            $"ne|n envoyez|envoie|ecrivez plus de|vos|ces? {Texts}?", $"nenvoyez|nenvoie|necrivez plus de|vos|ces? {Texts}?",
            $"arretez|arrete|arreter|cessez|cesser|stop|stoppez|stopper de? menvoyer|mecrire|me_contacter|menvoyer_vos|menvoyer_des|menvoyer_ces|me_deranger|me_texter|envoyer|les|ces|vos|tous_les|tous_ces? {Texts}?",
            $"plus de|aucun|jamais_de {Texts}", $"pas de {Texts}", $"je? ne? veux|souhaite|desire plus|pas recevoir? de|vos|ces|recevoir_de|recevoir_vos? {Texts}", "je? ne? veux|souhaite plus recevoir|etre_contacte|etre_contactee",
            "desabonnez|desinscrivez|desabonne|desinscris|retirez|enlevez|supprimez|effacez moi de? votre|vos|la|cette|ta? liste|listes?", "me? desabonner|desinscrire|desinscription|desabonnement", "supprimez|effacez|retirez|oubliez mon|ce numero",
            "laissez|laisse moi|nous tranquille|tranquilles|en_paz|en_paix", "fichez|foutez moi la paix",
        ],
        Doubts = ["mauvais|faux numero", "vous vous? etes trompe|trompes de_numero?", "erreur de numero", "pas interesse|interessee", "ca ne minteresse pas", "va|allez te|vous faire foutre", "arnaque|arnaqueurs|harcelement"],
        Inside = ["stop", "desabonner", "desabonnement", "desinscrire", "desinscription"],
        Unrelated = ["arret de bus|tram|travail|maladie|metro", "bus|auto|sans|non stop", "stop and go", "stop covid"],
        Marketing = ["la|les|ces|vos|des|de? pub|pubs|publicite|publicites|promo|promos|promotions|offres|marketing|newsletter"],
        Notifications = ["les|ces|vos|des|de? alertes|alerte|notifications|rappels|rappel|avis"],
        Lookalikes = ["arrets|arreta|arrive|carte|forte|arrose|serret|barrette|areter|arrhes", "desabonne|desabonnee", "stock|store|stoppe|stups|sport", "reprend"],
        Signatures = ["envoye de|depuis mon|un? iphone|ipad|android|samsung|mobile|telephone|smartphone|huawei", "envoye de|depuis mon"],
    };
}
