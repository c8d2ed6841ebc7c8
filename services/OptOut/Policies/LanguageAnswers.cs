namespace Sms.OptOut.Policies;

/// <summary>
/// The texts that consent itself answers with, in one language. <c>{business}</c> stands for the business's name, <c>{what}</c>
/// in the partial confirmation for what was ended. A text that is null is the usual one.
/// </summary>
/// <param name="Language">The language pack's code.</param>
/// <param name="Confirmation">Confirms an opt-out. The law allows one, without marketing.</param>
/// <param name="PartConfirmation">Confirms an opt-out of one purpose.</param>
/// <param name="Help">Answers HELP, also to someone who has opted out.</param>
/// <param name="Welcome">Confirms that an opt-out was taken back.</param>
public sealed record LanguageAnswers(
    string Language, string? Confirmation = null, string? PartConfirmation = null, string? Help = null, string? Welcome = null)
{
    private const int LongestText = 1600;
    private const int OnePart = 160;

    private static readonly string[] Advertising =
        ["http://", "https://", "www.", "% off", "discount", "sale", "coupon", "promo code", "offer", "buy now", "free gift", "rabatt", "angebot", "descuento", "oferta", "promotion", "sconto", "desconto", "korting"];

    /// <summary>What the usual answers are.</summary>
    public static readonly IReadOnlyList<LanguageAnswers> Usual =
    [
        new("en", "You are unsubscribed and will get no more texts from {business}. Reply START to resubscribe.",
            "You will get no more {what} from {business}. Reply STOP to end all texts.",
            "You are texting with {business}. Reply STOP to unsubscribe. Message and data rates may apply.",
            "You are resubscribed to texts from {business}. Reply HELP for help, STOP to unsubscribe."),
        new("es", "Se dio de baja y no recibirá más mensajes de {business}. Responda START para volver a recibirlos.",
            "No recibirá más {what} de {business}. Responda STOP para no recibir ningún mensaje.",
            "Está escribiendo a {business}. Responda STOP para darse de baja. Pueden aplicarse tarifas de mensajes.",
            "Vuelve a recibir mensajes de {business}. Responda AYUDA para ayuda, STOP para darse de baja."),
        new("fr", "Vous êtes désabonné et ne recevrez plus de messages de {business}. Répondez START pour vous réabonner.",
            "Vous ne recevrez plus de {what} de {business}. Répondez STOP pour ne plus rien recevoir.",
            "Vous écrivez à {business}. Répondez STOP pour vous désabonner. Des frais de messagerie peuvent s'appliquer.",
            "Vous êtes réabonné aux messages de {business}. Répondez AIDE pour de l'aide, STOP pour vous désabonner."),
        new("pt", "O seu número foi removido e não receberá mais mensagens de {business}. Responda START para voltar a receber.",
            "Não receberá mais {what} de {business}. Responda STOP para não receber mais nada.",
            "Está a escrever para {business}. Responda STOP para cancelar. Podem aplicar-se tarifas.",
            "Voltou a receber mensagens de {business}. Responda AJUDA para ajuda, STOP para cancelar."),
        new("de", "Sie sind abgemeldet und erhalten keine Nachrichten mehr von {business}. Mit START melden Sie sich wieder an.",
            "Sie erhalten keine {what} mehr von {business}. Mit STOP beenden Sie alle Nachrichten.",
            "Sie schreiben mit {business}. Mit STOP melden Sie sich ab. Es können Gebühren Ihres Anbieters anfallen.",
            "Sie erhalten wieder Nachrichten von {business}. HILFE für Hilfe, STOP zum Abmelden."),
        new("it", "Sei stato disiscritto e non riceverai altri messaggi da {business}. Rispondi START per riceverli di nuovo.",
            "Non riceverai più {what} da {business}. Rispondi STOP per non ricevere più messaggi.",
            "Stai scrivendo a {business}. Rispondi STOP per disiscriverti. Possono applicarsi tariffe.",
            "Riceverai di nuovo messaggi da {business}. Rispondi AIUTO per aiuto, STOP per disiscriverti."),
        new("nl", "U bent afgemeld en ontvangt geen berichten meer van {business}. Antwoord START om u weer aan te melden.",
            "U ontvangt geen {what} meer van {business}. Antwoord STOP om geen berichten meer te ontvangen.",
            "U schrijft met {business}. Antwoord STOP om u af te melden. Er kunnen kosten gelden.",
            "U ontvangt weer berichten van {business}. Antwoord HULP voor hulp, STOP om u af te melden."),
        new("sv", "Du är avregistrerad och får inga fler sms från {business}. Svara START för att börja igen.",
            "Du får ingen mer {what} från {business}. Svara STOPP för att inte få några sms.",
            "Du skriver med {business}. Svara STOPP för att avregistrera dig. Operatörens avgifter kan gälla.",
            "Du får åter sms från {business}. Svara HJÄLP för hjälp, STOPP för att avregistrera dig."),
        new("no", "Du er avmeldt og får ikke flere meldinger fra {business}. Svar START for å melde deg på igjen.",
            "Du får ikke mer {what} fra {business}. Svar STOPP for å avslutte alle meldinger.",
            "Du skriver med {business}. Svar STOPP for å melde deg av. Operatørens priser kan gjelde.",
            "Du får igjen meldinger fra {business}. Svar HJELP for hjelp, STOPP for å melde deg av."),
    ];

    /// <summary>What must not be sent (errors), and what had better be said otherwise (advice).</summary>
    public (IReadOnlyList<string> Errors, IReadOnlyList<string> Advice) Lint()
    {
        var (errors, advice) = (new List<string>(), new List<string>());
        if (Usual.All(usual => usual.Language != Language))
            errors.Add($"language must be one of {string.Join(", ", Usual.Select(usual => usual.Language))}");
        foreach (var (name, text) in new[] { ("confirmation", Confirmation), ("partConfirmation", PartConfirmation), ("help", Help), ("welcome", Welcome) })
        {
            if (text is null)
                continue;
            if (string.IsNullOrWhiteSpace(text) || text.Length > LongestText)
                errors.Add($"{name} must be a text of 1 to {LongestText} characters");
            if (text.Contains('\0'))
                errors.Add($"{name} must not hold the character U+0000");
            if (name is "confirmation" or "partConfirmation" && Advertising.FirstOrDefault(word => text.Contains(word, StringComparison.OrdinalIgnoreCase)) is { } ad)
                errors.Add($"{name} must not advertise, and '{ad}' does: the one confirmation may confirm and nothing else");
            if (text.Length > OnePart)
                advice.Add($"{name} is longer than {OnePart} characters and will be sent, and paid for, in parts");
            if (!text.Contains("{business}", StringComparison.Ordinal))
                advice.Add($"{name} does not say who writes: put {{business}} in it");
        }
        if (Help is not null && !Help.Contains("STOP", StringComparison.OrdinalIgnoreCase))
            errors.Add("help must say how to stop: name STOP");
        if (Confirmation is not null && !Confirmation.Contains("START", StringComparison.OrdinalIgnoreCase))
            advice.Add("confirmation does not say how to come back: name START");
        return (errors, advice);
    }
}
