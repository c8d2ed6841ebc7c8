# Texting the platform's number, and following what becomes of a text.
# shellcheck shell=bash disable=SC2034

sms_text() {
    [[ $# == 2 && $1 =~ ^[^[:space:]]+$ ]] || fail 'usage: ./sms text FROM "TEXT"   (for example ./sms text +919876543210 "Where is my parcel?")'
    existing_instance
    tell_story "$1" "$2"
}

# A customer who has never written before: a question, a keyword with an answer of its own, the word
# that ends all answers, and one more text, which must stay without one.
sms_demo() {
    (($# == 0)) || fail "usage: ./sms demo"
    existing_instance
    local customer text
    customer=+9198$(printf '%08d' $((SRANDOM % 100000000)))
    say "A customer, $customer, texts $BUSINESS_NUMBER."
    for text in "Hi, where is my parcel?" "HOURS" "STOP" "Are you still there?"; do
        tell_story "$customer" "$text"
    done
    say ""
    say "What the customer's phone shows in the end:"
    phone_messages "$customer" 0 | while IFS='|' read -r _ direction _ text; do
        printf '  %s %s\n' "$(arrow "$direction")" "$text"
    done
}

# tell_story FROM TEXT: texts it, and prints every fact it led to, in every service, with the time since
# it was sent.
tell_story() {
    local from=$1 text=$2 newest cursor sent sms_id
    newest=$(newest_text)
    cursor=$(phone_messages "$from" 0 | tail -n 1 | cut -d '|' -f 1)

    say ""
    say "→ $text"
    sent=$(now_ms)
    simulator POST /sim/texts "{\"from\":$(json_string "$from"),\"to\":\"$BUSINESS_NUMBER\",\"text\":$(json_string "$text")}" ||
        fail "the gateway simulator did not take the text: $(problem)"

    sms_id=$(wait_for_text "$from" "${newest:-0}" "$text")
    [[ $sms_id ]] || fail "the text has not arrived at ingress within 15 s: see ./sms logs gatewaysimulator"
    wait_until_told "$sms_id"
    print_story "$sms_id" "$sent"
    print_phone "$from" "${cursor:-0}" "$sent"
}

# The event number of the newest text that ingress has.
newest_text() {
    api GET "$(url_of ingress)/inbound?limit=1" || fail "ingress does not answer: $(problem) (is everything running? ./sms status)"
    json_value 'items[0].seq' <<<"$HTTP_BODY"
}

# wait_for_text FROM SEQ TEXT: the id ingress gave to this text, which came after event SEQ.
wait_for_text() {
    local deadline=$(($(now_ms) + 15000)) sms_id
    while (($(now_ms) < deadline)); do
        sleep 0.2
        if api GET "$(url_of ingress)/inbound?limit=50"; then
            sms_id=$(json_flatten <<<"$HTTP_BODY" | FROM=$1 AFTER=$2 TEXT=$3 awk -F '\t' '
                match($1, /\]\./) { row = substr($1, 1, RSTART); field[row, substr($1, RSTART + 2)] = substr($0, length($1) + 2); rows[row] }
                END {
                    gsub(/[^0-9]/, "", ENVIRON["FROM"])
                    for (row in rows) {
                        number = field[row, "from"]; gsub(/[^0-9]/, "", number)
                        if (field[row, "seq"] + 0 > ENVIRON["AFTER"] + 0 && number == ENVIRON["FROM"] && field[row, "body"] == ENVIRON["TEXT"]) { print field[row, "smsId"]; exit }
                    }
                }')
            [[ -z $sms_id ]] || { echo "$sms_id"; return; }
        fi
    done
}

# A story has no last page. It is taken as told when every service that hears of a text has spoken
# and none has added anything for a while; or after ten seconds, when one of them is down.
wait_until_told() {
    local deadline=$(($(now_ms) + 10000)) quiet_since now before='' facts
    sleep 0.8 # asking takes processor time, and would slow down what it asks about
    quiet_since=$(now_ms)
    while now=$(now_ms) && ((now < deadline)); do
        facts=$(story "$1")
        if [[ $facts != "$before" ]]; then
            before=$facts
            quiet_since=$now
        elif ((now - quiet_since >= 1200)) && (($(cut -d '|' -f 2 <<<"$facts" | sort -u | grep -cE '^(contacts|helpdesk|optout|autoreply)$') == 4)); then
            return
        fi
        sleep 0.4
    done
}

# story SMS-ID: time, service, fact and what is worth knowing of it, one fact a line, in order of time.
story() {
    local service
    for service in "${STORES[@]}"; do
        if api GET "$(url_of "$service")/story/$1"; then
            json_flatten <<<"$HTTP_BODY" | awk -F '\t' -v service="$service" '
                match($1, /^\[[0-9]+\]/) {
                    row = substr($1, 1, RLENGTH); name = substr($1, RLENGTH + 2); value = substr($0, length($1) + 2)
                    if (!(row in seen)) { seen[row]; order[++count] = row }
                    if (name == "at") at[row] = value
                    if (name == "type") { fact[row] = value; sub(/^[^.]*\./, "", fact[row]); sub(/\.v[0-9]+$/, "", fact[row]) }
                    if (name ~ /^data\.(RuleName|Verdict|Reason|Word)$/ && value != "null") detail[row] = detail[row] (detail[row] == "" ? "" : ", ") value
                }
                END { for (i = 1; i <= count; i++) print at[order[i]] "|" service "|" fact[order[i]] "|" detail[order[i]] }'
        fi
    done | sort -t '|' -k 1,1 --stable
}

print_story() {
    local facts times service fact detail at
    facts=$(story "$1")
    mapfile -t times < <(cut -d '|' -f 1 <<<"$facts" | date --utc --file=- +%s%3N)
    while IFS='|' read -r _ service fact detail; do
        at=${times[0]} times=("${times[@]:1}")
        printf '  %+6d ms  %-10s %s\n' $((at - $2)) "$service" "$fact${detail:+ ($detail)}"
    done <<<"$facts"
}

print_phone() {
    local at direction text received=''
    while IFS='|' read -r _ direction at text; do
        [[ $direction == received ]] || continue
        received=yes
        printf '  %+6d ms  %-10s %s\n' $(($(date --date="$at" +%s%3N) - $3)) phone "$(arrow "$direction") $text"
    done < <(phone_messages "$1" "$2")
    [[ $received ]] || printf '  %9s  %-10s %s\n' '' phone "(nothing)"
}

# phone_messages NUMBER CURSOR: cursor, direction, time and text of what the phone shows after CURSOR.
phone_messages() {
    simulator GET "/sim/phones/${1//+/%2B}/messages?after=$2" || return 0
    json_flatten <<<"$HTTP_BODY" | awk -F '\t' '
        match($1, /\]\./) {
            row = substr($1, 1, RSTART); name = substr($1, RSTART + 2); value = substr($0, length($1) + 2)
            if (!(row in seen)) { seen[row]; order[++count] = row }
            field[row, name] = value
        }
        END { for (i = 1; i <= count; i++) { row = order[i]; print field[row, "cursor"] "|" field[row, "direction"] "|" field[row, "at"] "|" field[row, "text"] } }'
}

arrow() {
    if [[ $1 == sent ]]; then echo '→'; else echo '←'; fi
}
