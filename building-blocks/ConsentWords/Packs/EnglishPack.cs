namespace Sms.ConsentWords.Packs;

internal static class EnglishPack
{
    private const string Texts = "texts|text|messages|message|msgs|msg|sms|txts|txt|spam";

    // The required words are those of 47 CFR 64.1200(a)(10); the others Twilio's and AWS's.
    public static readonly LanguagePack Pack = new("en", "English",
        Stop: ["STOP", "STOP ALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPT OUT", "REMOVE"],
        Required: ["STOP", "QUIT", "END", "REVOKE", "OPT OUT", "CANCEL", "UNSUBSCRIBE"],
        Start: ["START", "UNSTOP"],
        Yes: ["YES"],
        Help: ["HELP", "INFO"])
    {
        Fillers =
        [
            "please|pls|plz|pleas|plase|kindly", "ok|okay|k|yes|yeah", "hi|hey|hello|dear|sir|madam|maam|team|guys|folks", "thanks|thank_you|thx|ty|cheers",
            "me|us", "now|right_now|right_away|immediately|asap|at_once|already|today", "just|so|and|then|really|seriously", "anymore|any_more|again|ever|for_good|from_now_on",
            "can|could|would|will|can|may you|u", "i said|told_you|already_said|repeat", "i want|need|would_like you to", "you must|should|need_to|have_to", "sorry|no_thanks|no_thank_you|no",
        ],
        Phrases =
        [
            "stop texting|messaging|contacting|calling|emailing|bothering|spamming|harassing|annoying|writing|txting|msging me|us|to_me|my_number|my_phone|this_number?",
            $"stop sending me|us? this|the|these|those|your|any|all|all_these|any_more|more? {Texts}|stuff|things|them me|us|to_me?",
            "stop sending to_me?",
            $"stop this|the|these|those|your|all|all_these|all_the? {Texts}|texting|messaging|service",
            "stop this|that|everything|all_of_it|all_of_this",
            "dont|do_not|never text|txt|message|contact|call|write|msg|sms|bother me|us|this_number|my_number|my_phone? again|anymore|any_more|ever_again?",
            $"dont|do_not|never send me|us? this|the|these|those|your|any|any_more|more? {Texts}|anything|stuff me|us?",
            $"no more {Texts}", "no more", $"no {Texts}",
            $"i? dont|do_not|dont_wanna|no_longer want|need|wish|like this|the|these|those|your|any|any_more|more|any_of_these? {Texts}",
            $"i? dont|do_not|no_longer want|wish to get|receive|have this|the|these|those|your|any|any_more|more? {Texts}",
            "i? dont|do_not|no_longer want|wish to be contacted|texted|messaged",
            "i? dont|do_not want to hear from you|u",
            "take me|us|my_number|this_number|my_name off this|the|your|ur|that|all? list|lists",
            "remove|delete|drop|take|erase me|us|my_number|this_number|my_name from this|the|your|ur|that|all? list|lists|database|system|contacts|records",
            "lose|delete|remove|forget|erase my|this number|phone_number|contact|details",
            "leave me|us alone",
            "unsubscribe|remove|opt me|us? out? from this|the|your|these|all? list|lists|texts|messages|sms|service|everything|all",
            "opt me|us|my_number out",
            "i? want|wanna|wish|need|would_like|id_like to? opt_out|unsubscribe|be_removed|be_unsubscribed|be_opted_out|be_taken_off|stop_this|stop_receiving_this|stop_receiving_these",
            $"i? want|wanna|wish|need|would_like|id_like to stop|quit getting|receiving this|the|these|your|any? {Texts}",
            $"i? want|need|would_like this|the|these|your {Texts} to stop",
            "i? revoke|withdraw my? consent|permission", "i am|im opting|opted out", "i opt out", "i unsubscribe",
            $"cancel|end|quit|cease this|the|these|your|all|my? {Texts}|texting|messaging", "cease|quit texting|messaging|contacting|sending",
        ],
        Doubts =
        [
            "you|u? have|got? the|a? wrong number|person", "not|im_not|i_am_not interested", "shut up",
            "fuck off|you|u", "piss off", "screw you", "bugger off", "f off", "stfu",
            "spam|scam|scammer|scammers", "report|block|blocked|reporting|blocking you|this_number|this", "harassment|harassing",
            "do not call list", "off your list", "end|cancel my|the|this|your subscription|contract|membership|plan|account|service", "take me off",
        ],
        Inside = ["stop", "unsubscribe", "unsubscribing", "quit", "revoke", "cancel", "optout", "opt"],
        Unrelated =
        [
            "stop by|in|over|off|sign|light|lights|watch|loss|motion|there|here", "stop at the|a|my|your|our|that|any|work|home|school|tesco|aldi|walmart",
            "bus|train|tram|metro|tube|truck|rest|pit|full|one|first|last|next|your|my|our|the|each|every|which|what stop",
            "non|never stop", "cant|can_not|cannot|couldnt|wont stop", "door stop", "quit smoking|drinking|my_job|his_job|her_job|school|job|work", "he|she|they|we quit", "opt for|in|into",
            "the|in_the|at_the|this|that|week|dead|high|low|year|month|front|back|rear|tail|my|your|other|far|west|east|south|north end", "end of|up|on|date|user|time|at|to|with|in", "remove the|it|my_order|from_cart",
        ],
        Marketing =
        [
            "this|the|these|those|your|all|all_the|all_your|any|more|sending|sending_your|the_sending_of? ads|ad|adverts|advert|advertising|advertisements|advertisement|marketing|promos|promo|promotions|promotion|promotional_texts|promotional_messages|offers|deals|sales|newsletter|newsletters|campaigns",
            "marketing|advertising|promo|sales texts|messages|sms",
        ],
        Notifications =
        [
            "this|the|these|those|your|all|all_the|all_your|any|more|sending? alerts|alert|notifications|notification|reminders|reminder|updates|update|notices",
        ],
        Lookalikes =
        [
            "shop|step|slop|swop|stow|stoop|stomp|strop|atop|spot|slot|stock|stoup|strap|stump|store|story|stout|stood|stops|stopped|stope|estop", "quite|quiet|quits|quilt|suit|quip|quid|quint|built|guilt",
            "revoked|revokes|evoke|invoke|provoke", "cancer|chancel|cancels|cancan|cantel", "removed|removes|remover|remote|remorse", "subscribe|subscribed",
        ],
        Signatures = ["sent|send from|via my|an|a? iphone|ipad|android|samsung|galaxy|huawei|mobile|phone|outlook|yahoo|gmail|blackberry|windows", "get outlook for", "sent from my"],
    };
}
