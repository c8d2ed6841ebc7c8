namespace Sms.ConsentWords.Packs;

internal static class PortuguesePack
{
    private const string Texts = "mensagens|mensagem|sms|textos|msg|msgs|spam";

    // PARAR, CANCELAR: Sinch. SAIR, PARE, DESCADASTRAR: ours.
    public static readonly LanguagePack Pack = new("pt", "Portuguese",
        Stop: ["PARAR", "PARE", "SAIR", "CANCELAR", "DESCADASTRAR", "REMOVER"],
        Required: [],
        Start: ["VOLTAR", "RECEBER"],
        Yes: ["SIM"],
        Help: ["AJUDA"])
    {
        Fillers =
        [
            "por favor", "porfavor|favor|pf|pfv|pls", "ok|ta|certo|bem|sim|nao", "ola|oi|bom_dia|boa_tarde|boa_noite|senhor|senhora", "obrigado|obrigada|muito_obrigado|muito_obrigada|obg|vlw",
            "ja|agora|agora_mesmo|imediatamente|de_vez", "me|nos|a_mim|para_mim", "quero|queria|desejo|gostaria_de|preciso", "pode|podem|poderia|poderiam|voce|voces", "e", "desculpe|desculpa", "de", "mais|nunca_mais",
        ],
        Phrases =
        [
            $"nao me? envie|enviem|envia|mande|mandem|manda|escreva|escrevam|contacte|contactem|contate|contatem|ligue|perturbe|incomode mais? {Texts}? mais?",
            $"nao quero|desejo mais|estas|essas|suas|receber|receber_mais|receber_estas|receber_essas|mais_receber {Texts}", "nao quero mais receber|ser_contactado|ser_contatado",
            $"pare|parem|para|deixe|deixem de|com me? enviar|mandar|escrever|incomodar|perturbar|as|essas|estas|suas? {Texts}?", $"chega|basta de {Texts}", $"sem mais {Texts}",
            "tire|tirem|tira|remova|removam|exclua|excluam|apague me? meu_numero|o_meu_numero|este_numero? da|de|desta|dessa|sua|tua|vossa? lista|base|cadastro", "apague|apaguem|esqueca|delete|exclua|remova o? meu numero",
            "deixe|deixem|deixa me? em paz", "cancelar|cancele|cancelem as|estas|essas|suas? mensagens|sms|inscricao", "me descadastre|descadastrem|remova|remove|tire|tira",
        ],
        Doubts = ["numero errado", "engano|foi_engano", "nao tenho|estou interesse|interessado|interessada", "nao me interessa", "vai|va se|te foder|lixar", "golpe|fraude|assedio"],
        Inside = ["descadastrar", "cancelar", "stop"],
        Unrelated = ["sem parar", "nao parar", "pit stop"],
        Marketing = ["os|as|estes|estas|seus|suas|de|com? anuncios|anuncio|publicidade|promocoes|promocao|ofertas|propaganda|propagandas|marketing"],
        Notifications = ["os|as|estes|estas|seus|suas|de|com? alertas|alerta|notificacoes|avisos|lembretes"],
        Lookalikes =
        [
            "pagar|passar|parir|parear|para|parado|separar|reparar|comparar|varar|param|paras|parou", "parte|parece|pode|pura|pane|prae|parem|carne", "cair|saia|sais|saiu|saio|sari|vair|sai|sarir|subir|sagir",
            "cancela|cancelam|cancelas|cancelado", "remove|removeu|removera|remoer", "pares|parede",
        ],
        Signatures = ["enviado do|desde|pelo|via o? meu? iphone|ipad|android|samsung|telemovel|celular|huawei", "enviado do|desde meu"],
    };
}
