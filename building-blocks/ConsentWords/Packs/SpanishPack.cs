namespace Sms.ConsentWords.Packs;

internal static class SpanishPack
{
    private const string Texts = "mensajes|mensaje|sms|textos|texto|msjs|msj|spam";

    // DETENER, SALIR, PARAR, CANCELAR: Sinch. NO MAS: cited in comments on the US rule. PARE, ALTO, BAJA: ours.
    public static readonly LanguagePack Pack = new("es", "Spanish",
        Stop: ["PARAR", "PARE", "ALTO", "BAJA", "DETENER", "SALIR", "CANCELAR", "NO MAS", "DARME DE BAJA"],
        Required: [],
        Start: ["VOLVER", "RECIBIR", "REANUDAR"],
        Yes: ["SI"],
        Help: ["AYUDA"])
    {
        Fillers =
        [
            "por favor", "porfavor|porfa|favor", "ok|vale|bueno|bien|si|no", "hola|buenos_dias|buenas_tardes|senor|senora", "gracias|muchas_gracias", "ya|ahora|ahora_mismo|inmediatamente|ya_mismo",
            "de verdad|nuevo", "me|nos|a_mi", "quiero|quisiera|deseo|necesito", "puede|puedes|podria|podrias", "y", "lo siento|perdon",
        ],
        Phrases =
        [
            $"no mas {Texts}", $"no me? envien|envie|envies|manden|mande|mandes|escriban|escriba|escribas|contacten|llamen mas? {Texts}? mas|nunca_mas?",
            $"no quiero|deseo mas|estos|sus|recibir|recibir_mas|recibir_estos|recibir_sus {Texts}",
            $"deja|deje|dejen|dejad|para|paren|pare de enviar|enviarme|mandar|mandarme|escribir|escribirme|molestar|molestarme|contactarme mas|estos|sus? {Texts}?",
            "darme|dar|dame|deme|denme de baja", "quitame|quiteme|quitenme|borrame|borreme|borrenme|eliminame|elimineme|eliminenme de su|la|tu|esta lista|base|base_de_datos",
            "borra|borre|borren|elimina|elimine|eliminen|olvide mi numero", "dejame|dejeme|dejenme en paz|tranquilo|tranquila", "cancelar|cancele|cancelen|cancela los|estos|sus? mensajes|suscripcion_de_mensajes",
            "no me moleste|molesten|molestes mas?", "basta de? mensajes?", "desuscribir|desuscribirme|desuscribanme",
        ],
        Doubts = ["numero equivocado", "se ha? equivoco|equivocado de_numero?", "no me interesa", "no estoy interesado|interesada", "vete|vayase|vayanse a la mierda", "dejen de joder", "estafa|estafadores"],
        Inside = ["cancelar", "desuscribir", "desuscribirme", "stop"],
        Unrelated = ["bus|sin stop", "dar de alta"],
        Marketing = ["los|las|estos|estas|sus|de? anuncios|anuncio|publicidad|promociones|promocion|ofertas|oferta|marketing"],
        Notifications = ["los|las|estos|estas|sus|de? alertas|alerta|notificaciones|avisos|recordatorios"],
        Lookalikes =
        [
            "algo|alta|altos|salto|auto|acto|apto|asalto|alo|palto", "caja|bajo|bajar|paja|bala|bata|raja|faja|bajan|bajas|baila|haja|vaya|baza", "pagar|pasar|parir|parear|paras|parad|para|parra|separar|reparar|varar|tarar",
            "pase|padre|parte|parece|paren|pared|are|pague|pare", "sale|salio|salia|salid|saldar|sali|salar|subir|valer", "retener|obtener|detener_se|contener|tener|detenerme", "cancela|cancelan|cancelas|cancelad|cancelara|cancelare", "mas|nomas",
        ],
        Signatures = ["enviado desde|con mi? iphone|ipad|android|samsung|movil|celular|huawei", "enviado desde mi"],
    };
}
